// Unites the rankings of messages and of exchanges: an exchange and its messages are one hit. Pure.
import type { Substance } from "#services/text/text.ts";
import { byId, type Fused } from "./rank.ts";

/** The exchange that a row is of. Long ones are several rows, with the same members. */
export interface Exchange {
  /** Ids of its messages in order; the first is the opening. */
  readonly members: readonly string[];
  /** What the best answer is worth; "given" where that is not looked into, "none" where nobody answered. */
  readonly answer: Substance | "given" | "none";
}

/** A hit: an exchange with what was found of it, or a message that was found alone. */
export interface United {
  readonly fused: Fused;
  /** Keys of all rows that it stands for. */
  readonly keys: readonly number[];
  /** Those of messages. */
  readonly messages: readonly number[];
}

/** What the score of an exchange's row is worth beside that of its best message; measured in infra/decisions/0022-ranking.md. */
const EXCHANGE_WEIGHT = 0.8;
/**
 * A message that is in none of the exchanges found says all by itself, and counts as if it were its own exchange. In a channel it is
 * small talk more often than not, or a question that nobody took up: it has no such share, and this factor.
 */
const ALONE_IN_CHANNEL = 0.6;
/** Factor for exchanges by what the answer is: a question that nobody answered helps nobody. */
const BY_ANSWER = { way: 1.35, given: 1.15, statement: 1, remark: 0.75, none: 0.5 } as const;

/**
 * Long exchanges pass through several subjects, and have more lines of which one may happen to be near: of about 38 judged hits with
 * more than some 15 lines, 12 helped.
 */
const LINES = 8;
const STEEPNESS = 0.4;
const bySize = (members: number): number => Math.min(1, (LINES / members) ** STEEPNESS);

/**
 * A message whose score is so many times that of the second one is what was asked for, all but word for word, and no factor lowers it:
 * in a small collection everything else is far from the question. In a large one many lines are about as near.
 */
const BY_FAR = 1.4;

/** What the row of a message is part of. */
export interface Said {
  /** The message that the row begins with, unique in all collections. */
  readonly message: string;
  /** Whether it was said in the one stream of talk of a channel. */
  readonly inChannel: boolean;
}

interface Draft {
  /** undefined for a message alone. */
  readonly exchange: Exchange | undefined;
  readonly inChannel: boolean;
  messages: Fused[];
  rows: Fused[];
}

const scoreOf = ({ exchange, inChannel, messages, rows }: Draft, outstanding?: Fused): number => {
  const message = messages[0]?.score ?? 0;
  const isOutstanding = outstanding !== undefined && messages[0] === outstanding;
  const [best] = rows;
  if (exchange === undefined || best === undefined)
    return message * (inChannel && !isOutstanding ? ALONE_IN_CHANNEL : 1 + EXCHANGE_WEIGHT);
  const both = message + EXCHANGE_WEIGHT * best.score;
  if (exchange.members.length < 2) return both;
  const factor = BY_ANSWER[exchange.answer] * bySize(exchange.members.length);
  return both * (isOutstanding ? Math.max(1, factor) : factor);
};

const smaller = (one: number | null, other: number | null): number | null => {
  if (one === null || other === null) return one ?? other;
  return Math.min(one, other);
};

const larger = (one: number | null, other: number | null): number | null => {
  if (one === null || other === null) return one ?? other;
  return Math.max(one, other);
};

/** Whichever row was found best, by each measure. Without an array for each: there are some hundred and fifty hits a question. */
const bestOf = (all: readonly Fused[]) => {
  let semanticRank: number | null = null;
  let lexicalRank: number | null = null;
  let similarity: number | null = null;
  let bm25: number | null = null;
  for (const row of all) {
    semanticRank = smaller(semanticRank, row.semanticRank);
    lexicalRank = smaller(lexicalRank, row.lexicalRank);
    similarity = larger(similarity, row.similarity);
    bm25 = larger(bm25, row.bm25);
  }
  return { semanticRank, lexicalRank, similarity, bm25 };
};

/** An exchange of several messages is shown by its own row, everything else by the best message. */
const asOne = (draft: Draft, outstanding: Fused | undefined): United => {
  const { exchange, messages, rows } = draft;
  const all = [...rows, ...messages];
  const isExchange = exchange !== undefined && exchange.members.length > 1;
  const shown = (isExchange ? rows[0] : messages[0]) ?? rows[0] ?? messages[0];
  if (shown === undefined) throw new TypeError("A hit has at least one row.");
  return {
    keys: all.map(({ key }) => key),
    messages: messages.map(({ key }) => key),
    fused: {
      key: shown.key,
      id: shown.id,
      score: scoreOf(draft, outstanding),
      ...bestOf(all),
    },
  };
};

/**
 * One ranking of both, best first. The score of an exchange is that of its best message plus a part of that of its own best row: its
 * row tells whether the talk around is about the question, and the message whether somebody said just that.
 * @param messages best first, as `exchanges` are
 */
export const unite = (
  messages: readonly Fused[],
  exchanges: readonly Fused[],
  of: {
    readonly message: (row: Fused) => Said | undefined;
    readonly exchange: (row: Fused) => Exchange | undefined;
  },
): United[] => {
  const said = messages.map((row) => of.message(row));
  const found = new Set(said.flatMap((one) => one?.message ?? []));
  const drafts = new Map<string, Draft>();
  const byMember = new Map<string, Draft>();
  for (const row of exchanges) {
    const exchange = of.exchange(row);
    const [opening] = exchange?.members ?? [];
    if (exchange === undefined || opening === undefined) continue;
    const draft = drafts.get(opening) ?? { exchange, inChannel: false, messages: [], rows: [] };
    draft.rows.push(row);
    drafts.set(opening, draft);
    for (const member of exchange.members)
      if (found.has(member) && !byMember.has(member)) byMember.set(member, draft);
  }
  const alone: Draft[] = [];
  for (const [at, row] of messages.entries()) {
    const own = said[at];
    const draft = own === undefined ? undefined : byMember.get(own.message);
    if (draft !== undefined) draft.messages.push(row);
    else
      alone.push({
        exchange: undefined,
        inChannel: own?.inChannel ?? false,
        messages: [row],
        rows: [],
      });
  }
  const [first, second] = messages;
  const outstanding =
    first !== undefined && first.score >= BY_FAR * (second?.score ?? 0) ? first : undefined;
  return [...drafts.values(), ...alone]
    .map((draft) => asOne(draft, outstanding))
    .sort((a, b) => b.fused.score - a.fused.score || byId(a.fused, b.fused));
};
