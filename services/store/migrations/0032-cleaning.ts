// Migration 32: rules of a collection for cleaning, texts as they came where they are masked, and what was found in messages.
import { type Kysely, sql } from "kysely";
import type { DatabaseKind } from "../opened-database.ts";
import { columnType, id, long, makeTable, type Table, tag, whole } from "./server-table.ts";

const added = [
  ["collections", "cleaning"],
  ["messages", "unmasked"],
  ["message_states", "unmasked"],
  ["uploads", "cleaned"],
] as const;

const findings: Table = {
  columns: [
    id("org_id message_id"),
    tag("kind"),
    id("collection_id conversation_id"),
    tag("action"),
    whole("places"),
    long("shown"),
  ],
  primary: "org_id message_id kind",
  of: ["collection_id", "collections"],
  indexes: { by_collection: "org_id collection_id message_id" },
};

export const cleaning =
  (kind: DatabaseKind) =>
  async (db: Kysely<unknown>): Promise<void> => {
    const known = await db.introspection.getTables();
    for (const [name, column] of added) {
      const table = known.find((one) => one.name === name);
      if (table?.columns.some((one) => one.name === column)) continue;
      await db.schema
        .alterTable(name)
        .addColumn(column, sql.raw(columnType(kind, "long")))
        .execute();
    }
    await makeTable(db, kind, "findings", findings);
  };
