// How the rows that two versions share moved between their topics: the counts from which identities and events are derived.
import type { Vectors } from "#services/domain/vectors.ts";

/** The topics of one version, or its clusters before they have ids. */
export interface TopicShapes {
  /** One unit vector per topic. */
  readonly centroids: Vectors;
  /** Rows of each topic, including those that the other version does not have. */
  readonly sizes: ArrayLike<number>;
  /** All rows of the version, including outliers: the denominator of shares. */
  readonly rows: number;
}

/** The topic of each row that both versions have, as a place in the lists of topics; −1 where the row was an outlier. */
export interface SharedRows {
  readonly before: ArrayLike<number>;
  readonly after: ArrayLike<number>;
}

/** Where the shared rows of each topic went. */
export interface Flow {
  readonly olds: number;
  readonly news: number;
  /** Number of shared rows that went from the old topic to the new one. */
  moved(old: number, fresh: number): number;
  /** Number of shared rows of an old topic, of a new topic. */
  sharedOfOld(old: number): number;
  sharedOfNew(fresh: number): number;
  /** Share of the old topic's shared rows, and of all its rows, that went to the new one. */
  partOfOld(old: number, fresh: number): number;
  partOfAllOld(old: number, fresh: number): number;
  /** Share of the new topic's shared rows, and of all its rows, that came from the old one. */
  partOfNew(old: number, fresh: number): number;
  partOfAllNew(old: number, fresh: number): number;
  /** The new topic that most rows of an old one went to; the old topic that most rows of a new one came from; −1 without shared rows. */
  mainTarget(old: number): number;
  mainSource(fresh: number): number;
}

const at = (numbers: ArrayLike<number>, place: number): number => numbers[place] ?? 0;
/** A share, 0 … 1; 0 where `all` is 0. */
export const part = (some: number, all: number): number => (all > 0 ? Math.min(1, some / all) : 0);

/**
 * Counts the moves.
 * @throws RangeError where the two lists of shared rows differ in length, or a row is in a topic that does not exist.
 */
export function flowOf(before: TopicShapes, after: TopicShapes, shared: SharedRows): Flow {
  const olds = before.centroids.rows;
  const news = after.centroids.rows;
  if (shared.before.length !== shared.after.length)
    throw new RangeError("The two lists of shared rows must be of the same length.");
  const counts = new Float64Array(olds * news);
  const ofOld = new Float64Array(olds);
  const ofNew = new Float64Array(news);
  for (let row = 0; row < shared.before.length; row++) {
    const old = shared.before[row] ?? -1;
    const fresh = shared.after[row] ?? -1;
    if (old >= olds || fresh >= news)
      throw new RangeError(`Row ${row} is in a topic that does not exist.`);
    if (old >= 0) ofOld[old] = at(ofOld, old) + 1;
    if (fresh >= 0) ofNew[fresh] = at(ofNew, fresh) + 1;
    if (old >= 0 && fresh >= 0) counts[old * news + fresh] = at(counts, old * news + fresh) + 1;
  }
  const moved = (old: number, fresh: number) => at(counts, old * news + fresh);
  return {
    olds,
    news,
    moved,
    sharedOfOld: (old) => at(ofOld, old),
    sharedOfNew: (fresh) => at(ofNew, fresh),
    partOfOld: (old, fresh) => part(moved(old, fresh), at(ofOld, old)),
    partOfAllOld: (old, fresh) => part(moved(old, fresh), at(before.sizes, old)),
    partOfNew: (old, fresh) => part(moved(old, fresh), at(ofNew, fresh)),
    partOfAllNew: (old, fresh) => part(moved(old, fresh), at(after.sizes, fresh)),
    mainTarget: (old) => greatest(news, (fresh) => moved(old, fresh)),
    mainSource: (fresh) => greatest(olds, (old) => moved(old, fresh)),
  };
}

/** The place with the greatest value above 0, the first among equals; −1 where there is none. */
export function greatest(count: number, value: (place: number) => number): number {
  let best = -1;
  let most = 0;
  for (let place = 0; place < count; place++)
    if (value(place) > most) {
      best = place;
      most = value(place);
    }
  return best;
}

/** Whether most of an old topic's shared rows went to one new topic, and these are more than a small part of the old topic. */
export const wentInto = (flow: Flow, old: number, fresh: number): boolean =>
  flow.partOfOld(old, fresh) >= 0.5 && flow.partOfAllOld(old, fresh) >= 0.25;

/** Whether a new topic consists mostly of rows that an old one lost, and these are more than a few rows on either side. */
export const cameOutOf = (flow: Flow, old: number, fresh: number): boolean =>
  flow.partOfNew(old, fresh) >= 0.4 &&
  flow.partOfAllNew(old, fresh) >= 0.3 &&
  flow.partOfOld(old, fresh) >= 0.1;
