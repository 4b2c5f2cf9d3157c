// Migration 32: rules of a collection for cleaning, texts as they came where they are masked, and what was found in messages.
import type { Kysely } from "kysely";
import type { DatabaseKind } from "../opened-database.ts";
import { addColumns, id, long, makeTable, type Table, tag, whole } from "./server-table.ts";

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
    await addColumns(db, kind, [
      ["collections", "cleaning", "long"],
      ["messages", "unmasked", "long"],
      ["message_states", "unmasked", "long"],
      ["uploads", "cleaned", "long"],
    ]);
    await makeTable(db, kind, "findings", findings);
  };
