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
}

/** Rows listed by their codes, each with an estimate made of its signs alone; good until rows at another distance are listed. */
export interface Weighed {
  /** In order, where they were listed at once; farther ones after nearer ones. */
  readonly rows: Uint32Array;
  readonly weights: Float32Array;
  /** One standard deviation of an estimate's error. */
  readonly deviation: number;
}

/** A question about the rows that pass a filter, good until the next one: it lies in the memory of the rows. */
export interface Asked {
  /** Estimates all rows that pass. */
  all(): Scored;
  /** The least distance, in bits, within which the codes of so many rows lie, or of all that pass. */
  reach(rows: number): number;
  /** The rows whose codes are at most so far from the question's, in bits; asked for farther ones next, it lists only those anew. */
  within(distance: number): Weighed;
  /** Estimates rows; good until others are estimated. */
  score(rows: Uint32Array): Scored;
  /** In how many bits the code of a row that passes differs from the question's. */
  distanceOf(row: number): number;
}

/**
 * The numbers of a rotated row are about normal. Their signs then leave so much of its length unexplained: √(1 − 2/π), by which the
 * estimate made of signs is off, per unit of factor and question (RaBitQ, theorem 3.2).
 */
const unexplained = Math.sqrt(1 - 2 / Math.PI);

/** The encoded rows: filled piece by piece, then searched. The float32 rows are not kept. */
export class ScanRows {
  readonly dim: number;
  readonly rows: number;
  readonly pieceRows: number;
  readonly #kernels: Kernels;
  /** Numbers in a rotated row: whole v128 of sign bits. */
  readonly #padded: number;
  readonly #at: Addresses;
  #lists = { size: 0, list: 0, weights: 0, chosen: 0, scores: 0 };
  #largestScale = 0;
  #sumOfFactors = 0;

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
    fillSigns(this.#kernels.words(this.#at.signs, rounds * this.#padded), shape.seed);
  }

  get memory(): number {
    return this.#kernels.held;
  }

  /** Where `count` float32 rows are to be written before `addToCentre` or `encode`. */
  piece(count: number): Float32Array {
    return this.#kernels.floats(this.#at.piece, count * this.dim);
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
      at.factors + from * 4,
    );
    for (const factor of this.#kernels.floats(at.factors + from * 4, count))
      this.#sumOfFactors += factor;
    for (const scale of this.#kernels.floats(at.scales + from * 4, count))
      if (scale > this.#largestScale) this.#largestScale = scale;
  }

  /** Bits of a code. */
  get bits(): number {
    return this.#padded;
  }

  /** @param passing how many rows pass the filter */
  ask(query: Float32Array, filter: RowBitmap | undefined, passing: number): Asked {
    const { run } = this.#kernels;
    const at = this.#at;
    const mask = this.#setMask(filter);
    const { unit, shift, length, levels } = this.#setQuery(query);
    // A number rounded to a step is off by step / √12 (one standard deviation), independently of the others.
    const error = (this.#largestScale / Math.sqrt(12)) * length;
    const deviation = unexplained * (this.#sumOfFactors / Math.max(1, this.rows)) * length;
    const score = (list: number, count: number): Scored => {
      const { scores } = this.#lists;
      run.scoreListed(at.ints, this.#padded, at.scales, list, count, at.shorts, unit, scores);
      const found = this.#kernels.floats(scores, count);
      for (let i = 0; i < count; i++) found[i] = (found[i] ?? 0) + shift;
      return { rows: this.#kernels.words(list, count), scores: found, error };
    };
    /** Rows in the list of `within`: those up to this distance. */
    let listed = { to: -1, count: 0 };
    let counts: Uint32Array | undefined;
    const measured = (): Uint32Array => {
      if (counts !== undefined) return counts;
      const { codes, code, distances, bins } = at;
      run.hammingAll(codes, this.#padded / 64, this.rows, code, mask, distances, bins);
      counts = this.#addedUp();
      return counts;
    };
    return {
      all: () => {
        this.#makeRoom(passing);
        const { list } = this.#lists;
        return score(list, run.listPassing(mask, this.rows, list));
      },
      reach: (rows) => {
        const found = measured().findIndex((count) => count >= rows);
        return found < 0 ? this.#padded : found;
      },
      within: (distance) => {
        const wanted = measured()[Math.min(distance, this.#padded)] ?? 0;
        // A longer list lies elsewhere, and begins anew.
        if (this.#makeRoom(wanted)) listed = { to: -1, count: 0 };
        const { list, weights } = this.#lists;
        const before = listed;
        if (distance > before.to) {
          const end = before.count * 4;
          const from = before.to + 1;
          const more = run.listWithin(at.distances, this.rows, from, distance, list + end);
          const { low, step, sum } = levels;
          run.weighListed(
            at.codes,
            this.#padded / 64,
            at.factors,
            list + end,
            more,
            at.planes,
            low,
            step,
            sum,
            weights + end,
          );
          const found = this.#kernels.floats(weights + end, more);
          for (let i = 0; i < more; i++) found[i] = (found[i] ?? 0) + shift;
          listed = { to: distance, count: before.count + more };
        }
        const { count } = listed;
        return {
          rows: this.#kernels.words(list, count),
          weights: this.#kernels.floats(weights, count),
          deviation,
        };
      },
      score: (rows) => {
        const { chosen } = this.#lists;
        this.#kernels.words(chosen, rows.length).set(rows);
        return score(chosen, rows.length);
      },
      distanceOf: (row) => this.#kernels.halves(at.distances + row * 2, 1)[0] ?? 0,
    };
  }

  /** How many rows are at most so far away, by distance. */
  #addedUp(): Uint32Array {
    const size = this.#padded + 1;
    const tables = this.#kernels.words(this.#at.bins, size * 4);
    const counts = new Uint32Array(size);
    let sum = 0;
    for (let bits = 0; bits < size; bits++) {
      for (let table = 0; table < 4; table++) sum += tables[table * size + bits] ?? 0;
      counts[bits] = sum;
    }
    return counts;
  }

  /** Reserves larger lists than any before; the old ones are small and are not reused. Returns whether it did. */
  #makeRoom(wanted: number): boolean {
    if (wanted <= this.#lists.size) return false;
    const size = Math.min(this.rows, Math.max(1024, wanted * 2));
    const place = () => this.#kernels.reserve(size * 4);
    this.#lists = { size, list: place(), weights: place(), chosen: place(), scores: place() };
    return true;
  }

  #setMask(filter: RowBitmap | undefined): number {
    if (filter === undefined) return 0;
    const words = Math.ceil(this.rows / 32);
    this.#kernels.words(this.#at.mask, words).set(filter.subarray(0, words));
    return this.#at.mask;
  }

  /** x·q = (x − c)·q + c·q: the rows are stored as x − c, so the second part is added back. */
  #setQuery(query: Float32Array) {
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
    const levels = this.#setPlanes(rotated);
    const unit = this.#kernels.run.encodeQuery(at.query, this.#padded, at.code, at.shorts);
    return { unit, shift, length: Math.sqrt(squares), levels };
  }

  /** The rotated question in sixteen levels, as `weighListed` takes it: coarser than int8, but finer than the rows' signs. */
  #setPlanes(rotated: Float32Array): { low: number; step: number; sum: number } {
    let low = Infinity;
    let high = -Infinity;
    for (const value of rotated) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
    const step = high > low ? (high - low) / 15 : 1;
    const bytes = this.#padded / 8;
    const planes = this.#kernels.bytes(this.#at.planes, bytes * 4).fill(0);
    let sum = 0;
    for (let number = 0; number < this.#padded; number++) {
      const level = Math.round(((rotated[number] ?? 0) - low) / step);
      sum += low + level * step;
      for (let plane = 0; plane < 4; plane++) {
        const byte = plane * bytes + (number >> 3);
        planes[byte] = (planes[byte] ?? 0) | (((level >> plane) & 1) << (number & 7));
      }
    }
    return { low, step, sum };
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
    factors: kernels.reserve(rows * 4),
    mask: kernels.reserve(Math.ceil(rows / 32) * 4),
    distances: kernels.reserve(Math.ceil(rows / 32) * 64),
    piece: kernels.reserve(piece * dim * 4),
    sums: kernels.reserve(dim * 8),
    centre: kernels.reserve(dim * 4),
    signs: kernels.reserve(rounds * padded * 4),
    query: kernels.reserve(padded * 4),
    code: kernels.reserve(padded / 8),
    shorts: kernels.reserve(padded * 2),
    planes: kernels.reserve(padded / 2),
    bins: kernels.reserve((padded + 1) * 16),
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
