// The bytes of files that an organization keeps: an upload counts from its beginning, with what was announced or with what came.
import type { ExpressionBuilder } from "kysely";
import { rejected } from "#services/domain/errors.ts";
import type { UploadId } from "#services/domain/ids.ts";
import { size } from "#services/domain/size.ts";
import { ofWholeOrganization, type Rows, type Store } from "./rows.ts";
import type { Tables } from "./tables.ts";

/** Room for so many times what is wanted ahead counts as enough. */
const WIDE = 4;

/** Of an upload: its own bytes, and those of the files of its messages that were kept beside it. */
export const keptBytes = (make: ExpressionBuilder<Tables, "uploads">) =>
  make.fn.sum<number>(make("bytes", "+", make.ref("attachment_bytes")));

/** Of files that were uploaded, and of those that are being uploaded, in all collections. */
export const storedBytes = async (rows: Rows): Promise<number> => {
  const found = await ofWholeOrganization(rows)
    .selectFrom("uploads")
    .select((make) => keptBytes(make).as("sum"))
    .executeTakeFirst();
  return Number(found?.sum ?? 0);
};

const noRoom = (most: number, used: number) =>
  rejected(`Your organization may keep ${size(most)} of files, and has ${size(used)}.`, {
    code: "quota-used",
    status: 403,
    hint: "Delete uploads that are not needed, or ask whoever runs this server for more.",
    data: { limit: most, used },
  });

/**
 * Inside a transaction of the organization, in which nobody else adds to its bytes.
 * @param most 0 for any number
 * @throws ParlanceError rejected `quota-used` (403) where so many bytes more are not allowed
 */
export const requireBytes = async (rows: Rows, bytes: number, most: number): Promise<void> => {
  if (most === 0) return;
  const used = await storedBytes(rows);
  if (used + bytes > most) throw noRoom(most, used);
};

/**
 * Counts for an upload that is being received what came of it, and more where there is room, so that not every piece has to ask.
 * @param wanted.needed bytes that came; @param wanted.upTo bytes that would be good to have
 * @returns how many bytes are counted for it now
 * @throws ParlanceError rejected `quota-used` (403) where what came is not allowed: none of it is counted any more
 */
export const reserveBytes = async (
  store: Store,
  id: UploadId,
  wanted: { readonly needed: number; readonly upTo: number; readonly most: number },
): Promise<number> => {
  const { needed, upTo, most } = wanted;
  const found = await store.transaction(async (rows) => {
    const row = await rows
      .selectFrom("uploads")
      .select("bytes")
      .where("id", "=", id)
      .where("state", "=", "receiving")
      .executeTakeFirst();
    // It was deleted while it came: nobody asks for its bytes.
    if (row === undefined) return { others: 0, bytes: upTo };
    const others = (await storedBytes(rows)) - row.bytes;
    const room = most - others;
    // Near the limit nothing is held that has not come: others may need it.
    const isWide = room - needed >= WIDE * (upTo - needed);
    // Of those that come at the same moment, a refused one makes room for the others at once.
    const bytes = needed > room ? 0 : Math.max(row.bytes, isWide ? upTo : needed);
    await rows.updateTable("uploads").set({ bytes }).where("id", "=", id).execute();
    return { others, bytes };
  });
  if (found.bytes < needed) throw noRoom(most, found.others);
  return found.bytes;
};
