// A person's picture: set and removed by themselves, seen by those who share an organization with them.
import { createHash } from "node:crypto";
import { rejected } from "#services/domain/errors.ts";
import { readUserId } from "#services/domain/ids.ts";
import type { Scope } from "#services/domain/scope.ts";
import {
  findMember,
  findPicture,
  type PictureRow,
  removePicture,
  setPicture,
} from "#services/store/store.ts";
import { type AccountParts, change, type Person, readingOf } from "./parts.ts";
import { cleanPicture } from "./picture-file.ts";
import { userOf } from "./proof.ts";
import { hasJoined } from "./standing.ts";

/** @throws ParlanceError rejected `picture-too-large` (413) | `bad-picture` (415) */
export const setOwnPicture = async (
  parts: AccountParts,
  person: Person,
  given: Uint8Array,
): Promise<void> => {
  const user = await userOf(parts, person);
  const { type, bytes } = cleanPicture(given);
  const tag = createHash("sha256").update(bytes).digest("hex").slice(0, 20);
  await change(parts, (rows) =>
    setPicture(rows, { user_id: user.id, tag, type, bytes, changed_at: parts.now() }),
  );
};

export const removeOwnPicture = (parts: AccountParts, person: Person): Promise<void> =>
  change(parts, (rows) => removePicture(rows, person.id));

/** Of somebody who has joined the same organization. @throws ParlanceError rejected `unknown-picture` (404) */
export const pictureOf = async (
  parts: AccountParts,
  { organization }: Scope,
  text: string,
): Promise<PictureRow> => {
  const id = readUserId(text);
  const rows = readingOf(parts, organization);
  const member = id && (await findMember(rows, id));
  const found =
    member && (await hasJoined(rows, member))
      ? await findPicture(parts.database.system.rows, member.user_id)
      : undefined;
  if (found === undefined)
    throw rejected("There is no such picture.", { code: "unknown-picture", status: 404 });
  return found;
};

/** For a file of one's own data; null where there is none. */
export const pictureUrl = async (
  { database }: Pick<AccountParts, "database">,
  person: Person,
): Promise<string | null> => {
  const found = await findPicture(database.system.rows, person.id);
  return found === undefined
    ? null
    : `data:${found.type};base64,${Buffer.from(found.bytes).toString("base64")}`;
};
