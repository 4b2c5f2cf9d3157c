// Asks the searchers and fuses their results, only as deep as the page needs.
import type { Found, LexicalQuery, RowSet, Searcher } from "#index-store/index-store.ts";
import type { SearchMode } from "#services/contract/search.ts";
import type { Groups } from "./groups.ts";
import { alone, type Candidate, type Fused, type FusionOptions, fuse, merge } from "./rank.ts";
import { gateOf, isGated, type LexicalPlan } from "./terms.ts";

/** The number of the collection among those asked; part of every key. */
export interface Asked {
  /** Its place among those asked; part of every key. */
  readonly place: number;
  readonly collection: { readonly id: string; readonly name: string };
  readonly searcher: Searcher;
  /** Rows that pass the filters; undefined = all. */
  readonly within: RowSet | undefined;
  readonly plan: LexicalPlan;
  /** Its topics and labels; null where it has no analysis. */
  readonly groups: Groups | null;
  /** False where its vectors come from another model. */
  readonly semantic: boolean;
}

export interface Ranking {
  readonly asked: readonly Asked[];
  readonly mode: SearchMode;
  /** The question's vector; undefined in lexical mode. */
  readonly vector: Float32Array | undefined;
  readonly fusion: FusionOptions;
  /** Rows to leave out (the example of "more like this"). */
  readonly except: ReadonlySet<string>;
}

export interface Place {
  readonly asked: Asked;
  readonly found: Found;
}

/** Every row matches a meaning more or less: at most so many of the nearest are ranked. */
export const SEMANTIC_DEPTH = 1000;
/** So many of the nearest are counted in facets and totals: 1,000 would cost three times as much as the rest of a search. */
const COUNTED_DEPTH = 100;
/** Rows of each side in the first round. A deeper round adds its new rows after those of earlier rounds. */
const FIRST_DEPTH = 100;
/** The same where only words are searched: without fusion the depth does not change the order, so a few pages are enough. */
const FIRST_DEPTH_BY_WORDS = 50;
const GROWTH = 10;
const KEYS = 2 ** 32;

const keyOf = (asked: Asked, found: Found): number => asked.place * KEYS + found.ordinal;

/** Everything ranked so far for one question. Rows keep their ranks when more are asked for. */
export const openRanking = (ranking: Ranking) => {
  const places = new Map<number, Place>();
  const ranked: Fused[] = [];
  const seen = new Set<number>();
  /** Rows with the exact string typed, and in which way: as separate words (0), or inside longer words (1). */
  const exact = new Map<number, number>();
  const gates = ranking.asked.map((asked) => gateRows(asked, ranking.mode));
  const firstDepth = ranking.mode === "lexical" ? FIRST_DEPTH_BY_WORDS : FIRST_DEPTH;
  let nearest: Candidate[] | undefined;
  let depth = 0;
  let exhausted = false;

  const candidates = (asked: Asked, found: readonly Found[]): Candidate[] =>
    found
      .filter(({ id }) => !ranking.except.has(id))
      .map((one) => {
        const key = keyOf(asked, one);
        places.set(key, { asked, found: one });
        return { key, id: one.id, score: one.score };
      });

  const semantic = async (k: number): Promise<Candidate[]> => {
    const { vector } = ranking;
    if (vector === undefined) return [];
    const each = await Promise.all(
      ranking.asked.map(async (asked, place) => {
        if (!asked.semantic) return [];
        const within = gates[place];
        return candidates(
          asked,
          await asked.searcher.semantic(vector, { k, ...(within === undefined ? {} : { within }) }),
        );
      }),
    );
    return merge(each, k);
  };

  const byWords = (queryOf: (plan: LexicalPlan) => LexicalQuery | undefined, k: number) =>
    merge(
      ranking.asked.map((asked) => {
        const query = queryOf(asked.plan);
        return query === undefined ? [] : candidates(asked, wordHits(asked, query, k));
      }),
      k,
    );

  /** Rows that contain every exact string typed: as separate words first, then inside longer words. */
  const exactHits = (k: number): Candidate[] => {
    const found = new Map<number, Candidate>();
    const ways = Math.max(0, ...ranking.asked.map(({ plan }) => plan.exact.length));
    for (let way = 0; way < ways && found.size < k; way++)
      for (const one of byWords(({ exact: queries }) => queries[way], k))
        if (!found.has(one.key)) {
          found.set(one.key, one);
          exact.set(one.key, way);
        }
    return [...found.values()].slice(0, k);
  };

  const lexical = (k: number): Candidate[] => {
    if (ranking.mode === "semantic") return [];
    const asTyped = exactHits(k);
    if (asTyped.length === k) return asTyped;
    const others = byWords(({ query }) => query, k).filter(({ key }) => !exact.has(key));
    return [...asTyped, ...others].slice(0, k);
  };

  /** Puts rows with the exact string typed before all others, unless only meaning counts. */
  const exactFirst = (round: readonly Fused[]): readonly Fused[] =>
    exact.size === 0 || (ranking.mode === "hybrid" && ranking.fusion.semanticWeight === 1)
      ? round
      : [
          ...round
            .filter(({ key }) => exact.has(key))
            .sort((a, b) => (exact.get(a.key) ?? 0) - (exact.get(b.key) ?? 0)),
          ...round.filter(({ key }) => !exact.has(key)),
        ];

  /** The `COUNTED_DEPTH` rows nearest in meaning, which facets and totals count. */
  const counted = async (): Promise<readonly Candidate[]> => {
    nearest ??= await semantic(COUNTED_DEPTH);
    return nearest;
  };

  const deepen = async (): Promise<void> => {
    depth = depth === 0 ? firstDepth : depth * GROWTH;
    // The rows counted for facets are reused in the first round.
    const byMeaning =
      nearest !== undefined && depth <= COUNTED_DEPTH
        ? nearest.slice(0, depth)
        : await semantic(Math.min(depth, SEMANTIC_DEPTH));
    const inWords = lexical(depth);
    const round =
      ranking.mode === "hybrid"
        ? fuse(byMeaning, inWords, ranking.fusion)
        : alone(
            ranking.mode === "semantic" ? byMeaning : inWords,
            ranking.mode === "semantic" ? "semantic" : "lexical",
          );
    for (const one of exactFirst(round)) {
      if (seen.has(one.key)) continue;
      seen.add(one.key);
      ranked.push(one);
    }
    const moreByMeaning = depth < SEMANTIC_DEPTH && byMeaning.length >= depth;
    exhausted = !moreByMeaning && inWords.length < depth;
  };

  return {
    counted,
    /** At least `count` rows of the ranking, where there are so many. */
    async first(count: number): Promise<{ ranked: readonly Fused[]; exhausted: boolean }> {
      while (!exhausted && ranked.length < count) await deepen();
      return { ranked, exhausted };
    },
    placeOf: (key: number): Place | undefined => places.get(key),
  };
};
export type OpenRanking = ReturnType<typeof openRanking>;

/** Rows that a search by meaning may find: required, excluded and quoted words apply to it too. */
const gateRows = (asked: Asked, mode: SearchMode): RowSet | undefined =>
  mode !== "lexical" && isGated(asked.plan.query)
    ? asked.searcher.matching(gateOf(asked.plan.query), asked.within)
    : asked.within;

const wordHits = ({ searcher, within }: Asked, query: LexicalQuery, k: number): readonly Found[] =>
  searcher.lexical(query, { k, ...(within === undefined ? {} : { within }) }).hits;
