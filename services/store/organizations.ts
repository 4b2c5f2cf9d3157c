// Which organizations exist, and which one owns a collection: asked where there is no scope yet.
import type { CollectionId, OrganizationId } from "#services/domain/ids.ts";
import type { Database } from "./database.ts";

/** Organizations with a collection, also one that is being erased. */
export const listOrganizations = async ({ system }: Database): Promise<OrganizationId[]> =>
  (
    await system.rows
      .selectFrom("collections")
      .select("org_id")
      .distinct()
      .orderBy("org_id")
      .execute()
  ).map((row) => row.org_id);

/** Whether an organization keeps what is searched for. */
export const keepsSearchTexts = async (
  { system }: Database,
  organization: OrganizationId,
): Promise<boolean> =>
  (
    await system.rows
      .selectFrom("organizations")
      .select("keeps_search_texts")
      .where("id", "=", organization)
      .executeTakeFirst()
  )?.keeps_search_texts === 1;

export interface OwnedCollection {
  readonly organization: OrganizationId;
  /** Dimensions of its vectors; null before the first batch is embedded. */
  readonly dim: number | null;
  /** The name of its model; null where the default one will be it. */
  readonly model: string | null;
}

/** The owner of a collection; undefined where there is no such collection. */
export const ownerOfCollection = async (
  { system }: Database,
  id: CollectionId,
): Promise<OwnedCollection | undefined> => {
  const row = await system.rows
    .selectFrom("collections")
    .select(["org_id", "dim", "model_id"])
    .where("id", "=", id)
    .executeTakeFirst();
  return row && { organization: row.org_id, dim: row.dim, model: row.model_id };
};
