// Writes what an origin contains, so that writing twice has the same effect as once: new, known or changed messages; of an upload, its progress.
import { unavailable } from "#services/domain/errors.ts";
import type {
  CollectionId,
  ConversationId,
  MessageId,
  OriginId,
  UploadId,
} from "#services/domain/ids.ts";
import { inPieces, insertMany } from "./compiled.ts";
import { type Rows, runCompiled, type Store } from "./rows.ts";
import type { ConversationRow, MessageRow, UploadRow } from "./tables.ts";

/** A part of a conversation, with ids. The parts of one conversation follow each other. */
export interface IngestPart {
  readonly conversation: Pick<
    ConversationRow,
    "id" | "source" | "source_id" | "title" | "channel" | "tree" | "raw"
  >;
  readonly messages: readonly MessageRow[];
}

export interface UploadProgress {
  readonly upload: UploadId;
  readonly collection: CollectionId;
  /** Number of parts done before these; if another worker has done more, this one stops. */
  readonly after: number;
  readonly bytesRead: number;
}

export interface Saved {
  readonly newMessages: number;
  readonly knownMessages: number;
  readonly changedMessages: number;
  /** Conversations whose messages have changed, so that their chunks must be made again. */
  readonly touched: ReadonlySet<ConversationId>;
  /** True where a person has cancelled the upload. */
  readonly cancelled: boolean;
}

const messageColumns = [
  "id",
  "collection_id",
  "conversation_id",
  "origin_id",
  "parent_id",
  "reply_to_id",
  "on_main_path",
  "position",
  "role",
  "kind",
  "at",
  "zone_known",
  "edited_at",
  "source_id",
  "author",
  "author_id",
  "local_time",
  "model",
  "text",
  "attachments",
  "raw",
] as const satisfies readonly (keyof MessageRow)[];

type Known = Pick<
  MessageRow,
  "id" | "origin_id" | "text" | "edited_at" | "on_main_path" | "position" | "parent_id"
>;

const knownMessages = async (
  rows: Rows,
  ids: readonly MessageId[],
): Promise<Map<string, Known>> => {
  const known = new Map<string, Known>();
  for (const piece of inPieces(ids)) {
    const { rows: found } = await runCompiled<Known>(
      rows,
      `known messages ${piece.length}`,
      (db) =>
        db
          .selectFrom("messages")
          .select(["id", "origin_id", "text", "edited_at", "on_main_path", "position", "parent_id"])
          .where("id", "in", piece),
      piece,
    );
    for (const message of found) known.set(message.id, message);
  }
  return known;
};

type Stored = Pick<ConversationRow, "title" | "tree">;
type StoredConversations = Map<string, Stored>;

/** What is stored of those of these conversations that are there. */
export const conversationsThere = async (
  rows: Rows,
  parts: readonly Pick<IngestPart, "conversation">[],
): Promise<StoredConversations> => {
  const ids = [...new Set(parts.map((part) => part.conversation.id))];
  const there: StoredConversations = new Map();
  for (const piece of inPieces(ids))
    for (const { id, ...stored } of await rows
      .selectFrom("conversations")
      .select(["id", "title", "tree"])
      .where("id", "in", piece)
      .execute())
      there.set(id, stored);
  return there;
};

/**
 * A different text is an edit, unless it is older than the stored one (an earlier export read again). Replaced texts
 * are kept in order.
 */
const isEdit = async (rows: Rows, stored: Known, brought: MessageRow): Promise<boolean> => {
  if (stored.text === brought.text) return false;
  if (stored.edited_at !== null && (brought.edited_at ?? 0) < stored.edited_at) return false;
  const before = await rows
    .selectFrom("message_edits")
    .select("ordinal")
    .where("message_id", "=", stored.id)
    .where("text", "=", brought.text)
    .limit(1)
    .executeTakeFirst();
  return before === undefined;
};

const saveEdit = async (rows: Rows, stored: Known, brought: MessageRow): Promise<void> => {
  const newest = await rows
    .selectFrom("message_edits")
    .select((make) => make.fn.max<number | null>("ordinal").as("ordinal"))
    .where("message_id", "=", stored.id)
    .executeTakeFirst();
  const replaced = await rows
    .selectFrom("messages")
    .select("raw")
    .where("id", "=", stored.id)
    .executeTakeFirst();
  await rows
    .insertInto("message_edits")
    .values({
      message_id: stored.id,
      ordinal: (newest?.ordinal ?? -1) + 1,
      text: stored.text,
      edited_at: stored.edited_at,
      raw: replaced?.raw ?? "",
      origin_id: brought.origin_id,
    })
    .execute();
  const { text, edited_at, raw, attachments, model, kind } = brought;
  await rows
    .updateTable("messages")
    .set({ text, edited_at, raw, attachments, model, kind })
    .where("id", "=", stored.id)
    .execute();
};

/** Another branch may have become the main path; the newer export is right. */
const savePlace = async (rows: Rows, stored: Known, brought: MessageRow): Promise<boolean> => {
  const { on_main_path, position, parent_id } = brought;
  if (
    stored.on_main_path === on_main_path &&
    stored.position === position &&
    stored.parent_id === parent_id
  )
    return false;
  await rows
    .updateTable("messages")
    .set({ on_main_path, position, parent_id })
    .where("id", "=", stored.id)
    .execute();
  return true;
};

const shareWith = async (rows: Rows, origin: OriginId, messages: readonly MessageId[]) => {
  const there = new Set<string>();
  for (const piece of inPieces(messages))
    for (const { message_id } of await rows
      .selectFrom("message_origins")
      .select("message_id")
      .where("origin_id", "=", origin)
      .where("message_id", "in", piece)
      .execute())
      there.add(message_id);
  await insertMany(
    rows,
    "message_origins",
    ["message_id", "origin_id"],
    messages.filter((id) => !there.has(id)).map((id) => ({ message_id: id, origin_id: origin })),
  );
};

/** Whose messages are saved. */
interface Owner {
  readonly origin: OriginId;
  readonly collection: CollectionId;
}

const saveConversation = async (
  rows: Rows,
  { conversation }: IngestPart,
  of: Owner,
  there: StoredConversations,
) => {
  const stored = there.get(conversation.id);
  if (!stored) {
    await rows
      .insertInto("conversations")
      .values({
        ...conversation,
        collection_id: of.collection,
        origin_id: of.origin,
        message_count: 0,
        first_at: null,
        last_at: null,
        participants: "[]",
        revision: 0,
      })
      .execute();
  } else {
    const renamed = conversation.title !== null && conversation.title !== stored.title;
    // A conversation has no branches while it is live; an export of it may have.
    const branched = conversation.tree > stored.tree;
    if (renamed || branched)
      await rows
        .updateTable("conversations")
        .set({
          ...(renamed ? { title: conversation.title, raw: conversation.raw } : {}),
          tree: Math.max(conversation.tree, stored.tree),
        })
        .where("id", "=", conversation.id)
        .execute();
  }
  there.set(conversation.id, {
    title: conversation.title ?? stored?.title ?? null,
    tree: Math.max(conversation.tree, stored?.tree ?? 0),
  });
  return stored === undefined;
};

/** Marks a conversation as changed, so that chunks being made from its old state are not written. */
export const touch = async (rows: Rows, conversation: ConversationId): Promise<void> => {
  await rows
    .updateTable("conversations")
    .set((value) => ({ revision: value("revision", "+", 1) }))
    .where("id", "=", conversation)
    .execute();
};

interface SavedPart {
  /** Messages that were not there before. */
  readonly fresh: readonly MessageRow[];
  /** Messages whose text was replaced, as they were before. */
  readonly changed: readonly Known[];
  readonly known: number;
  /** True where a message has another position now. */
  readonly moved: boolean;
}

/** Divides the messages of a part into new and stored ones, and writes both. */
export const savePart = async (
  rows: Rows,
  part: IngestPart,
  of: Owner & {
    readonly there: StoredConversations;
    /** Whether messages that are stored already get the position that the part gives them, or keep theirs. */
    readonly places: "brought" | "kept";
  },
): Promise<SavedPart> => {
  const isNew = await saveConversation(rows, part, of, of.there);
  const known = isNew
    ? new Map<string, Known>()
    : await knownMessages(
        rows,
        part.messages.map((message) => message.id),
      );
  const fresh = new Map<string, MessageRow>();
  const shared: MessageId[] = [];
  const changed: Known[] = [];
  let moved = false;
  let twice = 0;
  for (const message of part.messages) {
    const stored = known.get(message.id);
    if (stored === undefined) {
      if (fresh.has(message.id)) twice++;
      else fresh.set(message.id, message);
      continue;
    }
    if (await isEdit(rows, stored, message)) {
      await saveEdit(rows, stored, message);
      changed.push(stored);
    }
    if (of.places === "brought") moved = (await savePlace(rows, stored, message)) || moved;
    if (stored.origin_id !== of.origin) shared.push(message.id);
  }
  const added = [...fresh.values()];
  await insertMany(rows, "messages", messageColumns, added);
  if (!isNew) await touch(rows, part.conversation.id);
  await shareWith(rows, of.origin, shared);
  return { fresh: added, changed, known: known.size - changed.length + twice, moved };
};

const taken = () => unavailable("Another worker reads this upload.", { code: "superseded" });

/** Records the progress by compare-and-set: zero rows mean that the upload was cancelled, erased or taken over. */
const advance = async (
  rows: Rows,
  progress: UploadProgress,
  by: { parts: number; fresh: number; known: number; changed: number },
): Promise<void> => {
  const { numUpdatedRows } = await rows
    .updateTable("uploads")
    .set((value) => ({
      parts_done: progress.after + by.parts,
      bytes_read: progress.bytesRead,
      new_messages: value("new_messages", "+", by.fresh),
      known_messages: value("known_messages", "+", by.known),
      changed_messages: value("changed_messages", "+", by.changed),
    }))
    .where("id", "=", progress.upload)
    .where("state", "=", "reading")
    .where("parts_done", "=", progress.after)
    .executeTakeFirst();
  if (numUpdatedRows !== 1n) throw taken();
};

/**
 * Writes parts of conversations, the counters and the progress in one transaction.
 * @throws ParlanceError unavailable `superseded` where another worker has taken over the upload
 */
export const saveParts = (
  store: Store,
  progress: UploadProgress,
  parts: readonly IngestPart[],
): Promise<Saved> =>
  store.transaction(async (rows) => {
    const of = {
      origin: progress.upload,
      collection: progress.collection,
      there: await conversationsThere(rows, parts),
      places: "brought",
    } as const;
    const sum = { parts: parts.length, fresh: 0, known: 0, changed: 0 };
    const touched = new Set<ConversationId>();
    for (const part of parts) {
      const { fresh, changed, known, moved } = await savePart(rows, part, of);
      sum.fresh += fresh.length;
      sum.known += known;
      sum.changed += changed.length;
      if (fresh.length > 0 || changed.length > 0 || moved) touched.add(part.conversation.id);
    }
    await advance(rows, progress, sum);
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
      cancelled: asked?.cancel_requested === 1,
    };
  });

type Facts = Partial<
  Pick<UploadRow, "source" | "format" | "bytes_read" | "problem_count" | "problems">
>;

/** Saves facts about the file that are found while reading: its format, bytes, problems. */
export const saveFacts = async (store: Store, upload: UploadId, facts: Facts): Promise<boolean> => {
  const { numUpdatedRows } = await store.rows
    .updateTable("uploads")
    .set(facts)
    .where("id", "=", upload)
    .where("state", "=", "reading")
    .executeTakeFirst();
  return numUpdatedRows === 1n;
};
