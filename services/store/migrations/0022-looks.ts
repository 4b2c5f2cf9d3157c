// Migration 22: looking at the app as somebody else: whether an organization allows it, and every time that it was done.
import type { Kysely } from "kysely";
import type { DatabaseKind } from "../opened-database.ts";
import { id, makeTable, tag, whole, word } from "./server-table.ts";

export const looks =
  (kind: DatabaseKind) =>
  async (db: Kysely<unknown>): Promise<void> => {
    const tables = await db.introspection.getTables();
    const organizations = tables.find(({ name }) => name === "organizations");
    if (!organizations?.columns.some(({ name }) => name === "allows_looking"))
      await db.schema
        .alterTable("organizations")
        .addColumn("allows_looking", "bigint", (column) => column.notNull().defaultTo(0))
        .execute();
    await makeTable(db, kind, "looks", {
      columns: [
        id("org_id id user_id by_id? by_session?"),
        word("reason"),
        whole("begun_at until ended_at?"),
        tag("ended_by?"),
      ],
      primary: "id",
      indexes: { by_user: "user_id begun_at", by_end: "ended_at begun_at" },
    });
  };
