// Finds the smallest effort with which an approximate engine holds the recall target, on queries made from the rows.
import { setImmediate } from "node:timers/promises";
import { openAssigner } from "../kernels/kernels.ts";
import type { AnnIndex, Rows } from "./ann.ts";
import { Best } from "./best.ts";

const k = 10;
const questions = 96;
/** Rounding of float32 sums: a found row this close to the tenth exact one is its equal. */
const sameSimilarity = 1e-5;
/** Rows multiplied between two turns of the event loop. */
const step = 1024;

export interface Tuning {
  /** recall@10 to hold. */
  readonly target: number;
  /** Efforts to try, growing by a factor. */
  readonly efforts: { readonly from: number; readonly to: number; readonly factor: number };
}

/**
 * Recall is counted by similarity, not by row number: any of many equal messages is a right answer. As the sample of queries is
 * small, the loss on it must stay below half of what is allowed.
 */
export async function tuneEffort(
  index: AnnIndex,
  rows: Rows,
  { target, efforts }: Tuning,
): Promise<{ effort: number; recall: number }> {
  const asked = questionsFrom(rows);
  const bars = await exactBars(rows, asked);
  const wanted = target + (1 - target) / 2;
  let effort = Math.min(efforts.from, efforts.to);
  for (;;) {
    const recall = await recallAt(index, asked, { rows, bars, effort });
    if (recall >= wanted || effort >= efforts.to) return { effort, recall };
    effort = Math.min(efforts.to, Math.ceil(effort * efforts.factor));
  }
}

/** Recall on the harder of the two kinds of queries; those that are equal to a row are easy for every engine. */
async function recallAt(
  index: AnnIndex,
  asked: readonly Float32Array[],
  {
    rows,
    bars,
    effort,
  }: { readonly rows: Rows; readonly bars: readonly number[]; readonly effort: number },
): Promise<number> {
  const found = [0, 0];
  const wanted = [0, 0];
  for (const [number, question] of asked.entries()) {
    const neighbours = await index.search(question, { k, effort });
    const bar = (bars[number] ?? 0) - sameSimilarity;
    const kind = number % 2;
    wanted[kind] = (wanted[kind] ?? 0) + Math.min(k, index.rows);
    // Computed from the rows as given: an engine that stores them with fewer bits reports similarities with that error.
    for (const row of neighbours.rows)
      if (similarityOf(rows, row, question) >= bar) found[kind] = (found[kind] ?? 0) + 1;
    if (number % 16 === 15) await setImmediate();
  }
  return Math.min(...found.map((count, kind) => count / Math.max(1, wanted[kind] ?? 0)));
}

function similarityOf({ dim, data }: Rows, row: number, question: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < dim; at++) sum += (data[row * dim + at] ?? 0) * (question[at] ?? 0);
  return sum;
}

/**
 * Rows spread evenly, every second one moved halfway towards another row: a query that is a row finds itself and its equals,
 * which is easier than what people ask.
 */
export function questionsFrom(rows: Rows): Float32Array[] {
  const count = Math.min(questions, rows.rows);
  return Array.from({ length: count }, (_, number) => {
    const one = Math.floor((number * rows.rows) / count);
    const vector = rows.data.slice(one * rows.dim, (one + 1) * rows.dim);
    if (number % 2 === 0) return vector;
    const other = (one + Math.floor(rows.rows / 2) + 7 * number) % rows.rows;
    let squares = 0;
    for (let at = 0; at < rows.dim; at++) {
      const value = (vector[at] ?? 0) + 0.5 * (rows.data[other * rows.dim + at] ?? 0);
      vector[at] = value;
      squares += value * value;
    }
    return vector.map((value) => value / (Math.sqrt(squares) || 1));
  });
}

/** The tenth exact similarity of each question. */
async function exactBars(rows: Rows, asked: readonly Float32Array[]): Promise<number[]> {
  const { dim } = rows;
  const assigner = openAssigner(dim, asked.length);
  const joined = new Float32Array(asked.length * dim);
  for (const [number, question] of asked.entries()) joined.set(question, number * dim);
  assigner.setVectors(joined);
  const best = asked.map(() => new Best(Math.min(k, rows.rows)));
  for (let from = 0; from < rows.rows; from += step) {
    const to = Math.min(rows.rows, from + step);
    const products = assigner.multiply(rows.data.subarray(from * dim, to * dim));
    for (const [number, keeper] of best.entries())
      for (let row = from; row < to; row++) {
        const similarity = products[(row - from) * asked.length + number] ?? 0;
        if (similarity >= keeper.bar) keeper.offer(row, similarity);
      }
    await setImmediate();
  }
  return best.map((keeper) => keeper.bar);
}
