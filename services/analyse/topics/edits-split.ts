// A split by hand, replayed: decides which rows of a topic go to which part, where the parts do not exist yet.
import { dot, row, type Vectors } from "#services/domain/vectors.ts";
import type { SplitPart } from "./edits.ts";

/** A prototype while edits are replayed: its identity, and the topic that it belongs to so far. */
export interface Replayed<Id extends string> {
  readonly origin: Id;
  /** null before the edit that created it. */
  readonly topic: Id | null;
  readonly vector: Float32Array;
}

export interface Division<Id extends string> {
  readonly topic: Id;
  readonly parts: readonly SplitPart<Id>[];
  /** The part that an identity is or came from; for an identity outside the split, another topic. */
  readonly partOf: (origin: Id) => Id;
  /** Whether missing parts are made again from the rows of the existing parts; otherwise they count as dead. */
  readonly restore: boolean;
}

/** The vector of a prototype that does not exist. */
const nothing = new Float32Array();

/** Labels of rows, and a way to get their vectors. */
export interface Rows {
  readonly labels: Int32Array;
  readonly vectorOf: (row: number) => Float32Array;
}

/**
 * The prototypes, and the rows' places among them, after the topic was replaced by its parts.
 *
 * Prototypes that continue parts stay as they are. Where a part is missing (the split is new, or a refit put parts into one
 * cluster), each row of the topic goes to the part whose prototype at the time of the split is nearest; a row of an existing part
 * leaves it only for a missing part. A part that gets no rows is not created.
 */
export function divide<Id extends string>(
  prototypes: readonly Replayed<Id>[],
  rows: Rows,
  division: Division<Id>,
): { readonly prototypes: readonly Replayed<Id>[]; readonly labels: Int32Array } {
  const { topic, parts, partOf, restore } = division;
  const names = parts.map((part) => part.topic);
  const part = prototypes.map((one) =>
    one.topic === topic ? names.indexOf(partOf(one.origin)) : -2,
  );
  const missing = names.map(
    (name) => restore && !prototypes.some(({ origin }) => partOf(origin) === name),
  );
  const settled = prototypes.map((one, at) => {
    const name = names[part[at] ?? -2];
    return name === undefined ? one : { ...one, topic: name };
  });
  if (!missing.includes(true) && !part.includes(-1))
    return { prototypes: settled, labels: rows.labels };

  const reached = parts.map((one) => Float32Array.from(one.prototype));
  const labels = rows.labels.slice();
  // A row that leaves is marked with a number below −1, and gets its prototype after all rows have been looked at.
  const asPart = (at: number) => -2 - at;
  for (const [at, label] of labels.entries()) {
    const own = part[label] ?? -2;
    if (own === -2 || (own >= 0 && !missing.includes(true))) continue;
    const vector = rows.vectorOf(at);
    const open = names.flatMap((_, to) => (own === -1 || to === own || missing[to] ? [to] : []));
    const to = nearest(open, (place) => dot(reached[place] ?? nothing, vector));
    if (to !== own) labels[at] = asPart(to);
  }
  const moved = labels.some((label) => label < -1);
  if (!moved && !part.includes(-1)) return { prototypes: settled, labels };

  return gathered({ prototypes: settled, labels, part, parts }, rows);
}

/** Creates prototypes for the parts that got rows, recomputes those that lost rows, and drops those that lost all. */
function gathered<Id extends string>(
  given: {
    readonly prototypes: readonly Replayed<Id>[];
    readonly labels: Int32Array;
    readonly part: readonly number[];
    readonly parts: readonly SplitPart<Id>[];
  },
  rows: Rows,
): { readonly prototypes: readonly Replayed<Id>[]; readonly labels: Int32Array } {
  const { part, parts } = given;
  const labels = given.labels.slice();
  const lost = new Set<number>();
  const made: Replayed<Id>[] = [];
  const newOf = new Map<number, number>();
  const inPart = parts.map((_, to) => part.flatMap((own, at) => (own === to ? [at] : [])));
  for (const [at, label] of labels.entries()) {
    if (label >= -1) continue;
    const to = -2 - label;
    lost.add(rows.labels[at] ?? -1);
    const living = inPart[to] ?? [];
    if (living.length > 0) {
      const vector = rows.vectorOf(at);
      labels[at] = nearest(living, (place) =>
        dot(given.prototypes[place]?.vector ?? nothing, vector),
      );
      continue;
    }
    const known = newOf.get(to);
    const target = parts[to];
    if (known !== undefined || target === undefined) {
      labels[at] = known ?? -1;
      continue;
    }
    const place = given.prototypes.length + made.length;
    newOf.set(to, place);
    labels[at] = place;
    const vector = Float32Array.from(target.prototype);
    made.push({ origin: target.topic, topic: target.topic, vector });
  }
  const all = [...given.prototypes, ...made];
  const changed = new Set([...lost, ...newOf.values()]);
  const means = meansOf(all, labels, { rows, changed });
  const gone = (at: number) => part[at] === -1 || (lost.has(at) && !labels.includes(at));
  const kept = all.flatMap((_, at) => (gone(at) ? [] : [at]));
  const renumbered = new Map(kept.map((at, place) => [at, place]));
  return {
    prototypes: kept.flatMap((at) => {
      const one = all[at];
      return one === undefined ? [] : [{ ...one, vector: means.get(at) ?? one.vector }];
    }),
    labels: labels.map((label) => renumbered.get(label) ?? -1),
  };
}

/** Unit means of the rows of the prototypes that have changed. */
function meansOf<Id extends string>(
  prototypes: readonly Replayed<Id>[],
  labels: Int32Array,
  { rows, changed }: { readonly rows: Rows; readonly changed: ReadonlySet<number> },
): Map<number, Float32Array> {
  const sums = new Map<number, Float64Array>();
  for (const [at, label] of labels.entries()) {
    if (!changed.has(label)) continue;
    const vector = rows.vectorOf(at);
    const sum = sums.get(label) ?? new Float64Array(vector.length);
    for (let d = 0; d < sum.length; d++) sum[d] = (sum[d] ?? 0) + (vector[d] ?? 0);
    sums.set(label, sum);
  }
  const means = new Map<number, Float32Array>();
  for (const [label, sum] of sums) {
    const length = Math.hypot(...sum);
    if (length > 1e-9 && prototypes[label] !== undefined)
      means.set(
        label,
        Float32Array.from(sum, (value) => value / length),
      );
  }
  return means;
}

/** The part whose prototype is nearest, the first among equals: rows pinned to a topic go there when it is split. */
export const nearestPart = <Id extends string>(
  parts: readonly SplitPart<Id>[],
): ((vector: Float32Array) => Id | undefined) => {
  const reached = parts.map(({ prototype }) => Float32Array.from(prototype));
  const places = [...parts.keys()];
  return (vector) =>
    parts[nearest(places, (place) => dot(reached[place] ?? nothing, vector))]?.topic;
};

const nearest = (places: readonly number[], similarity: (place: number) => number): number => {
  let best = places[0] ?? -1;
  let most = -Infinity;
  for (const place of places) {
    const near = similarity(place);
    if (near > most) {
      best = place;
      most = near;
    }
  }
  return best;
};

/** Copies the vectors one after the other into one array. */
export function stacked<Id extends string>(
  prototypes: readonly Replayed<Id>[],
  dim: number,
): Vectors {
  const data = new Float32Array(prototypes.length * dim);
  for (const [at, { vector }] of prototypes.entries()) data.set(vector, at * dim);
  return { dim, rows: prototypes.length, data };
}

/** Each vector as a view. */
export const unstacked = (vectors: Vectors): Float32Array[] =>
  Array.from({ length: vectors.rows }, (_, at) => row(vectors, at));
