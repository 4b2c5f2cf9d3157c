// Files that are read whole, stored in zstd; files of version 0.1, which are not, are read as they are.
import { open } from "node:fs/promises";
import { promisify } from "node:util";
import { constants, zstdCompress, zstdDecompress } from "node:zlib";

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);
/** Level 6 takes three times as long for 0 to 7 % less. */
const params = {
  [constants.ZSTD_c_compressionLevel]: 3,
  [constants.ZSTD_c_checksumFlag]: 1,
};
const MAGIC = 0xfd2fb528;
/** Reads, writes and buffers of zlib stop at 2 GiB. */
const PIECE = 2 ** 30;
const CHUNK = 1 << 20;

/** Writes the bytes over whatever was there; not fsynced. So many that zlib cannot hold them are written as they are. */
export const writeZstdFile = async (path: string, parts: readonly Uint8Array[]): Promise<void> => {
  const size = parts.reduce((sum, { length }) => sum + length, 0);
  const written =
    size > PIECE
      ? parts
      : [await compress(parts.length === 1 ? (parts[0] ?? "") : Buffer.concat(parts), { params })];
  await using file = await open(path, "w");
  for (const part of written)
    for (let at = 0; at < part.length; )
      at += (await file.write(part.subarray(at, at + PIECE))).bytesWritten;
};

const readWhole = async (path: string): Promise<ArrayBuffer> => {
  await using file = await open(path, "r");
  const { size } = await file.stat();
  const buffer = new ArrayBuffer(size);
  for (let at = 0; at < size; ) {
    const { bytesRead } = await file.read(new Uint8Array(buffer, at, Math.min(PIECE, size - at)));
    if (bytesRead === 0) break;
    at += bytesRead;
  }
  return buffer;
};

/** Whether an error says that a file is not what was compressed. */
export const isOfZlib = (error: unknown): boolean =>
  error instanceof Error &&
  "code" in error &&
  /^(?:ZSTD_error|Z_|ERR_BUFFER_TOO_LARGE)/.test(String(error.code));

/** What was written, decompressed beside the event loop. @throws zlib's error where the file is damaged */
export const readZstdFile = async (path: string): Promise<ArrayBuffer> => {
  const stored = await readWhole(path);
  const isPacked = stored.byteLength >= 4 && new DataView(stored).getUint32(0, true) === MAGIC;
  if (!isPacked) return stored;
  const plain = await decompress(new Uint8Array(stored), { chunkSize: CHUNK });
  const { buffer, byteOffset, byteLength } = plain;
  if (buffer instanceof ArrayBuffer && byteOffset === 0 && byteLength === buffer.byteLength)
    return buffer;
  const copy = new ArrayBuffer(byteLength);
  new Uint8Array(copy).set(plain);
  return copy;
};
