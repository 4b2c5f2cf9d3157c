// Revisions: counters of a collection that a cache compares to know whether what it holds still stands, whichever process changed it.
import type { CollectionId } from "#services/domain/ids.ts";
import { type Rows, runCompiled } from "./rows.ts";

export interface Marks {
  /** Grows with every change of a collection's name, settings, topics, labels, concepts, analyses, versions, erasures and health. */
  readonly revision: number;
  /** Grows when an erasure is asked for, and again when the index has been purged. */
  readonly erasures: number;
}

/** The counters as they stand now; undefined where the collection is gone or being erased. */
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

/** Call it in the transaction of every change that `Marks.revision` names. */
export const revise = async (rows: Rows, collection: CollectionId): Promise<void> => {
  await rows
    .updateTable("collections")
    .set((value) => ({ revision: value("revision", "+", 1) }))
    .where("id", "=", collection)
    .execute();
};

/** Call it in the transaction that begins an erasure, and in the one that notes a purge, before anything forgets what was purged. */
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
