// Texts of messages by their ids, for lists that know everything else about them.
import type { MessageId } from "#services/domain/ids.ts";
import { inPieces } from "./compiled.ts";
import type { Rows } from "./rows.ts";

/** Those that are there; what is being erased is not. */
export const textsOfMessages = async (
  rows: Rows,
  ids: readonly MessageId[],
): Promise<ReadonlyMap<string, string>> => {
  const texts = new Map<string, string>();
  for (const piece of inPieces(ids))
    for (const { id, text } of await rows
      .selectFrom("messages as m")
      .innerJoin("uploads as u", "u.id", "m.upload_id")
      .select(["m.id", "m.text"])
      .where("m.id", "in", piece)
      .where("u.state", "!=", "erasing")
      .execute())
      texts.set(id, text);
  return texts;
};
