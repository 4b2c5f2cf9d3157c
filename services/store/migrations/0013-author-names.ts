// Migration 13: the names that an upload knows of authors: their ids, user names and full names, beside the one that is shown.
import type { Kysely } from "kysely";
import { columnTypes } from "../dialect.ts";

const { id, word } = columnTypes;

export const up = async (db: Kysely<unknown>): Promise<void> => {
  await db.schema
    .createTable("author_names")
    .addColumn("org_id", id, (column) => column.notNull())
    .addColumn("collection_id", id, (column) => column.notNull())
    .addColumn("origin_id", id, (column) => column.notNull())
    .addColumn("source", word, (column) => column.notNull())
    .addColumn("author_id", word, (column) => column.notNull())
    .addColumn("name", word, (column) => column.notNull())
    .addColumn("folded", word, (column) => column.notNull())
    .addColumn("shown", "bigint", (column) => column.notNull())
    .addPrimaryKeyConstraint("key_org_id_origin_id_source_author_id_name_shown", [
      "org_id",
      "origin_id",
      "source",
      "author_id",
      "name",
      "shown",
    ])
    .addForeignKeyConstraint(
      "collection_id_of_collections",
      ["org_id", "collection_id"],
      "collections",
      ["org_id", "id"],
    )
    .execute();
  await db.schema
    .createIndex("author_names_by_author")
    .on("author_names")
    .columns(["org_id", "collection_id", "author_id"])
    .execute();
};
