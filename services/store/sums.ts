// A conversation's sums: what a list of conversations shows without reading messages.
import type { ConversationRow, MessageRow } from "./tables.ts";

/** How many people a conversation names. */
const MOST_PEOPLE = 50;

type Counted = Pick<MessageRow, "author" | "role" | "kind" | "at">;
export type Sums = Pick<ConversationRow, "message_count" | "first_at" | "last_at" | "participants">;

interface Person {
  readonly name: string;
  readonly role: string;
  messages: number;
}

const emptySums: Sums = { message_count: 0, first_at: null, last_at: null, participants: "[]" };

/**
 * The sums with more messages added. Undefined where they cannot be known without the others: only the most talkative people are
 * named, and how much the rest said is not kept.
 */
export const addToSums = (
  { message_count, first_at, last_at, participants }: Sums,
  messages: readonly Counted[],
): Sums | undefined => {
  const named = JSON.parse(participants) as Person[];
  if (named.length >= MOST_PEOPLE) return undefined;
  const people = new Map(named.map((person) => [person.name, person]));
  let first = first_at ?? Number.POSITIVE_INFINITY;
  let last = last_at ?? Number.NEGATIVE_INFINITY;
  for (const { author, role, kind, at } of messages) {
    if (at !== null) {
      if (at < first) first = at;
      if (at > last) last = at;
    }
    // Joins and leaves do not count.
    if (kind === "system") continue;
    const person = people.get(author);
    if (person) person.messages++;
    else people.set(author, { name: author, role, messages: 1 });
  }
  return {
    message_count: message_count + messages.length,
    first_at: Number.isFinite(first) ? first : null,
    last_at: Number.isFinite(last) ? last : null,
    participants: JSON.stringify(
      [...people.values()]
        .sort((a, b) => b.messages - a.messages || (a.name < b.name ? -1 : 1))
        .slice(0, MOST_PEOPLE),
    ),
  };
};

/** The sums of all messages of a conversation. */
export const sumsOf = (messages: readonly Counted[]): Sums =>
  addToSums(emptySums, messages) ?? emptySums;
