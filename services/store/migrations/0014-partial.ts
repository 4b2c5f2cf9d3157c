// Migration 14: which origins have a conversation only in part, since some of their file could not be read.
import type { Kysely } from "kysely";

export const up = async (db: Kysely<unknown>): Promise<void> => {
  for (const table of ["conversations", "conversation_origins"] as const)
    await db.schema
      .alterTable(table)
      .addColumn("partial", "bigint", (column) => column.notNull().defaultTo(0))
      .execute();
};
