// Finds the topics of a collection anew, from a sample in which every text weighs once; identities are carried over from the topics before.
import { assign, sampleOf, seededRandom } from "#index-store/kmeans/kmeans.ts";
import {
  centreIn,
  findClusters,
  findOutliers,
  type KChoice,
  type Prototypes,
  splitLarge,
  traceTopics,
  unitMeans,
  unknown,
} from "#services/analyse/topics/topics.ts";
import type { TopicId } from "#services/domain/ids.ts";
import { blocksOf, gather, type ManyVectors, row, type Vectors } from "#services/domain/vectors.ts";
import type { SavedAnalysis } from "#services/saved-analysis/saved-analysis.ts";
import type { Grouped, GroupTools, Wanted } from "./grouped.ts";
import { knownAgain } from "./known-again.ts";
import type { ReadPoints } from "./read-points.ts";

/** With fewer points there are no topics. */
export const FEWEST_POINTS = 12;
const SEED = 1;
/** Texts that topics are found from: with more, each step takes longer, and the topics are the same. */
const MOST_FITTED = 60_000;
/** Where at most so many texts, each said so often, are this share of all points, each text is a topic. */
const MOST_TEXTS = 60;
const OFTEN = 4;
const COVERED = 0.8;

/** The result of clustering, before hand edits. */
export interface Machine {
  readonly prototypes: Prototypes<TopicId>;
  readonly labels: Int32Array;
  readonly similarities: Float32Array;
  readonly rows: ManyVectors;
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

export const none = (dim: number): Vectors => ({ dim, rows: 0, data: new Float32Array() });

export const stack = (dim: number, list: readonly Float32Array[]): Vectors => {
  const data = new Float32Array(list.length * dim);
  for (const [at, vector] of list.entries()) data.set(vector, at * dim);
  return { dim, rows: list.length, data };
};

/** Known topics that are not among the live ones, including those that have just died. */
export const restingAfter = (
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
export const placesBefore = ({ ids, pointOf }: ReadPoints, previous: SavedAnalysis): Int32Array => {
  const places = new Int32Array(ids.length).fill(unknown);
  const before = previous.frame.points;
  for (let at = 0; at < before.count; at++) {
    const point = pointOf(before.ids.at(at));
    if (point !== undefined) places[point] = previous.grouping.places[at] ?? -1;
  }
  return places;
};

interface Fitted {
  /** Points, ascending. */
  readonly rows: Uint32Array;
  /** Set where each of them is a topic of its own. */
  readonly k: number | undefined;
}

/**
 * The points that topics are found from: the first of each text, at most so many, evenly over all. Where nearly all points are
 * the same few texts over and over, only these, each a topic: a clustering of so few has no other meaning.
 */
const fittedRows = ({ sameAs }: ReadPoints): Fitted => {
  // By the first point of each text; 0 for the others.
  const times = new Uint32Array(sameAs.length);
  for (const first of sameAs) times[first] = (times[first] ?? 0) + 1;
  const timesOf = (point: number) => times[point] ?? 0;
  const distinct = Uint32Array.from(times.keys()).filter((point) => timesOf(point) > 0);
  const often = distinct.filter((point) => timesOf(point) >= OFTEN);
  const covered = often.reduce((sum, point) => sum + timesOf(point), 0);
  if (often.length > 1 && often.length <= MOST_TEXTS && covered >= COVERED * sameAs.length)
    return { rows: often, k: often.length };
  return {
    rows:
      distinct.length <= MOST_FITTED
        ? distinct
        : sampleOf(distinct.length, MOST_FITTED, seededRandom(SEED)).map((at) => distinct[at] ?? 0),
    k: undefined,
  };
};

/** Rows placed at a time. */
const BLOCK_ROWS = 65_536;

/** The nearest centroid of each row, and the cosine to it. */
const placed = async (
  rows: ManyVectors,
  centroids: Vectors,
  signal: AbortSignal,
): Promise<Pick<Machine, "labels" | "similarities">> => {
  const labels = new Int32Array(rows.rows);
  const similarities = new Float32Array(rows.rows);
  for (const { from, to, data } of blocksOf(rows, BLOCK_ROWS)) {
    const found = await assign({ dim: rows.dim, rows: to - from, data }, centroids, { signal });
    labels.set(found.labels, from);
    similarities.set(found.similarities, from);
  }
  return { labels, similarities };
};

/** Clusters of distinct texts, and for every point the nearest of them. Centres the vectors of the points in place. */
const fitted = async (
  points: ReadPoints,
  wanted: Wanted,
  { kmeans, signal }: GroupTools,
): Promise<
  Pick<Machine, "labels" | "similarities" | "rows" | "centre" | "outlierBound" | "choice"> & {
    readonly centroids: Vectors;
  }
> => {
  const { dim } = points.vectors;
  const few = points.vectors.rows < FEWEST_POINTS;
  const chosen = fittedRows(points);
  const k = wanted.k ?? chosen.k;
  const found = await findClusters(gather(points.vectors, chosen.rows), {
    kmeans,
    seed: SEED,
    signal,
    ...(few ? { k: 1 } : k === undefined ? {} : { k }),
  });
  const rows = points.vectors;
  centreIn(rows, found.centre);
  if (few)
    return {
      rows,
      centroids: none(dim),
      labels: new Int32Array(rows.rows).fill(-1),
      similarities: new Float32Array(rows.rows),
      centre: found.centre,
      outlierBound: found.outlierBound,
      choice: null,
    };
  // Where each text is a topic, its own vector is the centre: k-means may put two of so few together.
  const centroids =
    wanted.k !== null
      ? found.centroids
      : chosen.k !== undefined
        ? gather(rows, chosen.rows)
        : await splitLarge(gather(rows, chosen.rows), found, { kmeans, seed: SEED, signal });
  const { labels, similarities } = await placed(rows, centroids, signal);
  const outliers = findOutliers(similarities, found.outlierBound);
  return {
    rows,
    centroids,
    labels: labels.map((label, at) => (outliers[at] === 1 ? -1 : label)),
    similarities,
    centre: found.centre,
    outlierBound: found.outlierBound,
    choice: found.choice,
  };
};

/** What is shown of each cluster: the frame counts chunks, of which a point may have several. */
export const weighedSizes = (
  { weight }: ReadPoints,
  labels: Int32Array,
  clusters: number,
): Int32Array => {
  const sizes = new Int32Array(clusters);
  for (const [at, label] of labels.entries())
    if (label >= 0) sizes[label] = (sizes[label] ?? 0) + (weight[at] ?? 0);
  return sizes;
};

/** The wanted points, each as often as it is shown. */
export const repeated = (
  { weight }: ReadPoints,
  wanted: (point: number) => boolean,
): readonly number[] => {
  const found: number[] = [];
  for (const [at, times] of weight.entries())
    if (wanted(at)) for (let time = 0; time < times; time++) found.push(at);
  return found;
};

export const afresh = async (
  points: ReadPoints,
  previous: SavedAnalysis | undefined,
  { wanted, tools }: { readonly wanted: Wanted; readonly tools: GroupTools },
): Promise<Machine> => {
  const { newId } = tools;
  const found = await fitted(points, wanted, tools);
  const { rows, labels, centroids } = found;
  const { dim } = rows;
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
  const shared = repeated(points, (at) => places[at] !== unknown);
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
      after: {
        centroids,
        sizes: weighedSizes(points, labels, centroids.rows),
        rows: points.weight.reduce((sum, weight) => sum + weight, 0),
      },
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
