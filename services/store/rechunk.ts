// After a conversation was read completely: its sums, and the difference between its old and its new chunks.
import type { Chunk, ChunkUnit } from "#services/domain/chunk.ts";
import { unavailable } from "#services/domain/errors.ts";
import type {
  ChunkId,
  CollectionId,
  ConversationId,
  MessageId,
  OriginId,
  UploadId,
} from "#services/domain/ids.ts";
import { batchSize, closeBatch, dueForIndex, openBatch } from "./batches.ts";
import { inPieces, insertMany } from "./compiled.ts";
import { messagesOfChunk } from "./gone-chunks.ts";
import { type Rows, runCompiled, type Store } from "./rows.ts";
import type { Sums } from "./sums.ts";
import type { BatchRow, ChunkRow, MessageRow, UploadRow } from "./tables.ts";

export type StoredMessage = Pick<
  MessageRow,
  | "id"
  | "parent_id"
  | "reply_to_id"
  | "position"
  | "author"
  | "role"
  | "kind"
  | "at"
  | "text"
  | "on_main_path"
  | "gone"
>;

export const storedColumns = [
  "id",
  "parent_id",
  "reply_to_id",
  "position",
  "author",
  "role",
  "kind",
  "at",
  "text",
  "on_main_path",
  "gone",
] as const satisfies readonly (keyof StoredMessage)[];

/** The messages of a conversation that chunks are made of; undefined where it has been erased. */
export const readToChunk = async (
  rows: Rows,
  conversation: ConversationId,
): Promise<{ readonly revision: number; readonly messages: StoredMessage[] } | undefined> => {
  const row = await rows
    .selectFrom("conversations")
    .select("revision")
    .where("id", "=", conversation)
    .executeTakeFirst();
  // Read first, so that any later change is noticed when the chunks are written.
  return row && { revision: row.revision, messages: await messagesToChunk(rows, conversation) };
};

/** All messages of a conversation in order, without their raw records. */
export const messagesToChunk = async (
  rows: Rows,
  conversation: ConversationId,
): Promise<StoredMessage[]> =>
  (
    await runCompiled<StoredMessage>(
      rows,
      "messages to chunk",
      (db) =>
        db
          .selectFrom("messages")
          .select(storedColumns)
          .where("conversation_id", "=", conversation)
          .orderBy("position")
          .orderBy("id"),
      [conversation],
    )
  ).rows;

/** The chunks that a conversation, its end, or a segment of it should have. */
export interface Recut {
  readonly conversation: ConversationId;
  readonly chunks: readonly Chunk[];
  /** Of the whole conversation. */
  readonly sums?: Sums;
  /** Where the chunks are those of an end or a segment only: chunks that begin with another message than these stay. */
  readonly end?: Readonly<Record<ChunkUnit, ReadonlySet<string>>>;
}

export interface Rechunked extends Recut {
  /** Revision of the conversation that the chunks were made from. */
  readonly revision: number;
}

const chunkColumns = [
  "id",
  "collection_id",
  "conversation_id",
  "message_id",
  "batch_id",
  "part",
  "start",
  "language",
  "state",
  "message_ids",
  "text",
  "unit",
  "answers",
  "best_id",
] as const satisfies readonly (keyof ChunkRow)[];

type Stored = Pick<ChunkRow, "id" | "state" | "message_id" | "unit">;

const chunksOf = (db: Pick<Rows, "selectFrom">, conversation: ConversationId) =>
  db
    .selectFrom("chunks")
    .select(["id", "state", "message_id", "unit"])
    .where("conversation_id", "=", conversation);

const storedChunks = async (
  rows: Rows,
  { conversation, end }: Recut,
): Promise<Map<string, string>> => {
  const stored = new Map<string, string>();
  if (end === undefined) {
    const { rows: found } = await runCompiled<Stored>(
      rows,
      "chunks of conversation",
      (db) => chunksOf(db, conversation),
      [conversation],
    );
    for (const { id, state } of found) stored.set(id, state);
    return stored;
  }
  for (const piece of inPieces([...new Set([...end.message, ...end.exchange])])) {
    const { rows: found } = await runCompiled<Stored>(
      rows,
      `chunks of messages ${piece.length}`,
      (db) => chunksOf(db, conversation).where("message_id", "in", piece as readonly MessageId[]),
      [conversation, ...piece],
    );
    for (const { id, state, message_id, unit } of found)
      if (end[unit as ChunkUnit].has(message_id)) stored.set(id, state);
  }
  return stored;
};

const rowOf = (chunk: Chunk, batch: BatchRow): ChunkRow | undefined => {
  const [first] = chunk.messages;
  if (first === undefined) return undefined;
  return {
    id: chunk.id,
    collection_id: batch.collection_id,
    conversation_id: chunk.conversation,
    message_id: first,
    message_ids: chunk.messages.length > 1 ? JSON.stringify(chunk.messages) : null,
    part: chunk.part,
    start: chunk.start,
    text: chunk.text,
    language: chunk.language,
    batch_id: batch.id,
    state: "live",
    unit: chunk.unit,
    answers: chunk.exchange?.answers ?? null,
    best_id: chunk.exchange?.best ?? null,
  };
};

const withLanguages = (batch: BatchRow, chunks: readonly Chunk[]): string => {
  const counts = JSON.parse(batch.languages) as Record<string, number>;
  // Exchanges say once more what is in messages.
  for (const { language } of chunks.filter(({ unit }) => unit === "message"))
    counts[language ?? ""] = (counts[language ?? ""] ?? 0) + 1;
  return JSON.stringify(counts);
};

/** Adds new chunks to the origin's batches, and closes each full batch. */
export const fillBatches = async (
  store: Store,
  rows: Rows,
  of: { readonly origin: OriginId; readonly collection: CollectionId },
  chunks: readonly Chunk[],
): Promise<void> => {
  for (let from = 0; from < chunks.length; ) {
    const batch = await openBatch(store, rows, of);
    const size = batchSize(batch.ordinal);
    const some = chunks.slice(from, from + Math.max(size - batch.chunks, 0));
    const grown: BatchRow = {
      ...batch,
      chunks: batch.chunks + some.length,
      languages: withLanguages(batch, some),
    };
    await insertMany(
      rows,
      "chunks",
      chunkColumns,
      some.map((chunk) => rowOf(chunk, batch)).filter((row) => row !== undefined),
    );
    await rows
      .updateTable("batches")
      .set({ chunks: grown.chunks, languages: grown.languages })
      .where("id", "=", batch.id)
      .execute();
    if (grown.chunks >= size) await closeBatch(store, rows, grown);
    from += some.length;
  }
};

const contentOf = (
  messages: readonly string[],
  { unit, part, text }: Pick<ChunkRow, "unit" | "part" | "text">,
): string => JSON.stringify([unit, messages, part, text]);

/** Version 0.1 derived ids of chunks differently: a chunk that covers the same messages and text keeps its old id. */
const storedAs = async (
  rows: Rows,
  vanished: readonly string[],
  fresh: readonly Chunk[],
): Promise<Map<ChunkId, string>> => {
  const ids = new Map<ChunkId, string>();
  if (fresh.length === 0) return ids;
  const byContent = new Map<string, string>();
  for (const piece of inPieces(vanished))
    for (const chunk of await rows
      .selectFrom("chunks")
      .select(["id", "message_id", "message_ids", "part", "text", "unit"])
      .where("id", "in", piece as readonly ChunkId[])
      // Version 0.1 made no exchanges.
      .where("unit", "=", "message")
      .execute())
      byContent.set(contentOf(messagesOfChunk(chunk), chunk), chunk.id);
  for (const chunk of fresh) {
    const stored = byContent.get(contentOf(chunk.messages, chunk));
    if (stored !== undefined) ids.set(chunk.id, stored);
  }
  return ids;
};

const mark = async (
  rows: Rows,
  ids: readonly string[],
  state: "removed" | "purge",
): Promise<void> => {
  for (const piece of inPieces(ids))
    await rows
      .updateTable("chunks")
      .set({ state })
      .where("id", "in", piece as readonly ChunkId[])
      .execute();
};

/** A chunk that was removed and exists again gets a new row, so that it is embedded and indexed again. */
const forget = async (rows: Rows, ids: readonly string[]): Promise<void> => {
  for (const piece of inPieces(ids))
    await rows
      .deleteFrom("chunks")
      .where("id", "in", piece as readonly ChunkId[])
      .where("state", "!=", "live")
      .execute();
};

/**
 * Writes the difference for one conversation, or its end; returns what must be embedded and how many chunks were removed.
 * @param fate of removed chunks: tombstoned in the next version, or erased from all of them
 */
export const saveDifference = async (
  rows: Rows,
  recut: Recut,
  fate: "removed" | "purge" = "removed",
): Promise<{ readonly fresh: readonly Chunk[]; readonly vanished: number }> => {
  const { conversation, chunks, sums } = recut;
  if (sums)
    await rows.updateTable("conversations").set(sums).where("id", "=", conversation).execute();
  const stored = await storedChunks(rows, recut);
  const wanted = new Set<string>(chunks.map((chunk) => chunk.id));
  const missing = chunks.filter((chunk) => stored.get(chunk.id) !== "live");
  const leftOver = [...stored].flatMap(([id, state]) =>
    state === "live" && !wanted.has(id) ? [id] : [],
  );
  const known = await storedAs(rows, leftOver, missing);
  const kept = new Set(known.values());
  const fresh = missing.filter(({ id }) => !known.has(id));
  const vanished = leftOver.filter((id) => !kept.has(id));
  await forget(
    rows,
    fresh.filter((chunk) => stored.has(chunk.id)).map((chunk) => chunk.id),
  );
  await mark(rows, vanished, fate);
  return { fresh, vanished: vanished.length };
};

/** In a transaction of `ifUnchanged`: what it would write was made of what is not there any more. */
export class Changed extends Error {}

/** In a transaction of `ifUnchanged`. @throws Changed where a conversation has changed since its chunks were made */
export const checkRevisions = async (
  rows: Rows,
  all: readonly Pick<Rechunked, "conversation" | "revision">[],
): Promise<void> => {
  const now = new Map<string, number>();
  for (const piece of inPieces(all.map((one) => one.conversation)))
    for (const { id, revision } of await rows
      .selectFrom("conversations")
      .select(["id", "revision"])
      .where("id", "in", piece)
      .execute())
      now.set(id, revision);
  if (all.some((one) => now.get(one.conversation) !== one.revision)) throw new Changed();
};

/** A transaction that checks revisions. @returns "changed", and writes nothing, where a conversation has changed */
export const ifUnchanged = async (
  store: Store,
  work: (rows: Rows) => Promise<void>,
): Promise<"saved" | "changed"> => {
  try {
    await store.transaction(work);
    return "saved";
  } catch (error) {
    if (error instanceof Changed) return "changed";
    throw error;
  }
};

/** Whose conversations are cut. */
export interface Cutting {
  readonly upload: UploadId;
  readonly collection: CollectionId;
  /** Number of conversations done before; if another worker has done more, this one stops. */
  readonly after: number;
}

interface Cut {
  readonly of: Cutting;
  readonly difference: { readonly fresh: readonly Chunk[]; readonly vanished: number };
  readonly progress: Partial<Pick<UploadRow, "conversations" | "cut_conversation" | "cut_from">>;
}

/** Adds new chunks to the upload's batches, and records the progress. @throws ParlanceError unavailable `superseded` */
export const saveCut = async (
  store: Store,
  rows: Rows,
  { of, difference: { fresh, vanished }, progress }: Cut,
): Promise<void> => {
  await fillBatches(store, rows, { ...of, origin: of.upload }, fresh);
  if (vanished > 0) await dueForIndex(store, rows, of.collection);
  const { numUpdatedRows } = await rows
    .updateTable("uploads")
    .set((value) => ({ ...progress, chunks: value("chunks", "+", fresh.length) }))
    .where("id", "=", of.upload)
    .where("state", "=", "reading")
    .where("conversations", "=", of.after)
    .executeTakeFirst();
  if (numUpdatedRows !== 1n)
    throw unavailable("Another worker reads this upload.", { code: "superseded" });
};

/**
 * Writes the chunks and sums of conversations, in one transaction with the number of conversations that are done.
 * @param of.after number of conversations done before; if another worker has done more, this one stops.
 * @returns "changed", and writes nothing, where an erasure changed one of them since it was read: read it again
 * @throws ParlanceError unavailable `superseded`
 */
export const saveConversationEnds = (
  store: Store,
  of: Cutting,
  ends: { readonly done: number; readonly rechunked: readonly Rechunked[] },
): Promise<"saved" | "changed"> =>
  ifUnchanged(store, async (rows) => {
    await checkRevisions(rows, ends.rechunked);
    const fresh: Chunk[] = [];
    let vanished = 0;
    for (const one of ends.rechunked) {
      const difference = await saveDifference(rows, one);
      for (const chunk of difference.fresh) fresh.push(chunk);
      vanished += difference.vanished;
    }
    const progress = {
      conversations: of.after + ends.done,
      cut_conversation: null,
      cut_from: null,
    };
    await saveCut(store, rows, { of, difference: { fresh, vanished }, progress });
  });
