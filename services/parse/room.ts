// Records of a whole room (a chat, a channel, a thread) with a list of messages: what their formats have in common, read at once or in parts.
import type {
  AuthorNames,
  ParsedConversation,
  ParsedMessage,
} from "#services/domain/conversation.ts";
import { openAuthorNames } from "./author-names.ts";
import type { ConvertedRecord } from "./chatgpt.ts";
import { type Context, fingerprintOf, type LongChat, membersOf, surveyOf } from "./long-context.ts";
import type { LongList, LongRecord } from "./long-record.ts";
import { asArray, type Json } from "./message.ts";
import type { Times } from "./times.ts";

/** What is known of a room without its messages. */
export type Room = Omit<
  ParsedConversation,
  "messages" | "continues" | "asOf" | "partial" | "authors" | "tree"
>;

/** A format whose records are rooms. Exports of a room are parts of its log: they tell nothing about what was deleted. */
export interface RoomFormat {
  /** The member that holds the messages. */
  readonly member: "messages";
  isMessage(item: unknown): item is Json;
  /** @param otherwise makes a fingerprint of the record, for one without an id */
  room(record: Json, otherwise?: () => string): Room;
  /** A message of the room. @param nth its place in the list */
  message(
    item: Json,
    nth: number,
    of: { readonly record: Json; readonly times: Times },
  ): ParsedMessage;
  /** What else the author of a message is called. */
  namesOf?(item: Json): readonly string[];
  /** Set where the list begins with the newest message. */
  readonly newestFirst?: boolean;
}

export const fromRoom = (record: Json, format: RoomFormat, times: Times): ConvertedRecord => {
  const items = asArray(record[format.member]);
  const authors: AuthorNames[] = [];
  const told = openAuthorNames();
  const messages = items.flatMap((item, nth) => {
    if (!format.isMessage(item)) return [];
    const made = format.message(item, nth, { record, times });
    const names = told.of(made, format.namesOf?.(item) ?? []);
    if (names !== undefined) authors.push(names);
    return [made];
  });
  const strange = items.length - messages.length;
  if (format.newestFirst) messages.reverse();
  return {
    conversation: {
      ...format.room(record),
      tree: false,
      asOf: null,
      messages,
      authors,
      continues: false,
    },
    strange,
  };
};

/** A list read from its end. */
const backwards = (list: LongList): LongList => ({
  ...list,
  read: (nth) => list.read(list.length - 1 - nth),
});

/** As `fromRoom`, of a record that is too long to be held. */
export const roomChat = (
  record: LongRecord,
  { list, format }: { readonly list: LongList; readonly format: RoomFormat },
  { times, timesAgain, counts }: Context,
): LongChat => {
  const envelope = record.envelope ?? {};
  const authors: AuthorNames[] = [];
  const told = openAuthorNames();
  const survey = surveyOf(list, format.isMessage, (item) => {
    const made = format.message(item, 0, { record: envelope, times: timesAgain });
    const names = told.of(made, format.namesOf?.(item) ?? []);
    if (names !== undefined) authors.push(names);
    return {};
  });
  const ordered = format.newestFirst ? backwards(list) : list;
  return {
    conversation: {
      ...format.room(envelope, () => fingerprintOf(record)),
      tree: false,
      asOf: null,
      authors,
    },
    damaged: survey.damaged,
    messages: (function* () {
      for (const [item, at] of membersOf(ordered, format.isMessage, counts)) {
        const nth = format.newestFirst ? list.length - 1 - at : at;
        yield format.message(item, nth, { record: envelope, times });
      }
    })(),
  };
};
