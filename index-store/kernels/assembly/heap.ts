// The best k rows so far, in a heap with the worst on top; equal scores by smaller row.

import { heapRows, heapScores } from "./postings";

export let heapSize: i32 = 0;
let heapMost: i32 = 0;

export function beginHeap(most: i32): void {
  heapSize = 0;
  heapMost = most;
}

/** A row that comes after all others must score more than this to get in. */
// @ts-ignore: decorator
@inline
export function threshold(): f64 {
  if (heapMost == 0) return Infinity;
  return heapSize < heapMost ? -Infinity : <f64>load<f32>(heapScores);
}

/** Bigger scores are better, then smaller rows. */
// @ts-ignore: decorator
@inline
function isWorse(a: i32, b: i32): bool {
  const one = load<f32>(heapScores + (<usize>a << 2));
  const other = load<f32>(heapScores + (<usize>b << 2));
  return one == other
    ? load<u32>(heapRows + (<usize>a << 2)) > load<u32>(heapRows + (<usize>b << 2))
    : one < other;
}

function swap(a: i32, b: i32): void {
  const one = <usize>a << 2;
  const other = <usize>b << 2;
  const row = load<u32>(heapRows + one);
  const score = load<f32>(heapScores + one);
  store<u32>(heapRows + one, load<u32>(heapRows + other));
  store<f32>(heapScores + one, load<f32>(heapScores + other));
  store<u32>(heapRows + other, row);
  store<f32>(heapScores + other, score);
}

/** Rows are offered in ascending order; the worst is on top. */
export function offer(row: u32, score: f32): void {
  if (!(<f64>score > threshold())) return;
  if (heapSize < heapMost) {
    store<u32>(heapRows + (<usize>heapSize << 2), row);
    store<f32>(heapScores + (<usize>heapSize << 2), score);
    let at = heapSize++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isWorse(at, parent)) return;
      swap(at, parent);
      at = parent;
    }
    return;
  }
  store<u32>(heapRows, row);
  store<f32>(heapScores, score);
  let at = 0;
  for (;;) {
    const left = at * 2 + 1;
    let worst = at;
    if (left < heapSize && isWorse(left, worst)) worst = left;
    if (left + 1 < heapSize && isWorse(left + 1, worst)) worst = left + 1;
    if (worst == at) return;
    swap(at, worst);
    at = worst;
  }
}
