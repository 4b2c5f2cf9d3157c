// The chunks that the newest version of an index may contain, and their rows, for rebuilding it.
import type { BatchId, ChunkId, CollectionId } from "#services/domain/ids.ts";
import { type ChunkToIndex, chunksToIndex } from "./batches.ts";
import { inPieces } from "./compiled.ts";
import type { Rows } from "./rows.ts";

export interface LiveChunk {
  readonly batch: BatchId;
  /** Whether its batch is in a version, as far as the rows know; otherwise it is still on its way into one. */
  readonly committed: boolean;
}

/** Live chunks of a collection, by id. */
export const liveChunks = async (
  rows: Rows,
  collection: CollectionId,
): Promise<ReadonlyMap<ChunkId, LiveChunk>> => {
  const found = await rows
    .selectFrom("chunks as c")
    .innerJoin("batches as b", "b.id", "c.batch_id")
    .select(["c.id", "c.batch_id", "b.state"])
    .where("c.collection_id", "=", collection)
    .where("c.state", "=", "live")
    .execute();
  return new Map(
    found.map(({ id, batch_id, state }) => [
      id,
      { batch: batch_id, committed: state === "committed" },
    ]),
  );
};

/** Rows of these chunks, ordered by id; chunks that are not live are left out. */
export const chunksByIds = async (rows: Rows, ids: readonly ChunkId[]): Promise<ChunkToIndex[]> => {
  const found = new Map<string, ChunkToIndex>();
  for (const piece of inPieces(ids))
    for (const chunk of await chunksToIndex(rows).where("c.id", "in", piece).execute())
      found.set(chunk.id, chunk);
  return [...found.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
};

/** Some chunks of messages of a collection: their ids are digests, so that the first ones by id are as good as drawn by lot. */
export const someChunks = (
  rows: Rows,
  collection: CollectionId,
  most: number,
): Promise<ChunkToIndex[]> =>
  chunksToIndex(rows)
    .where("c.collection_id", "=", collection)
    .where("c.state", "=", "live")
    .where("c.unit", "=", "message")
    .orderBy("c.id")
    .limit(most)
    .execute();
