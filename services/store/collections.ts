// Collections: create, find, list, rename, and the sums that their page shows.
import { sql } from "kysely";
import type { ConfirmImports, KeepAttachments } from "#services/contract/collections.ts";
import { rejected } from "#services/domain/errors.ts";
import {
  type CollectionId,
  type ConversationId,
  collectionId,
  type UserId,
} from "#services/domain/ids.ts";
import { giveAccess } from "./accounts/access.ts";
import { erasingOrigins, sumsWithoutErased } from "./being-erased.ts";
import { revise } from "./revisions.ts";
import type { Rows, Store } from "./rows.ts";
import type { CollectionRow } from "./tables.ts";

/** Large files over slow lines take hours. */
const FILL_MS = 86_400_000;

const nameTaken = (name: string) =>
  rejected(`There is a collection named “${name}” already.`, {
    code: "name-taken",
    status: 409,
    hint: "Choose another name, or import into the one that is there.",
  });

export const findCollectionByName = (
  rows: Rows,
  name: string,
): Promise<CollectionRow | undefined> =>
  rows
    .selectFrom("collections")
    .selectAll()
    .where("name", "=", name.trim())
    .where("state", "=", "active")
    .executeTakeFirst();

const countCollections = async (rows: Rows): Promise<number> => {
  const found = await rows
    .selectFrom("collections")
    .select((make) => make.fn.countAll<number>().as("count"))
    .where("state", "=", "active")
    .executeTakeFirstOrThrow();
  return Number(found.count);
};

/** @throws ParlanceError rejected `name-taken` | `too-many-collections` (409) */
export const createCollection = (
  store: Store,
  made: {
    readonly name: string;
    readonly description?: string;
    readonly zone?: string;
    /** The name of its model; null for the default one, when its first messages are embedded. */
    readonly model?: string | null;
    /** For files that are about to be sent: where nothing is in it a day later, it is not kept. */
    readonly forFiles?: boolean | undefined;
    /** No more than so many, as far as they are there for the scope. */
    readonly most?: number;
    /** Whose it is, where there are accounts: nobody else can open it. */
    readonly managers?: readonly UserId[];
    /** Called inside the transaction. */
    readonly onMade?: ((rows: Rows, id: CollectionId) => Promise<void>) | undefined;
  },
): Promise<CollectionRow> =>
  store.transaction(async (rows) => {
    const name = made.name.trim();
    if (await findCollectionByName(rows, name)) throw nameTaken(name);
    if (made.most !== undefined && (await countCollections(rows)) >= made.most)
      throw rejected(`There are ${made.most} collections already.`, {
        code: "too-many-collections",
        status: 409,
        hint: "Import into one that is there, or delete some.",
      });
    const row: CollectionRow = {
      id: collectionId(store.newId()),
      name,
      description: made.description ?? "",
      zone: made.zone ?? "UTC",
      created_at: store.now(),
      model_id: made.model ?? null,
      model_fingerprint: null,
      dim: null,
      state: "active",
      version: null,
      indexed_chunks: 0,
      analysis_settings: null,
      revision: 0,
      erasures: 0,
      health: null,
      recut_after: null,
      fill_by: made.forFiles === true ? store.now() + FILL_MS : null,
      confirm_imports: null,
      kept_columns: null,
      keep_attachments: null,
      cleaning: null,
      changed_texts: 0,
    };
    await rows.insertInto("collections").values(row).execute();
    for (const principal of made.managers ?? [])
      await giveAccess(rows, row.id, { principal, level: 3 });
    await made.onMade?.(rows, row.id);
    return row;
  });

/** The name of a collection's model; undefined where the default one will be it. */
export const modelOfCollection = async (
  rows: Rows,
  id: CollectionId,
): Promise<string | undefined> => {
  const row = await rows
    .selectFrom("collections")
    .select("model_id")
    .where("id", "=", id)
    .executeTakeFirst();
  return row?.model_id ?? undefined;
};

/** A collection that is not being erased. */
export const findCollection = (rows: Rows, id: CollectionId): Promise<CollectionRow | undefined> =>
  rows
    .selectFrom("collections")
    .selectAll()
    .where("id", "=", id)
    .where("state", "=", "active")
    .executeTakeFirst();

/** All collections, including those that are being erased. */
export const everyCollection = (rows: Rows): Promise<CollectionRow[]> =>
  rows.selectFrom("collections").selectAll().orderBy("created_at").orderBy("id").execute();

/** By name. An organization has few collections, so all are listed, at most 1,000. */
export const listCollections = (rows: Rows): Promise<CollectionRow[]> =>
  rows
    .selectFrom("collections")
    .selectAll()
    .where("state", "=", "active")
    .orderBy("name")
    .limit(1000)
    .execute();

/** @throws ParlanceError rejected `name-taken` (409) | `unknown-collection` (404) */
export const changeCollection = (
  store: Store,
  id: CollectionId,
  change: {
    readonly name?: string | undefined;
    readonly description?: string | undefined;
    readonly zone?: string | undefined;
    readonly confirmImports?: ConfirmImports | null | undefined;
    readonly keepAttachments?: KeepAttachments | null | undefined;
  },
): Promise<CollectionRow> =>
  store.transaction(async (rows) => {
    const row = await findCollection(rows, id);
    if (!row)
      throw rejected("There is no such collection.", { code: "unknown-collection", status: 404 });
    const name = change.name?.trim() ?? row.name;
    const other = await findCollectionByName(rows, name);
    if (other && other.id !== id) throw nameTaken(name);
    const changed = {
      name,
      description: change.description ?? row.description,
      zone: change.zone ?? row.zone,
      // Whoever looks after it wants it.
      fill_by: null,
      confirm_imports:
        change.confirmImports === undefined ? row.confirm_imports : change.confirmImports,
      keep_attachments:
        change.keepAttachments === undefined ? row.keep_attachments : change.keepAttachments,
    };
    await rows.updateTable("collections").set(changed).where("id", "=", id).execute();
    await revise(rows, id);
    return { ...row, ...changed };
  });

export interface CollectionStats {
  /** With at least one counted message. */
  readonly conversations: number;
  /** `isCounted` of sums.ts says which. */
  readonly messages: number;
  /** What else is kept: messages of other branches, and of hidden kinds. */
  readonly others: number;
  /** Number of chunks that are read but not yet in a version. */
  readonly pending: number;
  readonly firstAt: number | null;
  readonly lastAt: number | null;
  /** Most conversations first. */
  readonly sources: readonly { readonly source: string; readonly conversations: number }[];
  /** Share of the chunks, largest first; null = too short to tell. */
  readonly languages: readonly { readonly language: string | null; readonly share: number }[];
}

const sumsBySource = (rows: Rows, id: CollectionId) =>
  rows
    .selectFrom("conversations")
    .select((make) => [
      "source",
      sql<number>`sum(case when message_count > 0 then 1 else 0 end)`.as("conversations"),
      make.fn.sum<number>("message_count").as("messages"),
      make.fn.sum<number>("other_count").as("others"),
      make.fn.min("first_at").as("first"),
      make.fn.max("last_at").as("last"),
    ])
    .where("collection_id", "=", id)
    .where("hidden", "=", 0)
    .groupBy("source")
    .execute();

/**
 * Computed from sums: one index scan over the conversations and one over the batches. Messages are read only for conversations
 * from which something is being erased.
 */
export const collectionStats = async (rows: Rows, id: CollectionId): Promise<CollectionStats> => {
  const erasing = await erasingOrigins(rows, id);
  const [sources, batches] = await Promise.all([
    erasing.length === 0 ? sumsBySource(rows, id) : sumsWithoutErased(rows, id, erasing),
    rows
      .selectFrom("batches")
      .select(["state", "chunks", "languages"])
      .where("collection_id", "=", id)
      .$if(erasing.length > 0, (query) => query.where("origin_id", "not in", erasing))
      .execute(),
  ]);
  const counts = new Map<string, number>();
  let pending = 0;
  for (const batch of batches) {
    if (batch.state !== "committed") pending += batch.chunks;
    for (const [language, count] of Object.entries(
      JSON.parse(batch.languages) as Record<string, number>,
    ))
      counts.set(language, (counts.get(language) ?? 0) + count);
  }
  const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const times = (pick: (row: (typeof sources)[number]) => number | null) =>
    sources.map(pick).filter((at) => at !== null);
  const firsts = times((row) => row.first);
  const lasts = times((row) => row.last);
  return {
    conversations: sources.reduce((sum, row) => sum + Number(row.conversations), 0),
    messages: sources.reduce((sum, row) => sum + Number(row.messages), 0),
    others: sources.reduce((sum, row) => sum + Number(row.others), 0),
    pending,
    firstAt: firsts.length > 0 ? Math.min(...firsts) : null,
    lastAt: lasts.length > 0 ? Math.max(...lasts) : null,
    sources: sources
      .map((row) => ({ source: row.source, conversations: Number(row.conversations) }))
      // By name where there are as many: databases give groups in any order.
      .sort((a, b) => b.conversations - a.conversations || (a.source < b.source ? -1 : 1)),
    languages: [...counts]
      .map(([language, count]) => ({
        language: language === "" ? null : language,
        share: count / Math.max(all, 1),
      }))
      .sort((a, b) => b.share - a.share || ((a.language ?? "") < (b.language ?? "") ? -1 : 1)),
  };
};

/** The collection that a conversation belongs to, where it is not being erased. */
export const collectionOf = async (
  rows: Rows,
  conversation: ConversationId,
): Promise<CollectionRow | undefined> =>
  rows
    .selectFrom("collections as c")
    .innerJoin("conversations as v", "v.collection_id", "c.id")
    .selectAll("c")
    .where("v.id", "=", conversation)
    .where("c.state", "=", "active")
    .executeTakeFirst();
