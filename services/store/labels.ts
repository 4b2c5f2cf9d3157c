// Labels: named sets of chunks, with the selection that each was made from.
import { type Selection, selection as selectionShape } from "#services/contract/selection.ts";
import { rejected } from "#services/domain/errors.ts";
import { type ChunkId, type CollectionId, type LabelId, labelId } from "#services/domain/ids.ts";
import type { LabelRow } from "./analysis-tables.ts";
import { erasedChunksAmong, erasingOrigins } from "./being-erased.ts";
import { insertMany } from "./compiled.ts";
import { goneOf } from "./gone-chunks.ts";
import { revise } from "./revisions.ts";
import type { Rows, Store } from "./rows.ts";

/** The list of labels is short and always shown whole. */
const MOST_LABELS = 500;

export interface StoredLabel {
  readonly id: LabelId;
  readonly collection: CollectionId;
  readonly name: string;
  readonly chunks: number;
  readonly createdAt: number;
  /** The selection that it was made from. */
  readonly selection: Selection;
}

const stored = (row: LabelRow, chunks: number): StoredLabel => ({
  id: row.id,
  collection: row.collection_id,
  name: row.name,
  chunks,
  createdAt: row.created_at,
  selection: selectionShape.parse(JSON.parse(row.selection)),
});

/** Chunks that no longer exist are left out. @throws ParlanceError rejected `too-many-labels` (409) */
export const createLabel = (
  store: Store,
  collection: CollectionId,
  made: {
    readonly name: string;
    readonly selection: Selection;
    readonly chunks: readonly ChunkId[];
  },
): Promise<StoredLabel> =>
  store.transaction(async (rows) => {
    const counted = await rows
      .selectFrom("labels")
      .select((make) => make.fn.countAll<number>().as("count"))
      .where("collection_id", "=", collection)
      .executeTakeFirst();
    if (Number(counted?.count ?? 0) >= MOST_LABELS)
      throw rejected(`A collection can have ${MOST_LABELS} labels.`, {
        code: "too-many-labels",
        status: 409,
        hint: "Delete one that is not needed any more.",
      });
    const row: LabelRow = {
      id: labelId(store.newId()),
      collection_id: collection,
      name: made.name,
      selection: JSON.stringify(made.selection),
      created_at: store.now(),
    };
    await rows.insertInto("labels").values(row).execute();
    const gone = await goneOf(rows, made.chunks);
    const chunks = [...new Set(made.chunks)]
      .filter((chunk) => !gone.has(chunk))
      .map((chunk_id) => ({ label_id: row.id, chunk_id }));
    await insertMany(rows, "label_chunks", ["label_id", "chunk_id"], chunks);
    await revise(rows, collection);
    return stored(row, chunks.length);
  });

const countChunks = async (
  rows: Rows,
  collection: CollectionId,
): Promise<ReadonlyMap<LabelId, number>> => {
  const counted = await rows
    .selectFrom("label_chunks as c")
    .innerJoin("labels as l", "l.id", "c.label_id")
    .select(["c.label_id", (make) => make.fn.countAll<number>().as("chunks")])
    .where("l.collection_id", "=", collection)
    .groupBy("c.label_id")
    .execute();
  const counts = new Map(counted.map((row) => [row.label_id, Number(row.chunks)]));
  if (counts.size === 0) return counts;
  const erasing = await erasingOrigins(rows, collection);
  if (erasing.length === 0) return counts;
  for (const label of counts.keys()) {
    const chunks = await chunksOfLabel(rows, label);
    const hidden = await erasedChunksAmong(rows, chunks, erasing);
    counts.set(label, chunks.length - hidden.size);
  }
  return counts;
};

/** Oldest first. */
export const listLabels = async (rows: Rows, collection: CollectionId): Promise<StoredLabel[]> => {
  const [labels, chunks] = await Promise.all([
    rows
      .selectFrom("labels")
      .selectAll()
      .where("collection_id", "=", collection)
      .orderBy("created_at")
      .orderBy("id")
      .execute(),
    countChunks(rows, collection),
  ]);
  return labels.map((row) => stored(row, chunks.get(row.id) ?? 0));
};

export const chunksOfLabel = async (rows: Rows, id: LabelId): Promise<ChunkId[]> =>
  (
    await rows
      .selectFrom("label_chunks")
      .select("chunk_id")
      .where("label_id", "=", id)
      .orderBy("chunk_id")
      .execute()
  ).map((row) => row.chunk_id);

/** @throws ParlanceError rejected `unknown-label` (404) */
export const deleteLabel = (store: Store, collection: CollectionId, id: LabelId): Promise<void> =>
  store.transaction(async (rows) => {
    const { numDeletedRows } = await rows
      .deleteFrom("labels")
      .where("id", "=", id)
      .where("collection_id", "=", collection)
      .executeTakeFirst();
    if (numDeletedRows !== 1n)
      throw rejected("There is no such label.", { code: "unknown-label", status: 404 });
    await rows.deleteFrom("label_chunks").where("label_id", "=", id).execute();
    await revise(rows, collection);
  });
