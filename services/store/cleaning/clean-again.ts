// Applies the cleaning rules to a conversation that is stored: what they change of it is read and made first, and written later.
import {
  type Authored,
  type Cleanable,
  type Cleaned,
  type Cleaner,
  type CleaningRules,
  wantedKinds,
  wordsOf,
} from "#services/domain/cleaning.ts";
import type { MessageId } from "#services/domain/ids.ts";
import { inPieces } from "../compiled.ts";
import { purgeChunks } from "../erase-messages.ts";
import { packRaw } from "../raw-record.ts";
import type { StoredMessage } from "../rechunk.ts";
import type { Rows } from "../rows.ts";
import type { ConversationRow, MessageStateRow } from "../tables.ts";
import {
  type CleanedTitles,
  readCleanedTitles,
  saveCleanedTitles,
  type Titled,
} from "./clean-titles.ts";
import { type FoundIn, forgetFindings, insertFindings, refusedAmong } from "./findings.ts";
import { type CleanName, cleanAuthor, openNames } from "./names.ts";
import {
  emptyRecords,
  type Holds,
  openHolds,
  type RefusedRecords,
  recordsOf,
  refusedRecords,
} from "./refused-records.ts";

type Conversation = Pick<ConversationRow, "id" | "collection_id" | "title" | "channel" | "raw">;
type Stored = Cleanable & Authored;
type StoredText = Stored & { readonly id: MessageId };
type StoredState = Stored & Pick<MessageStateRow, "message_id" | "state">;
type Again = Cleaned & Authored;

/** What the rules change of a conversation. */
export interface CleanedAgain {
  readonly messages: ReadonlyMap<MessageId, Again>;
  readonly states: readonly (Again & Pick<MessageStateRow, "message_id" | "state">)[];
  /** Messages whose chunks are purged from every version: those that change, or all where the name of their channel does. */
  readonly purged: ReadonlySet<MessageId>;
  /** Names of authors that are shown otherwise from now on. */
  readonly renamed: ReadonlyMap<string, string>;
  /** Of messages and states that are kept, with what was refused in another one. */
  readonly records: RefusedRecords;
  readonly titles: CleanedTitles;
  /** Messages whose findings are written anew, and what was found in them. */
  readonly looked: readonly MessageId[];
  readonly found: readonly FoundIn[];
}

const nothing: CleanedAgain = {
  messages: new Map(),
  states: [],
  purged: new Set(),
  renamed: new Map(),
  records: { messages: [], states: [] },
  titles: { shown: undefined, beside: [] },
  looked: [],
  found: [],
};

const textsOf = async (rows: Rows, { id }: Conversation): Promise<StoredText[]> =>
  rows
    .selectFrom("messages")
    .select(["id", "text", "unmasked", "attachments", "author", "unmasked_author"])
    .where("conversation_id", "=", id)
    .execute();

const statesOf = async (rows: Rows, ids: readonly MessageId[]): Promise<StoredState[]> => {
  const states: StoredState[] = [];
  for (const piece of inPieces(ids))
    for (const state of await rows
      .selectFrom("message_states")
      .select(["message_id", "state", "text", "unmasked", "attachments"])
      .select(["author", "unmasked_author"])
      .where("message_id", "in", [...new Set(piece)])
      .execute())
      states.push(state);
  return states;
};

const isSame = (one: Stored, other: Stored): boolean =>
  one.author === other.author &&
  one.unmasked_author === other.unmasked_author &&
  one.text === other.text &&
  one.unmasked === other.unmasked &&
  one.attachments === other.attachments;

/** Whether there is nothing to look for, and nothing that earlier rules have left. */
const isUntouched = async (rows: Rows, { id }: Conversation, rules: CleaningRules) => {
  if (wantedKinds(rules).length > 0) return false;
  const masked = await rows
    .selectFrom("messages as m")
    .select("m.id")
    .where("m.conversation_id", "=", id)
    .where((test) =>
      test.or([
        test("m.unmasked", "is not", null),
        test("m.unmasked_author", "is not", null),
        test.exists(
          test.selectFrom("findings as f").select("f.kind").whereRef("f.message_id", "=", "m.id"),
        ),
      ]),
    )
    .limit(1)
    .executeTakeFirst();
  return masked === undefined;
};

const no: Holds = () => false;

/** Whether a record holds what is refused in one of these messages, or anything that the rules refuse. */
const openHeld = async (
  rows: Rows,
  messages: ReadonlyMap<MessageId, Again>,
  { rules, cleaner }: { readonly rules: CleaningRules; readonly cleaner: Cleaner },
): Promise<Holds> => {
  const refused = [...messages].flatMap(([id, { isRefused }]) => (isRefused ? [id] : []));
  return openHolds(await recordsOf(rows, refused), rules, cleaner);
};

const again = (
  stored: Stored,
  of: {
    readonly rules: CleaningRules;
    readonly cleaner: Cleaner;
    readonly cleanName: CleanName;
    readonly isLeft: boolean;
  },
): Again => {
  const { text, unmasked, attachments } = stored;
  const kept = { text, unmasked, attachments, isRefused: false, findings: [] };
  return {
    ...(of.isLeft ? of.cleaner.message(stored, of.rules) : kept),
    ...cleanAuthor(stored, of.cleanName),
  };
};

/** Pure but for reading: `saveCleanedAgain` writes it, in a transaction that checks that the conversation has not changed. */
export const readCleanedAgain = async (
  rows: Rows,
  conversation: Conversation,
  rules: CleaningRules,
  cleaner: Cleaner,
): Promise<CleanedAgain> => {
  if (await isUntouched(rows, conversation, rules)) return nothing;
  const texts = await textsOf(rows, conversation);
  const all = texts.map(({ id }) => id);
  const refused = await refusedAmong(rows, all);
  // What was refused is gone, whatever the rules say now; who wrote it is not.
  const isLeft = ({ id, text }: StoredText) => text !== "" || !refused.has(id);
  const cleanName = openNames(rules, cleaner);
  const messages = new Map<MessageId, Again>();
  const renamed = new Map<string, string>();
  const found: FoundIn[] = [];
  for (const stored of texts) {
    const cleaned = again(stored, { rules, cleaner, cleanName, isLeft: isLeft(stored) });
    if (stored.author !== cleaned.author) renamed.set(stored.author, cleaned.author);
    if (!isSame(stored, cleaned)) messages.set(stored.id, cleaned);
    if (cleaned.findings.length > 0)
      found.push({
        message: {
          id: stored.id,
          collection_id: conversation.collection_id,
          conversation_id: conversation.id,
        },
        findings: cleaned.findings,
      });
  }
  const ids = texts.filter(isLeft).map(({ id }) => id);
  // Also of refused ones: what they said before may have come under other rules.
  const states = (await statesOf(rows, all)).flatMap((state) => {
    const cleaned = again(state, { rules, cleaner, cleanName, isLeft: true });
    const { message_id, state: number } = state;
    return isSame(state, cleaned) ? [] : [{ ...cleaned, message_id, state: number }];
  });
  const isNew = [...messages.values(), ...states].some(({ isRefused }) => isRefused);
  const holds = isNew || refused.size > 0 ? await openHeld(rows, messages, { rules, cleaner }) : no;
  const records = holds === no ? nothing.records : await refusedRecords(rows, all, holds);
  const by = { rules, cleaner, holds, texts: texts.map(wordsOf) };
  const titles = await readCleanedTitles(rows, conversation, by);
  const { shown } = titles;
  const isRenamed = shown !== undefined && shown.channel !== conversation.channel;
  const purged = new Set(isRenamed ? all : messages.keys());
  return { messages, states, purged, renamed, records, found, looked: ids, titles };
};

/** The messages as they will be, for cutting. */
export const withCleanedTexts = (
  messages: readonly StoredMessage[],
  { messages: cleaned }: CleanedAgain,
): readonly StoredMessage[] =>
  messages.map((message) => {
    const { text, author } = cleaned.get(message.id) ?? message;
    return { ...message, text, author };
  });

const columnsOf = ({
  text,
  unmasked,
  author,
  unmasked_author,
  attachments,
  isRefused,
}: Omit<Again, "findings">) => ({
  author,
  unmasked_author,
  text,
  unmasked,
  attachments,
  ...(isRefused ? { raw: packRaw("", "") } : {}),
});

const isChanged = ({ messages, states, records, titles }: CleanedAgain): boolean =>
  messages.size + states.length + records.messages.length + records.states.length > 0 ||
  titles.shown !== undefined ||
  titles.beside.length > 0;

/** The title and channel as they will be. */
export const withCleanedTitles = <C extends Titled>(row: C, { titles }: CleanedAgain): C => ({
  ...row,
  ...titles.shown,
});

/** @returns whether chunks with the texts of before wait to be purged from every version of the index */
export const saveCleanedAgain = async (
  rows: Rows,
  { id }: Pick<Conversation, "id">,
  again: CleanedAgain,
): Promise<boolean> => {
  for (const [message, cleaned] of again.messages)
    await rows.updateTable("messages").set(columnsOf(cleaned)).where("id", "=", message).execute();
  for (const { message_id, state, ...cleaned } of again.states)
    await rows
      .updateTable("message_states")
      .set(columnsOf(cleaned))
      .where("message_id", "=", message_id)
      .where("state", "=", state)
      .execute();
  await emptyRecords(rows, again.records);
  await forgetFindings(rows, again.looked);
  await insertFindings(rows, again.found);
  await saveCleanedTitles(rows, { id }, again.titles);
  if (!isChanged(again)) return false;
  await purgeChunks(rows, id, again.purged);
  return true;
};
