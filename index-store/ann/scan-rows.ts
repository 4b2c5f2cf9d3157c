// What the scan engine keeps in memory of each row, centred and randomly rotated: a code of one bit and an int8 per number.
import { type Kernels, openKernels } from "../kernels/kernels.ts";
import { AnnError, type RowBitmap } from "./ann.ts";

/** Sign flips and transforms; three mix well, as in RaBitQ and FALCONN. */
const rounds = 3;
/** Bytes of float32 rows taken in at a time: about 2 ms of encoding. */
const pieceBytes = 1024 * 1024;
/** Int8 × int16 of ±2047 summed into four int32 lanes cannot overflow up to here. */
export const maxScanDim = 16_384;

export interface Scored {
  readonly rows: Uint32Array;
  /** Estimates of the inner product with the stored row. */
  readonly scores: Float32Array;
  /** One standard deviation of the estimate's error, from rounding to int8. */
  readonly error: number;
  /** Where the codes chose the rows: in how many bits each code differs from the query's, and the largest such number. */
  readonly distances?: { readonly of: (place: number) => number; readonly cut: number };
}

export interface Candidates {
  /** Rows to estimate; at least one. */
  readonly effort: number;
  readonly filter: RowBitmap | undefined;
  /** Rows that pass the filter. */
  readonly passing: number;
}

/** The encoded rows: filled piece by piece, then searched. The float32 rows are not kept. */
export class ScanRows {
  readonly dim: number;
  readonly rows: number;
  readonly pieceRows: number;
  readonly #kernels: Kernels;
  /** Numbers in a rotated row: whole v128 of sign bits. */
  readonly #padded: number;
  readonly #at: Addresses;
  #lists: { readonly size: number; readonly list: number; readonly scores: number };
  #entries: { readonly size: number; readonly at: number };
  #largestScale = 0;

  /** @throws AnnError "engine" where the rows do not fit in 4 GiB or in the machine's memory. */
  constructor(shape: { readonly dim: number; readonly rows: number; readonly seed: number }) {
    const { dim, rows } = shape;
    this.dim = dim;
    this.rows = rows;
    this.#padded = Math.ceil(dim / 128) * 128;
    this.pieceRows = Math.max(1, Math.floor(pieceBytes / (dim * 4)));
    try {
      this.#kernels = openKernels();
      this.#at = addresses(this.#kernels, {
        dim,
        rows,
        padded: this.#padded,
        piece: this.pieceRows,
      });
    } catch (cause) {
      throw new AnnError(
        "engine",
        `${rows} × ${dim} do not fit in a scan's memory; use the FAISS engine or smaller segments.`,
        { cause },
      );
    }
    this.#lists = { size: 0, list: 0, scores: 0 };
    this.#entries = { size: 0, at: 0 };
    fillSigns(this.#kernels.words(this.#at.signs, rounds * this.#padded), shape.seed);
  }

  get memory(): number {
    return this.#kernels.held;
  }

  /** Where `count` float32 rows are to be written before `addToCentre` or `encode`. */
  piece(count: number): Uint8Array {
    return this.#kernels.bytes(this.#at.piece, count * this.dim * 4);
  }

  /** Counts the rows in the piece towards the centre. */
  addToCentre(count: number): void {
    this.#kernels.run.addRows(this.#at.piece, count, this.dim, this.#at.sums);
  }

  /** The centre is the mean of the `count` rows added. */
  setCentre(count: number): void {
    const sums = this.#kernels.doubles(this.#at.sums, this.dim);
    const centre = this.#kernels.floats(this.#at.centre, this.dim);
    for (let at = 0; at < this.dim; at++) centre[at] = (sums[at] ?? 0) / Math.max(1, count);
  }

  /** Keeps the rows in the piece as rows `from` to `from + count`. */
  encode(from: number, count: number): void {
    const at = this.#at;
    this.#kernels.run.encode(
      at.piece,
      count,
      this.dim,
      this.#padded,
      at.centre,
      at.signs,
      rounds,
      at.query,
      at.codes + (from * this.#padded) / 8,
      at.ints + from * this.#padded,
      at.scales + from * 4,
    );
    for (const scale of this.#kernels.floats(at.scales + from * 4, count))
      if (scale > this.#largestScale) this.#largestScale = scale;
  }

  /**
   * The rows worth a closer look, with an estimate of each: those of the `effort` nearest codes, or all that pass where
   * they are no more than that. The arrays are views, good until the next call.
   */
  candidates(query: Float32Array, choice: Candidates): Scored {
    const { run } = this.#kernels;
    const at = this.#at;
    const wanted = Math.max(1, Math.min(choice.effort, choice.passing));
    this.#makeRoom(wanted, choice.passing > choice.effort);
    const mask = this.#setMask(choice.filter);
    const { unit, shift, length } = this.#setQuery(query);
    const { list, scores } = this.#lists;
    const prefiltered = choice.passing > choice.effort;
    const count = !prefiltered
      ? run.listPassing(mask, this.rows, list)
      : run.hammingTop(
          at.codes,
          this.#padded / 64,
          this.rows,
          at.code,
          mask,
          wanted,
          this.#entries.at,
          at.bins,
          list,
        );
    run.scoreListed(at.ints, this.#padded, at.scales, list, count, at.shorts, unit, scores);
    const found = this.#kernels.floats(scores, count);
    for (let i = 0; i < count; i++) found[i] = (found[i] ?? 0) + shift;
    return {
      rows: this.#kernels.words(list, count),
      scores: found,
      // A number rounded to a step is off by step / √12 (one standard deviation), independently of the others.
      error: (this.#largestScale / Math.sqrt(12)) * length,
      ...(prefiltered ? { distances: this.#distances(count) } : {}),
    };
  }

  /** Standard deviation of the bits in which two codes differ, at most: that of a fair coin for each bit. */
  get codeNoise(): number {
    return Math.sqrt(this.#padded) / 2;
  }

  /** The kernel leaves pairs of row and distance in its buffer, in the order of its list. */
  #distances(count: number): { of: (place: number) => number; cut: number } {
    const pairs = this.#kernels.words(this.#entries.at, count * 2);
    let cut = 0;
    for (let place = 0; place < count; place++) cut = Math.max(cut, pairs[2 * place + 1] ?? 0);
    return { of: (place) => pairs[2 * place + 1] ?? 0, cut };
  }

  /** Reserves larger buffers for an effort greater than any before; the old ones are small and are not reused. */
  #makeRoom(wanted: number, prefilter: boolean): void {
    if (wanted > this.#lists.size) {
      const size = Math.min(this.rows, Math.max(1024, wanted * 2));
      this.#lists = {
        size,
        list: this.#kernels.reserve(size * 4),
        scores: this.#kernels.reserve(size * 4),
      };
    }
    if (prefilter && wanted > this.#entries.size) {
      const size = this.#lists.size;
      this.#entries = { size, at: this.#kernels.reserve(size * 32 + 256) };
    }
  }

  #setMask(filter: RowBitmap | undefined): number {
    if (filter === undefined) return 0;
    const words = Math.ceil(this.rows / 32);
    this.#kernels.words(this.#at.mask, words).set(filter.subarray(0, words));
    return this.#at.mask;
  }

  /** x·q = (x − c)·q + c·q: the rows are stored as x − c, so the second part is added back. */
  #setQuery(query: Float32Array): { unit: number; shift: number; length: number } {
    const at = this.#at;
    const centre = this.#kernels.floats(at.centre, this.dim);
    const rotated = this.#kernels.floats(at.query, this.#padded).fill(0);
    rotated.set(query);
    let shift = 0;
    let squares = 0;
    for (let i = 0; i < this.dim; i++) {
      const value = query[i] ?? 0;
      shift += value * (centre[i] ?? 0);
      squares += value * value;
    }
    this.#kernels.run.rotate(at.query, this.#padded, at.signs, rounds);
    const unit = this.#kernels.run.encodeQuery(at.query, this.#padded, at.code, at.shorts);
    return { unit, shift, length: Math.sqrt(squares) };
  }
}

type Addresses = ReturnType<typeof addresses>;

function addresses(
  kernels: Kernels,
  shape: { dim: number; rows: number; padded: number; piece: number },
) {
  const { dim, rows, padded, piece } = shape;
  return {
    codes: kernels.reserve((rows * padded) / 8),
    ints: kernels.reserve(rows * padded),
    scales: kernels.reserve(rows * 4),
    mask: kernels.reserve(Math.ceil(rows / 32) * 4),
    piece: kernels.reserve(piece * dim * 4),
    sums: kernels.reserve(dim * 8),
    centre: kernels.reserve(dim * 4),
    signs: kernels.reserve(rounds * padded * 4),
    query: kernels.reserve(padded * 4),
    code: kernels.reserve(padded / 8),
    shorts: kernels.reserve(padded * 2),
    bins: kernels.reserve((padded + 1) * 4),
  };
}

/** Sign bits from a small seeded generator (mulberry32): one seed is one rotation on every machine. */
function fillSigns(into: Uint32Array, seed: number): void {
  let state = seed >>> 0;
  for (let at = 0; at < into.length; at++) {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    into[at] = ((mixed ^ (mixed >>> 14)) & 1) << 31;
  }
}
