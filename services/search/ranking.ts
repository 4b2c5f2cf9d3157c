// Asks the snapshots and fuses what they find, deep enough for the page and no deeper.
import type { Found, RowSet, Searcher } from "#index-store/index-store.ts";
import type { SearchMode } from "#services/contract/search.ts";
import { alone, type Candidate, type Fused, type FusionOptions, fuse, merge } from "./rank.ts";
import { gateOf, isGated, type LexicalPlan } from "./terms.ts";

/** One collection that is asked, with everything that was prepared for it. */
export interface Asked {
  /** Its place among those asked; part of every key. */
  readonly place: number;
  readonly collection: { readonly id: string; readonly name: string };
  readonly searcher: Searcher;
  /** Rows that pass the filters; undefined = all. */
  readonly within: RowSet | undefined;
  readonly plan: LexicalPlan;
  /** False where its vectors are of another model. */
  readonly semantic: boolean;
}

export interface Ranking {
  readonly asked: readonly Asked[];
  readonly mode: SearchMode;
  /** The question's vector; undefined in lexical mode. */
  readonly vector: Float32Array | undefined;
  readonly fusion: FusionOptions;
  /** Rows to leave out (the one that others shall be like). */
  readonly except: ReadonlySet<string>;
}

export interface Place {
  readonly asked: Asked;
  readonly found: Found;
}

/** Meaning has no border between match and no match: so many nearest are ranked at most … */
export const SEMANTIC_DEPTH = 1000;
/** … and so many are counted in facets and totals: a thousand would cost three times as much as the whole rest of a question. */
const COUNTED_DEPTH = 100;
/** Rows each side gives before the next, deeper round; a round's new rows stand after the rows of the rounds before. */
const FIRST_DEPTH = 100;
const GROWTH = 10;
const KEYS = 2 ** 32;

const keyOf = (asked: Asked, found: Found): number => asked.place * KEYS + found.ordinal;

/** Everything ranked so far for one question. Rows keep their places when it is asked for more. */
export const openRanking = (ranking: Ranking) => {
  const places = new Map<number, Place>();
  const ranked: Fused[] = [];
  const seen = new Set<number>();
  const gates = ranking.asked.map((asked) => gateRows(asked, ranking.mode));
  let nearest: Candidate[] | undefined;
  let depth = 0;
  let exhausted = false;

  const candidates = (asked: Asked, found: readonly Found[]): Candidate[] =>
    found
      .filter(({ id }) => !ranking.except.has(id))
      .map((one) => {
        const key = keyOf(asked, one);
        places.set(key, { asked, found: one });
        return { key, score: one.score };
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

  const lexical = (k: number): Candidate[] =>
    ranking.mode === "semantic"
      ? []
      : merge(
          ranking.asked.map((asked) => candidates(asked, wordHits(asked, k))),
          k,
        );

  /** The nearest rows in meaning, `COUNTED_DEPTH` of them: what facets and totals count. */
  const counted = async (): Promise<readonly Candidate[]> => {
    nearest ??= await semantic(COUNTED_DEPTH);
    return nearest;
  };

  const deepen = async (): Promise<void> => {
    depth = depth === 0 ? FIRST_DEPTH : depth * GROWTH;
    // Those that were counted are asked for once; the first round is their beginning.
    const byMeaning =
      nearest !== undefined && depth <= COUNTED_DEPTH
        ? nearest.slice(0, depth)
        : await semantic(Math.min(depth, SEMANTIC_DEPTH));
    const byWords = lexical(depth);
    const round =
      ranking.mode === "hybrid"
        ? fuse(byMeaning, byWords, ranking.fusion)
        : alone(
            ranking.mode === "semantic" ? byMeaning : byWords,
            ranking.mode === "semantic" ? "semantic" : "lexical",
          );
    for (const one of round) {
      if (seen.has(one.key)) continue;
      seen.add(one.key);
      ranked.push(one);
    }
    const moreByMeaning = depth < SEMANTIC_DEPTH && byMeaning.length >= depth;
    exhausted = !moreByMeaning && byWords.length < depth;
  };

  return {
    counted,
    /** At least `count` of the ranking where there are as many. */
    async first(count: number): Promise<{ ranked: readonly Fused[]; exhausted: boolean }> {
      while (!exhausted && ranked.length < count) await deepen();
      return { ranked, exhausted };
    },
    placeOf: (key: number): Place | undefined => places.get(key),
  };
};
export type OpenRanking = ReturnType<typeof openRanking>;

/** Required, excluded and quoted words hold for meaning too. */
const gateRows = (asked: Asked, mode: SearchMode): RowSet | undefined =>
  mode !== "lexical" && isGated(asked.plan.query)
    ? asked.searcher.matching(gateOf(asked.plan.query), asked.within)
    : asked.within;

const wordHits = ({ searcher, plan, within }: Asked, k: number): readonly Found[] =>
  searcher.lexical(plan.query, { k, ...(within === undefined ? {} : { within }) }).hits;
