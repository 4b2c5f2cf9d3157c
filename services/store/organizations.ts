// Which organizations there are, and which one a collection belongs to: asked before there is a scope to ask within.
import type { CollectionId, OrganizationId } from "#services/domain/ids.ts";
import type { Database } from "./database.ts";

/** Those that have a collection, also one that is being erased. */
export const listOrganizations = async ({ system }: Database): Promise<OrganizationId[]> =>
  (
    await system.rows
      .selectFrom("collections")
      .select("org_id")
      .distinct()
      .orderBy("org_id")
      .execute()
  ).map((row) => row.org_id);

export interface OwnedCollection {
  readonly organization: OrganizationId;
  /** Of its vectors; null before the first batch is embedded. */
  readonly dim: number | null;
}

/** Whose a collection is; undefined where there is none. */
export const ownerOfCollection = async (
  { system }: Database,
  id: CollectionId,
): Promise<OwnedCollection | undefined> => {
  const row = await system.rows
    .selectFrom("collections")
    .select(["org_id", "dim"])
    .where("id", "=", id)
    .executeTakeFirst();
  return row && { organization: row.org_id, dim: row.dim };
};
