// Which chunks no longer exist: whatever saves chunk ids asks in its own transaction, so that no erased chunk is named.
import type { ChunkId, MessageId } from "#services/domain/ids.ts";
import { inPieces } from "./compiled.ts";
import type { Rows } from "./rows.ts";
import type { ChunkRow } from "./tables.ts";

/** The messages that a chunk covers, in order. */
export const messagesOfChunk = ({
  message_id,
  message_ids,
}: Pick<ChunkRow, "message_id" | "message_ids">): readonly MessageId[] =>
  message_ids === null ? [message_id] : (JSON.parse(message_ids) as readonly MessageId[]);

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
