// Requests of erasures: what is to be erased is hidden at once, and a job erases it.
import { rejected } from "#services/domain/errors.ts";
import type { CollectionId, OriginId } from "#services/domain/ids.ts";
import { stopAnalyses, withdrawAnalyses } from "./erase-analyses.ts";
import { enqueue } from "./jobs.ts";
import { findOrigin, type Origin, tombstone, unknownOrigin } from "./origins.ts";
import { reviseForErasure } from "./revisions.ts";
import type { Rows, Store } from "./rows.ts";

/** Hides an origin and what came from it alone, and adds the job that erases it. Call it in a transaction. */
export const hideOrigin = async (
  store: Store,
  rows: Rows,
  { id, collection, isEmpty }: Origin,
): Promise<void> => {
  await tombstone(rows, { origin: id });
  // Of an upload that brought nothing nobody was shown anything.
  if (!isEmpty) {
    await withdrawAnalyses(store, rows, collection);
    await reviseForErasure(rows, collection);
  }
  await enqueue(store, rows, {
    name: "erase.requested",
    payload: { collection, origin: id },
    key: id,
  });
};

/**
 * Hides an upload or a live session and everything that came from it alone, in every answer, and requests its erasure. Wake the
 * bus afterwards.
 * @throws ParlanceError rejected `unknown-upload` | `unknown-session` (404)
 */
export const requestOriginErasure = (store: Store, id: OriginId): Promise<void> =>
  store.transaction(async (rows) => {
    const origin = await findOrigin(rows, id);
    if (!origin || origin.state === "erasing") throw unknownOrigin(id);
    await hideOrigin(store, rows, origin);
  });

/**
 * Hides a collection and adds the job that erases it. Call it in a transaction.
 * @throws ParlanceError rejected `unknown-collection` (404)
 */
export const hideCollection = async (store: Store, rows: Rows, id: CollectionId): Promise<void> => {
  const { numUpdatedRows } = await rows
    .updateTable("collections")
    .set({ state: "erasing" })
    .where("id", "=", id)
    .where("state", "=", "active")
    .executeTakeFirst();
  if (numUpdatedRows !== 1n)
    throw rejected("There is no such collection.", { code: "unknown-collection", status: 404 });
  await tombstone(rows, { collection: id });
  await stopAnalyses(store, rows, id);
  await reviseForErasure(rows, id);
  await enqueue(store, rows, {
    name: "erase.requested",
    payload: { collection: id, origin: null },
    key: id,
  });
};

/**
 * Hides a collection, frees its name, and requests the erasure of everything in it. Wake the bus afterwards.
 * @throws ParlanceError rejected `unknown-collection` (404)
 */
export const requestCollectionErasure = (store: Store, id: CollectionId): Promise<void> =>
  store.transaction((rows) => hideCollection(store, rows, id));
