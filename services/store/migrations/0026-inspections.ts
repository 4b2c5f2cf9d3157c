// Migration 26: uploads that are looked into before they are imported, and whether a collection's imports have to be confirmed.
import { type Kysely, sql } from "kysely";
import type { DatabaseKind } from "../opened-database.ts";
import { columnType } from "./server-table.ts";

type Content = Parameters<typeof columnType>[1];

const added: readonly (readonly [table: string, column: string, type: Content, more?: string])[] = [
  ["collections", "confirm_imports", "tag"],
  ["uploads", "confirmation", "tag", " default 'none' not null"],
  ["uploads", "inspection", "long"],
  ["uploads", "confirm_by", "whole"],
];

export const inspections =
  (kind: DatabaseKind) =>
  async (db: Kysely<unknown>): Promise<void> => {
    const known = await db.introspection.getTables();
    for (const [name, column, type, more = ""] of added) {
      const table = known.find((one) => one.name === name);
      if (!table?.columns.some((one) => one.name === column))
        await db.schema
          .alterTable(name)
          .addColumn(column, sql.raw(`${columnType(kind, type)}${more}`))
          .execute();
    }
  };
