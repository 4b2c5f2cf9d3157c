// People: rows of users, and of how other servers know them.
import type { OrganizationId, UserId } from "#services/domain/ids.ts";
import type { IdentityRow, MembershipRow, UserRow } from "../account-tables.ts";
import { inPieces } from "../compiled.ts";
import type { SystemRows } from "../rows.ts";

/**
 * Addresses are the same in upper and lower case (of no language: the same everywhere), and however their accents are written. What only
 * looks alike is another address: compatibility forms (full-width letters) and letters of other scripts. Spaces around are typed by mistake.
 */
export const foldedEmail = (email: string): string => email.trim().toLowerCase().normalize("NFC");

export const addUser = async (rows: SystemRows, user: UserRow): Promise<void> => {
  await rows
    .insertInto("users")
    .values({ ...user, email: foldedEmail(user.email) })
    .execute();
};

export const findUser = (rows: SystemRows, id: UserId): Promise<UserRow | undefined> =>
  rows
    .selectFrom("users")
    .selectAll()
    .where("id", "=", id)
    .where("state", "=", "active")
    .executeTakeFirst();

/** Names by id, also of people who are not there any more. */
export const namesOf = async (
  rows: SystemRows,
  ids: readonly UserId[],
): Promise<ReadonlyMap<UserId, string>> => {
  const names = new Map<UserId, string>();
  for (const piece of inPieces(ids))
    for (const { id, name } of await rows
      .selectFrom("users")
      .select(["id", "name"])
      .where("id", "in", piece)
      .execute())
      names.set(id, name);
  return names;
};

export const findUserByEmail = (rows: SystemRows, email: string): Promise<UserRow | undefined> =>
  rows
    .selectFrom("users")
    .selectAll()
    .where("email", "=", foldedEmail(email))
    .where("state", "=", "active")
    .executeTakeFirst();

export const changeUser = async (
  rows: SystemRows,
  id: UserId,
  change: Partial<Omit<UserRow, "id">>,
): Promise<void> => {
  await rows.updateTable("users").set(change).where("id", "=", id).execute();
};

/** False where a code of this step or of a later one was taken already: each works once. */
export const takeTotpStep = async (
  rows: SystemRows,
  id: UserId,
  step: number,
): Promise<boolean> => {
  const { numUpdatedRows } = await rows
    .updateTable("users")
    .set({ totp_step: step })
    .where("id", "=", id)
    .where("totp_step", "<", step)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
};

export const replaceRecoveryCodes = async (
  rows: SystemRows,
  user: UserId,
  hashes: readonly string[],
): Promise<void> => {
  await rows.deleteFrom("recovery_codes").where("user_id", "=", user).execute();
  if (hashes.length > 0)
    await rows
      .insertInto("recovery_codes")
      .values(hashes.map((hash) => ({ user_id: user, hash })))
      .execute();
};

/** True for the one who takes it. */
export const takeRecoveryCode = async (
  rows: SystemRows,
  user: UserId,
  hash: string,
): Promise<boolean> => {
  const { numDeletedRows } = await rows
    .deleteFrom("recovery_codes")
    .where("user_id", "=", user)
    .where("hash", "=", hash)
    .executeTakeFirst();
  return numDeletedRows === 1n;
};

export const countRecoveryCodes = async (rows: SystemRows, user: UserId): Promise<number> => {
  const found = await rows
    .selectFrom("recovery_codes")
    .select((make) => make.fn.countAll<number>().as("count"))
    .where("user_id", "=", user)
    .executeTakeFirstOrThrow();
  return Number(found.count);
};

export const findIdentity = (
  rows: SystemRows,
  issuer: string,
  subject: string,
): Promise<IdentityRow | undefined> =>
  rows
    .selectFrom("identities")
    .selectAll()
    .where("issuer", "=", issuer)
    .where("subject", "=", subject)
    .executeTakeFirst();

export const addIdentity = async (rows: SystemRows, identity: IdentityRow): Promise<void> => {
  await rows.insertInto("identities").values(identity).execute();
};

/** How other servers know somebody, the first one first. */
export const listIdentities = (rows: SystemRows, user: UserId): Promise<IdentityRow[]> =>
  rows
    .selectFrom("identities")
    .selectAll()
    .where("user_id", "=", user)
    .orderBy("created_at")
    .limit(100)
    .execute();

export const changeIdentity = async (
  rows: SystemRows,
  { issuer, subject }: Pick<IdentityRow, "issuer" | "subject">,
  change: Pick<IdentityRow, "provider" | "email" | "role">,
): Promise<void> => {
  await rows
    .updateTable("identities")
    .set(change)
    .where("issuer", "=", issuer)
    .where("subject", "=", subject)
    .execute();
};

/** False where there is none. */
export const removeIdentity = async (
  rows: SystemRows,
  user: UserId,
  provider: string,
): Promise<boolean> => {
  const { numDeletedRows } = await rows
    .deleteFrom("identities")
    .where("user_id", "=", user)
    .where("provider", "=", provider)
    .executeTakeFirst();
  return numDeletedRows > 0n;
};

export interface MembershipOf extends MembershipRow {
  readonly organization: OrganizationId;
  readonly name: string;
  readonly requiresSecondFactor: boolean;
}

/** The organizations that somebody is in, by name; those where they are suspended too. */
export const membershipsOf = async (rows: SystemRows, user: UserId): Promise<MembershipOf[]> =>
  (
    await rows
      .selectFrom("memberships as m")
      .innerJoin("organizations as o", "o.id", "m.org_id")
      .selectAll("m")
      .select(["o.name", "o.requires_second_factor"])
      .where("m.user_id", "=", user)
      .orderBy("o.name")
      .execute()
  ).map(({ org_id, requires_second_factor, ...row }) => ({
    ...row,
    organization: org_id,
    requiresSecondFactor: requires_second_factor === 1,
  }));

/** Nobody can sign in any more, and the address is free; what they did keeps their id. Invitations to the address stay. */
export const deleteUser = async (rows: SystemRows, user: UserId): Promise<void> => {
  await rows.deleteFrom("links").where("user_id", "=", user).execute();
  await rows
    .updateTable("users")
    .set({
      email: `deleted ${user}`,
      name: "Deleted user",
      password_hash: null,
      state: "deleted",
      verified_at: null,
      totp: null,
      totp_pending: null,
      preferences: "{}",
    })
    .where("id", "=", user)
    .execute();
  await rows.deleteFrom("recovery_codes").where("user_id", "=", user).execute();
  await rows.deleteFrom("identities").where("user_id", "=", user).execute();
  await rows.deleteFrom("passkeys").where("user_id", "=", user).execute();
  await rows.deleteFrom("provisioned").where("id", "=", user).execute();
  await rows.deleteFrom("pictures").where("user_id", "=", user).execute();
  await rows.deleteFrom("notices").where("user_id", "=", user).execute();
  await rows.deleteFrom("shares").where("made_by", "=", user).execute();
  await rows.deleteFrom("memberships").where("user_id", "=", user).execute();
  await rows.deleteFrom("team_members").where("user_id", "=", user).execute();
  await rows.deleteFrom("api_keys").where("user_id", "=", user).execute();
  await rows.deleteFrom("collection_access").where("principal", "=", user).execute();
  await rows.deleteFrom("looks").where("user_id", "=", user).execute();
  await rows.deleteFrom("own_names").where("user_id", "=", user).execute();
};

/** What was written for people while they were deleted, which `deleteUser` did not see. */
export const forgetGone = async (rows: SystemRows): Promise<void> => {
  const gone = rows.selectFrom("users").select("id").where("state", "=", "deleted");
  await rows.deleteFrom("pictures").where("user_id", "in", gone).execute();
  await rows.deleteFrom("notices").where("user_id", "in", gone).execute();
  await rows.deleteFrom("provisioned").where("id", "in", gone).execute();
};
