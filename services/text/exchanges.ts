// Messages of one conversation → its exchanges, as chunks: turns of an assistant chat, threads, and questions in a channel with their answers.
import type { Chunk } from "#services/domain/chunk.ts";
import { chunkId } from "#services/domain/ids.ts";
import type { Millis } from "#services/domain/units.ts";
import { bestAnswer } from "./best-answer.ts";
import { channelExchanges } from "./channel-exchanges.ts";
import { type ChunkOptions, isIndexable } from "./chunk.ts";
import { type ExchangeableMessage, type ExchangeParts, REACH_MS, SPAN_LINES } from "./exchange.ts";
import { exchangeTexts } from "./exchange-text.ts";
import { isSaid, threadExchanges, turnExchanges } from "./turn-exchanges.ts";

const isOfChat = ({ role }: ExchangeableMessage): boolean => role !== "person";
const isTurn = ({ role }: ExchangeableMessage): boolean => role === "user" || role === "assistant";
const isOfChannel = ({ role, kind, text }: ExchangeableMessage): boolean =>
  role === "person" && kind === "text" && /\S/.test(text);

/** @param messages all messages of one conversation, in order: parents are looked for among them */
export const findExchanges = (messages: readonly ExchangeableMessage[]): ExchangeParts[] => {
  const turns = turnExchanges(messages.filter(isOfChat));
  const { exchanges, rest } = threadExchanges(messages.filter(isOfChannel));
  const places = new Map(messages.map(({ id }, place) => [id, place]));
  const placeOf = ({ members: [first] }: ExchangeParts) => (first && places.get(first.id)) ?? 0;
  return [...turns, ...exchanges, ...channelExchanges(rest)].sort(
    (a, b) => placeOf(a) - placeOf(b),
  );
};

/** A message of more characters is several chunks, so that words of it that belong together may stand in different ones. */
const LONG_CHARS = 400;

/** Whether an exchange says more than a chunk of its opening. */
const isMore = ({ members: [opening, second] }: ExchangeParts): boolean =>
  second !== undefined || (opening !== undefined && opening.text.length > LONG_CHARS);

/** Long messages that are in no exchange, each as one of its own without answers: they are found by all of their words together. */
const longMessages = (
  messages: readonly ExchangeableMessage[],
  exchanges: readonly ExchangeParts[],
): ExchangeParts[] => {
  const members = new Set(exchanges.flatMap((parts) => parts.members.map(({ id }) => id)));
  return messages
    .filter(
      (message) =>
        message.kind === "text" &&
        message.text.length > LONG_CHARS &&
        !members.has(message.id) &&
        isIndexable(message),
    )
    .map((message) => ({ members: [message], isAnswer: () => false }));
};

/**
 * The exchanges of a conversation as chunks, in the order of their openings, and long messages that are in none. A short question
 * alone has none, since its own chunk says the same. A long exchange is several chunks, with the same messages. One that says nothing
 * in words is left out.
 */
export const exchangeChunks = (
  messages: readonly ExchangeableMessage[],
  {
    conversation,
    source,
    channel,
    digest,
    language,
  }: Pick<ChunkOptions, "conversation" | "source" | "channel" | "digest" | "language">,
): Chunk[] => {
  const exchanges = findExchanges(messages).filter(isMore);
  return [...exchanges, ...longMessages(messages, exchanges)].flatMap((parts): Chunk[] => {
    const [opening] = parts.members;
    if (opening === undefined) return [];
    const best = bestAnswer(parts);
    const ids = parts.members.map(({ id }) => id);
    const answers = parts.members.filter(parts.isAnswer).length;
    const { at, author } = opening;
    const exchange = { answers, best: best?.id ?? null };
    return exchangeTexts(parts, best).map(
      (text, part): Chunk => ({
        id: chunkId(digest, conversation, { messages: ids, at, author, part, text, exchange }),
        unit: "exchange",
        exchange,
        conversation,
        messages: ids,
        part,
        start: 0,
        text,
        author,
        role: opening.role,
        kind: opening.kind,
        at,
        source,
        channel,
        language: language?.(text, author) ?? null,
      }),
    );
  });
};

/** So many messages before the first that changed are read at most. */
export const EXCHANGE_RUN_UP = 1500;

/** The last place, at most `until`, where a turn begins that nothing before it and nothing on a branch after it belongs to. */
const turnBegins = (
  messages: readonly ExchangeableMessage[],
  until: number,
): number | undefined => {
  /** Parents of messages further on that have not been met yet: they stand before. */
  const parents = new Set<string>();
  for (let place = messages.length - 1; place > 0; place--) {
    const [before, here] = [messages[place - 1], messages[place]];
    if (!before || !here) continue;
    parents.delete(here.id);
    const follows = here.parent === null || here.parent === before.id;
    const isAnswered = before.role === "assistant" && isSaid(before);
    if (parents.size === 0 && follows && isAnswered && here.role === "user" && place <= until)
      return place;
    if (here.parent !== null) parents.add(here.parent);
  }
  return undefined;
};

interface Line {
  readonly place: number;
  readonly at: Millis | null;
}

/** The last place, at most `until`, where a line follows ten minutes of silence. */
const linesBegin = (lines: readonly Line[], until: number): number | undefined => {
  for (let line = lines.length - 1; line > 0; line--) {
    const [before, here] = [lines[line - 1], lines[line]];
    if (!before || !here || here.place > until || before.at === null || here.at === null) continue;
    if (here.at - before.at > REACH_MS) return here.place;
  }
  return undefined;
};

/** The earliest line that is in reach of a change: no exchange spans more. */
const openLine = (lines: readonly Line[], changed: number): number => {
  const passed = lines.findLastIndex(({ place }) => place < changed);
  return lines[Math.max(0, passed - SPAN_LINES)]?.place ?? changed;
};

/**
 * From which place on the exchanges of a conversation's end are those of the whole conversation, and all that a change at `changed`
 * can concern: exchanges that were opened before are as they were. undefined where what comes before the list has to be read too.
 * Where nobody paused for 1,500 messages, those before are not asked for: who answers whom is settled by nearer ones.
 * @param messages the end of a conversation, in order
 */
export const exchangesBegin = (
  messages: readonly ExchangeableMessage[],
  changed: number,
): number | undefined => {
  const hasTurns = messages.some(isTurn);
  const lines = messages.flatMap((message, place) =>
    isOfChannel(message) ? [{ place, at: message.at }] : [],
  );
  const turns = hasTurns && lines.length === 0;
  const found = turns
    ? turnBegins(messages, changed)
    : hasTurns
      ? undefined
      : linesBegin(lines, changed);
  if (found !== undefined || changed < EXCHANGE_RUN_UP) return found;
  return openLine(lines, changed);
};
