// A conversation's messages, given out in parts of a bounded size, the last one knowing that it is.
import type { ParsedConversation, ParsedMessage } from "#services/domain/conversation.ts";
import type { ParseEvent } from "./events.ts";
import { partCharacters, partMessages } from "./limits.ts";

/** A conversation without its messages. */
export type Envelope = Omit<ParsedConversation, "messages" | "continues">;

/** Keeping a file takes some milliseconds: a part of nothing but files has two hundred, so that it is saved after seconds. */
const A_FILE = 40_000;

/** What a message takes of memory and time, in characters. */
export const weightOf = ({ text, raw, attachments }: ParsedMessage): number =>
  attachments.reduce(
    (sum, { content }) => sum + A_FILE + (content?.length ?? 0),
    text.length + raw.length,
  );

/** Names of authors are told with the first part. */
export const openParts = ({ authors, ...conversation }: Envelope) => {
  let messages: ParsedMessage[] = [];
  let characters = 0;
  let isFirst = true;
  const part = (continues: boolean, partial: boolean): ParseEvent => {
    const whole: ParsedConversation = {
      ...conversation,
      ...(isFirst && authors !== undefined && { authors }),
      ...(partial && { partial }),
      messages,
      continues,
    };
    messages = [];
    characters = 0;
    isFirst = false;
    return { kind: "conversation", conversation: whole };
  };
  return {
    *add(item: ParsedMessage): Generator<ParseEvent> {
      if (messages.length >= partMessages || characters >= partCharacters) yield part(true, false);
      messages.push(item);
      characters += weightOf(item);
    },
    /** @param partial whether some of the conversation could not be read: its last part says so */
    *end(partial = false): Generator<ParseEvent> {
      if (messages.length > 0) yield part(false, partial);
    },
  };
};

/** The parts of messages that are at hand. */
export function* inParts(
  conversation: Envelope,
  messages: Iterable<ParsedMessage>,
): Generator<ParseEvent> {
  const parts = openParts(conversation);
  for (const item of messages) yield* parts.add(item);
  yield* parts.end();
}
