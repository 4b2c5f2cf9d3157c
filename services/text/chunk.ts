// Messages of one conversation → chunks: one per message; short messages of one author are joined, long ones split.
import type { Chunk } from "#services/domain/chunk.ts";
import type { MessageKind, Role, SourceKind } from "#services/domain/conversation.ts";
import { type ConversationId, chunkId, type Digest, type MessageId } from "#services/domain/ids.ts";
import type { Millis } from "#services/domain/units.ts";
import { splitText, type TextLimits } from "./split.ts";

/** The part of a message that chunking needs. `text` is normalised and as stored: a chunk's text is a piece of it. */
export interface ChunkableMessage {
  readonly id: MessageId;
  /** The parent in a tree of branches; null at a root and in logs that are no tree. */
  readonly parent: MessageId | null;
  /** The thread of the message, where a channel has threads; messages of different threads are never joined. */
  readonly thread?: MessageId | null;
  readonly author: string;
  readonly role: Role;
  readonly kind: MessageKind;
  readonly at: Millis | null;
  readonly text: string;
}

export interface ChunkOptions {
  readonly conversation: ConversationId;
  readonly source: SourceKind;
  readonly channel: string | null;
  readonly digest: Digest;
  /** The embedder's `countTokens`, which includes special tokens. */
  readonly countTokens: (text: string) => number;
  /** Tokens of a chunk including special tokens, at most the model's limit. `CHUNK_TOKENS` by default. */
  readonly maxTokens?: number;
  /** Tokens by which neighbouring parts of a long message overlap, rounded to whole sentences. */
  readonly overlapTokens?: number;
  /** Messages shorter than this many characters are joined with their neighbours; 0 joins none. */
  readonly shortChars?: number;
  /** Largest time between joined messages. */
  readonly joinWithin?: number;
  readonly language?: (text: string, author: string) => string | null;
}

/** Defaults chosen by measurement: infra/decisions/0006-chunking-and-header.md. */
export const chunkDefaults = {
  maxTokens: 64,
  overlapTokens: 8,
  shortChars: 24,
  joinWithin: 3 * 60_000,
} as const;

/** A window of joined messages stays shorter than this, so that it is about one thing. */
const WINDOW_CHARS = 240;

/** Whether a message is searched: joins and leaves are stored and shown, but not searched. */
export const isIndexable = (message: Pick<ChunkableMessage, "kind" | "text">): boolean =>
  message.kind !== "system" && /\S/.test(message.text);

interface Window {
  readonly messages: ChunkableMessage[];
  chars: number;
}

const follows = (last: ChunkableMessage, next: ChunkableMessage, within: number): boolean =>
  last.author === next.author &&
  last.role === next.role &&
  last.kind === next.kind &&
  (last.thread ?? null) === (next.thread ?? null) &&
  (next.parent === null ? last.parent === null : next.parent === last.id) &&
  (last.at === null || next.at === null
    ? last.at === next.at
    : next.at >= last.at && next.at - last.at <= within);

/**
 * Whether a chunk begins at a message whatever came before the last one: there, a conversation that has grown can be cut on from,
 * with the same chunks as if it were cut whole. Both are indexable, and neighbours among those that are.
 */
export const beginsChunk = (last: ChunkableMessage, next: ChunkableMessage): boolean => {
  const { shortChars, joinWithin } = chunkDefaults;
  const [before, after] = [last.text.length, next.text.length];
  return (
    !follows(last, next, joinWithin) ||
    (before >= shortChars && after >= shortChars) ||
    before + 1 + after > WINDOW_CHARS
  );
};

/**
 * Streams: holds at most one window of short messages. Decides from front to back, by neighbours only, so that a message added at
 * the end changes only the last chunk.
 * @param messages the indexable messages of one conversation (`isIndexable`), in order.
 */
export function* chunkConversation(
  messages: Iterable<ChunkableMessage>,
  options: ChunkOptions,
): Generator<Chunk, void, undefined> {
  const limits: TextLimits = {
    countTokens: options.countTokens,
    maxTokens: options.maxTokens ?? chunkDefaults.maxTokens,
    overlapTokens: options.overlapTokens ?? chunkDefaults.overlapTokens,
  };
  const shortChars = options.shortChars ?? chunkDefaults.shortChars;
  const within = options.joinWithin ?? chunkDefaults.joinWithin;
  // A window always fits the model: for plain text its characters bound its tokens, and a longer one is split like a message.
  let window: Window | undefined;
  for (const message of messages) {
    const last = window?.messages.at(-1);
    const { length } = message.text;
    if (
      window !== undefined &&
      last !== undefined &&
      (window.chars < shortChars || length < shortChars) &&
      window.chars + 1 + length <= WINDOW_CHARS &&
      follows(last, message, within)
    ) {
      window.messages.push(message);
      window.chars += 1 + length;
      continue;
    }
    if (window !== undefined) yield* chunksOf(window.messages, options, limits);
    window = { messages: [message], chars: length };
  }
  if (window !== undefined) yield* chunksOf(window.messages, options, limits);
}

function* chunksOf(
  messages: readonly ChunkableMessage[],
  options: ChunkOptions,
  limits: TextLimits,
): Generator<Chunk, void, undefined> {
  const [first] = messages;
  if (first === undefined) return;
  const text = messages.length === 1 ? first.text : messages.map((m) => m.text).join("\n");
  const parts = splitText(text, limits);
  if (messages.length > 1 && parts.length > 1) {
    for (const message of messages) yield* chunksOf([message], options, limits);
    return;
  }
  const ids = messages.map((message) => message.id);
  for (const [part, piece] of parts.entries())
    yield {
      id: chunkId(options.digest, options.conversation, {
        messages: ids,
        at: first.at,
        author: first.author,
        part,
        text: piece.text,
      }),
      unit: "message",
      exchange: null,
      conversation: options.conversation,
      messages: ids,
      part,
      start: piece.start,
      text: piece.text,
      author: first.author,
      role: first.role,
      kind: first.kind,
      at: first.at,
      source: options.source,
      channel: options.channel,
      language: options.language?.(piece.text, first.author) ?? null,
    };
}
