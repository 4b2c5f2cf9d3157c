// Which chunks are no more: what is saved by a chunk's id asks in its own transaction, so that nothing names what was erased.
import type { ChunkId } from "#services/domain/ids.ts";
import { inPieces } from "./compiled.ts";
import type { Rows } from "./rows.ts";

/** Those of these chunks that are gone, or are about to be purged from every version. */
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
