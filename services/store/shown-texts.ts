// Texts of messages by id, for lists that have everything else already.
import type { MessageId } from "#services/domain/ids.ts";
import { erasedAmong, erasingOrigins } from "./being-erased.ts";
import { inPieces } from "./compiled.ts";
import type { Rows } from "./rows.ts";

/** Texts of existing messages, without those that are being erased. */
export const textsOfMessages = async (
  rows: Rows,
  ids: readonly MessageId[],
): Promise<ReadonlyMap<string, string>> => {
  const gone = await erasedAmong(rows, ids, await erasingOrigins(rows));
  const texts = new Map<string, string>();
  for (const piece of inPieces(ids))
    for (const { id, text } of await rows
      .selectFrom("messages")
      .select(["id", "text"])
      .where("id", "in", piece)
      .execute())
      if (!gone.has(id)) texts.set(id, text);
  return texts;
};
