// A home from before migration 8 opens: of each edited message, every text belongs to the origin that brought it.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Kysely } from "kysely";
import { Migrator } from "kysely/migration";
import { expect, it } from "vitest";
import { SqliteFile, sqliteDialect } from "../dialect.ts";
import { migrations } from "./migrations.ts";

it("a home whose edits name only the origin of the newer text knows who brought which", async () => {
  const folder = await mkdtemp(join(tmpdir(), "parlance-migration-"));
  const file = new SqliteFile({ path: join(folder, "parlance.db") });
  const db = new Kysely<Record<string, Record<string, string | number | null>>>({
    dialect: sqliteDialect(file),
  });
  const migrator = new Migrator({ db, provider: migrations });
  await migrator.migrateTo("0007-origins");
  file.command("pragma foreign_keys = off");
  const org_id = "org_default";
  const of = { org_id, collection_id: "col_1" };
  const nothing = { bytes: 0, attempt: 0, bytes_read: 0, parts_done: 0, conversations: 0 };
  const uncounted = { new_messages: 0, known_messages: 0, changed_messages: 0, chunks: 0 };
  for (const [created_at, id] of ["upl_a", "upl_b", "upl_c", "upl_d", "upl_e"].entries())
    await db
      .insertInto("uploads")
      .values({
        ...{ ...of, ...nothing, ...uncounted, id, created_at, filename: "x", sha256: "x" },
        ...{ blob_key: "x", state: "done", problem_count: 0, cancel_requested: 0, problems: "[]" },
      })
      .execute();
  const conversation_id = "cnv_1";
  await db
    .insertInto("conversations")
    .values({
      ...{ ...of, id: conversation_id, origin_id: "upl_a", source: "irc", source_id: "x", tree: 0 },
      ...{ message_count: 0, revision: 0, participants: "[]", title: "Monday" },
    })
    .execute();
  for (const id of ["msg_edited", "msg_plain"])
    await db
      .insertInto("messages")
      .values({
        ...{ ...of, id, conversation_id, origin_id: "upl_a", on_main_path: 1, position: 0 },
        ...{ role: "person", kind: "text", zone_known: 1, author: "ada", text: "third", raw: "3" },
      })
      .execute();
  // The first text came with a, the second with b, the third with d; c was made between b and d, e after all.
  for (const [ordinal, text, origin_id] of [
    [0, "first", "upl_b"],
    [1, "second", "upl_d"],
  ] as const)
    await db
      .insertInto("message_edits")
      .values({ org_id, message_id: "msg_edited", ordinal, text, raw: text, origin_id })
      .execute();
  for (const origin_id of ["upl_b", "upl_c", "upl_d", "upl_e"])
    await db
      .insertInto("message_origins")
      .values({ org_id, message_id: "msg_edited", origin_id })
      .execute();
  await db
    .insertInto("message_origins")
    .values({ org_id, message_id: "msg_plain", origin_id: "upl_c" })
    .execute();
  await migrator.migrateToLatest();

  const owners = db.selectFrom("messages").select(["id", "origin_id"]).orderBy("id");
  expect(await owners.execute()).toEqual([
    { id: "msg_edited", origin_id: "upl_d" },
    { id: "msg_plain", origin_id: "upl_a" },
  ]);
  expect(
    await db.selectFrom("message_states").select(["state", "text"]).orderBy("state").execute(),
  ).toEqual([
    { state: 1, text: "first" },
    { state: 2, text: "second" },
  ]);
  const brought = db
    .selectFrom("message_origins")
    .select(["message_id", "origin_id", "state"])
    .orderBy("message_id")
    .orderBy("origin_id");
  expect((await brought.execute()).map((row) => Object.values(row).join(" "))).toEqual([
    "msg_edited upl_a 1",
    "msg_edited upl_b 2",
    "msg_edited upl_c 2",
    "msg_edited upl_e 0",
    "msg_plain upl_c 0",
  ]);
  const further = db.selectFrom("conversation_origins").select(["origin_id", "title"]);
  expect(await further.orderBy("origin_id").execute()).toEqual(
    ["upl_b", "upl_c", "upl_d", "upl_e"].map((origin_id) => ({ origin_id, title: null })),
  );
  await db.destroy();
  file.close();
  await rm(folder, { recursive: true, force: true });
});
