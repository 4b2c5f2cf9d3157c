// Groups points into topics: anew, or starting from the old topics; identities are carried over and hand edits replayed.
import {
  applyEdits,
  type CarryOptions,
  carryOver,
  centred,
  type EditedTopics,
  findClusters,
  findOutliers,
  type KChoice,
  type LineageEvent,
  misfitsOf,
  outside,
  type Prototypes,
  settle,
  tellEvents,
  traceTopics,
  unitMeans,
  unknown,
} from "#services/analyse/topics/topics.ts";
import type { TopicId } from "#services/domain/ids.ts";
import { row, type Vectors } from "#services/domain/vectors.ts";
import type { SavedAnalysis } from "#services/saved-analysis/saved-analysis.ts";
import type { StoredEdit } from "#services/store/store.ts";
import type { Grouped, GroupTools, Wanted } from "./grouped.ts";
import { findParts, handEdits, openSplits } from "./hand-edits.ts";
import { knownAgain } from "./known-again.ts";
import type { ReadPoints } from "./read-collection.ts";

/** With fewer points there are no topics. */
export const FEWEST_POINTS = 12;
/** When the collection has grown by this factor since topics were last found, they are found anew. */
const REFIT_GROWTH = 2;
const SEED = 1;

/** The result of clustering, before hand edits. */
interface Machine {
  readonly prototypes: Prototypes<TopicId>;
  readonly labels: Int32Array;
  readonly similarities: Float32Array;
  readonly rows: Vectors;
  readonly centre: Float32Array;
  readonly outlierBound: number;
  readonly resting: Prototypes<TopicId>;
  readonly reborn: ReadonlySet<TopicId>;
  readonly fittedPoints: number;
  /** Ids of the hand-made splits that the prototypes already contain; none after a refit. */
  readonly workedIn: readonly string[];
  readonly choice: KChoice | null;
  readonly k: Grouped["k"];
}

const none = (dim: number): Vectors => ({ dim, rows: 0, data: new Float32Array() });

const stack = (dim: number, list: readonly Float32Array[]): Vectors => {
  const data = new Float32Array(list.length * dim);
  for (const [at, vector] of list.entries()) data.set(vector, at * dim);
  return { dim, rows: list.length, data };
};

/** Known topics that are not among the live ones, including those that have just died. */
const restingAfter = (
  were: readonly Prototypes<TopicId>[],
  living: readonly TopicId[],
  dim: number,
): Prototypes<TopicId> => {
  const lives = new Set(living);
  const kept = new Map<TopicId, Float32Array>();
  for (const { origins, vectors } of were)
    for (const [at, origin] of origins.entries())
      if (!lives.has(origin)) kept.set(origin, row(vectors, at));
  return { origins: [...kept.keys()], vectors: stack(dim, [...kept.values()]) };
};

/** The prototype of each point in the analysis before; `unknown` for a new point. */
const placesBefore = ({ ids, pointOf }: ReadPoints, previous: SavedAnalysis): Int32Array => {
  const places = new Int32Array(ids.length).fill(unknown);
  const before = previous.frame.points;
  for (let at = 0; at < before.count; at++) {
    const point = pointOf(before.ids.at(at));
    if (point !== undefined) places[point] = previous.grouping.places[at] ?? -1;
  }
  return places;
};

const afresh = async (
  points: ReadPoints,
  previous: SavedAnalysis | undefined,
  { wanted, tools }: { readonly wanted: Wanted; readonly tools: GroupTools },
): Promise<Machine> => {
  const { kmeans, newId, signal } = tools;
  const few = points.vectors.rows < FEWEST_POINTS;
  const found = await findClusters(points.vectors, {
    kmeans,
    seed: SEED,
    signal,
    ...(few ? { k: 1 } : wanted.k === null ? {} : { k: wanted.k }),
  });
  const { dim } = points.vectors;
  const rows = centred(points.vectors, found.centre);
  const centroids = few ? none(dim) : found.centroids;
  const labels = few ? found.labels.fill(-1) : found.labels;
  const sizes = new Int32Array(centroids.rows);
  for (const label of labels) if (label >= 0) sizes[label] = (sizes[label] ?? 0) + 1;
  const base = {
    labels,
    similarities: found.similarities,
    rows,
    centre: found.centre,
    outlierBound: found.outlierBound,
    fittedPoints: points.vectors.rows,
    workedIn: [],
    choice: found.choice,
    k: { chosen: centroids.rows, by: wanted.k === null ? "criterion" : "person" } as const,
  };
  if (previous === undefined)
    return {
      ...base,
      prototypes: {
        vectors: centroids,
        origins: knownAgain({ pointOf: points.pointOf, labels }, centroids.rows, {
          remembered: wanted.remembered,
          newId,
        }),
      },
      resting: { origins: [], vectors: none(dim) },
      reborn: new Set(),
    };
  const { grouping } = previous;
  const places = placesBefore(points, previous);
  // The old centroids among newly centred rows: the mean of those of their members that still exist.
  const moved = unitMeans(rows, places, grouping.prototypes);
  const shared = [...places.keys()].filter((at) => places[at] !== unknown);
  const oldSizes = new Int32Array(moved.rows);
  for (const place of grouping.places) if (place >= 0) oldSizes[place] = (oldSizes[place] ?? 0) + 1;
  const { ids } = traceTopics(
    {
      before: {
        ids: grouping.origins,
        centroids: moved,
        sizes: oldSizes,
        rows: grouping.places.length,
      },
      after: { centroids, sizes, rows: rows.rows },
      shared: {
        before: shared.map((at) => places[at] ?? -1),
        after: shared.map((at) => labels[at] ?? -1),
      },
      resting: { ids: grouping.restingOrigins, centroids: grouping.resting },
    },
    newId,
  );
  const rested = { origins: grouping.restingOrigins, vectors: grouping.resting };
  const were = { origins: grouping.origins, vectors: moved };
  const resting = new Set(grouping.restingOrigins);
  return {
    ...base,
    prototypes: { vectors: centroids, origins: ids },
    resting: restingAfter([rested, were], ids, dim),
    reborn: new Set(ids.filter((id) => resting.has(id))),
  };
};

/**
 * Where nothing is new nothing moves: a run for an edit by hand changes what was edited. A split by hand may have left points
 * that another topic's prototype is nearer to than that of their part; they stay too.
 */
const nothingMoves = (before: Int32Array): CarryOptions => ({
  steps: 0,
  // No two cosines differ by more.
  stickiness: 2,
  outliers: () => Uint8Array.from(before, (place) => (place === outside ? 1 : 0)),
});

const carriedOn = async (
  points: ReadPoints,
  previous: SavedAnalysis,
  { kmeans, newId, signal }: GroupTools,
): Promise<Machine> => {
  const { grouping } = previous;
  const { centre, outlierBound } = grouping;
  const rows = centred(points.vectors, centre);
  const before = placesBefore(points, previous);
  const were = { vectors: grouping.prototypes, origins: grouping.origins };
  const carried = carryOver(
    { prototypes: were, rows, before },
    before.includes(unknown)
      ? { outliers: ({ similarities }) => findOutliers(similarities, outlierBound) }
      : nothingMoves(before),
  );
  signal.throwIfAborted();
  // Outliers of the analysis before form no topic now: only new points do, or a refit.
  const misfits = misfitsOf({
    ...carried,
    outliers: carried.outliers.map((outlier, at) => (before[at] === unknown ? outlier : 0)),
  });
  const clusters =
    misfits.k === 0
      ? new Int32Array(misfits.rows.length).fill(-1)
      : (await kmeans.cluster(misfits.vectors, { k: misfits.k, seed: SEED, signal })).labels;
  const settled = settle(carried, { misfits, clusters }, { newId });
  const rested = { origins: grouping.restingOrigins, vectors: grouping.resting };
  return {
    prototypes: settled.prototypes,
    labels: settled.labels,
    similarities: settled.similarities,
    rows,
    centre,
    outlierBound,
    resting: restingAfter([rested, were], settled.prototypes.origins, rows.dim),
    reborn: new Set(),
    fittedPoints: grouping.fittedPoints,
    workedIn: grouping.workedIn,
    choice: null,
    k: { chosen: settled.prototypes.origins.length, by: "carried" },
  };
};

/** Whether the old topics can be the start: same model, not outgrown, and at least one. */
const canCarryOn = (
  points: ReadPoints,
  previous: SavedAnalysis | undefined,
  { mode, model }: Wanted,
): previous is SavedAnalysis =>
  previous !== undefined &&
  mode === "update" &&
  previous.grouping.model === model &&
  previous.grouping.origins.length > 0 &&
  previous.grouping.centre.length === points.vectors.dim &&
  points.vectors.rows >= FEWEST_POINTS &&
  points.vectors.rows <= previous.grouping.fittedPoints * REFIT_GROWTH;

const rowsWhere = (rows: Vectors, wanted: (at: number) => boolean): Vectors => {
  const list: Float32Array[] = [];
  for (let at = 0; at < rows.rows; at++) if (wanted(at)) list.push(row(rows, at));
  return stack(rows.dim, list);
};

/** Edits are replayed once to find what is to be split, and again with the parts. */
const replayed = async (
  machine: Machine,
  points: ReadPoints,
  { edits, tools }: { readonly edits: readonly StoredEdit[]; readonly tools: GroupTools },
) => {
  const given = {
    prototypes: machine.prototypes,
    labels: machine.labels,
    points: points.ids,
    workedIn: new Set(machine.workedIn),
    vectorOf: (at: number) => row(machine.rows, at),
  };
  const idOf = (chunk: string) => points.ids[points.pointOf(chunk) ?? -1] ?? chunk;
  const outcomes = new Map<string, unknown>();
  let known: readonly StoredEdit[] = edits;
  for (const split of openSplits(edits)) {
    const now = applyEdits(given, handEdits(known, idOf));
    const place = now.topics.indexOf(split.topic);
    if (place < 0) continue;
    const members = rowsWhere(machine.rows, (at) => now.topicOfRow[at] === place);
    const parts = await findParts(split, members, tools);
    if (parts === undefined) continue;
    outcomes.set(split.stored.id, { parts });
    known = known.map((one) => (one.id === split.stored.id ? { ...one, outcome: { parts } } : one));
  }
  return { edited: applyEdits(given, handEdits(known, idOf)), outcomes };
};

/** Topics with members, largest first, and the new number of each. */
const bySize = ({ topics, sizes, topicOfRow }: EditedTopics<TopicId>) => {
  const order = [...topics.keys()]
    .filter((at) => (sizes[at] ?? 0) > 0)
    .sort((a, b) => (sizes[b] ?? 0) - (sizes[a] ?? 0) || a - b);
  const places = new Int32Array(topics.length).fill(-1);
  for (const [place, at] of order.entries()) places[at] = place;
  return {
    topics: order.flatMap((at) => topics[at] ?? []),
    topicOf: topicOfRow.map((at) => (at < 0 ? -1 : (places[at] ?? -1))),
  };
};

/** The topic of each point in the analysis before. */
const topicsBefore = (
  points: ReadPoints,
  previous: SavedAnalysis | undefined,
): (TopicId | null | undefined)[] => {
  if (previous === undefined) return points.ids.map(() => undefined);
  const leaves = new Map(previous.topics.map((topic) => [topic.leaf, topic.id]));
  const known: (TopicId | null | undefined)[] = points.ids.map(() => undefined);
  const { ids, topic, count } = previous.frame.points;
  for (let at = 0; at < count; at++) {
    const point = points.pointOf(ids.at(at));
    if (point !== undefined) known[point] = leaves.get(topic[at] ?? -1) ?? null;
  }
  return known;
};

interface Standing {
  readonly ids: readonly TopicId[];
  readonly centroids: Vectors;
  readonly sizes: Int32Array;
  readonly rows: number;
}

const eventsBetween = (
  previous: SavedAnalysis | undefined,
  now: Standing & { readonly topicOf: Int32Array; readonly all: Vectors },
  told: { readonly before: Grouped["before"]; readonly reborn: ReadonlySet<TopicId> },
): readonly LineageEvent<TopicId>[] => {
  if (previous === undefined) return [];
  const leaves = previous.topics.filter(({ leaf }) => leaf !== null);
  const ids = leaves.map(({ id }) => id);
  const placeOf = new Map(ids.map((id, place) => [id, place]));
  const places = Int32Array.from(told.before, (id) => (id == null ? -1 : (placeOf.get(id) ?? -1)));
  const shared = [...places.keys()].filter((at) => told.before[at] !== undefined);
  const zero = stack(
    now.all.dim,
    ids.map(() => new Float32Array(now.all.dim)),
  );
  return tellEvents({
    before: {
      ids,
      centroids: unitMeans(now.all, places, zero),
      sizes: Int32Array.from(leaves, ({ points }) => points),
      rows: previous.frame.points.count,
    },
    after: now,
    shared: {
      before: shared.map((at) => places[at] ?? -1),
      after: shared.map((at) => now.topicOf[at] ?? -1),
    },
    revived: told.reborn,
  });
};

/** @param previous the saved analysis before, of the same unit; undefined at the first. */
export const groupPoints = async (
  points: ReadPoints,
  previous: SavedAnalysis | undefined,
  { wanted, tools }: { readonly wanted: Wanted; readonly tools: GroupTools },
): Promise<Grouped> => {
  const machine = canCarryOn(points, previous, wanted)
    ? await carriedOn(points, previous, tools)
    : await afresh(points, previous, { wanted, tools });
  const { edited, outcomes } = await replayed(machine, points, { edits: wanted.edits, tools });
  const { topics, topicOf } = bySize(edited);
  const { rows } = machine;
  const zero = stack(
    rows.dim,
    topics.map(() => new Float32Array(rows.dim)),
  );
  const centroids = unitMeans(rows, topicOf, zero);
  const sizes = new Int32Array(topics.length);
  for (const at of topicOf) if (at >= 0) sizes[at] = (sizes[at] ?? 0) + 1;
  const before = topicsBefore(points, previous);
  return {
    rows,
    grouping: {
      prototypes: edited.prototypes.vectors,
      origins: edited.prototypes.origins,
      resting: machine.resting.vectors,
      restingOrigins: machine.resting.origins,
      centre: machine.centre,
      outlierBound: machine.outlierBound,
      places: edited.labels,
      fittedPoints: machine.fittedPoints,
      workedIn: [...edited.workedIn],
      model: wanted.model,
    },
    topics,
    centroids,
    topicOf,
    similarities: machine.similarities,
    events: eventsBetween(
      previous,
      { ids: topics, centroids, sizes, rows: rows.rows, topicOf, all: rows },
      { before, reborn: machine.reborn },
    ),
    choice: machine.choice,
    k: machine.k,
    outcomes,
    states: edited.states,
    before,
  };
};
