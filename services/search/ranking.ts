// Asks the searchers and fuses their results, only as deep as the page needs.
import type { Found, LexicalQuery, RowSet, Searcher } from "#index-store/index-store.ts";
import type { SearchMode } from "#services/contract/search.ts";
import type { ChunkUnit } from "#services/domain/chunk.ts";
import type { Asked, Place } from "./asked.ts";
import { columns } from "./columns.ts";
import { channels, openConversations } from "./conversations.ts";
import { covered } from "./covered.ts";
import { type Candidate, type Fused, type FusionOptions, fuse, merge } from "./rank.ts";
import { gateOf, isGated, type LexicalPlan } from "./terms.ts";
import { type Exchange, type Said, type United, unite } from "./unite.ts";

export interface Ranking {
  readonly asked: readonly Asked[];
  readonly mode: SearchMode;
  /** The question's vector; undefined in lexical mode. */
  readonly vector: Float32Array | undefined;
  readonly fusion: FusionOptions;
  /** Rows to leave out (the example of "more like this"). */
  readonly except: ReadonlySet<string>;
  readonly units: readonly ChunkUnit[];
  /** The exchanges that rows are of, by id of the row. */
  readonly exchangesOf: (ids: readonly string[]) => Promise<ReadonlyMap<string, Exchange>>;
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

/** What is asked of one side of one unit. */
interface Side {
  readonly asked: Asked;
  readonly searcher: Searcher;
  readonly within: RowSet | undefined;
  /** Rows with whose lengths those of this unit are compared; undefined: the searcher has rows of one unit only. */
  readonly lengthsOf: RowSet | undefined;
}

const sideOf = (asked: Asked, unit: ChunkUnit, mode: SearchMode): Side | undefined => {
  const { searcher, within, exchanges } = asked;
  if (unit === "message")
    return {
      asked,
      searcher,
      within: gateRows(asked, { searcher, within }, mode),
      lengthsOf: undefined,
    };
  return (
    exchanges && {
      asked,
      searcher: exchanges.searcher,
      within: gateRows(asked, exchanges, mode),
      lengthsOf: exchanges.rows,
    }
  );
};

/** Everything ranked so far for one question. Rows keep their ranks when more are asked for. */
export const openRanking = (ranking: Ranking) => {
  const places = new Map<number, Place>();
  const ranked: Fused[] = [];
  const seen = new Set<number>();
  /** Rows with the exact string typed, and in which way: as separate words (0), or inside longer words (1). */
  const exact = new Map<number, number>();
  const sides = (unit: ChunkUnit): Side[] =>
    ranking.asked.flatMap((asked) => sideOf(asked, unit, ranking.mode) ?? []);
  const sidesOf: Readonly<Record<ChunkUnit, readonly Side[]>> = {
    message: sides("message"),
    exchange: ranking.units.includes("exchange") ? sides("exchange") : [],
  };
  const lowestFloor = Math.min(...ranking.asked.map(({ floor }) => floor));
  const firstDepth =
    ranking.mode === "lexical" && sidesOf.exchange.length === 0
      ? FIRST_DEPTH_BY_WORDS
      : FIRST_DEPTH;
  const conversations = openConversations(ranking.mode === "semantic" ? [] : ranking.asked);
  let nearest: Candidate[] | undefined;
  let depth = 0;
  let exhausted = false;
  let hasNearest = false;

  const candidates = (asked: Asked, found: readonly Found[]): Candidate[] =>
    found
      .filter(({ id }) => !ranking.except.has(id))
      .map((one) => {
        const key = keyOf(asked, one);
        places.set(key, { asked, found: one });
        return { key, id: one.id, score: one.score };
      });

  const semantic = async (unit: ChunkUnit, k: number): Promise<Candidate[]> => {
    const { vector } = ranking;
    if (vector === undefined) return [];
    const each = await Promise.all(
      sidesOf[unit].map(async ({ asked, searcher, within }) =>
        asked.semantic
          ? candidates(
              asked,
              await searcher.semantic(vector, { k, ...(within === undefined ? {} : { within }) }),
            )
          : [],
      ),
    );
    return merge(each, k);
  };

  const byWords = (
    unit: ChunkUnit,
    queryOf: (plan: LexicalPlan) => LexicalQuery | undefined,
    k: number,
  ) =>
    merge(
      sidesOf[unit].map((side) => {
        const query = queryOf(side.asked.plan);
        return query === undefined ? [] : candidates(side.asked, wordHits(side, query, k));
      }),
      k,
    );

  /** Rows that contain every exact string typed: as separate words first, then inside longer words. */
  const exactHits = (unit: ChunkUnit, k: number): Candidate[] => {
    const found = new Map<number, Candidate>();
    const ways = Math.max(0, ...ranking.asked.map(({ plan }) => plan.exact.length));
    for (let way = 0; way < ways && found.size < k; way++)
      for (const one of byWords(unit, ({ exact: queries }) => queries[way], k))
        if (!found.has(one.key)) {
          found.set(one.key, one);
          exact.set(one.key, way);
        }
    return [...found.values()].slice(0, k);
  };

  const lexical = (unit: ChunkUnit, k: number): Candidate[] => {
    if (ranking.mode === "semantic") return [];
    const asTyped = exactHits(unit, k);
    if (asTyped.length === k) return asTyped;
    const others = byWords(unit, ({ query }) => query, k).filter(({ key }) => !exact.has(key));
    return [...asTyped, ...others].slice(0, k);
  };

  /** Puts hits with the exact string typed before all others, unless only meaning counts. */
  const exactFirst = (round: readonly United[]): readonly United[] => {
    if (exact.size === 0 || (ranking.mode === "hybrid" && ranking.fusion.semanticWeight === 1))
      return round;
    const wayOf = ({ keys }: United) => Math.min(...keys.map((key) => exact.get(key) ?? Infinity));
    return round
      .map((one) => ({ one, way: wayOf(one) }))
      .sort((a, b) => (a.way === b.way ? 0 : a.way - b.way))
      .map(({ one }) => one);
  };

  /** The `COUNTED_DEPTH` messages nearest in meaning, which facets and totals count. */
  const counted = async (): Promise<readonly Candidate[]> => {
    nearest ??= await semantic("message", COUNTED_DEPTH);
    return nearest;
  };

  /** The rows counted for facets are reused in the first round. */
  const nearestOf = async (unit: ChunkUnit): Promise<Candidate[]> =>
    unit === "message" && nearest !== undefined && depth <= COUNTED_DEPTH
      ? nearest.slice(0, depth)
      : semantic(unit, Math.min(depth, SEMANTIC_DEPTH));

  /** True for a row that only meaning found, below the floor of its collection; words may still find it in a deeper round. */
  const isTooFar = ({ key, lexicalRank, similarity }: Fused): boolean =>
    lexicalRank === null && (similarity ?? 0) < (places.get(key)?.asked.floor ?? 0);

  /** One unit's rows, best first, and whether a deeper round may find more of them. */
  const roundOf = async (unit: ChunkUnit) => {
    if (sidesOf[unit].length === 0) return { rows: [], more: false };
    const byMeaning = await nearestOf(unit);
    const inWords = lexical(unit, depth);
    hasNearest ||= byMeaning.length > 0;
    const more =
      inWords.length >= depth ||
      (depth < SEMANTIC_DEPTH &&
        byMeaning.length >= depth &&
        (byMeaning.at(-1)?.score ?? 0) >= lowestFloor);
    const rows = fuse(byMeaning, inWords, {
      ...ranking.fusion,
      semanticWeight: weightIn(ranking),
    });
    return { rows: rows.filter((row) => !isTooFar(row)), more };
  };

  /** What the row of a message is part of, by its key. */
  const saidIn = (rows: readonly Fused[]): ReadonlyMap<number, Said> => {
    const all = new Map<number, Said>();
    for (const asked of ranking.asked) {
      const own = rows.flatMap(({ key }) => {
        const place = places.get(key);
        return place?.asked === asked ? [{ key, found: place.found }] : [];
      });
      const read = asked.searcher.read(
        own.map(({ found }) => found),
        [columns.message, columns.source],
      );
      for (const [at, { key }] of own.entries())
        all.set(key, {
          message: String(read[at]?.[columns.message] ?? key),
          inChannel: channels.has(String(read[at]?.[columns.source])),
        });
    }
    return all;
  };

  const united = async (
    messages: readonly Fused[],
    exchanges: readonly Fused[],
  ): Promise<readonly United[]> => {
    if (exchanges.length === 0) return messages.map((fused) => ({ fused, keys: [fused.key] }));
    const of = await ranking.exchangesOf(exchanges.map(({ id }) => id));
    const said = saidIn(messages);
    return unite(messages, exchanges, {
      message: ({ key }) => said.get(key),
      exchange: ({ id }) => of.get(id),
    });
  };

  const deepen = async (): Promise<void> => {
    depth = depth === 0 ? firstDepth : depth * GROWTH;
    const wantsMessages = ranking.units.includes("message");
    const messages = wantsMessages ? await roundOf("message") : { rows: [], more: false };
    const exchanges = await roundOf("exchange");
    const placeOf = (key: number) => places.get(key);
    const hits = await united(messages.rows, exchanges.rows);
    const inChannels = ranking.mode === "semantic" ? hits : covered(ranking.asked, hits, placeOf);
    const round = exactFirst(conversations.lifted(inChannels, placeOf));
    for (const { fused, keys } of round) {
      if (keys.some((key) => seen.has(key))) continue;
      for (const key of keys) seen.add(key);
      ranked.push(fused);
    }
    exhausted = !messages.more && !exchanges.more;
  };

  return {
    counted,
    /** Whether meaning found rows, but all of them below the floor. */
    isAllTooFar: (): boolean => hasNearest && ranked.length === 0,
    /** At least `count` rows of the ranking, where there are so many. */
    async first(count: number): Promise<{ ranked: readonly Fused[]; exhausted: boolean }> {
      while (!exhausted && ranked.length < count) await deepen();
      return { ranked, exhausted };
    },
    placeOf: (key: number): Place | undefined => places.get(key),
  };
};
export type OpenRanking = ReturnType<typeof openRanking>;

/** Where one side is not asked, the other one has all the weight. */
const weightIn = ({ mode, fusion }: Ranking): number =>
  mode === "hybrid" ? fusion.semanticWeight : mode === "semantic" ? 1 : 0;

/** Rows that a search by meaning may find: required, excluded and quoted words apply to it too. */
const gateRows = (
  { plan }: Asked,
  { searcher, within }: { readonly searcher: Searcher; readonly within: RowSet | undefined },
  mode: SearchMode,
): RowSet | undefined =>
  mode !== "lexical" && isGated(plan.query)
    ? searcher.matching(gateOf(plan.query), within)
    : within;

const wordHits = (
  { searcher, within, lengthsOf }: Side,
  query: LexicalQuery,
  k: number,
): readonly Found[] =>
  searcher.lexical(query, {
    k,
    ...(within === undefined ? {} : { within }),
    ...(lengthsOf === undefined ? {} : { lengthsOf }),
  }).hits;
