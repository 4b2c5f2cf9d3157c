// The texts of a segment, compressed: what its words are rebuilt from when segments are merged or rows are erased.
import { readFile, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { constants, zstdCompress, zstdDecompress } from "node:zlib";
import { IndexError } from "./index-error.ts";

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);
const LEVEL = 3;

/** Layout before compression: count, then a byte length per text (uint32, little-endian), then the texts in UTF-8. */
export const writeTexts = async (texts: readonly string[], path: string): Promise<void> => {
  const head = Buffer.alloc(4 + texts.length * 4);
  head.writeUInt32LE(texts.length, 0);
  for (const [row, text] of texts.entries())
    head.writeUInt32LE(Buffer.byteLength(text), 4 + row * 4);
  const plain = Buffer.concat([head, Buffer.from(texts.join(""))]);
  const params = {
    [constants.ZSTD_c_compressionLevel]: LEVEL,
    [constants.ZSTD_c_checksumFlag]: 1,
  };
  await writeFile(path, await compress(plain, { params }));
};

/** @throws IndexError "damaged" where the file does not hold that many texts. */
export const readTexts = async (path: string, rows: number): Promise<string[]> => {
  const damaged = (cause?: unknown) =>
    new IndexError("damaged", `${path} does not hold the texts that it should.`, { cause });
  const packed = await readFile(path);
  const plain = await decompress(packed).catch((cause: unknown) => {
    throw damaged(cause);
  });
  if (plain.length < 4 + rows * 4 || plain.readUInt32LE(0) !== rows) throw damaged();
  const texts: string[] = [];
  let at = 4 + rows * 4;
  for (let row = 0; row < rows; row++) {
    const end = at + plain.readUInt32LE(4 + row * 4);
    if (end > plain.length) throw damaged();
    texts.push(plain.toString("utf8", at, end));
    at = end;
  }
  return texts;
};
