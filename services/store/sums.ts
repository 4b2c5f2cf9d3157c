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

const mostTalkative = (people: readonly Person[]): readonly Person[] =>
  people
    .toSorted((a, b) => b.messages - a.messages || (a.name < b.name ? -1 : 1))
    .slice(0, MOST_PEOPLE);

/** Adds up messages, some at a time and in order. @param before what was added up already, of at most 50 people */
export const openSums = (before: Sums = emptySums) => {
  const named = JSON.parse(before.participants) as Person[];
  const people = new Map(named.map((person) => [person.name, person]));
  let count = before.message_count;
  let first = before.first_at ?? Number.POSITIVE_INFINITY;
  let last = before.last_at ?? Number.NEGATIVE_INFINITY;
  return {
    add(messages: readonly Counted[]): void {
      count += messages.length;
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
    },
    read: (): Sums => ({
      message_count: count,
      first_at: Number.isFinite(first) ? first : null,
      last_at: Number.isFinite(last) ? last : null,
      participants: JSON.stringify(mostTalkative([...people.values()])),
    }),
  };
};

/**
 * The sums with more messages added. Undefined where they cannot be known without the others: only the most talkative people are
 * named, and how much the rest said is not kept.
 */
export const addToSums = (before: Sums, messages: readonly Counted[]): Sums | undefined => {
  if ((JSON.parse(before.participants) as Person[]).length >= MOST_PEOPLE) return undefined;
  const sums = openSums(before);
  sums.add(messages);
  return sums.read();
};

/** The sums of all messages of a conversation. */
export const sumsOf = (messages: readonly Counted[]): Sums => {
  const sums = openSums();
  sums.add(messages);
  return sums.read();
};
