// Migration 19: the sign-in providers that were added here.
import type { Kysely } from "kysely";
import type { DatabaseKind } from "../opened-database.ts";
import { long, makeTable, tag, whole, word } from "./server-table.ts";

export const signInProviders =
  (kind: DatabaseKind) =>
  (db: Kysely<unknown>): Promise<void> =>
    makeTable(db, kind, "sign_in_providers", {
      columns: [
        tag("id kind"),
        word("name"),
        tag("state"),
        long("settings sealed?"),
        whole("revision created_at changed_at"),
      ],
      primary: "id",
    });
