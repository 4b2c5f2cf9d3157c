// The chunks that the newest version of an index must contain, and their rows, for rebuilding it.
import type { ChunkId, CollectionId } from "#services/domain/ids.ts";
import { type ChunkToIndex, chunksToIndex } from "./batches.ts";
import { inPieces } from "./compiled.ts";
import type { Rows } from "./rows.ts";

/** Live chunks of a collection: those whose batch is in a version, and those still on their way into one. */
export const liveChunks = async (
  rows: Rows,
  collection: CollectionId,
): Promise<{ readonly indexed: ReadonlySet<string>; readonly coming: ReadonlySet<string> }> => {
  const found = await rows
    .selectFrom("chunks as c")
    .innerJoin("batches as b", "b.id", "c.batch_id")
    .select(["c.id", "b.state"])
    .where("c.collection_id", "=", collection)
    .where("c.state", "=", "live")
    .execute();
  const [indexed, coming] = [new Set<string>(), new Set<string>()];
  for (const { id, state } of found) (state === "committed" ? indexed : coming).add(id);
  return { indexed, coming };
};

/** Rows of these chunks, ordered by id; chunks that are not live are left out. */
export const chunksByIds = async (rows: Rows, ids: readonly ChunkId[]): Promise<ChunkToIndex[]> => {
  const found = new Map<string, ChunkToIndex>();
  for (const piece of inPieces(ids))
    for (const chunk of await chunksToIndex(rows).where("c.id", "in", piece).execute())
      found.set(chunk.id, chunk);
  return [...found.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
};
