// Groups points into topics: anew, or starting from the old topics; identities are carried over and hand edits replayed.
import {
  applyEdits,
  type CarryOptions,
  carryOver,
  centreIn,
  type EditedTopics,
  findOutliers,
  type LineageEvent,
  misfitsOf,
  outside,
  settle,
  tellEvents,
  unitMeans,
  unknown,
} from "#services/analyse/topics/topics.ts";
import type { TopicId } from "#services/domain/ids.ts";
import { type ManyVectors, row, rowsWithin, type Vectors } from "#services/domain/vectors.ts";
import type { SavedAnalysis } from "#services/saved-analysis/saved-analysis.ts";
import type { StoredEdit } from "#services/store/store.ts";
import {
  afresh,
  FEWEST_POINTS,
  type Machine,
  placesBefore,
  repeated,
  restingAfter,
  stack,
  weighedSizes,
} from "./fit-topics.ts";
import { foldTopics } from "./fold-topics.ts";
import type { Grouped, GroupTools, Wanted } from "./grouped.ts";
import { findParts, handEdits, openSplits } from "./hand-edits.ts";
import { pointKinds, type ReadPoints } from "./read-points.ts";

/** When the collection has grown by this factor since topics were last found, they are found anew. */
const REFIT_GROWTH = 2;
const SEED = 1;

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
  const rows = points.vectors;
  centreIn(rows, centre);
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

const rowsWhere = (rows: ManyVectors, wanted: (at: number) => boolean): Vectors => {
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
  const idOf = (chunk: string) =>
    points.ids.at(points.pointOf(chunk) ?? points.ids.length) || chunk;
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
const bySize = ({ topics, topicOfRow }: EditedTopics<TopicId>, points: ReadPoints) => {
  const sizes = weighedSizes(points, topicOfRow, topics.length);
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
  const known: (TopicId | null | undefined)[] = Array.from(
    { length: points.ids.length },
    () => undefined,
  );
  if (previous === undefined) return known;
  const leaves = new Map(previous.topics.map((topic) => [topic.leaf, topic.id]));
  const { ids, topic, count } = previous.frame.points;
  for (let at = 0; at < count; at++) {
    const point = points.pointOf(ids.at(at));
    if (point !== undefined) known[point] = leaves.get(topic[at] ?? -1) ?? null;
  }
  return known;
};

const noMeans = (dim: number, rows: number): Vectors => ({
  dim,
  rows,
  data: new Float32Array(dim * rows),
});

interface Standing {
  readonly ids: readonly TopicId[];
  readonly centroids: Vectors;
  readonly sizes: Int32Array;
  readonly rows: number;
}

const eventsBetween = (
  previous: SavedAnalysis | undefined,
  now: Standing & { readonly topicOf: Int32Array; readonly all: ManyVectors },
  told: {
    readonly before: Grouped["before"];
    readonly reborn: ReadonlySet<TopicId>;
    readonly points: ReadPoints;
  },
): readonly LineageEvent<TopicId>[] => {
  if (previous === undefined) return [];
  const leaves = previous.topics.filter(({ leaf }) => leaf !== null);
  const ids = leaves.map(({ id }) => id);
  const placeOf = new Map(ids.map((id, place) => [id, place]));
  const places = Int32Array.from(told.before, (id) => (id == null ? -1 : (placeOf.get(id) ?? -1)));
  const shared = repeated(told.points, (at) => told.before[at] !== undefined);
  const zero = noMeans(now.all.dim, ids.length);
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

/** The points that can have a topic: they come first. The vectors are shared. */
const tellingPoints = (points: ReadPoints): ReadPoints => {
  const other = points.kinds.findIndex((kind) => kind !== pointKinds.telling);
  if (other < 0) return points;
  return {
    ids: { length: other, at: (point) => (point < other ? points.ids.at(point) : undefined) },
    vectors: rowsWithin(points.vectors, 0, other),
    message: points.message.subarray(0, other),
    kinds: points.kinds.subarray(0, other),
    sameAs: points.sameAs.subarray(0, other),
    weight: points.weight.subarray(0, other),
    pointOf: (chunk) => {
      const at = points.pointOf(chunk);
      return at === undefined || at >= other ? undefined : at;
    },
  };
};

/** A column of the telling points, with a value for the others behind it. */
const lengthened = <A extends Int32Array | Float32Array>(column: A, longer: A): A => {
  longer.set(column);
  return longer;
};

/**
 * Groups the points into topics; takes over their vectors, which are centred in place.
 * @param previous the saved analysis before, of the same unit; undefined at the first.
 */
export const groupPoints = async (
  points: ReadPoints,
  previous: SavedAnalysis | undefined,
  { wanted, tools }: { readonly wanted: Wanted; readonly tools: GroupTools },
): Promise<Grouped> => {
  const told = tellingPoints(points);
  const machine = canCarryOn(told, previous, wanted)
    ? await carriedOn(told, previous, tools)
    : await afresh(told, previous, { wanted, tools });
  const { edited, outcomes } = await replayed(machine, told, { edits: wanted.edits, tools });
  const { dim } = points.vectors;
  const all = points.ids.length;
  const found = bySize(edited, told);
  // The others are centred here: they have a place on the map, though no cluster.
  centreIn(rowsWithin(points.vectors, told.ids.length, all), machine.centre);
  const rows = points.vectors;
  const folded = await foldTopics(
    { topics: found.topics, topicOf: lengthened(found.topicOf, new Int32Array(all).fill(-1)) },
    points,
    { previous, rows, wanted, tools },
  );
  const { topics, topicOf } = folded;
  const centroids = unitMeans(rows, topicOf, noMeans(dim, topics.length));
  const before = topicsBefore(points, previous);
  const standing = {
    ids: topics,
    centroids,
    sizes: weighedSizes(points, topicOf, topics.length),
    rows: points.weight.reduce((sum, weight) => sum + weight, 0),
  };
  return {
    rows,
    grouping: {
      prototypes: edited.prototypes.vectors,
      origins: edited.prototypes.origins,
      resting: machine.resting.vectors,
      restingOrigins: machine.resting.origins,
      centre: machine.centre,
      outlierBound: machine.outlierBound,
      places: lengthened(edited.labels, new Int32Array(all).fill(outside)),
      fittedPoints: machine.fittedPoints,
      workedIn: [...edited.workedIn],
      folded: folded.folded,
      model: wanted.model,
    },
    topics,
    special: folded.special,
    centroids,
    topicOf,
    similarities: lengthened(machine.similarities, new Float32Array(all)),
    weight: points.weight,
    events: eventsBetween(
      previous,
      { ...standing, topicOf, all: rows },
      { before, reborn: machine.reborn, points },
    ),
    choice: machine.choice,
    k: machine.k,
    outcomes,
    states: edited.states,
    before,
  };
};
