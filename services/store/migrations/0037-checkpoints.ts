// Migration 37: where the reading of an upload can be gone on with, and digests of what the newest exports say of conversations.
import { type Kysely, sql } from "kysely";
import type { DatabaseKind } from "../opened-database.ts";
import { columnType } from "./server-table.ts";

const added = [
  ["uploads", "checkpoint", "long", ""],
  ["conversations", "said_key", "tag", ""],
  ["conversations", "said_revision", "whole", " default 0 not null"],
] as const;

export const checkpoints =
  (kind: DatabaseKind) =>
  async (db: Kysely<unknown>): Promise<void> => {
    const known = await db.introspection.getTables();
    for (const [name, column, content, more] of added) {
      const table = known.find((one) => one.name === name);
      if (table?.columns.some((one) => one.name === column)) continue;
      await db.schema
        .alterTable(name)
        .addColumn(column, sql.raw(`${columnType(kind, content)}${more}`))
        .execute();
    }
  };
