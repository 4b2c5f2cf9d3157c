// The scan engine: compares 1-bit codes of all rows, then of the best their signs, their int8 forms and the rows themselves.
import {
  type AnnBuild,
  type AnnEngine,
  AnnError,
  type AnnIndex,
  type AnnRecipe,
  type AnnSearch,
  type Neighbours,
  type RowStream,
  type Rows,
} from "./ann.ts";
import { Best } from "./best.ts";
import { checkedStream, checkQuery, checkRow, countPassing } from "./check.ts";
import { dot } from "./dot.ts";
import { withFile } from "./faiss-file.ts";
import { isRowForm, RowFile, writeRows } from "./row-file.ts";
import { type Asked, maxScanDim, ScanRows, type Scored, type Weighed } from "./scan-rows.ts";

/** Where the int8 forms of all rows that pass are no larger than this, all are estimated: about a millisecond, nothing missed. */
const estimateAllBytes = 8 * 1024 * 1024;
/** Rows let in by their codes at first: weighing them costs a small part of comparing the codes of 100,000 rows. */
const firstRows = 1024;
/**
 * By so many standard deviations the worst code let in must be worse than the mean code of the best answers; else more rows are let
 * in. Measured with 200,000 and 1.5 million chat messages: recall@10 of .988 and .981 (decision 0017).
 */
const margin = 2;
/** The best answers whose codes are looked at, at most: with fewer, the later ones of 100 would often be missed. */
const bestLooked = 50;
/** And at least, where fewer are as similar as wanted. */
const fewestLooked = 8;
/** Rows of the file whose mean is the centre, in blocks spread evenly over it. */
const centreRows = 8192;
const centreBlock = 64;
/** Standard deviations of the int8 estimate's error that the exact comparison covers. */
const doubt = 5;
/** Rows compared exactly at most, beside four for each wanted: a millisecond of reads. */
const mostClose = 512;

export interface ScanOptions {
  /** Where no more rows pass than this, all are estimated; by default as many as a millisecond allows. */
  readonly estimateAllBelow?: number;
}

export const scanEngine = (options: ScanOptions = {}): AnnEngine => {
  const small = (dim: number) =>
    options.estimateAllBelow ?? Math.floor(estimateAllBytes / Math.max(128, dim));
  return {
    name: "scan",
    unavailable: () => undefined,
    build: buildScan,
    open: async (path, recipe) => await openScan(path, recipe, small(recipe.dim)),
  };
};

async function buildScan(
  rows: Rows | RowStream,
  path: string,
  options: AnnBuild = {},
): Promise<AnnRecipe> {
  const { factory = "SQfp16", seed = 1 } = options;
  if (!isRowForm(factory))
    throw new AnnError("engine", `The scan engine writes files of plain rows, not "${factory}".`);
  checkDim(rows.dim);
  await writeRows(checkedStream(rows), path, factory);
  const { dim, rows: count } = rows;
  return { engine: "scan", factory, dim, rows: count, seed };
}

function checkDim(dim: number): void {
  if (dim > maxScanDim)
    throw new AnnError("engine", `The scan takes up to ${maxScanDim} dimensions, not ${dim}.`);
}

async function openScan(path: string, recipe: AnnRecipe, small: number): Promise<AnnIndex> {
  checkDim(recipe.dim);
  return await withFile(path, async (file) => {
    const stored = await RowFile.open(file, path, recipe);
    const rows = new ScanRows({ dim: recipe.dim, rows: recipe.rows, seed: recipe.seed ?? 1 });
    await findCentre(stored, rows);
    // Each read ends a turn of the event loop, so that others run between two pieces.
    for (let from = 0; from < rows.rows; from += rows.pieceRows) {
      const count = Math.min(rows.pieceRows, rows.rows - from);
      await stored.read(from, rows.piece(count));
      rows.encode(from, count);
    }
    return scanIndex(rows, stored, small);
  });
}

async function findCentre(stored: RowFile, rows: ScanRows): Promise<void> {
  const block = Math.min(centreBlock, rows.pieceRows);
  const blocks = Math.min(Math.ceil(rows.rows / block), centreRows / centreBlock);
  let taken = 0;
  for (let number = 0; number < blocks; number++) {
    const from = Math.floor((number * rows.rows) / blocks);
    const count = Math.min(block, rows.rows - from);
    await stored.read(from, rows.piece(count));
    rows.addToCentre(count);
    taken += count;
  }
  rows.setCentre(taken);
}

function scanIndex(kept: ScanRows, stored: RowFile, small: number): AnnIndex {
  const { dim, rows } = kept;
  let held: ScanRows | undefined = kept;
  const open = (): ScanRows => {
    if (held === undefined) throw new AnnError("engine", "This index has been closed.");
    return held;
  };
  const readRow = (row: number, into: Float32Array): Float32Array => {
    stored.readNow(row, into);
    return into;
  };
  const buffer = new Float32Array(dim);
  return {
    engine: "scan",
    dim,
    rows,
    get memory() {
      return held?.memory ?? 0;
    },
    async search(query, search) {
      const current = open();
      checkQuery(current, query, search);
      const { filter } = search;
      const passing = filter === undefined ? rows : countPassing(filter, rows);
      if (passing === 0 || search.k === 0) return new Best(0).neighbours();
      const exact = (row: number) => dot(readRow(row, buffer), query);
      const asked = current.ask(query, filter, passing);
      const scored = passing <= small ? asked.all() : nearest(asked, search, current.bits);
      return settle(scored, search, exact);
    },
    vector(row, into = new Float32Array(dim)) {
      open();
      checkRow(kept, row);
      return readRow(row, into);
    },
    close() {
      if (held === undefined) return;
      held = undefined;
      stored.close();
    },
  };
}

/**
 * Estimates the rows that may be among the best, in three steps, each over fewer rows and closer to the truth: rows with near codes; of
 * these, rows whose signs speak for them; their int8 forms. How far the codes may lie is found out with the best rows: until the worst
 * code let in is worse than theirs by a margin, so that few rows as good as these are left out. Where no row that passes is near the
 * question, codes say little and most rows are let in.
 */
function nearest(asked: Asked, { k, atLeast = -Infinity }: AnnSearch, bits: number): Scored {
  const looked = { most: Math.min(k, bestLooked), atLeast };
  let reach = asked.reach(Math.max(firstRows, k * 4));
  for (;;) {
    const weighed = asked.within(reach);
    const probes = asked.score(heaviest(weighed, k * 2));
    const mean = meanDistance(asked, probes, looked);
    // The bits in which two codes differ are tosses of a coin that shows the angle: this is the deviation of their number.
    const noise = Math.sqrt(mean * (1 - mean / bits));
    const wanted = Math.min(bits, Math.ceil(mean + margin * noise));
    if (wanted > reach) {
      reach = wanted;
      continue;
    }
    const bar = Math.max(bestOf(probes, k).bar, atLeast) - margin * weighed.deviation;
    return asked.score(reaching(weighed, bar));
  }
}

/** The rows whose weights reach the bar. */
function reaching({ rows, weights }: Weighed, bar: number): Uint32Array {
  const found = new Uint32Array(rows.length);
  let count = 0;
  for (let at = 0; at < rows.length; at++)
    if ((weights[at] ?? -Infinity) >= bar) found[count++] = rows[at] ?? 0;
  return found.subarray(0, count);
}

/** The rows of the greatest weights, in no order. */
const heaviest = ({ rows, weights }: Weighed, count: number): Uint32Array =>
  Uint32Array.from(bestOf({ rows, scores: weights }, count).rows);

/** Of the codes of the best rows that are as similar as wanted. */
function meanDistance(
  asked: Asked,
  scored: Scored,
  { most, atLeast }: { readonly most: number; readonly atLeast: number },
): number {
  const found = bestOf(scored, most).neighbours();
  const similar = found.similarities.filter((similarity) => similarity >= atLeast).length;
  const looked = found.rows.subarray(0, Math.max(similar, fewestLooked));
  let sum = 0;
  for (const row of looked) sum += asked.distanceOf(row);
  return sum / Math.max(1, looked.length);
}

/** Compares exactly those whose estimate, given its error, might still be among the k best. */
function settle(
  scored: Scored,
  { k, atLeast = -Infinity }: AnnSearch,
  exact: (row: number) => number,
): Neighbours {
  const bar = Math.max(bestOf(scored, k).bar, atLeast) - doubt * scored.error;
  const best = new Best(k);
  // Thousands of rows can be nearly equal; each one compared costs a read, so their number is limited.
  for (const row of bestOf(scored, k * 4 + mostClose, bar).rows) {
    const similarity = exact(row);
    if (similarity >= atLeast) best.offer(row, similarity);
  }
  return best.neighbours();
}

/** Estimates are sorted into so many bins to find out which are surely too small. */
const bins = 512;
const binCounts = new Uint32Array(bins);

/**
 * A bar that at least `k` of the scores reach and, where they are spread, few more: of thousands, most need not be compared with the
 * best ones so far.
 */
function roughBar(scores: Float32Array, k: number): number {
  let low = Infinity;
  let high = -Infinity;
  for (let at = 0; at < scores.length; at++) {
    const score = scores[at] ?? 0;
    if (score < low) low = score;
    if (score > high) high = score;
  }
  const width = (high - low) / bins;
  if (!(width > 0)) return -Infinity;
  binCounts.fill(0);
  for (let at = 0; at < scores.length; at++) {
    const bin = Math.min(bins - 1, Math.floor(((scores[at] ?? 0) - low) / width));
    binCounts[bin] = (binCounts[bin] ?? 0) + 1;
  }
  let count = 0;
  for (let bin = bins - 1; bin > 0; bin--) {
    count += binCounts[bin] ?? 0;
    // A bin lower, since the edges of bins are rounded.
    if (count >= k) return low + (bin - 1) * width;
  }
  return -Infinity;
}

/** The `k` best estimates of those that reach the bar. */
function bestOf(
  { rows, scores }: Pick<Scored, "rows" | "scores">,
  k: number,
  least = -Infinity,
): Best {
  const best = new Best(k);
  const rough = least === -Infinity && scores.length > k * 4 ? roughBar(scores, k) : -Infinity;
  let bar = Math.max(least, rough, best.bar);
  for (let at = 0; at < rows.length; at++) {
    const score = scores[at] ?? -Infinity;
    if (score < bar) continue;
    best.offer(rows[at] ?? 0, score);
    bar = Math.max(least, rough, best.bar);
  }
  return best;
}
