// The chunk: a text that is embedded and indexed, and its place in a conversation. Of two units: messages, and exchanges of messages.

import type { MessageKind, Role, SourceKind } from "./conversation.ts";
import type { ChunkId, ConversationId, MessageId } from "./ids.ts";
import type { Millis } from "./units.ts";

/**
 * message: one message, a few short ones of one author, or a part of a long one. exchange: a question with its answers, of several
 * messages; it stands beside the chunks of those.
 */
export const chunkUnits = ["message", "exchange"] as const;
export type ChunkUnit = (typeof chunkUnits)[number];

/** What is known of an exchange besides its messages. */
export interface ExchangeFacts {
  /** Number of messages of others that answer. */
  readonly answers: number;
  /** The best of them; null where there are none. */
  readonly best: MessageId | null;
}

export interface Chunk {
  readonly id: ChunkId;
  readonly unit: ChunkUnit;
  /** null for a chunk of messages. */
  readonly exchange: ExchangeFacts | null;
  readonly conversation: ConversationId;
  /** The messages it covers, in order: one, or several very short consecutive ones of the same author; those of an exchange. */
  readonly messages: readonly MessageId[];
  /** 0 for a whole message or window; 0, 1, 2 … for the parts of a long one. */
  readonly part: number;
  /** Where the text starts in the first message's text (UTF-16 units); parts of a long message overlap. */
  readonly start: number;
  /** The text as indexed and embedded (without the header). */
  readonly text: string;
  readonly author: string;
  readonly role: Role;
  readonly kind: MessageKind;
  readonly at: Millis | null;
  readonly source: SourceKind;
  readonly channel: string | null;
  /** ISO 639-1, or null where the text is too short to tell. */
  readonly language: string | null;
}
