// Nearest rows by cosine in one thread: 1-bit codes select candidates, int8 codes rank them, the best few are compared exactly.
import { type Kernels, openKernels } from "#index-store/kernels/kernels.ts";
import { dot, row, type Vectors } from "#services/domain/vectors.ts";
import { dice, sampleRows } from "./random.ts";

/** Number of sign flips and transforms of the random rotation; three are enough (RaBitQ). */
const rounds = 3;
/** With no more rows than this, int8 codes of all rows are compared: the 1-bit selection would save nothing. */
const estimateAllBelow = 1024;
/** Rows whose neighbours are found both ways, to choose how many candidates the 1-bit codes must let through. */
const tuningRows = 64;
/** Rows compared exactly beside the k wanted, because the int8 ranking is wrong by a few ranks only. */
const closeCalls = 10;
/** Each number of candidates that is tried is a fifth larger than the one before. */
const effortStep = 1.2;
/** Rows copied into the kernel's memory at a time. */
const pieceRows = 256;

export interface SearchOptions {
  readonly k: number;
  readonly seed: number;
  /** Share of the true neighbours to be found, measured on 64 of the rows. */
  readonly recall: number;
}

/** Where the k nearest of one row are written. */
export interface Found {
  readonly rows: Uint32Array;
  readonly similarities: Float32Array;
}

/** Built once from the rows to be found, then asked for as many rows as needed; gives the same answers on every machine. */
export class NeighbourSearch {
  readonly k: number;
  readonly dim: number;
  /** Recall measured on a sample of the rows; 1 where all rows are ranked. */
  recall = 1;
  readonly #base: Vectors;
  readonly #kernels: Kernels;
  readonly #padded: number;
  readonly #centre: Float32Array;
  /** Row · centre, the part that an inner product of centred vectors lacks. */
  readonly #shifts: Float32Array;
  readonly #at: Addresses;
  #effort: number;

  constructor(base: Vectors, options: SearchOptions) {
    this.#base = base;
    this.dim = base.dim;
    this.k = Math.max(0, Math.min(options.k, base.rows));
    this.#padded = Math.ceil(base.dim / 128) * 128;
    this.#kernels = openKernels();
    this.#at = addresses(this.#kernels, { ...base, padded: this.#padded });
    this.#centre = meanRow(base, options.seed);
    this.#shifts = new Float32Array(base.rows);
    this.#effort = base.rows;
    this.#encode(options.seed);
    if (base.rows > estimateAllBelow) this.#tune(options);
  }

  /**
   * Writes the k nearest rows of `query`, nearest first, and returns their number.
   * `except` is left out (−1: none), so that a row is not its own neighbour.
   */
  nearest(query: Float32Array, except: number, into: Found): number {
    const { run } = this.#kernels;
    const at = this.#at;
    const wanted = Math.min(this.k, this.#base.rows - (except >= 0 ? 1 : 0));
    if (wanted <= 0) return 0;
    const unit = this.#setQuery(query);
    const count =
      this.#effort >= this.#base.rows
        ? run.listPassing(0, this.#base.rows, at.list)
        : run.hammingTop(
            at.codes,
            this.#padded / 64,
            this.#base.rows,
            at.code,
            0,
            this.#effort,
            at.entries,
            at.bins,
            at.list,
          );
    run.scoreListed(at.ints, this.#padded, at.scales, at.list, count, at.shorts, unit, at.scores);
    const best = new Ranking(Math.min(count, wanted + closeCalls));
    const rows = this.#kernels.words(at.list, count);
    const scores = this.#kernels.floats(at.scores, count);
    for (let place = 0; place < count; place++) {
      const found = rows[place] ?? 0;
      const score = (scores[place] ?? 0) + (this.#shifts[found] ?? 0);
      if (score > best.bar && found !== except) best.insert(found, score);
    }
    const exact = new Ranking(wanted);
    for (let place = 0; place < best.size; place++) {
      const found = best.rows[place] ?? 0;
      const score = dot(query, row(this.#base, found));
      if (score > exact.bar) exact.insert(found, score);
    }
    into.rows.set(exact.rows.subarray(0, exact.size));
    into.similarities.set(exact.scores.subarray(0, exact.size));
    return exact.size;
  }

  /** Finds the smallest number of candidates, from a geometric series, that contains enough of the true neighbours. */
  #tune({ seed, recall }: SearchOptions): void {
    const { rows } = this.#base;
    const asked = sampleRows(rows, tuningRows, dice(seed));
    const found: Found = {
      rows: new Uint32Array(this.k),
      similarities: new Float32Array(this.k),
    };
    const bars = Array.from(asked, (number) => {
      const size = this.nearest(row(this.#base, number), number, found);
      // Rows as near as the k-th count as found too, because chats repeat the same texts.
      return (found.similarities[size - 1] ?? 0) - 1e-5;
    });
    const recallWith = (effort: number): number => {
      this.#effort = effort;
      let good = 0;
      for (const [place, number] of asked.entries()) {
        const size = this.nearest(row(this.#base, number), number, found);
        for (let n = 0; n < size; n++)
          if ((found.similarities[n] ?? 0) >= (bars[place] ?? 0)) good++;
      }
      return good / (asked.length * Math.min(this.k, rows - 1));
    };
    const fewest = Math.min(rows, Math.max(128, 4 * this.k));
    const effortOf = (step: number) => Math.min(rows, Math.ceil(fewest * effortStep ** step));
    let low = 0;
    let high = Math.ceil(Math.log(rows / fewest) / Math.log(effortStep));
    // With all rows as candidates nothing is missed.
    let reached = 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      const share = recallWith(effortOf(middle));
      if (share >= recall) {
        high = middle;
        reached = share;
      } else low = middle + 1;
    }
    this.#effort = effortOf(high);
    this.recall = reached;
  }

  #encode(seed: number): void {
    const { dim, rows, data } = this.#base;
    const at = this.#at;
    const random = dice(seed);
    const signs = this.#kernels.words(at.signs, rounds * this.#padded);
    for (let place = 0; place < signs.length; place++) signs[place] = (random.next() & 1) << 31;
    this.#kernels.floats(at.centre, dim).set(this.#centre);
    for (let from = 0; from < rows; from += pieceRows) {
      const count = Math.min(pieceRows, rows - from);
      this.#kernels
        .floats(at.piece, count * dim)
        .set(data.subarray(from * dim, (from + count) * dim));
      this.#kernels.run.encode(
        at.piece,
        count,
        dim,
        this.#padded,
        at.centre,
        at.signs,
        rounds,
        at.query,
        at.codes + (from * this.#padded) / 8,
        at.ints + from * this.#padded,
        at.scales + from * 4,
        0,
      );
    }
    for (let place = 0; place < rows; place++)
      this.#shifts[place] = dot(row(this.#base, place), this.#centre);
  }

  /** Centres and rotates the query like the rows, so that the codes compare angles seen from the mean. */
  #setQuery(query: Float32Array): number {
    const at = this.#at;
    const rotated = this.#kernels.floats(at.query, this.#padded).fill(0);
    for (let place = 0; place < query.length; place++)
      rotated[place] = (query[place] ?? 0) - (this.#centre[place] ?? 0);
    this.#kernels.run.rotate(at.query, this.#padded, at.signs, rounds);
    return this.#kernels.run.encodeQuery(at.query, this.#padded, at.code, at.shorts);
  }
}

/** Queries in a row, `count` of them; with `selfFrom` they are rows of the base, starting at that number. */
export interface Questions {
  readonly rows: Float32Array;
  readonly count: number;
  readonly selfFrom: number | undefined;
}

/** Returns count × k row numbers and cosine distances (0 … 2), nearest first. */
export function nearestOfRows(search: NeighbourSearch, { rows, count, selfFrom }: Questions) {
  const { k, dim } = search;
  const indices = new Uint32Array(count * k);
  const distances = new Float32Array(count * k);
  for (let place = 0; place < count; place++) {
    const to = { rows: indices.subarray(place * k), similarities: distances.subarray(place * k) };
    const except = selfFrom === undefined ? -1 : selfFrom + place;
    search.nearest(rows.subarray(place * dim, (place + 1) * dim), except, to);
  }
  // Rounding may put the similarity of equal rows a little above 1.
  for (let at = 0; at < distances.length; at++)
    distances[at] = Math.max(0, 1 - (distances[at] ?? 0));
  return { indices, distances };
}

/** Keeps the best few candidates offered, best first; among equal ones the first stays ahead. */
class Ranking {
  readonly rows: Uint32Array;
  readonly scores: Float32Array;
  size = 0;
  bar = -Infinity;

  constructor(room: number) {
    this.rows = new Uint32Array(room);
    this.scores = new Float32Array(room);
  }

  /** To be called only for a score above the bar. */
  insert(found: number, score: number): void {
    const { rows, scores } = this;
    let place = this.size < rows.length ? this.size++ : rows.length - 1;
    for (; place > 0 && (scores[place - 1] ?? 0) < score; place--) {
      rows[place] = rows[place - 1] ?? 0;
      scores[place] = scores[place - 1] ?? 0;
    }
    rows[place] = found;
    scores[place] = score;
    if (this.size === rows.length) this.bar = scores[this.size - 1] ?? Infinity;
  }
}

type Addresses = ReturnType<typeof addresses>;

function addresses(kernels: Kernels, shape: { dim: number; rows: number; padded: number }) {
  const { dim, rows, padded } = shape;
  return {
    codes: kernels.reserve((rows * padded) / 8),
    ints: kernels.reserve(rows * padded),
    scales: kernels.reserve(rows * 4),
    piece: kernels.reserve(pieceRows * dim * 4),
    centre: kernels.reserve(dim * 4),
    signs: kernels.reserve(rounds * padded * 4),
    query: kernels.reserve(padded * 4),
    code: kernels.reserve(padded / 8),
    shorts: kernels.reserve(padded * 2),
    bins: kernels.reserve((padded + 1) * 4),
    list: kernels.reserve(rows * 4),
    scores: kernels.reserve(rows * 4),
    entries: kernels.reserve(rows * 32 + 256),
  };
}

/** The mean of up to 8,192 rows sampled from all. */
function meanRow(base: Vectors, seed: number): Float32Array {
  const sums = new Float64Array(base.dim);
  const taken = sampleRows(base.rows, 8192, dice(seed));
  for (const number of taken) {
    const from = number * base.dim;
    for (let at = 0; at < base.dim; at++) sums[at] = (sums[at] ?? 0) + (base.data[from + at] ?? 0);
  }
  return Float32Array.from(sums, (sum) => sum / Math.max(1, taken.length));
}
