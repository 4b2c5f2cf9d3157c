// Migration 35: how often texts of a collection were changed by its rules since what they were before was last purged.
import { type Kysely, sql } from "kysely";
import type { DatabaseKind } from "../opened-database.ts";
import { columnType } from "./server-table.ts";

export const changedTexts =
  (kind: DatabaseKind) =>
  async (db: Kysely<unknown>): Promise<void> => {
    const known = await db.introspection.getTables();
    const collections = known.find(({ name }) => name === "collections");
    if (collections?.columns.some(({ name }) => name === "changed_texts")) return;
    await db.schema
      .alterTable("collections")
      .addColumn("changed_texts", sql.raw(`${columnType(kind, "whole")} default 0 not null`))
      .execute();
  };
