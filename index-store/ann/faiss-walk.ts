// Checks the lengths in a FAISS file against its size: FAISS allocates whatever a damaged file claims before it reads it.
import type { FileHandle } from "node:fs/promises";
import { damaged, maxDim, maxRows, readFully } from "./faiss-file.ts";

const headerBytes = 37;

/** Reads a file from front to back; every length is checked against what is left of it. */
class Walk {
  readonly #file: FileHandle;
  readonly #path: string;
  readonly #size: number;
  #at = 0;

  constructor(file: FileHandle, path: string, size: number) {
    this.#file = file;
    this.#path = path;
    this.#size = size;
  }

  get left(): number {
    return this.#size - this.#at;
  }

  fail(what: string): Error {
    return damaged(this.#path, what);
  }

  skip(bytes: number): void {
    if (bytes > this.left) throw this.fail(`it ends ${bytes - this.left} bytes too early`);
    this.#at += bytes;
  }

  async read(bytes: number): Promise<Buffer> {
    const from = this.#at;
    this.skip(bytes);
    const buffer = Buffer.alloc(bytes);
    await readFully(this.#file, buffer, from);
    return buffer;
  }

  async count(): Promise<number> {
    const value = (await this.read(8)).readBigUInt64LE();
    if (value > BigInt(this.#size)) throw this.fail(`it claims a length of ${value}`);
    return Number(value);
  }

  /** A length and that many elements. */
  async vector(elementBytes: number): Promise<number> {
    const length = await this.count();
    this.skip(length * elementBytes);
    return length;
  }
}

/** @throws AnnError "damaged" where the file is not exactly one whole index of a kind that is written here. */
export async function walkIndexFile(file: FileHandle, path: string): Promise<void> {
  const { size } = await file.stat();
  const walk = new Walk(file, path, size);
  await walkIndex(walk, 0);
  if (walk.left !== 0) throw walk.fail(`${walk.left} bytes follow its end`);
}

async function walkIndex(walk: Walk, depth: number): Promise<void> {
  const header = await walk.read(headerBytes);
  const fourcc = header.toString("latin1", 0, 4);
  const dim = header.readInt32LE(4);
  const rows = header.readBigInt64LE(8);
  if (dim < 1 || dim > maxDim || rows < 0n || rows > BigInt(maxRows))
    throw walk.fail(`it claims ${rows} × ${dim}`);
  // The flag is read as a C++ bool, for which any third value is undefined behaviour.
  if (header.readUInt8(32) !== 1) throw walk.fail("it says that it was never trained");
  if (header.readInt32LE(33) !== 0) throw walk.fail("it was not built for the inner product");
  if (depth > 1) throw walk.fail("indexes are nested too deep");
  switch (fourcc) {
    case "IxFI":
      await walk.vector(4);
      return;
    case "IxSQ":
      await walkQuantizer(walk);
      await walk.vector(1);
      return;
    case "IHNf":
    case "IHNs":
      await walkGraph(walk);
      await walkIndex(walk, depth + 1);
      return;
    case "IwFl":
    case "IwSq":
      await walkLists(walk, { depth, quantized: fourcc === "IwSq" });
      return;
    default:
      throw walk.fail(`it holds a "${fourcc}" index, which is not used here`);
  }
}

/** qtype, rangestat, rangestat_arg, d, code_size, then the trained ranges. */
async function walkQuantizer(walk: Walk): Promise<void> {
  walk.skip(4 + 4 + 4 + 8 + 8);
  await walk.vector(4);
}

async function walkGraph(walk: Walk): Promise<void> {
  for (const elementBytes of [8, 4, 4, 8, 4]) await walk.vector(elementBytes);
  // entry_point, max_level, efConstruction, efSearch, upper_beam
  walk.skip(5 * 4);
}

async function walkLists(
  walk: Walk,
  { depth, quantized }: { readonly depth: number; readonly quantized: boolean },
): Promise<void> {
  await walk.count();
  await walk.count();
  await walkIndex(walk, depth + 1);
  if ((await walk.read(1)).readUInt8() !== 0) throw walk.fail("it has a map that nobody wrote");
  await walk.vector(8);
  if (quantized) {
    await walkQuantizer(walk);
    walk.skip(8);
    if ((await walk.read(1)).readUInt8() > 1) throw walk.fail("a flag is neither true nor false");
  }
  await walkInvertedLists(walk);
}

async function walkInvertedLists(walk: Walk): Promise<void> {
  if ((await walk.read(4)).toString("latin1") !== "ilar")
    throw walk.fail("its lists are of an unknown kind");
  const lists = await walk.count();
  const codeBytes = await walk.count();
  const kind = (await walk.read(4)).toString("latin1");
  const words = await walk.count();
  if (words * 8 > walk.left) throw walk.fail("its table of lists is cut");
  const table = await walk.read(words * 8);
  const at = (word: number) => Number(table.readBigUInt64LE(word * 8));
  const sizes: number[] = [];
  if (kind === "full" && words === lists) for (let i = 0; i < words; i++) sizes.push(at(i));
  else if (kind === "sprs" && words % 2 === 0)
    for (let i = 0; i < words; i += 2) {
      if (at(i) >= lists) throw walk.fail("a list has an impossible number");
      sizes.push(at(i + 1));
    }
  else throw walk.fail("its table of lists has another shape");
  for (const size of sizes) walk.skip(size * (codeBytes + 8));
}
