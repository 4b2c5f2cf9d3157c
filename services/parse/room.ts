// Records of a whole room (a chat, a channel, a thread) with a list of messages: what their formats have in common, read at once or in parts.
import type {
  AuthorNames,
  ParsedConversation,
  ParsedMessage,
} from "#services/domain/conversation.ts";
import { hashOf, SeenKeys } from "#services/domain/seen-keys.ts";
import { openAuthorNames } from "./author-names.ts";
import type { ConvertedRecord } from "./chatgpt.ts";
import { type Context, fingerprintOf, type LongChat, membersOf, surveyOf } from "./long-context.ts";
import type { LongList, LongRecord } from "./long-record.ts";
import { asArray, type Json } from "./message.ts";
import type { Times } from "./times.ts";
import { openUnreadable, type Unreadable } from "./unreadable.ts";

/** What is known of a room without its messages. */
export type Room = Omit<
  ParsedConversation,
  "messages" | "continues" | "asOf" | "partial" | "authors" | "tree"
>;

/** What else there is to know a room by. */
export interface RoomContext {
  /** Makes a fingerprint of the record, for one without an id. */
  readonly otherwise?: () => string;
  /** Its first message; undefined where it has none. */
  readonly first: Json | undefined;
  /** What a file beside the record's own says of the room. */
  readonly info: Json | undefined;
}

/** A format whose records are rooms. Exports of a room are parts of its log: they tell nothing about what was deleted. */
export interface RoomFormat {
  /** The member that holds the messages. */
  readonly member: string;
  isMessage(item: unknown): item is Json;
  room(record: Json, context: RoomContext): Room;
  /** A message of the room. @param nth its place in the list */
  message(
    item: Json,
    nth: number,
    of: { readonly record: Json; readonly times: Times },
  ): ParsedMessage;
  /** Messages that stand inside of a message, and follow it. */
  inside?(item: Json): readonly Json[];
  /** Why nobody can read a message that is there. */
  unreadable?(item: Json): Unreadable | undefined;
  /** What else the author of a message is called. */
  namesOf?(item: Json): readonly string[];
  /** Whether the record holds only some of the room's messages, and says so: it tells nothing about what was deleted. */
  isPart?(record: Json): boolean;
  /** Set where the list begins with the newest message. */
  readonly newestFirst?: boolean;
}

/** Two messages of one id that say different things cannot both be it: the second is known by its place, as one without an id. */
const openKeys = () => {
  const said = new SeenKeys();
  let doubled = 0;
  return (made: ParsedMessage): ParsedMessage => {
    const words = hashOf(`${made.author}\u0000${made.at}\u0000${made.text}`) % 2 ** 32;
    const known = said.get(made.key);
    if (known === undefined) said.set(made.key, words);
    if (known === undefined || known === words) return made;
    doubled += 1;
    return { ...made, key: `${made.key}#${doubled}`, sourceId: null };
  };
};

/** A member of the list with what stands inside of it, as messages. */
function* messagesOf(
  [item, nth]: readonly [Json, number],
  format: RoomFormat,
  of: Parameters<RoomFormat["message"]>[2],
): Generator<readonly [ParsedMessage, Json]> {
  yield [format.message(item, nth, of), item];
  for (const inner of format.inside?.(item) ?? []) yield [format.message(inner, nth, of), inner];
}

export const fromRoom = (
  record: Json,
  format: RoomFormat,
  { times, info }: { readonly times: Times; readonly info: Json | undefined },
): ConvertedRecord => {
  const items = asArray(record[format.member]);
  const known = items.flatMap((item, nth) =>
    format.isMessage(item) ? [[item, nth] as const] : [],
  );
  const authors: AuthorNames[] = [];
  const told = openAuthorNames();
  const unreadable = openUnreadable();
  const own = openKeys();
  const messages = known.flatMap((member) =>
    [...messagesOf(member, format, { record, times })].map(([made, item]) => {
      unreadable.add(format.unreadable?.(item));
      const names = told.of(made, format.namesOf?.(item) ?? []);
      if (names !== undefined) authors.push(names);
      return made;
    }),
  );
  const strange = items.length - known.length;
  if (format.newestFirst) messages.reverse();
  return {
    conversation: {
      ...format.room(record, { first: known[0]?.[0], info }),
      tree: false,
      asOf: null,
      messages: messages.map(own),
      authors,
      ...(format.isPart?.(record) && { partial: true }),
      continues: false,
    },
    strange,
    unreadable: unreadable.all(),
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
  { times, timesAgain, counts, companions }: Context,
): LongChat => {
  const envelope = record.envelope ?? {};
  const authors: AuthorNames[] = [];
  const told = openAuthorNames();
  const unreadable = openUnreadable();
  let first: Json | undefined;
  const survey = surveyOf(list, format.isMessage, (member) => {
    first ??= member;
    const of = { record: envelope, times: timesAgain };
    for (const [made, item] of messagesOf([member, 0], format, of)) {
      unreadable.add(format.unreadable?.(item));
      const names = told.of(made, format.namesOf?.(item) ?? []);
      if (names !== undefined) authors.push(names);
    }
    return {};
  });
  const ordered = format.newestFirst ? backwards(list) : list;
  return {
    conversation: {
      ...format.room(envelope, {
        otherwise: () => fingerprintOf(record),
        first,
        info: companions.info,
      }),
      tree: false,
      asOf: null,
      authors,
    },
    damaged: survey.damaged,
    unreadable: unreadable.all(),
    isPart: format.isPart?.(envelope) === true,
    messages: (function* () {
      const own = openKeys();
      for (const [item, at] of membersOf(ordered, format.isMessage, counts)) {
        const nth = format.newestFirst ? list.length - 1 - at : at;
        for (const [made] of messagesOf([item, nth], format, { record: envelope, times }))
          yield own(made);
      }
    })(),
  };
};
