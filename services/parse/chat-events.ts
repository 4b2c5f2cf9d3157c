// A conversation whose messages come one by one → events: parts of bounded size, and what was met on the way.
import type { ParsedConversation, ParsedMessage } from "#services/domain/conversation.ts";
import type { ParseEvent } from "./events.ts";
import { partCharacters, partMessages } from "./limits.ts";
import type { Counts, LongChat } from "./long-context.ts";
import { weightOf } from "./parts.ts";
import type { Reading } from "./reading.ts";
import type { Times } from "./times.ts";
import type { UnreadableCounts } from "./unreadable.ts";

/** What was met in a conversation besides its messages. */
export interface Met {
  readonly strange: number;
  readonly unknown: number;
  readonly damaged: number;
  readonly refused: number;
  readonly unreadable?: UnreadableCounts | undefined;
}

/** The problems that those are. */
export function* metProblems(
  { strange, unknown, damaged, refused, unreadable = [] }: Met,
  place: string,
  reading: Reading,
): Generator<ParseEvent> {
  if (damaged > 0) {
    const reason = "Messages that are not valid JSON were left out.";
    yield* reading.problem({ code: "bad-json", place, reason, count: damaged });
  }
  if (strange > 0) {
    const reason = "Parts of this conversation are not messages, or form a circle.";
    yield* reading.problem({ code: "unknown-message", place, reason, count: strange });
  }
  if (unknown > 0) {
    const reason = "Content of a kind that is not known: its words were kept as they stand.";
    yield* reading.problem({ code: "unknown-block", place, reason, count: unknown });
  }
  for (const found of unreadable) yield* reading.problem({ ...found, place });
  if (refused > 0) {
    const reason = "A time that is not one between 1980 and 2100: kept without a time.";
    yield* reading.problem({ code: "unknown-time", place, reason, count: refused });
  }
}

const conversationEvent = (conversation: ParsedConversation): ParseEvent => ({
  kind: "conversation",
  conversation,
});

/** Where a conversation stands, and what is known of it besides its messages. */
export interface ChatPlace {
  readonly place: string;
  /** Whether some of it could not be read. */
  readonly partial: boolean;
  /** Known when its last message was taken. */
  readonly counts: Counts;
  readonly times: Times;
  /** Whether it is passed on where it has no messages. */
  readonly mayBeEmpty: boolean;
}

/** A conversation in parts of at most 5,000 messages or 8 million characters, with what was met on the way told after the last one. */
export async function* chatEvents(
  chat: LongChat,
  { place, partial, counts, times, mayBeEmpty }: ChatPlace,
  reading: Reading,
): AsyncGenerator<ParseEvent> {
  const isPartial = partial || chat.damaged > 0 || chat.isPart === true;
  const conversation = { ...chat.conversation, ...(isPartial && { partial: true }) };
  let messages: ParsedMessage[] = [];
  let characters = 0;
  const { authors: _, ...later } = conversation;
  let isFirst = true;
  for (const item of chat.messages) {
    if (messages.length >= partMessages || characters >= partCharacters) {
      yield conversationEvent({ ...(isFirst ? conversation : later), messages, continues: true });
      yield* reading.tick();
      messages = [];
      characters = 0;
      isFirst = false;
    }
    messages.push(item);
    characters += weightOf(item);
  }
  const { damaged, unreadable } = chat;
  yield* metProblems({ ...counts, damaged, unreadable, refused: times.refused }, place, reading);
  if (isFirst && messages.length === 0 && !mayBeEmpty) return;
  yield conversationEvent({ ...(isFirst ? conversation : later), messages, continues: false });
}
