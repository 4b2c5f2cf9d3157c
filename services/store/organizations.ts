// Which organizations there are, and which one a thing belongs to: asked before there is a scope to ask within.
import type { JobName, Jobs } from "#services/contract/jobs.ts";
import {
  type CollectionId,
  defaultOrganization,
  type OrganizationId,
} from "#services/domain/ids.ts";
import { type Scope, workerScope } from "#services/domain/scope.ts";
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

const tableOf = {
  collection: "collections",
  upload: "uploads",
  batch: "batches",
  concept: "concepts",
} as const;

/**
 * The scope that a job is done in: its organization, as the rows that it names tell. Where they are gone there is nothing left to
 * do, in whichever scope that is found.
 */
export const scopeOfJob = async ({ system }: Database, payload: Jobs[JobName]): Promise<Scope> => {
  const named: Readonly<Partial<Record<string, string | null>>> = payload;
  for (const [kind, table] of Object.entries(tableOf)) {
    const id = named[kind];
    if (id === undefined || id === null) continue;
    const row = await system.rows
      .selectFrom(table)
      .select("org_id")
      .where("id", "=", id as never)
      .executeTakeFirst();
    if (row) return workerScope(row.org_id);
  }
  return workerScope(defaultOrganization);
};
