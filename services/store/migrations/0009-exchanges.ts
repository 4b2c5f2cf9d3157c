// Migration 9: chunks of exchanges beside those of messages; conversations that were cut before get theirs in the background.
import type { Kysely } from "kysely";
import { columnTypes } from "../dialect.ts";

const { id, word } = columnTypes;

export const up = async (db: Kysely<unknown>): Promise<void> => {
  await db.schema
    .alterTable("chunks")
    .addColumn("unit", word, (column) => column.notNull().defaultTo("message"))
    .execute();
  await db.schema.alterTable("chunks").addColumn("answers", "bigint").execute();
  await db.schema.alterTable("chunks").addColumn("best_id", id).execute();
  await db.schema.alterTable("collections").addColumn("recut_after", id).execute();
  // Before the first conversation: all are still to be cut.
  await db
    .updateTable("collections" as never)
    .set({ recut_after: "" } as never)
    .execute();
};
