// Migration 16: leases, by which servers that share a database agree which of them does what only one may do at a time.
import type { Kysely } from "kysely";
import type { DatabaseKind } from "../opened-database.ts";
import { id, makeTable, tag, whole } from "./server-table.ts";

export const leases =
  (kind: DatabaseKind) =>
  async (db: Kysely<unknown>): Promise<void> => {
    if (kind !== "sqlite")
      return makeTable(db, kind, "leases", {
        columns: [tag("name host owner"), id("token"), whole("until")],
        primary: "name",
        indexes: { by_host: "host owner" },
      });
    await db.schema
      .createTable("leases")
      .addColumn("name", "varchar(300)", (column) => column.primaryKey())
      .addColumn("host", "varchar(300)", (column) => column.notNull())
      .addColumn("owner", "varchar(300)", (column) => column.notNull())
      .addColumn("token", "varchar(80)", (column) => column.notNull())
      .addColumn("until", "bigint", (column) => column.notNull())
      .execute();
    await db.schema.createIndex("leases_by_host").on("leases").columns(["host", "owner"]).execute();
  };
