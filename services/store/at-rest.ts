// Whether something is on its way into a collection: read, cut, embedded, committed or erased.
import type { CollectionId } from "#services/domain/ids.ts";
import { unsettledIn } from "./merged/rule.ts";
import type { Rows } from "./rows.ts";

/** Whether an upload is being read: then the next version may wait for more chunks. */
export const isReading = async (rows: Rows, collection: CollectionId): Promise<boolean> =>
  (await rows
    .selectFrom("uploads")
    .select("id")
    .where("collection_id", "=", collection)
    .where("state", "=", "reading")
    .limit(1)
    .executeTakeFirst()) !== undefined;

/**
 * Whether nothing is on its way into the collection: no upload waits or is read, every message of a live session is in a chunk, every
 * batch is in a version, no conversation waits to be merged, no removed chunk is left in one, and nothing is being erased.
 */
export const isAtRest = async (rows: Rows, collection: CollectionId): Promise<boolean> => {
  const coming = await rows
    .selectFrom("uploads")
    .select("id")
    .where("collection_id", "=", collection)
    .where("state", "in", ["queued", "reading", "erasing"])
    .limit(1)
    .executeTakeFirst();
  if (coming) return false;
  const live = await rows
    .selectFrom("sessions")
    .select("id")
    .where("collection_id", "=", collection)
    .where((test) =>
      test.or([test("state", "=", "erasing"), test("pending_since", "is not", null)]),
    )
    .limit(1)
    .executeTakeFirst();
  if (live) return false;
  const waiting = await rows
    .selectFrom("batches")
    .select("id")
    .where("collection_id", "=", collection)
    .where("state", "!=", "committed")
    .limit(1)
    .executeTakeFirst();
  if (waiting) return false;
  if ((await unsettledIn(rows, collection)).length > 0) return false;
  const removed = await rows
    .selectFrom("chunks")
    .select("id")
    .where("collection_id", "=", collection)
    .where("state", "=", "removed")
    .limit(1)
    .executeTakeFirst();
  return removed === undefined;
};
