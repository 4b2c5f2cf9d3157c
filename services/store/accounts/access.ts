// Who may open which collections, and API keys.
import type {
  ApiKeyId,
  CollectionId,
  OrganizationId,
  TeamId,
  UserId,
} from "#services/domain/ids.ts";
import type { ApiKeyRow, CollectionAccessRow } from "../account-tables.ts";
import { keepCollection } from "../keep-collection.ts";
import type { Rows, SystemRows } from "../rows.ts";

/** The principal that means every member of the organization. */
export const EVERYBODY = "everybody";

export interface Access {
  readonly collection: CollectionId;
  /** 1 read, 2 edit, 3 manage: the highest of what these principals have. */
  readonly level: number;
  /** What every member has; 0 for nothing. */
  readonly everybody: number;
}

/** The collections that a user may open, themselves, through a team, or as every member may. */
export const accessOf = async (
  rows: Rows,
  user: UserId,
  teams: readonly TeamId[],
): Promise<Access[]> => {
  const found = await rows
    .selectFrom("collection_access")
    .select(["collection_id", "principal", "level"])
    .where("principal", "in", [EVERYBODY, user, ...teams])
    .execute();
  const byCollection = new Map<CollectionId, Access>();
  for (const { collection_id: collection, principal, level } of found) {
    const known = byCollection.get(collection);
    byCollection.set(collection, {
      collection,
      level: Math.max(level, known?.level ?? 0),
      everybody: principal === EVERYBODY ? level : (known?.everybody ?? 0),
    });
  }
  return [...byCollection.values()];
};

export const accessTo = (rows: Rows, collection: CollectionId): Promise<CollectionAccessRow[]> =>
  rows
    .selectFrom("collection_access")
    .select(["collection_id", "principal", "level"])
    .where("collection_id", "=", collection)
    .orderBy("principal")
    .execute();

export const replaceAccess = async (
  rows: Rows,
  collection: CollectionId,
  access: readonly Omit<CollectionAccessRow, "collection_id">[],
): Promise<void> => {
  await rows.deleteFrom("collection_access").where("collection_id", "=", collection).execute();
  if (access.length > 0)
    await rows
      .insertInto("collection_access")
      .values(access.map((one) => ({ collection_id: collection, ...one })))
      .execute();
  await keepCollection(rows, collection);
};

/** Gives the collections that nobody manages, to one user. @returns how many */
export const adoptCollections = async (rows: Rows, user: UserId): Promise<number> => {
  const [all, managed] = await Promise.all([
    rows.selectFrom("collections").select("id").execute(),
    rows
      .selectFrom("collection_access")
      .select("collection_id")
      .distinct()
      .where("level", ">=", 3)
      .execute(),
  ]);
  const known = new Set(managed.map(({ collection_id }) => collection_id));
  const free = all.filter(({ id }) => !known.has(id));
  for (const { id } of free) await giveAccess(rows, id, { principal: user, level: 3 });
  return free.length;
};

/** The collections that a user manages and nobody else does, by name. */
export const managedAlone = async (
  rows: Rows,
  user: UserId,
): Promise<{ readonly id: CollectionId; readonly name: string }[]> => {
  const [all, managed] = await Promise.all([
    rows
      .selectFrom("collections")
      .select(["id", "name"])
      .where("state", "=", "active")
      .orderBy("name")
      .execute(),
    rows
      .selectFrom("collection_access")
      .select(["collection_id", "principal"])
      .where("level", ">=", 3)
      .execute(),
  ]);
  const managers = new Map<CollectionId, string[]>();
  for (const { collection_id: id, principal } of managed)
    managers.set(id, [...(managers.get(id) ?? []), principal]);
  return all.filter(({ id }) => managers.get(id)?.every((one) => one === user) ?? false);
};

export const giveAccess = async (
  rows: Rows,
  collection: CollectionId,
  { principal, level }: Omit<CollectionAccessRow, "collection_id">,
): Promise<void> => {
  await rows
    .deleteFrom("collection_access")
    .where("collection_id", "=", collection)
    .where("principal", "=", principal)
    .execute();
  await rows
    .insertInto("collection_access")
    .values({ collection_id: collection, principal, level })
    .execute();
};

export const addApiKey = async (rows: Rows, key: ApiKeyRow): Promise<void> => {
  await rows.insertInto("api_keys").values(key).execute();
};

export type FoundApiKey = ApiKeyRow & { readonly organization: OrganizationId };

/** One that has not ended. */
export const findApiKey = async (
  rows: SystemRows,
  hash: string,
  now: number,
): Promise<FoundApiKey | undefined> => {
  const found = await rows
    .selectFrom("api_keys")
    .selectAll()
    .where("hash", "=", hash)
    .where((make) => make.or([make("until", "is", null), make("until", ">", now)]))
    .executeTakeFirst();
  if (found === undefined) return undefined;
  const { org_id, ...row } = found;
  return { ...row, organization: org_id };
};

/** The newest first. @param user only theirs */
export const listApiKeys = (rows: Rows, user?: UserId): Promise<ApiKeyRow[]> => {
  let query = rows.selectFrom("api_keys").selectAll().orderBy("created_at", "desc").limit(1000);
  if (user !== undefined) query = query.where("user_id", "=", user);
  return query.execute();
};

/** False where there is none. @param user only where it is theirs */
export const removeApiKey = async (rows: Rows, id: ApiKeyId, user?: UserId): Promise<boolean> => {
  let query = rows.deleteFrom("api_keys").where("id", "=", id);
  if (user !== undefined) query = query.where("user_id", "=", user);
  return (await query.executeTakeFirst()).numDeletedRows === 1n;
};

export const usedApiKey = async (rows: SystemRows, id: ApiKeyId, at: number): Promise<void> => {
  await rows.updateTable("api_keys").set({ used_at: at }).where("id", "=", id).execute();
};
