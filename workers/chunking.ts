// A stored conversation → its chunks: its searchable messages, split by the model's own tokens, and its exchanges.
import type { Chunk } from "#services/domain/chunk.ts";
import type { MessageKind, Role, SourceKind } from "#services/domain/conversation.ts";
import { millis } from "#services/domain/units.ts";
import type { TokenCounter } from "#services/embed/embed.ts";
import {
  type ConversationRow,
  type Cutter,
  digest,
  type StoredMessage,
} from "#services/store/store.ts";
import {
  beginsChunk,
  type ChunkOptions,
  chunkConversation,
  chunkDefaults,
  type ExchangeableMessage,
  exchangeChunks,
  exchangesBegin,
  isIndexable,
  openLanguageDetector,
} from "#services/text/text.ts";

export type Chunker = (
  conversation: Pick<ConversationRow, "id" | "source" | "channel">,
  messages: readonly StoredMessage[],
) => readonly Chunk[];

/** Kinds and roles come out of rows that were written from these very types. */
const chunkable = (source: string) => (message: StoredMessage) => ({
  id: message.id,
  parent: message.parent_id,
  // A reply in IRC names a person in the one stream of talk; in Slack it stands in a thread apart.
  thread: source === "slack" ? message.reply_to_id : null,
  author: message.author,
  role: message.role as Role,
  kind: message.kind as MessageKind,
  at: message.at === null ? null : millis(message.at),
  text: message.text,
});

const exchangeable = (source: string) => {
  const asChunkable = chunkable(source);
  return (message: StoredMessage): ExchangeableMessage => ({
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

const optionsOf = (conversation: Parameters<Chunker>[0]): Options => ({
  conversation: conversation.id,
  source: conversation.source as SourceKind,
  channel: conversation.channel,
  digest,
  language: openLanguageDetector(),
});

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

/** The chunks of a whole conversation: of its messages, and of its exchanges. */
export const openChunker =
  (counter: TokenCounter): Chunker =>
  (conversation, messages) => {
    // One for both: the language that an author writes in is known when his exchanges are cut.
    const options = optionsOf(conversation);
    const present = messages.filter(({ gone }) => gone === 0);
    const gone = present.length === messages.length ? [] : messages.filter((one) => one.gone === 1);
    return [
      ...cutMessages(present, options, counter),
      // What the newest export does not have any more is found by itself, and answers nobody.
      ...cutMessages(gone, options, counter),
      ...cutExchanges(present, options),
    ];
  };

/** For `cutSession`. */
export const openCutter = (counter: TokenCounter): Cutter => ({
  beginning: {
    message: beginsMessages,
    exchange: ({ source }, messages, changed) =>
      exchangesBegin(messages.map(exchangeable(source)), changed),
  },
  cut: {
    message: (conversation, messages) => cutMessages(messages, optionsOf(conversation), counter),
    exchange: (conversation, messages) => cutExchanges(messages, optionsOf(conversation)),
  },
});
