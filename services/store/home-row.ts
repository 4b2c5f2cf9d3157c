// Which home a database belongs to, and which files of the home it names; can also read a file that is not opened otherwise.
import { DatabaseSync } from "node:sqlite";
import { type AttachmentId, defaultOrganization } from "#services/domain/ids.ts";
import type { Database } from "./database.ts";
import type { SystemRows } from "./rows.ts";

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
  /** Keys of blobs in rows, of all organizations, with the file name where it is an upload that is not being erased; see the reader. */
  readonly blobs: ReadonlyMap<string, string | undefined>;
}

interface KnownRows {
  readonly homes: readonly { readonly id: string }[];
  readonly collections: readonly {
    readonly id: string;
    readonly state: string;
    readonly version: number | null;
  }[];
  readonly uploads: readonly {
    readonly org_id: string;
    readonly blob_key: string;
    readonly filename: string;
    readonly state: string;
  }[];
  readonly vectors: readonly { readonly org_id: string; readonly vectors_key: string | null }[];
  /** One after the other: there may be millions. */
  readonly attachments: Iterable<AttachmentFile>;
}

interface AttachmentFile {
  readonly org_id: string;
  readonly blob_key: string;
  readonly name: string;
}

/** Rows contain the key as the organization sees it. */
const keyOf = (organization: string, key: string): string =>
  organization === defaultOrganization ? key : `${organization}/${key}`;

const knownFrom = ({
  homes,
  collections,
  uploads,
  vectors,
  attachments,
}: KnownRows): KnownFiles => {
  const blobs = new Map<string, string | undefined>();
  for (const { org_id, blob_key, filename, state } of uploads)
    if (blob_key !== "")
      blobs.set(keyOf(org_id, blob_key), state === "erasing" ? undefined : filename);
  for (const { org_id, vectors_key } of vectors)
    if (vectors_key !== null) blobs.set(keyOf(org_id, vectors_key), undefined);
  for (const { org_id, blob_key, name } of attachments) blobs.set(keyOf(org_id, blob_key), name);
  return {
    id: homes[0]?.id,
    collections: new Set(collections.map(({ id }) => id)),
    indexed: new Set(
      collections
        .filter(({ state, version }) => version !== null && state === "active")
        .map(({ id }) => id),
    ),
    blobs,
  };
};

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
    const files = `select a.org_id, a.blob_key, min(a.name) name from attachments a
      join uploads u on u.id = a.upload_id where u.state <> 'erasing' group by a.org_id, a.blob_key`;
    const all = <R>(table: string, sql: string): readonly R[] =>
      tables.has(table) ? (database.prepare(sql).all() as R[]) : [];
    return knownFrom({
      homes: all("home", "select id from home"),
      collections: all("collections", "select id, state, version from collections"),
      uploads: all("uploads", "select org_id, blob_key, filename, state from uploads"),
      vectors: all(
        "batches",
        `select c.org_id, b.vectors_key from batches b join collections c on c.id = b.collection_id
         where b.vectors_key is not null`,
      ),
      attachments: tables.has("attachments")
        ? (database.prepare(files).iterate() as Iterable<AttachmentFile>)
        : [],
    });
  } finally {
    database.close();
  }
};

/** The same of a database that is open, but for the files of messages: see `attachmentKeys`. */
export const knownFilesOf = async ({ system: { rows } }: Database): Promise<KnownFiles> =>
  knownFrom({
    homes: await rows.selectFrom("home").select("id").execute(),
    collections: await rows.selectFrom("collections").select(["id", "state", "version"]).execute(),
    uploads: await rows
      .selectFrom("uploads")
      .select(["org_id", "blob_key", "filename", "state"])
      .execute(),
    vectors: await rows
      .selectFrom("batches")
      .select(["org_id", "vectors_key"])
      .where("vectors_key", "is not", null)
      .execute(),
    attachments: [],
  });

/** Rows that are in memory at once. */
const PAGE = 5000;

/**
 * Keys of the files of messages, of all organizations, page by page, some of them several times; without those of uploads that are being
 * erased.
 */
export async function* attachmentKeys({
  system: { rows },
}: Pick<Database, "system">): AsyncGenerator<string> {
  for (let last: AttachmentId | undefined; ; ) {
    const page = await pageOf(rows, last);
    for (const { org_id, blob_key, state } of page)
      if (state !== "erasing") yield keyOf(org_id, blob_key);
    const end = page.at(-1);
    if (end === undefined || page.length < PAGE) return;
    last = end.id;
  }
}

const pageOf = (rows: SystemRows, after: AttachmentId | undefined) => {
  const all = rows
    .selectFrom("attachments")
    .innerJoin("uploads", "uploads.id", "attachments.upload_id")
    .select(["attachments.org_id", "attachments.id", "attachments.blob_key", "uploads.state"])
    .orderBy("attachments.id")
    .limit(PAGE);
  return (after === undefined ? all : all.where("attachments.id", ">", after)).execute();
};
