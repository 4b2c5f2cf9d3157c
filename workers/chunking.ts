// A stored conversation → its chunks: its searchable messages, split by the model's own tokens.
import type { Chunk } from "#services/domain/chunk.ts";
import type { MessageKind, Role, SourceKind } from "#services/domain/conversation.ts";
import { millis } from "#services/domain/units.ts";
import type { TokenCounter } from "#services/embed/embed.ts";
import { type ConversationRow, digest, type StoredMessage } from "#services/store/store.ts";
import {
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
