// Asks the searchers and fuses their results, only as deep as the page needs.
import type { RowSet } from "#index-store/index-store.ts";
import type { SearchMode } from "#services/contract/search.ts";
import type { ChunkUnit } from "#services/domain/chunk.ts";
import { talkSources } from "#services/domain/conversation.ts";
import type { Asked } from "./asked.ts";
import type { openByWords } from "./by-words.ts";
import { columns } from "./columns.ts";
import { openConversations } from "./conversations.ts";
import { covered } from "./covered.ts";
import { type Candidate, type Fused, type FusionOptions, fuse, merge } from "./rank.ts";
import type { Places, Side, Sides } from "./sides.ts";
import { gateOf, isGated } from "./terms.ts";
import { type Exchange, type Said, type United, unite } from "./unite.ts";

export interface Ranking {
  readonly asked: readonly Asked[];
  readonly mode: SearchMode;
  /** The question's vector; undefined in lexical mode. */
  readonly vector: Float32Array | undefined;
  readonly fusion: FusionOptions;
  /** The units that are ranked. */
  readonly units: readonly ChunkUnit[];
  readonly sides: Sides;
  readonly places: Places;
  readonly words: ReturnType<typeof openByWords>;
  /** The exchanges that rows are of, by id of the row. */
  readonly exchangesOf: (ids: readonly string[]) => Promise<ReadonlyMap<string, Exchange>>;
}

/** Every row matches a meaning more or less: at most so many of the nearest are ranked. */
export const SEMANTIC_DEPTH = 1000;
/** So many of the nearest are counted in facets and totals: 1,000 would cost three times as much as the rest of a search. */
const COUNTED_DEPTH = 100;
/**
 * Rows of each side in the first round. A deeper round adds its new rows after those of earlier rounds. With 50 exchanges the ranking is
 * as good as with 100 (decision 0022), and an exchange has many messages.
 */
export const FIRST_DEPTH: Readonly<Record<ChunkUnit, number>> = { message: 100, exchange: 50 };
/** The same where only words are searched: without fusion the depth does not change the order, so a few pages are enough. */
const FIRST_DEPTH_BY_WORDS = 50;
const GROWTH = 10;

/** Everything ranked so far for one question. Rows keep their ranks when more are asked for. */
export const openRanking = (ranking: Ranking) => {
  const { asked: all, mode, sides, places, words } = ranking;
  const ranked: Fused[] = [];
  const seen = new Set<number>();
  /** Rows that meaning may find, by side. */
  const gates = new Map<Side, RowSet | undefined>();
  const lowestFloor = Math.min(...all.map(({ floor }) => floor));
  const firstDepth =
    mode === "lexical" && !ranking.units.includes("exchange")
      ? { ...FIRST_DEPTH, message: FIRST_DEPTH_BY_WORDS }
      : FIRST_DEPTH;
  const conversations = openConversations(mode === "semantic" ? [] : all);
  let nearest: Candidate[] | undefined;
  /** How many times as deep as the first round. */
  let growth = 0;
  let exhausted = false;
  let hasNearest = false;

  const gateRows = (side: Side): RowSet | undefined => {
    if (!gates.has(side)) gates.set(side, gated(side));
    return gates.get(side);
  };

  const semantic = async (unit: ChunkUnit, k: number): Promise<Candidate[]> => {
    const { vector } = ranking;
    if (vector === undefined) return [];
    const each = await Promise.all(
      sides[unit].map(async (side) => {
        const { asked, searcher } = side;
        if (!asked.semantic) return [];
        const within = gateRows(side);
        const options = { k, ...(within === undefined ? {} : { within }) };
        return places.candidates(asked, await searcher.semantic(vector, options));
      }),
    );
    return merge(each, k);
  };

  /** Puts hits with the exact string typed before all others, unless only meaning counts. */
  const exactFirst = (round: readonly United[]): readonly United[] => {
    if (!words.hasExact() || (mode === "hybrid" && ranking.fusion.semanticWeight === 1))
      return round;
    const wayOf = ({ keys }: United) =>
      Math.min(...keys.map((key) => words.wayOf(key) ?? Infinity));
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
  const nearestOf = async (unit: ChunkUnit, depth: number): Promise<Candidate[]> =>
    unit === "message" && nearest !== undefined && depth <= COUNTED_DEPTH
      ? nearest.slice(0, depth)
      : semantic(unit, Math.min(depth, SEMANTIC_DEPTH));

  /** True for a row that only meaning found, below the floor of its collection; words may still find it in a deeper round. */
  const isTooFar = ({ key, lexicalRank, similarity }: Fused): boolean =>
    lexicalRank === null && (similarity ?? 0) < (places.placeOf(key)?.asked.floor ?? 0);

  /** One unit's rows, best first, and whether a deeper round may find more of them. */
  const roundOf = async (unit: ChunkUnit) => {
    if (!ranking.units.includes(unit) || sides[unit].length === 0) return { rows: [], more: false };
    const depth = firstDepth[unit] * growth;
    const byMeaning = await nearestOf(unit, depth);
    const inWords = mode === "semantic" ? [] : words.best(unit, depth);
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
    const said = new Map<number, Said>();
    for (const asked of all) {
      const own = rows.flatMap(({ key }) => {
        const place = places.placeOf(key);
        return place?.asked === asked ? [{ key, found: place.found }] : [];
      });
      const read = asked.searcher.read(
        own.map(({ found }) => found),
        [columns.message, columns.source],
      );
      for (const [at, { key }] of own.entries())
        said.set(key, {
          message: String(read[at]?.[columns.message] ?? key),
          inChannel: talkSources.has(String(read[at]?.[columns.source])),
        });
    }
    return said;
  };

  const united = async (
    messages: readonly Fused[],
    exchanges: readonly Fused[],
  ): Promise<readonly United[]> => {
    if (exchanges.length === 0)
      return messages.map((fused) => ({ fused, keys: [fused.key], messages: [fused.key] }));
    const of = await ranking.exchangesOf(exchanges.map(({ id }) => id));
    const said = saidIn(messages);
    return unite(messages, exchanges, {
      message: ({ key }) => said.get(key),
      exchange: ({ id }) => of.get(id),
    });
  };

  /**
   * Whether it is no hit of an earlier round. An exchange that is found after one of its messages was listed alone is a hit where it
   * has further messages that were found, because these are listed nowhere else.
   */
  const isNew = ({ fused, keys, messages }: United): boolean => {
    const known = keys.filter((key) => seen.has(key));
    if (known.length === 0) return true;
    const ofMessages = known.filter((key) => messages.includes(key));
    return (
      !seen.has(fused.key) &&
      known.length === ofMessages.length &&
      ofMessages.length < messages.length
    );
  };

  const deepen = async (): Promise<void> => {
    growth = growth === 0 ? 1 : growth * GROWTH;
    const messages = await roundOf("message");
    const exchanges = await roundOf("exchange");
    const hits = await united(messages.rows, exchanges.rows);
    const inChannels = mode === "semantic" ? hits : covered(all, hits, places.placeOf);
    const round = exactFirst(conversations.lifted(inChannels, places.placeOf));
    for (const one of round) {
      if (!isNew(one)) continue;
      for (const key of one.keys) seen.add(key);
      ranked.push(one.fused);
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
    placeOf: places.placeOf,
  };
};
export type OpenRanking = ReturnType<typeof openRanking>;

/** Where one side is not asked, the other one has all the weight. */
const weightIn = ({ mode, fusion }: Ranking): number =>
  mode === "hybrid" ? fusion.semanticWeight : mode === "semantic" ? 1 : 0;

/** Rows that a search by meaning may find: required, excluded and quoted words apply to it too. */
const gated = ({ asked: { plan }, searcher, within }: Side): RowSet | undefined =>
  isGated(plan.query) ? searcher.matching(gateOf(plan.query), within) : within;
