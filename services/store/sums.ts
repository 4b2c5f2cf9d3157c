// A conversation's sums: what a list of conversations shows without reading messages.
import { mostParticipants } from "#services/contract/conversations.ts";
import { hiddenKinds } from "#services/domain/conversation.ts";
import type { ConversationRow, MessageRow } from "./tables.ts";

type Counted = Pick<MessageRow, "author" | "role" | "kind" | "at" | "on_main_path">;
export type Sums = Pick<
  ConversationRow,
  "message_count" | "other_count" | "first_at" | "last_at" | "participants"
>;

interface Person {
  readonly name: string;
  readonly role: string;
  messages: number;
}

const emptySums: Sums = {
  message_count: 0,
  other_count: 0,
  first_at: null,
  last_at: null,
  participants: "[]",
};

/**
 * Whether a message counts as one wherever messages are counted: infra/decisions/0028-one-count-of-messages.md. The others (of
 * other branches, and of hidden kinds) are kept and can be read.
 */
export const isCounted = ({ kind, on_main_path }: Pick<Counted, "kind" | "on_main_path">) =>
  on_main_path === 1 && !(hiddenKinds as readonly string[]).includes(kind);

const mostTalkative = (people: readonly Person[]): readonly Person[] =>
  people
    .toSorted((a, b) => b.messages - a.messages || (a.name < b.name ? -1 : 1))
    .slice(0, mostParticipants);

/** Adds up messages, some at a time and in order. @param before what was added up already, of at most 50 people */
export const openSums = (before: Sums = emptySums) => {
  const named = JSON.parse(before.participants) as Person[];
  const people = new Map(named.map((person) => [person.name, person]));
  let [counted, others] = [before.message_count, before.other_count];
  let first = before.first_at ?? Number.POSITIVE_INFINITY;
  let last = before.last_at ?? Number.NEGATIVE_INFINITY;
  return {
    add(messages: readonly Counted[]): void {
      for (const message of messages) {
        if (!isCounted(message)) {
          others++;
          continue;
        }
        counted++;
        const { author, role, at } = message;
        if (at !== null) {
          if (at < first) first = at;
          if (at > last) last = at;
        }
        const person = people.get(author);
        if (person) person.messages++;
        else people.set(author, { name: author, role, messages: 1 });
      }
    },
    read: (): Sums => ({
      message_count: counted,
      other_count: others,
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
  if ((JSON.parse(before.participants) as Person[]).length >= mostParticipants) return undefined;
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
