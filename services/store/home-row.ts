// Which home a database belongs to, and which files of the home it names; can also read a file that is not opened otherwise.
import { DatabaseSync } from "node:sqlite";
import { defaultOrganization } from "#services/domain/ids.ts";
import type { Database } from "./database.ts";

/** The home's identity, created at the first call. */
export const homeOf = ({
  system,
  newId,
  now,
}: Database): Promise<{ readonly id: string; readonly createdAt: number }> =>
  system.transaction(async (rows) => {
    const row = await rows.selectFrom("home").selectAll().executeTakeFirst();
    if (row) return { id: row.id, createdAt: row.created_at };
    const made = { id: `home_${newId()}`, created_at: now() };
    await rows.insertInto("home").values(made).execute();
    return { id: made.id, createdAt: made.created_at };
  });

export interface KnownFiles {
  /** Undefined in a database of a version without it. */
  readonly id: string | undefined;
  readonly collections: ReadonlySet<string>;
  /** The active collections that have a version of their index. */
  readonly indexed: ReadonlySet<string>;
  /** Keys of blobs in rows, of all organizations, with the file name where it is an upload that is not being erased. */
  readonly blobs: ReadonlyMap<string, string | undefined>;
}

/**
 * Reads a database file that may be in use, without changing it. Tables that it does not have yet count as empty.
 * @throws Error of SQLite where the file is damaged
 */
export const readKnownFiles = (path: string): KnownFiles => {
  const database = new DatabaseSync(path, { readOnly: true, timeout: 5000 });
  try {
    const tables = new Set(
      database
        .prepare("select name from sqlite_schema where type = 'table'")
        .all()
        .map(({ name }) => String(name)),
    );
    const all = (table: string, sql: string) =>
      tables.has(table) ? database.prepare(sql).all() : [];
    const blobs = new Map<string, string | undefined>();
    /** Rows contain the key as the organization sees it. */
    const keyOf = (organization: unknown, key: unknown) =>
      organization === defaultOrganization ? String(key) : `${organization}/${key}`;
    for (const row of all("uploads", "select org_id, blob_key, filename, state from uploads"))
      if (row["blob_key"] !== "")
        blobs.set(
          keyOf(row["org_id"], row["blob_key"]),
          row["state"] === "erasing" ? undefined : String(row["filename"]),
        );
    for (const row of all(
      "batches",
      `select c.org_id, b.vectors_key from batches b join collections c on c.id = b.collection_id
       where b.vectors_key is not null`,
    ))
      blobs.set(keyOf(row["org_id"], row["vectors_key"]), undefined);
    const ids = (where: string) =>
      new Set(all("collections", `select id from collections${where}`).map(({ id }) => String(id)));
    const [home] = all("home", "select id from home");
    return {
      id: home === undefined ? undefined : String(home["id"]),
      collections: ids(""),
      indexed: ids(" where version is not null and state = 'active'"),
      blobs,
    };
  } finally {
    database.close();
  }
};
