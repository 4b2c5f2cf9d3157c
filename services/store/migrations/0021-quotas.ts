// Migration 21: how much one organization may use, where that is not as the server's settings say.
import type { Kysely } from "kysely";
import type { DatabaseKind } from "../opened-database.ts";
import { id, makeTable, whole } from "./server-table.ts";

export const quotas =
  (kind: DatabaseKind) =>
  (db: Kysely<unknown>): Promise<void> =>
    makeTable(db, kind, "quotas", {
      columns: [id("org_id"), whole("requests_per_minute? tokens_per_day? stored_bytes?")],
      primary: "org_id",
    });
