// The sign-in providers that were added here: their rows, and who signs in by them.
import type { UserId } from "#services/domain/ids.ts";
import type { IdentityRow, SignInProviderRow } from "../account-tables.ts";
import type { SystemRows } from "../rows.ts";

/** The first one first. */
export const listSignInProviders = (rows: SystemRows): Promise<SignInProviderRow[]> =>
  rows
    .selectFrom("sign_in_providers")
    .selectAll()
    .orderBy("created_at")
    .orderBy("id")
    .limit(100)
    .execute();

export const addSignInProvider = async (
  rows: SystemRows,
  provider: SignInProviderRow,
): Promise<void> => {
  await rows.insertInto("sign_in_providers").values(provider).execute();
};

/** False where it was changed or removed meanwhile. */
export const changeSignInProvider = async (
  rows: SystemRows,
  { id, revision }: Pick<SignInProviderRow, "id" | "revision">,
  change: Partial<Omit<SignInProviderRow, "id" | "revision">>,
): Promise<boolean> => {
  const { numUpdatedRows } = await rows
    .updateTable("sign_in_providers")
    .set({ ...change, revision: revision + 1 })
    .where("id", "=", id)
    .where("revision", "=", revision)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
};

/** False where it was changed or removed meanwhile. */
export const removeSignInProvider = async (
  rows: SystemRows,
  { id, revision }: Pick<SignInProviderRow, "id" | "revision">,
): Promise<boolean> => {
  const { numDeletedRows } = await rows
    .deleteFrom("sign_in_providers")
    .where("id", "=", id)
    .where("revision", "=", revision)
    .executeTakeFirst();
  return numDeletedRows === 1n;
};

/** How many people sign in at each provider, by its id. */
export const countByProvider = async (rows: SystemRows): Promise<ReadonlyMap<string, number>> => {
  const counts = await rows
    .selectFrom("identities as i")
    .innerJoin("users as u", "u.id", "i.user_id")
    .select((make) => ["i.provider", make.fn.count<number>("i.user_id").distinct().as("people")])
    .where("u.state", "=", "active")
    .groupBy("i.provider")
    .execute();
  return new Map(counts.map(({ provider, people }) => [provider, Number(people)]));
};

/** People who have no password and no passkey, with how providers know them: some are known by none. */
export const peopleByProvidersOnly = async (
  rows: SystemRows,
): Promise<ReadonlyMap<UserId, readonly Pick<IdentityRow, "provider" | "issuer">[]>> => {
  const found = await rows
    .selectFrom("users as u")
    .leftJoin("identities as i", "i.user_id", "u.id")
    .select(["u.id", "i.provider", "i.issuer"])
    .where("u.state", "=", "active")
    .where("u.password_hash", "is", null)
    .where((make) =>
      make.not(
        make.exists(
          make.selectFrom("passkeys as p").select("p.id").whereRef("p.user_id", "=", "u.id"),
        ),
      ),
    )
    .execute();
  const people = new Map<UserId, Pick<IdentityRow, "provider" | "issuer">[]>();
  for (const { id, provider, issuer } of found) {
    const known = people.get(id) ?? [];
    if (provider !== null && issuer !== null) known.push({ provider, issuer });
    people.set(id, known);
  }
  return people;
};
