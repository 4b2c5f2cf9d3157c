// UMAP's gradient descent: each point is attracted by its neighbours and repelled by five random points, ever less, in typed arrays.
import type { Steps } from "./pace.ts";
import { type Curve, type Forces, tabulateForces } from "./umap-curve.ts";
import type { Graph } from "./umap-graph.ts";

/** Random points that repel, for each neighbour that attracts. */
const strangers = 5;
/** No step is longer than this, in layout units. */
const longestStep = 4;
/** Edges handled before the event loop gets a turn: a few milliseconds. */
const stepEdges = 100_000;

export interface DescentOptions {
  readonly epochs: number;
  readonly curve: Curve;
  readonly seed: number;
  /** The factor by which repulsion is stronger than UMAP's own. */
  readonly repulsion?: number;
  /** Length of the first steps; 1 for a fresh start, less for one that is nearly right. */
  readonly rate?: number;
}

/** As in umap-learn: many for small layouts, which are cheap, fewer for large ones, which settle in fewer. */
export const epochsFor = (rows: number): number => (rows <= 10_000 ? 500 : 200);

/**
 * Stochastic gradient descent on the cross-entropy of graph and layout (McInnes, Healy & Melville 2018, algorithm 5): an edge
 * is used in a share of the epochs that is proportional to its weight. Moves `positions` (interleaved x, y) in place.
 */
export function* descend(
  graph: Graph,
  positions: Float32Array,
  options: DescentOptions,
): Steps<void> {
  const { epochs, rate = 1 } = options;
  const descent = openDescent(graph, positions, options);
  for (let epoch = 0; epoch < epochs; epoch++) {
    const alpha = rate * (1 - epoch / epochs);
    let row = 0;
    while (row < graph.rows) {
      const end = rowAfter(graph, row, stepEdges);
      descent.sweep({ from: row, to: end, epoch, alpha });
      row = end;
      yield (epoch + row / graph.rows) / epochs;
    }
  }
}

function rowAfter({ rows, starts }: Graph, row: number, edges: number): number {
  const enough = (starts[row] ?? 0) + edges;
  let end = row + 1;
  while (end < rows && (starts[end + 1] ?? 0) <= enough) end++;
  return end;
}

interface Sweep {
  readonly from: number;
  readonly to: number;
  readonly epoch: number;
  readonly alpha: number;
}

/** The inner loop: the moving point is kept in `x` and `y` until its row is done, everything else in typed arrays. */
function openDescent(graph: Graph, positions: Float32Array, options: DescentOptions) {
  const { rows, starts, targets, weights } = graph;
  const forces: Forces = tabulateForces(options.curve, options.repulsion ?? 1);
  const { attraction, repulsion, shift, first } = forces;
  const last = attraction.length - 1;
  const greatest = weights.reduce((most, weight) => Math.max(most, weight), 0);
  /** Epochs between two uses of an edge; the weakest edges are never used. */
  const every = weights.map((weight) => greatest / weight);
  const due = every.slice();
  const float = new Float32Array(1);
  const bits = new Int32Array(float.buffer);
  const point = new Float64Array(2);
  let state = Math.imul(options.seed, 2_654_435_761) >>> 0 || 1;

  const entryOf = (squared: number): number => {
    float[0] = squared;
    const entry = ((bits[0] ?? 0) >> shift) - first;
    return entry < 0 ? 0 : entry > last ? last : entry;
  };
  const bounded = (step: number): number =>
    step > longestStep ? longestStep : step < -longestStep ? -longestStep : step;

  const pull = (target: number, alpha: number): void => {
    const dx = (point[0] ?? 0) - (positions[2 * target] ?? 0);
    const dy = (point[1] ?? 0) - (positions[2 * target + 1] ?? 0);
    const squared = dx * dx + dy * dy;
    if (squared === 0) return;
    const force = attraction[entryOf(squared)] ?? 0;
    const stepX = alpha * bounded(force * dx);
    const stepY = alpha * bounded(force * dy);
    point[0] = (point[0] ?? 0) + stepX;
    point[1] = (point[1] ?? 0) + stepY;
    positions[2 * target] = (positions[2 * target] ?? 0) - stepX;
    positions[2 * target + 1] = (positions[2 * target + 1] ?? 0) - stepY;
  };

  const pushStrangers = (row: number, alpha: number): void => {
    let x = point[0] ?? 0;
    let y = point[1] ?? 0;
    for (let n = 0; n < strangers; n++) {
      // xorshift32 inline: a function call here costs measurable time.
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      const other = Math.floor(((state >>> 0) / 2 ** 32) * rows);
      if (other === row) continue;
      const dx = x - (positions[2 * other] ?? 0);
      const dy = y - (positions[2 * other + 1] ?? 0);
      const squared = dx * dx + dy * dy;
      const force = repulsion[entryOf(squared)] ?? 0;
      // Of two points in the same place, one is pushed away by the longest step.
      x += alpha * (squared > 0 ? bounded(force * dx) : longestStep);
      y += alpha * (squared > 0 ? bounded(force * dy) : longestStep);
    }
    point[0] = x;
    point[1] = y;
  };

  return {
    sweep({ from, to, epoch, alpha }: Sweep): void {
      for (let row = from; row < to; row++) {
        const end = starts[row + 1] ?? 0;
        point[0] = positions[2 * row] ?? 0;
        point[1] = positions[2 * row + 1] ?? 0;
        for (let edge = starts[row] ?? 0; edge < end; edge++) {
          const when = due[edge] ?? 0;
          if (when > epoch + 1) continue;
          due[edge] = when + (every[edge] ?? 0);
          pull(targets[edge] ?? 0, alpha);
          pushStrangers(row, alpha);
        }
        positions[2 * row] = point[0] ?? 0;
        positions[2 * row + 1] = point[1] ?? 0;
      }
    },
  };
}
