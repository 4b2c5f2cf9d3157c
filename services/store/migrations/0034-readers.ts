// Migration 34: in which order an upload's parts were counted, whether it is read once more from its start, and the text of its documents.
import type { Kysely } from "kysely";
import type { DatabaseKind } from "../opened-database.ts";
import { addColumns } from "./server-table.ts";

export const readers =
  (kind: DatabaseKind) =>
  (db: Kysely<unknown>): Promise<void> =>
    addColumns(db, kind, [
      ["uploads", "reader", "whole", " default 0 not null"],
      ["uploads", "read_again", "whole", " default 0 not null"],
      ["uploads", "document_characters", "whole", " default 0 not null"],
    ]);
