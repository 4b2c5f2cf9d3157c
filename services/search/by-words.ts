// What words find in each unit: rows with the exact string typed first, then the others by BM25.
import type { Found, LexicalQuery } from "#index-store/index-store.ts";
import type { ChunkUnit } from "#services/domain/chunk.ts";
import { type Candidate, merge } from "./rank.ts";
import type { Places, Side, Sides } from "./sides.ts";
import type { LexicalPlan } from "./terms.ts";

const hitsOf = (
  { searcher, within, lengthsOf }: Side,
  query: LexicalQuery,
  k: number,
): readonly Found[] =>
  searcher.lexical(query, {
    k,
    ...(within === undefined ? {} : { within }),
    ...(lengthsOf === undefined ? {} : { lengthsOf }),
  }).hits;

export const openByWords = (sides: Sides, places: Places) => {
  /** Rows with the exact string typed, and in which way: as separate words (0), or inside longer words (1). */
  const exact = new Map<number, number>();
  const known = new Map<ChunkUnit, { readonly k: number; readonly found: readonly Candidate[] }>();

  const byWords = (
    unit: ChunkUnit,
    queryOf: (plan: LexicalPlan) => LexicalQuery | undefined,
    k: number,
  ): Candidate[] =>
    merge(
      sides[unit].map((side) => {
        const query = queryOf(side.asked.plan);
        return query === undefined ? [] : places.candidates(side.asked, hitsOf(side, query, k));
      }),
      k,
    );

  /** Rows that contain every exact string typed: as separate words first, then inside longer words. */
  const exactHits = (unit: ChunkUnit, k: number): Candidate[] => {
    const found = new Map<number, Candidate>();
    const ways = Math.max(0, ...sides[unit].map(({ asked }) => asked.plan.exact.length));
    for (let way = 0; way < ways && found.size < k; way++)
      for (const one of byWords(unit, ({ exact: queries }) => queries[way], k))
        if (!found.has(one.key)) {
          found.set(one.key, one);
          exact.set(one.key, way);
        }
    return [...found.values()].slice(0, k);
  };

  const find = (unit: ChunkUnit, k: number): readonly Candidate[] => {
    const asTyped = exactHits(unit, k);
    if (asTyped.length === k) return asTyped;
    const others = byWords(unit, ({ query }) => query, k).filter(({ key }) => !exact.has(key));
    return [...asTyped, ...others].slice(0, k);
  };

  return {
    /** The `k` best rows of a unit, best first. Asked again for as many, it does not search again. */
    best(unit: ChunkUnit, k: number): readonly Candidate[] {
      const before = known.get(unit);
      if (before?.k === k) return before.found;
      const found = find(unit, k);
      known.set(unit, { k, found });
      return found;
    },
    /** In which way a row that was found has the exact string typed; undefined where it has not. */
    wayOf: (key: number): number | undefined => exact.get(key),
    hasExact: (): boolean => exact.size > 0,
  };
};
