// A stored conversation → its chunks: its searchable messages, split by the model's own tokens, and its exchanges.
import { isDeepStrictEqual } from "node:util";
import type { Chunk } from "#services/domain/chunk.ts";
import { type CleaningRules, noCleaning } from "#services/domain/cleaning.ts";
import type { MessageKind, Role, SourceKind } from "#services/domain/conversation.ts";
import { writerOf } from "#services/domain/people.ts";
import { millis } from "#services/domain/units.ts";
import type { TokenCounter } from "#services/embed/embed.ts";
import {
  type ConversationRow,
  type Cutter,
  digest,
  type IndexRules,
  type StoredMessage,
} from "#services/store/store.ts";
import {
  beginsChunk,
  type ChunkOptions,
  chunkConversation,
  chunkDefaults,
  cleaner,
  exchangeChunks,
  exchangesBegin,
  indexedOf,
  isIndexable,
  openLanguageDetector,
  type PlacedMessage,
  segmentEnd,
  segmentsOf,
} from "#services/text/text.ts";

export type Chunker = (
  conversation: Pick<ConversationRow, "id" | "source" | "channel">,
  messages: readonly StoredMessage[],
) => readonly Chunk[];

/** By the rules of the collection. */
export type ChunkerBy = (rules: IndexRules) => Chunker;

/** Sources whose replies stand in threads apart. */
const threaded: ReadonlySet<string> = new Set<SourceKind>(["slack", "mattermost", "google-chat"]);

/** What the collection's rules leave of these messages for the index. */
const indexed = (
  source: string,
  messages: readonly StoredMessage[],
  { rules, people }: IndexRules,
): readonly StoredMessage[] => {
  if (isDeepStrictEqual(rules.leaveOut, noCleaning.leaveOut)) return messages;
  return messages.flatMap((message) => {
    const { author, role, text } = message;
    const kind = message.kind as MessageKind;
    const isBot = people !== undefined && writerOf(people, { source, author, role }).bot === true;
    const left = indexedOf({ kind, text, isBot }, rules);
    return left.leftOut === undefined ? [{ ...message, text: left.text }] : [];
  });
};

/** Kinds and roles come out of rows that were written from these very types. */
const chunkable = (source: string) => (message: StoredMessage) => ({
  id: message.id,
  parent: message.parent_id,
  position: message.position,
  // A reply in IRC names a person in the one stream of talk; in Slack it stands in a thread apart.
  thread: threaded.has(source) ? message.reply_to_id : null,
  author: message.author,
  role: message.role as Role,
  kind: message.kind as MessageKind,
  at: message.at === null ? null : millis(message.at),
  text: message.text,
});

const exchangeable = (source: string) => {
  const asChunkable = chunkable(source);
  return (message: StoredMessage): PlacedMessage => ({
    ...asChunkable(message),
    replyTo: message.reply_to_id,
  });
};

/** The first place in the list, up to the first new message, where a chunk of messages begins whatever came before. */
const beginsMessages: Cutter["beginning"]["message"] = ({ source }, messages, changed) => {
  const asChunkable = chunkable(source);
  let last: ReturnType<typeof asChunkable> | undefined;
  for (const [place, message] of messages.slice(0, changed + 1).entries()) {
    const next = asChunkable(message);
    if (!isIndexable(next)) continue;
    if (last !== undefined && beginsChunk(last, next)) return place;
    last = next;
  }
  return undefined;
};

interface Options extends Pick<ChunkOptions, "conversation" | "source" | "channel" | "digest"> {
  readonly language: NonNullable<ChunkOptions["language"]>;
}

/** What a channel is called where the rules have masked something in its name; undefined where nothing is masked. */
const maskedChannel = (channel: string | null, rules: CleaningRules): string | undefined => {
  const cleaned = channel === null ? "" : cleaner.name(channel, rules);
  return cleaned.includes("«") ? cleaned : undefined;
};

/**
 * The index has the name of the channel with each chunk. Where it is masked, it is a part of the ids: chunks from before are others
 * then, and are purged.
 */
const optionsOf = (
  { id, source, channel }: Parameters<Chunker>[0],
  { rules }: IndexRules,
): Options => {
  const masked = maskedChannel(channel, rules);
  return {
    conversation: id,
    source: source as SourceKind,
    channel: masked ?? channel,
    digest: masked === undefined ? digest : (text) => digest(`${masked}\u0000${text}`),
    language: openLanguageDetector(),
  };
};

const cutMessages = (
  messages: readonly StoredMessage[],
  options: Options,
  counter: TokenCounter,
): Chunk[] => [
  ...chunkConversation(messages.map(chunkable(options.source)).filter(isIndexable), {
    ...options,
    countTokens: (text) => counter.countTokens(text),
    maxTokens: Math.min(chunkDefaults.maxTokens, counter.maxTokens),
  }),
];

const cutExchanges = (messages: readonly StoredMessage[], options: Options): Chunk[] =>
  exchangeChunks(messages.map(exchangeable(options.source)), options);

/**
 * The chunks of a whole conversation, or of a segment of it: of its messages, and of its exchanges. A long one is cut a segment at a
 * time, so that it has the same chunks whether it is read whole or in segments.
 */
export const openChunker =
  (counter: TokenCounter) =>
  (rules: IndexRules): Chunker =>
  (conversation, messages) => {
    const chunks: Chunk[] = [];
    for (const segment of segmentsAmong(conversation.source, messages)) {
      // One for both: the language that an author writes in is known when his exchanges are cut.
      const options = optionsOf(conversation, rules);
      const left = indexed(conversation.source, segment, rules);
      const present = left.filter(({ gone }) => gone === 0);
      // What the newest export does not have any more is found by itself, and answers nobody.
      const gone = present.length === left.length ? [] : left.filter((one) => one.gone === 1);
      for (const chunk of cutMessages(present, options, counter)) chunks.push(chunk);
      for (const chunk of cutMessages(gone, options, counter)) chunks.push(chunk);
      for (const chunk of cutExchanges(present, options)) chunks.push(chunk);
    }
    return chunks;
  };

function* segmentsAmong(
  source: string,
  messages: readonly StoredMessage[],
): Generator<readonly StoredMessage[]> {
  let from = 0;
  for (const segment of segmentsOf(messages.map(exchangeable(source)))) {
    yield messages.slice(from, from + segment.length);
    from += segment.length;
  }
}

/** The messages of the first segment; undefined where it does not end among these. */
export const firstSegment = (
  source: string,
  messages: readonly StoredMessage[],
): readonly StoredMessage[] | undefined => {
  const end = segmentEnd(messages.map(exchangeable(source)));
  return end === undefined ? undefined : messages.slice(0, end);
};

/** Of the messages that the rules leave, the place in the list of all of them. */
const among =
  (rules: IndexRules, beginning: Cutter["beginning"]["message"]): Cutter["beginning"]["message"] =>
  (conversation, messages, changed) => {
    const left = indexed(conversation.source, messages, rules);
    if (left.length === messages.length) return beginning(conversation, left, changed);
    const places = new Map(messages.map(({ id }, place) => [id, place]));
    const placeOf = (one: StoredMessage | undefined) => one && places.get(one.id);
    const first = left.findIndex((one) => (placeOf(one) ?? 0) >= changed);
    const found = beginning(conversation, left, first < 0 ? left.length : first);
    return found === undefined ? undefined : (placeOf(left[found]) ?? changed);
  };

/** For `cutSession`. */
export const openCutter =
  (counter: TokenCounter) =>
  (rules: IndexRules): Cutter => ({
    beginning: {
      message: among(rules, beginsMessages),
      exchange: among(rules, ({ source }, messages, changed) =>
        exchangesBegin(messages.map(exchangeable(source)), changed),
      ),
    },
    cut: {
      message: (conversation, messages) =>
        cutMessages(
          indexed(conversation.source, messages, rules),
          optionsOf(conversation, rules),
          counter,
        ),
      exchange: (conversation, messages) =>
        cutExchanges(indexed(conversation.source, messages, rules), optionsOf(conversation, rules)),
    },
  });
