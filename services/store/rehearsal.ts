// An import rehearsed: the code that saves exports works on a copy of the conversations that a file touches, and its outcome is counted.
import { join } from "node:path";
import type { ImportPreview } from "#services/contract/inspections.ts";
import { type Cleaner, wordsOf } from "#services/domain/cleaning.ts";
import { type ConversationId, isUploadId } from "#services/domain/ids.ts";
import { SeenKeys } from "#services/domain/seen-keys.ts";
import { cleanPart } from "./cleaning/clean-part.ts";
import { cleaningOf } from "./cleaning/rules.ts";
import { inPieces, insertMany } from "./compiled.ts";
import { digest } from "./digest.ts";
import { type IngestPart, messageColumns, saveParts } from "./ingest.ts";
import { stateColumns } from "./message-states.ts";
import { markGone } from "./newest.ts";
import { beyond } from "./places.ts";
import { packed, unpacked } from "./raw-record.ts";
import type { Rows, Store } from "./rows.ts";
import { openSqliteDatabase } from "./sqlite-database.ts";
import type { ConversationRow, MessageRow, UploadRow } from "./tables.ts";

/** Messages that are copied at once. */
const PAGE = 1000;

/** What is known of a conversation of the file; a number, so that a million of them need little memory. */
const IS_THERE = 1;
const IS_EXTENDED = 2;
const IS_CHANGED = 4;

/** An export is compared by whether texts are equal, so that their digests do: a copy of long texts would be as large as the originals. */
const inShort = <M extends Pick<MessageRow, "text" | "unmasked" | "raw">>(message: M): M => ({
  ...message,
  text: digest(wordsOf(message)),
  unmasked: null,
  raw: digest(message.raw),
});

const conversationColumns = [
  "id",
  "collection_id",
  "origin_id",
  "source",
  "tree",
  "message_count",
  "other_count",
  "first_at",
  "last_at",
  "revision",
  "source_id",
  "title",
  "channel",
  "participants",
  "raw",
  "as_of",
  "leaf_id",
  "newest_id",
  "start_key",
  "end_key",
  "partial",
  "said_key",
  "said_revision",
] as const satisfies readonly (keyof ConversationRow)[];

interface Place {
  readonly position: number;
  readonly id: string;
}

const FIRST: Place = { position: -Number.MAX_VALUE, id: "" };

/** Copies a page of a conversation's messages, with what all origins say of them. @returns the last one's place; undefined at the end */
const copyPage = async (
  from: Rows,
  to: Rows,
  { id, after }: { readonly id: ConversationId; readonly after: Place },
): Promise<{ readonly last: Place | undefined; readonly origins: ReadonlySet<string> }> => {
  const found = await from
    .selectFrom("messages")
    .select(messageColumns)
    .where("conversation_id", "=", id)
    .where(beyond(["position", "id"], ">", [after.position, after.id]))
    .orderBy("position")
    .orderBy("id")
    .limit(PAGE)
    .execute();
  const short = found.map((row) => packed(inShort(unpacked(row))));
  await insertMany(to, "messages", messageColumns, short);
  const origins = new Set<string>(found.map((row) => row.origin_id));
  for (const piece of inPieces(found.map((row) => row.id))) {
    const ids = [...new Set(piece)];
    const brought = await from
      .selectFrom("message_origins")
      .select(["message_id", "origin_id", "state"])
      .where("message_id", "in", ids)
      .execute();
    for (const { origin_id } of brought) origins.add(origin_id);
    await insertMany(to, "message_origins", ["message_id", "origin_id", "state"], brought);
    const states = await from
      .selectFrom("message_states")
      .select(stateColumns)
      .where("message_id", "in", ids)
      .execute();
    const others = states.map((row) => packed(inShort(unpacked(row))));
    await insertMany(to, "message_states", stateColumns, others);
  }
  return { last: found.length < PAGE ? undefined : found.at(-1), origins };
};

const uploadsThere = async (rows: Rows, ids: readonly string[]): Promise<Set<string>> => {
  const there = new Set<string>();
  for (const piece of inPieces(ids))
    for (const { id } of await rows
      .selectFrom("uploads")
      .select("id")
      .where("id", "in", piece as never)
      .execute())
      there.add(id);
  return there;
};

/** The uploads themselves: which of two came later is a matter of their times. */
const copyUploads = async (from: Rows, to: Rows, origins: ReadonlySet<string>): Promise<void> => {
  const ids = [...origins].filter((origin) => isUploadId(origin as never));
  const there = await uploadsThere(to, ids);
  for (const piece of inPieces(ids.filter((id) => !there.has(id)))) {
    const found = await from
      .selectFrom("uploads")
      .selectAll()
      .where("id", "in", [...new Set(piece)] as never)
      .execute();
    for (const row of found) await to.insertInto("uploads").values(withoutOwner(row)).execute();
  }
};

/** The organization is put in by the scope of whoever inserts it. */
const withoutOwner = <R extends object>(row: R): R => {
  const { org_id: _, ...own } = row as R & { readonly org_id?: unknown };
  return own as R;
};

/** @returns whether the conversation is there */
const copyConversation = async (from: Rows, to: Store, id: ConversationId): Promise<boolean> => {
  const row = await from
    .selectFrom("conversations")
    .select(conversationColumns)
    .where("id", "=", id)
    .executeTakeFirst();
  if (row === undefined) return false;
  const said = await from
    .selectFrom("conversation_origins")
    .selectAll()
    .where("conversation_id", "=", id)
    .execute();
  await to.transaction(async (rows) => {
    await rows.insertInto("conversations").values(row).execute();
    for (const one of said)
      await rows.insertInto("conversation_origins").values(withoutOwner(one)).execute();
  });
  const origins = new Set<string>([row, ...said].map((one) => one.origin_id));
  for (let after: Place | undefined = FIRST; after !== undefined; ) {
    const begin: Place = after;
    const page = await to.transaction((rows) => copyPage(from, rows, { id, after: begin }));
    for (const origin of page.origins) origins.add(origin);
    after = page.last;
  }
  await to.transaction((rows) => copyUploads(from, rows, origins));
  return true;
};

/** How many messages are gone in the copy, and are not in the collection. */
const goneIn = async (copy: Rows, rows: Rows, id: ConversationId): Promise<number> => {
  const gone = await copy
    .selectFrom("messages")
    .select("id")
    .where("conversation_id", "=", id)
    .where("gone", "=", 1)
    .execute();
  let count = 0;
  for (const piece of inPieces(gone.map((row) => row.id))) {
    const found = await rows
      .selectFrom("messages")
      .select("id")
      .where("id", "in", [...new Set(piece)])
      .where("gone", "=", 0)
      .execute();
    count += found.length;
  }
  return count;
};

const titleIn = async (rows: Rows, id: ConversationId): Promise<string | null | undefined> =>
  (await rows.selectFrom("conversations").select("title").where("id", "=", id).executeTakeFirst())
    ?.title;

export interface Rehearsal {
  /** Parts in the order in which the file has them, some hundred messages at a time. */
  take(parts: readonly IngestPart[]): Promise<void>;
  /** The last part of a conversation was taken. */
  end(id: ConversationId): Promise<void>;
  result(): ImportPreview;
  close(): Promise<void>;
}

/**
 * @param store of the collection, which is only read
 * @param of.folder is empty, and is deleted by whoever made it
 * @param of.upload stands for the import
 */
export const openRehearsal = async (
  store: Store,
  of: { readonly folder: string; readonly upload: UploadRow; readonly cleaner: Cleaner },
): Promise<Rehearsal> => {
  const { folder, upload, cleaner } = of;
  const database = await openSqliteDatabase({
    path: join(folder, "rehearsal.db"),
    now: store.now,
    newId: store.newId,
    isScratch: true,
  });
  const copy = database.within({ ...store.scope, collections: "all" });
  await copy.transaction((rows) =>
    rows
      .insertInto("uploads")
      .values(withoutOwner({ ...upload, state: "reading", parts_done: 0 }))
      .execute(),
  );
  const known = new SeenKeys();
  /** Conversations that another origin had brought before, of which the end is still to come. */
  const shared = new Set<ConversationId>();
  /** Messages that are gone by this file, in conversations that have any. */
  const gone = new Map<ConversationId, number>();
  const conversations = { new: 0, extended: 0, changed: 0, unchanged: 0 };
  const entries = { new: 0, known: 0, changed: 0, gone: 0 };
  let parts = 0;

  const countOf = (flags: number): keyof typeof conversations => {
    if ((flags & IS_THERE) === 0) return "new";
    if ((flags & IS_EXTENDED) !== 0) return "extended";
    return (flags & IS_CHANGED) === 0 ? "unchanged" : "changed";
  };
  const note = (id: ConversationId, more: number): void => {
    const flags = known.get(id) ?? 0;
    conversations[countOf(flags)] -= 1;
    known.set(id, flags | more);
    conversations[countOf(flags | more)] += 1;
  };

  const fetch = async (id: ConversationId): Promise<void> => {
    if (known.get(id) !== undefined) return;
    const isThere = await copyConversation(store.rows, copy, id);
    known.set(id, isThere ? IS_THERE : 0);
    conversations[isThere ? "unchanged" : "new"] += 1;
  };

  return {
    async take(some) {
      const rules = await cleaningOf(store.rows, upload.collection_id);
      for (const { conversation } of some) await fetch(conversation.id);
      const saved = await saveParts(
        copy,
        { upload: upload.id, collection: upload.collection_id, after: parts, bytesRead: 0 },
        some.map((brought) => {
          // What is stored was cleaned: a title is compared as it would be, and a text that was refused as none.
          const part = cleanPart(brought, rules, cleaner);
          return { ...part, messages: part.messages.map(inShort) };
        }),
        cleaner,
      );
      parts += some.length;
      entries.new += saved.newMessages;
      entries.known += saved.knownMessages;
      entries.changed += saved.changedMessages;
      for (const id of saved.touched) note(id, IS_CHANGED);
      for (const id of saved.extended) note(id, IS_EXTENDED);
      for (const id of saved.shared) shared.add(id);
    },
    async end(id) {
      if (((known.get(id) ?? 0) & IS_THERE) === 0) return;
      if (shared.delete(id) && (await markGone(copy, id))) note(id, IS_CHANGED);
      if ((await titleIn(copy.rows, id)) !== (await titleIn(store.rows, id))) note(id, IS_CHANGED);
      // The same conversation may be in a file twice: what it says the last time counts.
      const now = await goneIn(copy.rows, store.rows, id);
      entries.gone += now - (gone.get(id) ?? 0);
      if (now > 0) gone.set(id, now);
      else gone.delete(id);
    },
    result: () => ({ conversations: { ...conversations }, entries: { ...entries } }),
    close: () => database.close(),
  };
};
