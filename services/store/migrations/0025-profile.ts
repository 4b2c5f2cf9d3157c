// Migration 25: pictures of people, who invited a member and who brought an import, and what people are told of in the app and by mail.
import { type Kysely, sql } from "kysely";
import type { DatabaseKind } from "../opened-database.ts";
import { bytes, columnType, id, makeTable, type Table, tag, whole } from "./server-table.ts";

const tables: Readonly<Record<string, Table>> = {
  pictures: {
    columns: [id("user_id tag"), tag("type"), bytes("bytes"), whole("changed_at")],
    primary: "user_id",
  },
  news: {
    columns: [
      id("org_id id"),
      tag("kind"),
      id("collection_id subject user_id?"),
      whole("count at"),
    ],
    primary: "id",
    indexes: { by_time: "at" },
  },
  notices: {
    columns: [
      id("org_id id user_id"),
      tag("kind"),
      id("collection_id subject"),
      whole("count at in_app seen_at?"),
      tag("mail"),
      whole("mail_at tries"),
    ],
    primary: "id",
    indexes: { by_user: "org_id user_id at", by_mail: "mail mail_at", by_time: "at" },
  },
};

const addedColumns = [
  ["memberships", "invited_by"],
  ["uploads", "brought_by"],
] as const;

export const profile =
  (kind: DatabaseKind) =>
  async (db: Kysely<unknown>): Promise<void> => {
    for (const [name, table] of Object.entries(tables)) await makeTable(db, kind, name, table);
    const known = await db.introspection.getTables();
    for (const [name, column] of addedColumns) {
      const table = known.find((one) => one.name === name);
      if (!table?.columns.some((one) => one.name === column))
        await db.schema
          .alterTable(name)
          .addColumn(column, sql.raw(columnType(kind, "id")))
          .execute();
    }
  };
