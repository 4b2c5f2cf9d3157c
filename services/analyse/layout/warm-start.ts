// A refit starts from the old map: known rows at their old places, new ones among their neighbours.
import { dice } from "./random.ts";
import type { Graph } from "./umap-graph.ts";

/** Half-width of the start in layout units, as for a fresh one. */
const halfWidth = 10;
/** New rows with only new neighbours get their place within so many rounds, or else a random one. */
const rounds = 5;

/** Positions in layout units, or undefined where fewer than a tenth of the rows have an old place (NaN: none). */
export function warmStart(
  graph: Graph,
  previous: Float32Array,
  seed: number,
): Float32Array | undefined {
  const { rows } = graph;
  let known = 0;
  let reach = 0;
  for (let row = 0; row < rows; row++) {
    const x = Math.abs(previous[2 * row] ?? Number.NaN);
    const y = Math.abs(previous[2 * row + 1] ?? Number.NaN);
    if (!Number.isFinite(x + y)) continue;
    known++;
    reach = Math.max(reach, x, y);
  }
  if (known * 10 < rows || reach === 0) return undefined;
  const start = previous.map((value) => (value / reach) * halfWidth);
  for (let round = 0; round < rounds; round++) if (settleUnknown(graph, start) === 0) break;
  const random = dice(seed);
  return start.map((value) =>
    Number.isFinite(value)
      ? value + (random.share() - 0.5) * 0.01
      : (random.share() - 0.5) * halfWidth,
  );
}

/** Puts each row without a place at the weighted mean of its neighbours that have one; returns how many are left. */
function settleUnknown({ rows, starts, targets, weights }: Graph, start: Float32Array): number {
  let left = 0;
  const found: [row: number, x: number, y: number][] = [];
  for (let row = 0; row < rows; row++) {
    if (Number.isFinite(start[2 * row])) continue;
    let x = 0;
    let y = 0;
    let total = 0;
    for (let edge = starts[row] ?? 0; edge < (starts[row + 1] ?? 0); edge++) {
      const target = targets[edge] ?? 0;
      const targetX = start[2 * target] ?? Number.NaN;
      if (!Number.isFinite(targetX)) continue;
      const weight = weights[edge] ?? 0;
      x += weight * targetX;
      y += weight * (start[2 * target + 1] ?? 0);
      total += weight;
    }
    if (total > 0) found.push([row, x / total, y / total]);
    else left++;
  }
  for (const [row, x, y] of found) {
    start[2 * row] = x;
    start[2 * row + 1] = y;
  }
  return left;
}
