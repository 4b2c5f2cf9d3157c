// Migration 37: where the reading of an upload can be gone on with, and digests of what the newest exports say of conversations.
import type { Kysely } from "kysely";
import type { DatabaseKind } from "../opened-database.ts";
import { addColumns } from "./server-table.ts";

export const checkpoints =
  (kind: DatabaseKind) =>
  (db: Kysely<unknown>): Promise<void> =>
    addColumns(db, kind, [
      ["uploads", "checkpoint", "long"],
      ["conversations", "said_key", "tag"],
      ["conversations", "said_revision", "whole", " default 0 not null"],
    ]);
