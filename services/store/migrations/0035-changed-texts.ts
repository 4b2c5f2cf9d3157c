// Migration 35: how often texts of a collection were changed by its rules since what they were before was last purged.
import type { Kysely } from "kysely";
import type { DatabaseKind } from "../opened-database.ts";
import { addColumns } from "./server-table.ts";

export const changedTexts =
  (kind: DatabaseKind) =>
  (db: Kysely<unknown>): Promise<void> =>
    addColumns(db, kind, [["collections", "changed_texts", "whole", " default 0 not null"]]);
