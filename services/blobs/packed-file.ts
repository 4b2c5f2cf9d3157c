// A blob's file in zstd: 16 bytes with the size of what it holds, then one frame; `zstd -d` reads it too.
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { constants, createZstdCompress, createZstdDecompress, zstdCompress } from "node:zlib";

/** A frame that readers of zstd skip: its number, its length, and the size in 8 bytes. */
const SKIPPED = 0x184d2a50;
const HEADER = 16;
const READ_AT_ONCE = 1024 ** 2;
const LEVEL = 3;
/** What saves less stays as it is: archives and pictures are compressed already. */
const WORTH = 0.9;

/** Size in bytes of what the file holds; undefined where it does not begin as one. */
export const sizeOfPacked = async (path: string): Promise<number | undefined> => {
  const file = await open(path, "r");
  try {
    const header = Buffer.alloc(HEADER);
    const { bytesRead } = await file.read(header, 0, HEADER, 0);
    const isHeader =
      bytesRead === HEADER && header.readUInt32LE(0) === SKIPPED && header.readUInt32LE(4) === 8;
    return isHeader ? Number(header.readBigUInt64LE(8)) : undefined;
  } finally {
    await file.close();
  }
};

/** The bytes from `start` up to `end`, where those before are read and left out. @throws where the file is damaged */
export const unpackedBytes = async function* (path: string, start: number, end: number) {
  if (start >= end) return;
  const plain = createZstdDecompress({ chunkSize: READ_AT_ONCE });
  // Its failure is that of `plain`, which it destroys.
  pipeline(createReadStream(path, { start: HEADER, highWaterMark: READ_AT_ONCE }), plain).catch(
    () => undefined,
  );
  let at = 0;
  for await (const piece of plain as AsyncIterable<Uint8Array>) {
    const from = Math.max(0, start - at);
    if (from < piece.length) yield piece.subarray(from, end - at);
    at += piece.length;
    if (at >= end) return;
  }
};

/** Whether the beginning of a file says that compressing it is worth it. */
const looksWorth = async (path: string, size: number): Promise<boolean> => {
  const file = await open(path, "r");
  try {
    const sample = Buffer.alloc(Math.min(size, READ_AT_ONCE));
    await file.read(sample, 0, sample.length, 0);
    return (await promisify(zstdCompress)(sample)).length < sample.length * WORTH;
  } finally {
    await file.close();
  }
};

/** Writes the packed form of a file to a new file, durable when it resolves; false where it is not worth it. */
export const packFile = async (
  { path, size, sha256 }: { readonly path: string; readonly size: number; readonly sha256: string },
  to: string,
): Promise<boolean> => {
  if (!(await looksWorth(path, size))) return false;
  const file = await open(to, "wx", 0o600);
  try {
    const header = Buffer.alloc(HEADER);
    header.writeUInt32LE(SKIPPED, 0);
    header.writeUInt32LE(8, 4);
    header.writeBigUInt64LE(BigInt(size), 8);
    await file.write(header);
    const params = {
      [constants.ZSTD_c_compressionLevel]: LEVEL,
      [constants.ZSTD_c_checksumFlag]: 1,
    };
    let written = HEADER;
    await pipeline(
      createReadStream(path, { highWaterMark: READ_AT_ONCE }),
      createZstdCompress({ params, chunkSize: READ_AT_ONCE }),
      async (pieces: AsyncIterable<Uint8Array>) => {
        for await (const piece of pieces) {
          for (let at = 0; at < piece.length; ) at += (await file.write(piece, at)).bytesWritten;
          written += piece.length;
        }
      },
    );
    await file.sync();
    if (written >= size * WORTH) return false;
  } finally {
    await file.close();
  }
  // The original goes when this is believed.
  const hash = createHash("sha256");
  for await (const piece of unpackedBytes(to, 0, size)) hash.update(piece);
  return hash.digest("hex") === sha256;
};
