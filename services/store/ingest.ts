// Writes what an origin contains, so that writing twice has the same effect as once: new, known or changed messages; of an upload, its progress.
import { type Cleaner, type CleaningRules, wantedKinds } from "#services/domain/cleaning.ts";
import type { AuthorNames } from "#services/domain/conversation.ts";
import type {
  CollectionId,
  ConversationId,
  MessageId,
  OriginId,
  UploadId,
} from "#services/domain/ids.ts";
import type { TitleSource } from "#services/domain/made-title.ts";
import { type BroughtAttachments, saveAttachments } from "./attachments.ts";
import { saveAuthorNames } from "./author-names.ts";
import { cleanAhead } from "./cleaning/ahead.ts";
import { type CleanPart, cleanPart } from "./cleaning/clean-part.ts";
import { type FoundIn, forgetFindings, insertFindings, isRefusal } from "./cleaning/findings.ts";
import { emptySameRecords } from "./cleaning/refused-records.ts";
import { cleaningOf } from "./cleaning/rules.ts";
import { inPieces, insertMany } from "./compiled.ts";
import {
  type BroughtConversation,
  conversationsThere,
  insertConversation,
  type StoredConversations,
  saidOf,
  saveSaid,
} from "./conversation-origins.ts";
import { contentColumns, sameContent, saveKnown } from "./message-states.ts";
import { isNewer, outranks } from "./newest.ts";
import { saveToldOwners } from "./people/own.ts";
import { packed, unpacked } from "./raw-record.ts";
import { touch } from "./revisions.ts";
import { type Rows, runCompiled, type Store } from "./rows.ts";
import { saidKey, saveSaidAgain } from "./said-again.ts";
import type { AsStored, MessageRow, UploadRow } from "./tables.ts";
import { advance, type UploadProgress } from "./upload-progress.ts";

/** A part of a conversation, with ids. The parts of one conversation follow each other. */
export interface IngestPart {
  readonly conversation: BroughtConversation;
  readonly messages: readonly MessageRow[];
  /** What the title is the beginning of, where it is cut. */
  readonly titleSource?: TitleSource;
  /** What else authors of these messages are called. */
  readonly authors?: readonly AuthorNames[];
  /** Names of whoever made the export, where it tells. */
  readonly owners?: readonly string[];
  /** What became of the files of its messages. */
  readonly attachments?: BroughtAttachments;
}

export interface Saved {
  readonly newMessages: number;
  readonly knownMessages: number;
  readonly changedMessages: number;
  /** Conversations whose messages have changed, so that their chunks must be made again. */
  readonly touched: ReadonlySet<ConversationId>;
  /** Of these, the ones with messages that were not there before. */
  readonly extended: ReadonlySet<ConversationId>;
  /** Conversations that another origin had brought before. */
  readonly shared: ReadonlySet<ConversationId>;
  /** Conversations that were not there before. */
  readonly created: ReadonlySet<ConversationId>;
  /** True where a person has cancelled the upload. */
  readonly cancelled: boolean;
}

export const messageColumns = [
  "id",
  "collection_id",
  "conversation_id",
  "origin_id",
  "parent_id",
  "reply_to_id",
  "on_main_path",
  "gone",
  "position",
  "role",
  "kind",
  "at",
  "zone_known",
  "edited_at",
  "source_id",
  "author",
  "unmasked_author",
  "author_id",
  "local_time",
  "model",
  "text",
  "unmasked",
  "attachments",
  "raw",
] as const satisfies readonly (keyof MessageRow)[];

const knownColumns = [
  "id",
  "origin_id",
  "on_main_path",
  "gone",
  "position",
  "parent_id",
  ...contentColumns,
] as const satisfies readonly (keyof MessageRow)[];

type Known = Pick<MessageRow, (typeof knownColumns)[number]>;

const knownMessages = async (
  rows: Rows,
  ids: readonly MessageId[],
): Promise<Map<string, Known>> => {
  const known = new Map<string, Known>();
  for (const piece of inPieces(ids)) {
    const { rows: found } = await runCompiled<AsStored<Known>>(
      rows,
      `known messages ${piece.length}`,
      (db) => db.selectFrom("messages").select(knownColumns).where("id", "in", piece),
      piece,
    );
    for (const message of found) known.set(message.id, unpacked(message));
  }
  return known;
};

interface Told {
  readonly stored: Known;
  readonly brought: MessageRow;
}

/** Another branch may have become the main path; the newer export is right. @returns whether anything has another place now */
const savePlaces = async (rows: Rows, told: readonly Told[]): Promise<boolean> => {
  let moved = false;
  for (const { stored, brought } of told) {
    const { on_main_path, gone, position, parent_id } = brought;
    if (
      stored.on_main_path === on_main_path &&
      stored.gone === gone &&
      stored.position === position &&
      stored.parent_id === parent_id
    )
      continue;
    await rows
      .updateTable("messages")
      .set({ on_main_path, gone, position, parent_id })
      .where("id", "=", stored.id)
      .execute();
    moved = true;
  }
  return moved;
};

/** Whose messages are saved. */
interface Owner {
  readonly origin: OriginId;
  readonly collection: CollectionId;
}

interface SavedPart {
  /** As it was saved. */
  readonly part: CleanPart<IngestPart>;
  /** Messages that were not there before. */
  readonly fresh: readonly MessageRow[];
  /** The conversation was not there before. */
  readonly isNew: boolean;
  /** Messages whose text was replaced, as they were before. */
  readonly changed: readonly Known[];
  readonly known: number;
  /** True where a message has another position now. */
  readonly moved: boolean;
  /** True where another origin had brought the conversation before. */
  readonly shared: boolean;
  /** What was found in the messages that are new or changed. */
  readonly found: readonly FoundIn[];
}

/** The message where the part's main path ends; null where there are no branches. */
const leafOf = ({ conversation, messages }: IngestPart): MessageId | null =>
  conversation.tree === 0
    ? null
    : (messages.findLast(({ on_main_path }) => on_main_path === 1)?.id ?? null);

interface Owned extends Owner {
  readonly there: StoredConversations;
  readonly cleaner: Cleaner;
  /** Read in the same transaction: those of now. */
  readonly rules: CleaningRules;
  /**
   * "brought" by an export: the newest one decides over places and title. "kept" by whoever adds to the end: messages that are stored
   * already keep their places.
   */
  readonly places: "brought" | "kept";
}

/** Whether texts and titles are saved as they came. */
const isUncleaned = ({ rules }: Pick<Owned, "rules">): boolean => wantedKinds(rules).length === 0;

/** The export says of each message what is shown now: a later one that says the same changes nothing. */
const rememberSaid = (rows: Rows, part: IngestPart, { revision }: { revision: number }) =>
  rows
    .updateTable("conversations")
    .set({ said_key: saidKey(part), said_revision: revision })
    .where("id", "=", part.conversation.id)
    .execute();

/** A part of a conversation that is not there yet. */
const saveNew = async (rows: Rows, part: CleanPart<IngestPart>, of: Owned): Promise<SavedPart> => {
  const { id } = part.conversation;
  const whole = of.places === "brought";
  const ids = new Set(part.messages.map((message) => message.id));
  const isPlain = whole && isUncleaned(of) && ids.size === part.messages.length;
  const made = { ...of, leaf: leafOf(part), whole, key: isPlain ? saidKey(part) : null };
  of.there.set(id, await insertConversation(rows, part.conversation, made));
  const fresh = [...new Map(part.messages.map((message) => [message.id, message])).values()];
  await insertMany(rows, "messages", messageColumns, fresh.map(packed));
  const found = part.foundIn(fresh);
  await insertFindings(rows, found);
  const known = part.messages.length - fresh.length;
  return { part, fresh, isNew: true, changed: [], known, moved: false, shared: false, found };
};

/** Divides the messages of a part into new and stored ones, and writes both. */
export const savePart = async (rows: Rows, brought: IngestPart, of: Owned): Promise<SavedPart> => {
  // The one place through which messages come into the store: whatever brings them, they are cleaned by the rules of now.
  const part = cleanPart(brought, of.rules, of.cleaner);
  const { id, source, title, channel, raw, as_of, partial } = part.conversation;
  const stored = of.there.get(id);
  if (!stored) return saveNew(rows, part, of);
  const said = await saidOf(rows, id, stored);
  const known = await knownMessages(
    rows,
    part.messages.map((message) => message.id),
  );
  const fresh = new Map<string, MessageRow>();
  const told: Told[] = [];
  let twice = 0;
  for (const brought of part.messages) {
    const before = known.get(brought.id);
    if (before) told.push({ stored: before, brought });
    else if (fresh.has(brought.id)) twice++;
    else fresh.set(brought.id, brought);
  }
  const added = [...fresh.values()];
  await insertMany(rows, "messages", messageColumns, added.map(packed));
  await touch(rows, id);
  const times = new Map(said.map((one) => [one.origin_id, one.as_of]));
  const changed = await saveKnown(rows, { origin: of.origin, as_of, times }, told);
  await forgetFindings(
    rows,
    changed.map((message) => message.id),
  );
  const found = part.foundIn([...added, ...changed]);
  await insertFindings(rows, found);
  if (found.some(isRefusal)) await emptySameRecords(rows, id, part.refused);
  const retitled = title !== null && said.every((one) => one.title !== title);
  const news = added.length > 0 || changed.length > 0 || retitled;
  const isExport = of.places === "brought";
  const before = said.find(({ origin_id }) => origin_id === stored.newest_id);
  const isFirst = stored.newest_id === null || stored.newest_id === of.origin;
  const newer = isExport && (isFirst || isNewer(as_of, before?.as_of ?? stored.last_at, news));
  const ranked = isFirst ? undefined : outranks(source, partial, before);
  const newest = isExport && (ranked ?? newer);
  const shown = title !== null && title !== stored.title && (newer || (!isExport && retitled));
  const own = { origin_id: of.origin, title, channel, raw, as_of, partial, leaf_id: leafOf(part) };
  const { conversation } = part;
  const shows = { brought: conversation, own, stored, said, shown, newest };
  of.there.set(id, await saveSaid(rows, id, shows));
  const replaced = new Set(changed.map((message) => message.id));
  const isAsBrought = told.every(
    (one) => replaced.has(one.stored.id) || sameContent(one.stored, one.brought),
  );
  if (newest && isUncleaned(of) && isAsBrought && twice === 0 && known.size === told.length)
    await rememberSaid(rows, brought, { revision: stored.revision + 1 });
  return {
    part,
    fresh: added,
    isNew: false,
    changed,
    known: known.size - changed.length + twice,
    moved: newest && (await savePlaces(rows, told)),
    shared: said.some(({ origin_id }) => origin_id !== of.origin),
    found,
  };
};

/**
 * Writes parts of conversations, the counters and the progress in one transaction. They are cleaned before it.
 * @throws ParlanceError unavailable `superseded` where another worker has taken over the upload
 */
export const saveParts = async (
  store: Store,
  progress: UploadProgress,
  parts: readonly IngestPart[],
  cleaner: Cleaner,
): Promise<Saved> => {
  const ahead = await cleanAhead(store.rows, progress.collection, parts, cleaner);
  return store.transaction(async (rows) => {
    const of = {
      origin: progress.upload,
      collection: progress.collection,
      there: await conversationsThere(rows, parts),
      places: "brought",
      cleaner: ahead,
      rules: await cleaningOf(rows, progress.collection),
    } as const;
    const sum = { parts: parts.length, fresh: 0, known: 0, changed: 0 };
    const found: FoundIn[] = [];
    const clean: CleanPart<IngestPart>[] = [];
    const touched = new Set<ConversationId>();
    const extended = new Set<ConversationId>();
    const shared = new Set<ConversationId>();
    const created = new Set<ConversationId>();
    const again = isUncleaned(of)
      ? await saveSaidAgain(rows, parts, { ...of, leaf: leafOf })
      : new Set<IngestPart>();
    for (const part of parts) {
      if (again.has(part)) {
        sum.known += part.messages.length;
        continue;
      }
      const { fresh, changed, known, moved, ...saved } = await savePart(rows, part, of);
      for (const one of saved.found) found.push(one);
      clean.push(saved.part);
      if (saved.isNew) created.add(part.conversation.id);
      sum.fresh += fresh.length;
      sum.known += known;
      sum.changed += changed.length;
      if (fresh.length > 0) extended.add(part.conversation.id);
      if (fresh.length > 0 || changed.length > 0 || moved) touched.add(part.conversation.id);
      if (saved.shared) shared.add(part.conversation.id);
    }
    // Names are kept by origin: those who say them again have them too.
    const told = [...clean, ...again];
    await saveAuthorNames(
      rows,
      of,
      told.map(({ conversation: { source }, authors = [] }) => ({ source, authors })),
    );
    await saveToldOwners(
      rows,
      of,
      told.map(({ conversation: { source }, messages, owners = [] }) => ({
        source,
        messages,
        owners,
      })),
    );
    const files = parts.flatMap(({ attachments }) => attachments ?? []);
    const attachments = await saveAttachments(rows, files);
    await advance(rows, progress, { ...sum, found, files, attachments });
    const asked = await rows
      .selectFrom("uploads")
      .select("cancel_requested")
      .where("id", "=", progress.upload)
      .executeTakeFirst();
    return {
      newMessages: sum.fresh,
      knownMessages: sum.known,
      changedMessages: sum.changed,
      touched,
      extended,
      shared,
      created,
      cancelled: asked?.cancel_requested === 1,
    };
  });
};

type Facts = Partial<Pick<UploadRow, "source" | "format" | "bytes_read">>;

/** Saves facts about the file that are found while reading: its format and bytes. */
export const saveFacts = async (store: Store, upload: UploadId, facts: Facts): Promise<boolean> => {
  const { numUpdatedRows } = await store.rows
    .updateTable("uploads")
    .set(facts)
    .where("id", "=", upload)
    .where("state", "=", "reading")
    .executeTakeFirst();
  return numUpdatedRows === 1n;
};
