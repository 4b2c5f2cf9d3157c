// Topics as prototypes: how they are carried over to a version with more rows while keeping their identities and members.
import { openAssigner } from "#index-store/kernels/kernels.ts";
import { blocksOf, dot, type ManyVectors, row, type Vectors } from "#services/domain/vectors.ts";

/** Unit vectors that rows are compared with, each with the identity that the machine gave it, which hand edits never change. */
export interface Prototypes<Id extends string> {
  readonly vectors: Vectors;
  /** One identity per vector; all different. */
  readonly origins: readonly Id[];
}

export interface WarmStart<Id extends string> {
  readonly prototypes: Prototypes<Id>;
  /** All rows of the version, unit length. */
  readonly rows: ManyVectors;
  /** The prototype of each row in the version before; `outside` for an outlier, `unknown` for a new row. */
  readonly before: Int32Array;
}

/** Values in `before`: the row was an outlier, or did not exist. */
export const outside = -1;
export const unknown = -2;

/** The prototype of each row, and the row's cosine to it. */
export interface Placed {
  readonly labels: Int32Array;
  readonly similarities: Float32Array;
}

export interface CarryOptions {
  /** Returns which rows fit no topic (not 0), given how near each is to its prototype. */
  readonly outliers: (placed: Placed) => Uint8Array;
  /** Re-estimation steps; 3 by default. */
  readonly steps?: number;
  /** The least cosine of a prototype to its old vector; 0.98 (11°) by default. */
  readonly leastKept?: number;
  /** How much nearer another prototype must be for a row to leave its own; 0.01 by default. */
  readonly stickiness?: number;
}

/** All rows with their prototypes, which have followed their members. */
export interface Carried<Id extends string> extends Placed {
  readonly prototypes: Prototypes<Id>;
  readonly rows: ManyVectors;
  readonly before: Int32Array;
  /** Not 0 where a row fits no topic; `labels` names its nearest prototype all the same. */
  readonly outliers: Uint8Array;
}

/**
 * Gives each row the nearest prototype, where a known row changes its prototype only if another is clearly nearer, and lets
 * prototypes follow the members that fit for a few steps, within a bound, so that a topic cannot change its subject under its name.
 *
 * Births and deaths are done by `settle` (prototypes-births.ts). Without prototypes every row is an outlier with label −1.
 * @throws RangeError where the shapes do not agree.
 */
export function carryOver<Id extends string>(
  start: WarmStart<Id>,
  options: CarryOptions,
): Carried<Id> {
  const { rows, before, prototypes } = start;
  const { vectors, origins } = prototypes;
  if (before.length !== rows.rows || origins.length !== vectors.rows)
    throw new RangeError("Each row needs its place before, each prototype its origin.");
  if (vectors.rows === 0 || rows.rows === 0)
    return {
      prototypes,
      rows,
      before,
      labels: new Int32Array(rows.rows).fill(outside),
      similarities: new Float32Array(rows.rows),
      outliers: new Uint8Array(rows.rows).fill(1),
    };
  if (vectors.dim !== rows.dim)
    throw new RangeError(`Rows of ${rows.dim} numbers, prototypes of ${vectors.dim}.`);
  const stickiness = options.stickiness ?? 0.01;
  let moved = vectors;
  let placed = place(rows, moved, { before, stickiness });
  let outliers = options.outliers(placed);
  for (let step = 0; step < (options.steps ?? 3); step++) {
    const members = placed.labels.map((label, at) => (outliers[at] === 0 ? label : outside));
    moved = within(vectors, unitMeans(rows, members, moved), options.leastKept ?? 0.98);
    placed = place(rows, moved, { before, stickiness });
    outliers = options.outliers(placed);
  }
  return { prototypes: { vectors: moved, origins }, rows, before, outliers, ...placed };
}

/** Rows multiplied at a time: the products with 200 prototypes take 6.5 MB. */
const blockRows = 8192;

function place(
  rows: ManyVectors,
  prototypes: Vectors,
  { before, stickiness }: { readonly before: Int32Array; readonly stickiness: number },
): Placed {
  const { dim } = rows;
  const k = prototypes.rows;
  const assigner = openAssigner(dim, k);
  assigner.setVectors(prototypes.data);
  const labels = new Int32Array(rows.rows);
  const similarities = new Float32Array(rows.rows);
  for (const { from, to, data } of blocksOf(rows, blockRows)) {
    const products = assigner.multiply(data);
    for (let at = from; at < to; at++) {
      const start = (at - from) * k;
      let best = 0;
      for (let other = 1; other < k; other++)
        if ((products[start + other] ?? 0) > (products[start + best] ?? 0)) best = other;
      const own = before[at] ?? unknown;
      const stays =
        own >= 0 &&
        own < k &&
        (products[start + best] ?? 0) - (products[start + own] ?? 0) <= stickiness;
      const label = stays ? own : best;
      labels[at] = label;
      similarities[at] = products[start + label] ?? 0;
    }
  }
  return { labels, similarities };
}

/** The unit mean of the rows of each label (0 and up); a label without rows, or whose rows cancel out, keeps its old vector. */
export function unitMeans(rows: ManyVectors, labels: ArrayLike<number>, were: Vectors): Vectors {
  const { dim } = rows;
  const sums = new Float64Array(were.rows * dim);
  for (const { from, to, data } of blocksOf(rows, blockRows))
    for (let at = from; at < to; at++) {
      const label = labels[at] ?? outside;
      if (label < 0) continue;
      const start = (at - from) * dim;
      for (let d = 0; d < dim; d++)
        sums[label * dim + d] = (sums[label * dim + d] ?? 0) + (data[start + d] ?? 0);
    }
  const data = new Float32Array(were.data);
  for (let label = 0; label < were.rows; label++) {
    const sum = sums.subarray(label * dim, (label + 1) * dim);
    const length = Math.hypot(...sum);
    if (length > 1e-9)
      data.set(
        sum.map((value) => value / length),
        label * dim,
      );
  }
  return { dim, rows: were.rows, data };
}

/** Each new vector, or the point on the way from its old one where the least cosine is reached. */
function within(were: Vectors, are: Vectors, leastKept: number): Vectors {
  const data = new Float32Array(are.data);
  const angle = Math.acos(Math.min(1, Math.max(-1, leastKept)));
  for (let at = 0; at < are.rows; at++) {
    const from = row(were, at);
    const to = row(are, at);
    const cosine = dot(from, to);
    if (cosine >= leastKept) continue;
    const aside = to.map((value, d) => value - cosine * (from[d] ?? 0));
    const length = Math.hypot(...aside) || 1;
    data.set(
      from.map(
        (value, d) => value * Math.cos(angle) + ((aside[d] ?? 0) / length) * Math.sin(angle),
      ),
      at * are.dim,
    );
  }
  return { dim: are.dim, rows: are.rows, data };
}
