// Migration 27: until when something has to be in a collection that was made for files, for it to be kept.
import { type Kysely, sql } from "kysely";
import type { DatabaseKind } from "../opened-database.ts";
import { columnType } from "./server-table.ts";

export const fillBy =
  (kind: DatabaseKind) =>
  async (db: Kysely<unknown>): Promise<void> => {
    const known = await db.introspection.getTables();
    const collections = known.find(({ name }) => name === "collections");
    if (collections?.columns.some(({ name }) => name === "fill_by")) return;
    await db.schema
      .alterTable("collections")
      .addColumn("fill_by", sql.raw(columnType(kind, "whole")))
      .execute();
  };
