// Pictures of people: one each, a row of its own, so that lists of people do not read them.
import type { UserId } from "#services/domain/ids.ts";
import type { PictureRow } from "../account-tables.ts";
import type { SystemRows } from "../rows.ts";

/** In the place of the one before. Inside a transaction. */
export const setPicture = async (rows: SystemRows, picture: PictureRow): Promise<void> => {
  await removePicture(rows, picture.user_id);
  await rows.insertInto("pictures").values(picture).execute();
};

export const findPicture = (rows: SystemRows, user: UserId): Promise<PictureRow | undefined> =>
  rows.selectFrom("pictures").selectAll().where("user_id", "=", user).executeTakeFirst();

/** By which a picture is told from the one before; null where there is none. */
export const pictureTag = async (rows: SystemRows, user: UserId): Promise<string | null> =>
  (await rows.selectFrom("pictures").select("tag").where("user_id", "=", user).executeTakeFirst())
    ?.tag ?? null;

export const removePicture = async (rows: SystemRows, user: UserId): Promise<void> => {
  await rows.deleteFrom("pictures").where("user_id", "=", user).execute();
};
