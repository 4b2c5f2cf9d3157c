// Cleaning of a collection as people see it: its rules and counts, what other rules would do, what was found in a page of messages.
import type { Cleaning, CleaningPreview, Finding } from "#services/contract/cleaning.ts";
import type { Message } from "#services/contract/conversations.ts";
import {
  type CleaningRules,
  type FoundKind,
  foundKinds,
  type LeftOutReason,
  leftOutReasons,
  nameOf,
  wordsOf,
} from "#services/domain/cleaning.ts";
import type { MessageKind } from "#services/domain/conversation.ts";
import type { CollectionId, MessageId } from "#services/domain/ids.ts";
import { type People, writerOf } from "#services/domain/people.ts";
import {
  type CollectionRow,
  cleaningOf,
  collectionStats,
  type Entry,
  entriesOf,
  foundIn,
  type ListedFinding,
  openFoundCounts,
  type Rows,
  recutProgress,
  refusedAmong,
  rulesIn,
} from "#services/store/store.ts";
import { cleaner, findPrivate, indexedOf, isIndexable } from "#services/text/text.ts";
import type { ShowId } from "./conversation-view.ts";
import { readPeople } from "./people-here.ts";

/** What a preview looks at: of a larger collection, a sample. Some 0.3 µs a character: three seconds in all, with a turn for others every 200 kB. */
const MOST_LOOKED = { messages: 50_000, bytes: 10_000_000 } as const;

export const viewCleaning = async (rows: Rows, row: CollectionRow): Promise<Cleaning> => {
  const { leaveOut, found } = rulesIn(row);
  return {
    rules: { leaveOut: { ...leaveOut, kinds: [...leaveOut.kinds] }, found: { ...found } },
    applying: await recutProgress(rows, row.id),
    found: await foundIn(rows, row.id),
  };
};

const openReasons = () => {
  const counts = new Map<LeftOutReason, number>();
  return {
    add: (reason: LeftOutReason) => counts.set(reason, (counts.get(reason) ?? 0) + 1),
    read: () =>
      leftOutReasons.flatMap((reason) => {
        const messages = counts.get(reason);
        return messages === undefined ? [] : [{ reason, messages }];
      }),
  };
};

/** Names in which something is found, each once. */
const openNames = ({ found }: CleaningRules) => {
  const known = new Set<string>();
  const counts = new Map<FoundKind, number>();
  return {
    add: (name: string) => {
      if (known.has(name)) return;
      known.add(name);
      for (const kind of new Set(findPrivate(name).map((span) => span.kind)))
        counts.set(kind, (counts.get(kind) ?? 0) + 1);
    },
    read: (): CleaningPreview["names"] =>
      foundKinds.flatMap((kind) => {
        const action = found[kind];
        const names = counts.get(kind);
        return names === undefined || action === "keep" ? [] : [{ kind, action, names }];
      }),
  };
};

/** Counts of what rules do to the messages that it is given. */
const openCounts = (rules: CleaningRules, people: People) => {
  const [whole, part, found] = [openReasons(), openReasons(), openFoundCounts()];
  const names = openNames(rules);
  const addToIndex = ({ author, role, source, ...message }: Entry, text: string) => {
    const kind = message.kind as MessageKind;
    if (!isIndexable({ kind, text })) return;
    const isBot = writerOf(people, { source, author, role }).bot === true;
    const { leftOut, partly } = indexedOf({ kind, text, isBot }, rules);
    if (leftOut !== undefined) whole.add(leftOut);
    for (const reason of partly) part.add(reason);
  };
  return {
    addName: (entry: Entry) => names.add(nameOf(entry)),
    add: (entry: Entry) => {
      const { findings, text } = cleaner.message({ ...entry, attachments: null }, rules);
      found.add(findings);
      addToIndex(entry, text);
    },
    addRefused: found.add,
    read: () => ({
      leftOut: whole.read(),
      partly: part.read(),
      found: found.read(),
      names: names.read(),
    }),
  };
};

/** Counts what these rules do, on the messages as they came: the same before and after they are applied. */
export const previewCleaning = async (
  rows: Rows,
  collection: CollectionId,
  rules: CleaningRules,
): Promise<CleaningPreview> => {
  const { messages, others } = await collectionStats(rows, collection);
  const counts = openCounts(rules, await readPeople(rows, collection));
  let looked = 0;
  for await (const entries of entriesOf(rows, collection, MOST_LOOKED)) {
    const empty = entries.filter((entry) => wordsOf(entry) === "").map(({ id }) => id);
    const refused = await refusedAmong(rows, empty);
    for (const entry of entries) {
      counts.addName(entry);
      const findings = refused.get(entry.id);
      if (findings === undefined) counts.add(entry);
      else counts.addRefused(findings);
    }
    looked += entries.length;
  }
  return { messages: Math.max(messages + others, looked), looked, ...counts.read() };
};

/** What was found in the messages of a page: where it is highlighted, and which of them were refused. */
export const notesOn = async (
  rows: Rows,
  collection: CollectionId,
  messages: readonly { readonly id: MessageId; readonly text: string }[],
): Promise<
  (message: { readonly id: MessageId; readonly text: string }) => Pick<Message, "marks" | "refused">
> => {
  const empty = messages.filter(({ text }) => text === "").map(({ id }) => id);
  const refused = await refusedAmong(rows, empty);
  const rules = await cleaningOf(rows, collection);
  const marked = foundKinds.filter((kind) => rules.found[kind] === "mark");
  return ({ id, text }) => {
    const why = refused.get(id)?.filter(({ action }) => action === "refuse");
    const marks = findPrivate(text, marked);
    return {
      ...(why === undefined ? {} : { refused: why.map(({ kind }) => kind) }),
      ...(marks.length === 0 ? {} : { marks }),
    };
  };
};

/** An id without these signs is a number of its source, whatever a telephone number looks like. */
const mayBeAddress = /[@+\s]/u;

/** How ids of the collection's sources are shown: with marks in those that are addresses or telephone numbers. */
export const readShowId = async (rows: Rows, collection: CollectionId): Promise<ShowId> => {
  const rules = await cleaningOf(rows, collection);
  return (id) => (mayBeAddress.test(id) ? cleaner.name(id, rules) : id);
};

export const viewFinding = (row: ListedFinding): Finding => ({
  message: row.message_id,
  conversation: row.conversation_id,
  title: row.title,
  author: row.author,
  at: row.at,
  kind: row.kind,
  action: row.action,
  places: row.places,
  shown: JSON.parse(row.shown) as string[],
});
