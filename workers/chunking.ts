// A stored conversation → its chunks: its searchable messages, split by the model's own tokens.
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
  chunkConversation,
  chunkDefaults,
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

/** For `cutSession`: where the conversation can be cut on from. */
const beginning: Cutter["beginning"] = ({ source }, messages) => {
  const asChunkable = chunkable(source);
  let last: ReturnType<typeof asChunkable> | undefined;
  for (const [place, message] of messages.entries()) {
    const next = asChunkable(message);
    if (!isIndexable(next)) continue;
    if (last !== undefined && beginsChunk(last, next)) return place;
    last = next;
  }
  return undefined;
};

export const openChunker =
  (counter: TokenCounter): Chunker =>
  (conversation, messages) => [
    ...chunkConversation(messages.map(chunkable(conversation.source)).filter(isIndexable), {
      conversation: conversation.id,
      source: conversation.source as SourceKind,
      channel: conversation.channel,
      digest,
      countTokens: (text) => counter.countTokens(text),
      maxTokens: Math.min(chunkDefaults.maxTokens, counter.maxTokens),
      language: openLanguageDetector(),
    }),
  ];

export const openCutter = (counter: TokenCounter): Cutter => ({
  beginning,
  cut: openChunker(counter),
});
