// Migration 39: the models that a server has beside the one that ships: where each is, how far it was fetched, what was measured.
import type { Kysely } from "kysely";
import type { DatabaseKind } from "../opened-database.ts";
import { id, long, makeTable, real, tag, whole, word } from "./server-table.ts";

export const models =
  (kind: DatabaseKind) =>
  (db: Kysely<unknown>): Promise<void> =>
    makeTable(db, kind, "models", {
      columns: [
        word("id"),
        tag("source state"),
        long("place problem? facts? known?"),
        id("fingerprint?"),
        whole("done_bytes total_bytes is_default created_at speed_at?"),
        real("speed?"),
      ],
      primary: "id",
    });
