// A home of the first release opens: its rows are all there, in order, and belong to the organization of their collection.
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Kysely } from "kysely";
import { Migrator } from "kysely/migration";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { organizationId } from "#services/domain/ids.ts";
import { workerScope } from "#services/domain/scope.ts";
import { millis } from "#services/domain/units.ts";
import { listCollections } from "../collections.ts";
import { openDatabase } from "../database.ts";
import { SqliteFile, sqliteDialect } from "../dialect.ts";
import { randomName } from "../digest.ts";
import { up as rows } from "./0001-rows.ts";
import { up as analyses } from "./0002-analyses.ts";

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "parlance-migration-"));
  path = join(folder, "parlance.db");
  const file = new SqliteFile({ path });
  const db = new Kysely<unknown>({ dialect: sqliteDialect(file) });
  const provider = {
    getMigrations: async () => ({ "0001-rows": { up: rows }, "0002-analyses": { up: analyses } }),
  };
  const { error } = await new Migrator({ db, provider }).migrateToLatest();
  if (error) throw error;
  await db.destroy();
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const withFile = <T>(work: (file: DatabaseSync) => T): T => {
  const file = new DatabaseSync(path);
  try {
    return work(file);
  } finally {
    file.close();
  }
};

/** A row with a value for every column that must have one, and those given. */
const insert = (file: DatabaseSync, table: string, given: Record<string, string | number>) => {
  const columns = file
    .prepare('select name, type from pragma_table_info(?) where "notnull"')
    .all(table);
  const row: Record<string, string | number> = {};
  for (const { name, type } of columns)
    row[String(name)] = /int|double/i.test(String(type)) ? 0 : "x";
  Object.assign(row, given);
  const names = Object.keys(row);
  file
    .prepare(
      `insert into ${table} (${names.join(", ")}) values (${names.map(() => "?").join(", ")})`,
    )
    .run(...Object.values(row));
};

/** One row in each table, of two collections of two organizations. */
const fill = (file: DatabaseSync) => {
  for (const [n, org_id] of [
    [1, "org_default"],
    [2, "org_other"],
  ] as const) {
    const [collection_id, conversation_id, upload_id] = [`col_${n}`, `cnv_${n}`, `upl_${n}`];
    const [message_id, label_id, chunk_id] = [`msg_${n}`, `lab_${n}`, `chk_${n}`];
    insert(file, "collections", { id: collection_id, org_id, name: "Letters", state: "active" });
    insert(file, "uploads", { id: upload_id, org_id, collection_id });
    insert(file, "conversations", { id: conversation_id, collection_id, upload_id });
    insert(file, "messages", { id: message_id, collection_id, conversation_id, upload_id });
    insert(file, "message_uploads", { message_id, upload_id });
    insert(file, "message_edits", { message_id, upload_id });
    insert(file, "chunks", { id: chunk_id, collection_id, conversation_id, message_id });
    insert(file, "batches", { id: `bat_${n}`, collection_id, upload_id });
    insert(file, "analyses", { id: `ana_${n}`, collection_id });
    insert(file, "topics", { id: `top_${n}`, collection_id });
    insert(file, "topic_events", { analysis_id: `ana_${n}`, collection_id });
    insert(file, "topic_edits", { id: `edt_${n}`, collection_id });
    insert(file, "labels", { id: label_id, collection_id });
    insert(file, "label_chunks", { label_id, chunk_id });
    insert(file, "concepts", { id: `con_${n}`, collection_id });
    insert(file, "alerts", { id: `alr_${n}`, collection_id, concept_id: `con_${n}`, chunk_id });
    insert(file, "llm_names", { collection_id, cache_key: "k" });
  }
};

const dump = (file: DatabaseSync) =>
  Object.fromEntries(
    file
      .prepare(
        "select name from sqlite_master where type = 'table' and name not like 'kysely%' and name not in ('home', 'jobs', 'leases')",
      )
      .all()
      .map(({ name }) => [
        String(name),
        file.prepare(`select * from ${name} order by rowid`).all(),
      ]),
  );

/** The names that migration 7 gives, without the tables that migration 8 makes anew. */
const asOrigins = ({
  message_uploads: _,
  message_edits: __,
  ...tables
}: ReturnType<typeof dump>): ReturnType<typeof dump> =>
  Object.fromEntries(
    Object.entries(tables).map(([table, rows]) => [
      table,
      rows.map(({ upload_id, ...row }) =>
        upload_id === undefined ? row : { ...row, origin_id: upload_id },
      ),
    ]),
  );

const open = () =>
  openDatabase({
    path,
    backups: join(folder, "backups"),
    now: () => millis(1000),
    newId: randomName,
  });

/** What is known of exports from before. */
const newestIs = (row: Readonly<Record<string, unknown>>) => ({
  newest_id: row["origin_id"],
  as_of: null,
  leaf_id: null,
  partial: 0,
  start_key: null,
  end_key: null,
  said_key: null,
  said_revision: 0,
});

/** Columns that later releases added, by table. */
const added: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  collections: {
    revision: 0,
    erasures: 0,
    health: null,
    recut_after: "",
    fill_by: null,
    confirm_imports: null,
    kept_columns: null,
    keep_attachments: null,
    cleaning: null,
    changed_texts: 0,
  },
  chunks: { unit: "message", answers: null, best_id: null },
  // Their messages are on no main path.
  conversations: { message_count: 0, other_count: 1 },
  messages: { gone: 0, unmasked: null },
  uploads: {
    cut_conversation: null,
    cut_from: null,
    brought_by: null,
    confirmation: "none",
    inspection: null,
    confirm_by: null,
    chosen_columns: null,
    seen_tables: null,
    replaces: null,
    used_columns: null,
    attachments_kept: 0,
    attachment_bytes: 0,
    attachments_large: 0,
    attachments_missing: 0,
    cleaned: null,
    reader: 0,
    read_again: 0,
    document_characters: 0,
    checkpoint: null,
  },
};

describe("a home of the first release", () => {
  it("keeps every row, each with its collection's organization", async () => {
    withFile(fill);
    const before = asOrigins(withFile(dump));
    const database = await open();
    const { author_names, sessions, message_states, message_origins, ...rest } = withFile(dump);
    const { conversation_origins, ...others } = rest;
    for (const rows of [author_names, sessions, conversation_origins]) expect(rows).toEqual([]);
    const isNew = (table: string) => !(table in before);
    for (const [table, held] of Object.entries(others).filter(([name]) => isNew(name)))
      expect(held, table).toEqual([]);
    const after = Object.fromEntries(Object.entries(others).filter(([name]) => !isNew(name)));
    for (const rows of [message_states, message_origins])
      expect(rows).toMatchObject([
        { org_id: "org_default", message_id: "msg_1", state: 1 },
        { org_id: "org_other", message_id: "msg_2", state: 1 },
      ]);
    expect(Object.keys(after).sort()).toEqual(Object.keys(before).sort());
    for (const [table, old] of Object.entries(before)) {
      const own = table === "collections" || table === "uploads";
      const organizations = ["org_default", "org_other"];
      expect(after[table], table).toEqual(
        old.map((row, at) => ({
          ...row,
          ...added[table],
          ...(table === "conversations" ? newestIs(row) : {}),
          ...(own ? {} : { org_id: organizations[at] }),
        })),
      );
    }
    for (const name of ["default", "other"]) {
      const { rows } = database.within(workerScope(organizationId(name)));
      expect(await listCollections(rows)).toHaveLength(1);
      expect(await rows.selectFrom("messages").selectAll().execute()).toHaveLength(1);
    }
    await database.close();
    expect(await readdir(join(folder, "backups"))).toHaveLength(1);
  });

  it("checks references again once it is open", async () => {
    withFile(fill);
    const database = await open();
    const { rows } = database.within(workerScope(organizationId("default")));
    await expect(
      rows
        .deleteFrom("collections")
        .where("id", "=", "col_1" as never)
        .execute(),
    ).rejects.toThrow("FOREIGN KEY");
    await database.close();
  });

  it("loses only what no message or label is left of", async () => {
    withFile((file) => {
      fill(file);
      file.exec("insert into message_uploads (message_id, upload_id) values ('msg_gone', 'upl_1')");
    });
    const database = await open();
    const { rows } = database.within(workerScope(organizationId("default")));
    expect(await rows.selectFrom("message_origins").select("message_id").execute()).toEqual([
      { message_id: "msg_1" },
    ]);
    await database.close();
  });

  it("is left as it was where a row refers to nothing that is there", async () => {
    withFile((file) => {
      fill(file);
      file.exec("pragma foreign_keys = off");
      insert(file, "chunks", { id: "chk_3", collection_id: "col_1", conversation_id: "cnv_gone" });
    });
    const before = withFile(dump);
    await expect(open()).rejects.toMatchObject({ code: "migration-failed" });
    expect(withFile(dump)).toEqual(before);
  });
});
