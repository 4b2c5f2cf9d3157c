// FAISS's own file format, read without FAISS: the header of every index kind.
import { type FileHandle, open } from "node:fs/promises";
import { endianness } from "node:os";
import { AnnError, type RowStream } from "./ann.ts";

/**
 * Layout as in FAISS's `index_write.cpp` (1.7 … 1.15, little-endian, packed):
 *
 *     0  fourcc        "IxFI" for IndexFlatIP
 *     4  d             int32
 *     8  ntotal        int64
 *    16  two dummies   int64 each, 1 << 20
 *    32  is_trained    one byte
 *    33  metric_type   int32, 0 = inner product, 1 = L2
 */
export const headerBytes = 37;
const innerProduct = 0;
const dummy = 1n << 20n;

export const maxDim = 65_536;
/** Row numbers are handed over as uint32. */
export const maxRows = 0xffff_ffff;

export type FaissKind = "flat" | "sq" | "hnsw-flat" | "hnsw-sq" | "ivf-flat" | "ivf-sq";

const kinds: ReadonlyMap<string, FaissKind> = new Map<string, FaissKind>([
  ["IxFI", "flat"],
  ["IxSQ", "sq"],
  ["IHNf", "hnsw-flat"],
  ["IHNs", "hnsw-sq"],
  ["IwFl", "ivf-flat"],
  ["IwSq", "ivf-sq"],
]);

export interface FaissHeader {
  /** The four characters that name the index class. */
  readonly fourcc: string;
  /** undefined for a class that no engine here writes. */
  readonly kind: FaissKind | undefined;
  readonly dim: number;
  readonly rows: number;
  readonly fileBytes: number;
}

export const damaged = (path: string, what: string, cause?: unknown): AnnError =>
  new AnnError(
    "damaged",
    `${path} is not the vector file it should be: ${what}. Restore it from a backup or rebuild the index.`,
    cause === undefined ? undefined : { cause },
  );

/** Reads exactly `into.byteLength` bytes from `position`. */
export async function readFully(
  file: FileHandle,
  into: Uint8Array,
  position: number,
): Promise<void> {
  let done = 0;
  while (done < into.byteLength) {
    const { bytesRead } = await file.read(into, done, into.byteLength - done, position + done);
    if (bytesRead === 0) throw new AnnError("damaged", "A vector file ended before its last row.");
    done += bytesRead;
  }
}

/**
 * The header that all the index classes named in `FaissKind` share.
 * @throws AnnError "damaged" where a field cannot be true for a file of this size.
 */
export async function readHeader(file: FileHandle, path: string): Promise<FaissHeader> {
  const { size } = await file.stat();
  if (size < headerBytes) throw damaged(path, `it has ${size} bytes, fewer than a header`);
  const bytes = Buffer.alloc(headerBytes);
  await readFully(file, bytes, 0);
  const fourcc = bytes.toString("latin1", 0, 4);
  if (!/^[\x20-\x7e]{4}$/.test(fourcc)) throw damaged(path, "it does not begin as a FAISS file");
  const dim = bytes.readInt32LE(4);
  const rows = bytes.readBigInt64LE(8);
  if (dim < 1 || dim > maxDim) throw damaged(path, `it claims ${dim} dimensions`);
  if (rows < 0n || rows > BigInt(maxRows)) throw damaged(path, `it claims ${rows} rows`);
  if (bytes.readUInt8(32) !== 1) throw damaged(path, "it says that it was never trained");
  if (bytes.readInt32LE(33) !== innerProduct)
    throw damaged(path, "it was not built for the inner product");
  return { fourcc, kind: kinds.get(fourcc), dim, rows: Number(rows), fileBytes: size };
}

/** Opens `path`, runs `use`, and closes again where `use` failed; `use` owns the handle afterwards. */
export async function withFile<T>(path: string, use: (file: FileHandle) => Promise<T>): Promise<T> {
  requireLittleEndian();
  let file: FileHandle;
  try {
    file = await open(path, "r");
  } catch (cause) {
    throw damaged(path, "it cannot be opened", cause);
  }
  try {
    return await use(file);
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** The header of an index of these rows, for a file that begins with it. */
export function headerOf(fourcc: string, { dim, rows }: Pick<RowStream, "dim" | "rows">): Buffer {
  requireLittleEndian();
  const header = Buffer.alloc(headerBytes);
  header.write(fourcc, 0, "latin1");
  header.writeInt32LE(dim, 4);
  header.writeBigInt64LE(BigInt(rows), 8);
  header.writeBigInt64LE(dummy, 16);
  header.writeBigInt64LE(dummy, 24);
  header.writeUInt8(1, 32);
  header.writeInt32LE(innerProduct, 33);
  return header;
}

function requireLittleEndian(): void {
  if (endianness() !== "LE")
    throw new AnnError("engine", "Vector files are little-endian and this processor is not.");
}
