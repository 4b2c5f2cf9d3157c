// Revisions: counters of a collection that caches compare, so that they notice changes by any process.
import type { CollectionId, ConversationId } from "#services/domain/ids.ts";
import { type Rows, runCompiled } from "./rows.ts";

export interface Marks {
  /** Increases with every change of a collection's name, settings, topics, labels, concepts, analyses, versions, erasures and health. */
  readonly revision: number;
  /** Increases when an erasure is requested, and again when the index has been purged. */
  readonly erasures: number;
}

/** The current counters; undefined where the collection no longer exists or is being erased. */
export const marksOf = async (rows: Rows, collection: CollectionId): Promise<Marks | undefined> => {
  const { rows: found } = await runCompiled<Marks>(
    rows,
    "marks",
    (db) =>
      db
        .selectFrom("collections")
        .select(["revision", "erasures"])
        .where("id", "=", collection)
        .where("state", "=", "active"),
    [collection, "active"],
  );
  return found[0];
};

/** To be called in the transaction of every change that `Marks.revision` lists. */
export const revise = async (rows: Rows, collection: CollectionId): Promise<void> => {
  await rows
    .updateTable("collections")
    .set((value) => ({ revision: value("revision", "+", 1) }))
    .where("id", "=", collection)
    .execute();
};

/** To be called in the transaction that begins an erasure, and in the one that records a purge, before the purged rows are deleted. */
export const reviseForErasure = async (rows: Rows, collection: CollectionId): Promise<void> => {
  await rows
    .updateTable("collections")
    .set((value) => ({
      revision: value("revision", "+", 1),
      erasures: value("erasures", "+", 1),
    }))
    .where("id", "=", collection)
    .execute();
};

/** Marks a conversation as changed, so that chunks being made from its old state are not written. */
export const touch = async (rows: Rows, conversation: ConversationId): Promise<void> => {
  await rows
    .updateTable("conversations")
    .set((value) => ({ revision: value("revision", "+", 1) }))
    .where("id", "=", conversation)
    .execute();
};
