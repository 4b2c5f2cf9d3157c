// Rows that segments found, and the best of all of them.
import type { Found } from "./searcher.ts";
import type { Place } from "./snapshot.ts";

/** A row that a segment found. */
export interface Scored {
  readonly place: Place;
  readonly row: number;
  readonly score: number;
  /** Read when it is needed to order equal scores. */
  id?: string;
}

const idOf = (one: Scored): string => {
  one.id ??= one.place.columns.ids.at(one.row);
  return one.id;
};

/**
 * Best first, equal scores by ascending id. Rows lie in segments by ascending id and every engine breaks ties by smaller row,
 * so that the k best are the same however documents were batched, and whether segments were merged or not.
 */
export const best = (scored: Scored[], k: number): Found[] =>
  scored
    .sort((a, b) => b.score - a.score || (idOf(a) < idOf(b) ? -1 : 1))
    .slice(0, k)
    .map((one) => ({ id: idOf(one), ordinal: one.place.base + one.row, score: one.score }));

/** The score of the k-th best; −1, which every similarity reaches, where there are fewer. */
export const kthBest = (scored: readonly Scored[], k: number): number =>
  Float32Array.from(scored, ({ score }) => score)
    .sort()
    .at(-k) ?? -1;
