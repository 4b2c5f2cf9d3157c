// Lifts hits of conversations that hold the question in all of their messages together, where no single message holds it.
import type { Searcher } from "#index-store/index-store.ts";
import { talkSources } from "#services/domain/conversation.ts";
import type { Asked, Place } from "./asked.ts";
import { columns } from "./columns.ts";
import { byId, standardised } from "./rank.ts";
import type { United } from "./unite.ts";

/** A longer conversation is about too much. */
const MOST_WORDS = 4000;
/** The best conversations, whose scores are standardised. */
const DEPTH = 100;
/**
 * What the score of a conversation is worth beside that of its hit, for each share of the question that the best conversations hold
 * beyond their best message; measured in infra/decisions/0022-ranking.md.
 */
const WEIGHT = 20;

/** A searcher never changes, so it is asked once. */
const remembered = new WeakMap<Searcher, boolean>();

const hasChannels = (searcher: Searcher): boolean => {
  const known = remembered.get(searcher);
  if (known !== undefined) return known;
  const values = [...talkSources];
  const has = searcher.select({ kind: "in", column: columns.source, values }).count > 0;
  remembered.set(searcher, has);
  return has;
};

/** What a hit gains, by its conversation. */
type Gains = ReadonlyMap<string, number>;

/** Hits of channels have no such gain, and would fall behind all others: where there are channels too, nothing is lifted. */
const gainsOf = (every: readonly Asked[]): ReadonlyMap<Asked, Gains> => {
  if (every.some(({ searcher }) => hasChannels(searcher))) return new Map();
  const each = every.map((asked) => {
    const of = asked.searcher.select(undefined);
    const options = { column: columns.conversation, of, mostWords: MOST_WORDS, k: DEPTH };
    return { asked, ...asked.searcher.lexicalGroups(asked.plan.words, options) };
  });
  const all = each
    .flatMap(({ asked, found, spread }) => found.map((one) => ({ asked, spread, ...one })))
    .sort((a, b) => b.score - a.score)
    .slice(0, DEPTH);
  const scores = standardised(all);
  const gains = new Map(every.map((asked) => [asked, new Map<string, number>()]));
  for (const [at, { asked, spread, value }] of all.entries())
    if (spread > 0) gains.get(asked)?.set(value, WEIGHT * spread * (scores[at] ?? 0));
  return gains;
};

/** The conversations of one question, looked up with its first hits. */
export const openConversations = (asked: readonly Asked[]) => {
  let known: ReadonlyMap<Asked, Gains> | undefined;
  return {
    /** The hits in their new order. */
    lifted: (
      hits: readonly United[],
      placeOf: (key: number) => Place | undefined,
    ): readonly United[] => {
      known ??= gainsOf(asked);
      const gains = known;
      if (![...gains.values()].some((of) => of.size > 0)) return hits;
      const gainOf = (key: number): number => {
        const place = placeOf(key);
        const of = place && gains.get(place.asked);
        if (place === undefined || of === undefined || of.size === 0) return 0;
        const [row] = place.asked.searcher.read([place.found], [columns.conversation]);
        return of.get(String(row?.[columns.conversation])) ?? 0;
      };
      return hits
        .map((hit) => ({
          ...hit,
          fused: { ...hit.fused, score: hit.fused.score + gainOf(hit.fused.key) },
        }))
        .sort((a, b) => b.fused.score - a.fused.score || byId(a.fused, b.fused));
    },
  };
};
