// The door of the kernels: compiled inner loops of searches by vectors and by words; each user has a memory of its own, which grows as needed.
import { readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * What kernels.wasm exports. Every number that is not a count, a size or a unit is an address: a byte offset into the
 * memory; the functions in `assembly/` say what lies there.
 */
export interface KernelFunctions {
  multiply(
    ...args: [rows: number, count: number, vectors: number, k: number, dim: number, out: number]
  ): void;
  assign(
    ...args: [
      rows: number,
      count: number,
      vectors: number,
      k: number,
      dim: number,
      bias: number,
      scratch: number,
      labels: number,
      scores: number,
    ]
  ): void;
  addRows(...args: [rows: number, count: number, dim: number, sums: number]): void;
  rotate(...args: [x: number, padded: number, signs: number, rounds: number]): void;
  encode(
    ...args: [
      raw: number,
      count: number,
      dim: number,
      padded: number,
      centre: number,
      signs: number,
      rounds: number,
      scratch: number,
      codes: number,
      ints: number,
      scales: number,
      factors: number,
    ]
  ): void;
  encodeQuery(...args: [x: number, padded: number, code: number, shorts: number]): number;
  scoreListed(
    ...args: [
      ints: number,
      padded: number,
      scales: number,
      list: number,
      count: number,
      shorts: number,
      unit: number,
      scores: number,
    ]
  ): void;
  weighListed(
    ...args: [
      codes: number,
      words: number,
      factors: number,
      list: number,
      count: number,
      planes: number,
      low: number,
      step: number,
      sum: number,
      weights: number,
    ]
  ): void;
  listPassing(...args: [mask: number, rows: number, list: number]): number;
  hammingAll(
    ...args: [
      codes: number,
      words: number,
      rows: number,
      query: number,
      mask: number,
      distances: number,
      bins: number,
    ]
  ): void;
  hammingTop(
    ...args: [
      codes: number,
      words: number,
      rows: number,
      query: number,
      mask: number,
      n: number,
      entries: number,
      bins: number,
      list: number,
    ]
  ): number;
  listWithin(
    ...args: [distances: number, rows: number, from: number, to: number, list: number]
  ): number;
  bestRows(
    ...args: [
      table: number,
      rows: number,
      words: number,
      k: number,
      averageLength: number,
      allowed: number,
      matches: number,
      total: number,
    ]
  ): number;
  holding(
    ...args: [
      table: number,
      rows: number,
      terms: number,
      light: number,
      wanted: number,
      allowed: number,
      matches: number,
    ]
  ): void;
}

export interface Kernels {
  readonly run: KernelFunctions;
  /** Bytes of memory held. */
  readonly held: number;
  /** Reserves zeroed bytes, 16-byte aligned, and returns their address. Views made before may be detached by it: make them again. */
  reserve(bytes: number): number;
  bytes(at: number, length: number): Uint8Array<ArrayBuffer>;
  halves(at: number, length: number): Uint16Array;
  words(at: number, length: number): Uint32Array;
  floats(at: number, length: number): Float32Array;
  doubles(at: number, length: number): Float64Array;
}

const page = 65_536;
const mostPages = 65_536;
let compiled: WebAssembly.Module | undefined;

/** Compiled once per process; only its instances have state. */
const module = (): WebAssembly.Module => {
  compiled ??= new WebAssembly.Module(readFileSync(join(import.meta.dirname, "kernels.wasm")));
  return compiled;
};

/** @throws RangeError (from `reserve`) past 4 GiB, or where the machine has no more memory. */
export function openKernels(): Kernels {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: mostPages });
  const { exports } = new WebAssembly.Instance(module(), { env: { memory } });
  // Address 0 means "none" to the kernels, and the compiler keeps the first KiB for itself.
  let next = 1024;
  return {
    run: exports as unknown as KernelFunctions,
    get held() {
      return memory.buffer.byteLength;
    },
    reserve(bytes) {
      const at = next;
      const end = at + Math.ceil(bytes / 16) * 16;
      const missing = end - memory.buffer.byteLength;
      if (missing > 0) memory.grow(Math.ceil(missing / page));
      next = end;
      return at;
    },
    bytes: (at, length) => new Uint8Array(memory.buffer, at, length),
    halves: (at, length) => new Uint16Array(memory.buffer, at, length),
    words: (at, length) => new Uint32Array(memory.buffer, at, length),
    floats: (at, length) => new Float32Array(memory.buffer, at, length),
    doubles: (at, length) => new Float64Array(memory.buffer, at, length),
  };
}

/** The nearest of `k` vectors for each row. */
export interface Assignment {
  readonly labels: Int32Array;
  /** row · vector + bias of that vector. */
  readonly scores: Float32Array;
}

export interface Assigner {
  /** `vectors`: k × dim, row-major; `bias`: k numbers (minus half the squared norm: nearest by distance); none for the inner product. */
  setVectors(vectors: Float32Array, bias?: Float32Array): void;
  /** Rows × dim, row-major; any number of rows; fresh arrays. */
  assign(rows: Float32Array): Assignment;
  /** Inner products, rows × k, row-major, a fresh array. */
  multiply(rows: Float32Array): Float32Array;
}

/** Rows are copied into the memory this many bytes at a time, which fit in the processor's second-level cache. */
const pieceBytes = 256 * 1024;

/** Compares any number of rows with k vectors of `dim` numbers: the inner step of k-means. */
export function openAssigner(dim: number, k: number): Assigner {
  const kernels = openKernels();
  const { run } = kernels;
  const pieceRows = Math.max(2, Math.floor(pieceBytes / (dim * 4)));
  const vectors = kernels.reserve(k * dim * 4);
  const bias = kernels.reserve(k * 4);
  const scratch = kernels.reserve(2 * k * 4);
  const piece = kernels.reserve(pieceRows * dim * 4);
  const labels = kernels.reserve(pieceRows * 4);
  const scores = kernels.reserve(pieceRows * 4);
  const products = kernels.reserve(pieceRows * k * 4);

  const inPieces = (rows: Float32Array, use: (from: number, count: number) => void): void => {
    const total = Math.floor(rows.length / dim);
    for (let from = 0; from < total; from += pieceRows) {
      const count = Math.min(pieceRows, total - from);
      kernels.floats(piece, count * dim).set(rows.subarray(from * dim, (from + count) * dim));
      use(from, count);
    }
  };

  return {
    setVectors(given, biases) {
      if (given.length !== k * dim || (biases !== undefined && biases.length !== k))
        throw new RangeError(`Expected ${k} × ${dim} numbers and ${k} biases.`);
      kernels.floats(vectors, k * dim).set(given);
      const stored = kernels.floats(bias, k);
      if (biases === undefined) stored.fill(0);
      else stored.set(biases);
    },
    assign(rows) {
      const total = Math.floor(rows.length / dim);
      const found = { labels: new Int32Array(total), scores: new Float32Array(total) };
      inPieces(rows, (from, count) => {
        run.assign(piece, count, vectors, k, dim, bias, scratch, labels, scores);
        found.labels.set(kernels.words(labels, count), from);
        found.scores.set(kernels.floats(scores, count), from);
      });
      return found;
    },
    multiply(rows) {
      const out = new Float32Array(Math.floor(rows.length / dim) * k);
      inPieces(rows, (from, count) => {
        run.multiply(piece, count, vectors, k, dim, products);
        out.set(kernels.floats(products, count * k), from * k);
      });
      return out;
    },
  };
}
