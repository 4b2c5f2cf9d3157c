// Which chunks no longer exist: whatever saves chunk ids asks in its own transaction, so that no erased chunk is named.
import type { ChunkId } from "#services/domain/ids.ts";
import { inPieces } from "./compiled.ts";
import type { Rows } from "./rows.ts";

/** The chunks among these that no longer exist, or wait to be purged from every version. */
export const goneOf = async (rows: Rows, ids: Iterable<ChunkId>): Promise<ReadonlySet<ChunkId>> => {
  const gone = new Set(ids);
  for (const piece of inPieces([...gone]))
    for (const { id } of await rows
      .selectFrom("chunks")
      .select("id")
      .where("id", "in", piece)
      .where("state", "!=", "purge")
      .execute())
      gone.delete(id);
  return gone;
};
