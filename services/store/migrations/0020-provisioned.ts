// Migration 20: the members and teams that another server looks after by SCIM.
import type { Kysely } from "kysely";
import type { DatabaseKind } from "../opened-database.ts";
import { id, long, makeTable, whole, word } from "./server-table.ts";

export const provisioned =
  (kind: DatabaseKind) =>
  (db: Kysely<unknown>): Promise<void> =>
    makeTable(db, kind, "provisioned", {
      columns: [
        id("org_id id"),
        word("external_id? name?"),
        long("given"),
        whole("joined_at? changed_at"),
      ],
      primary: "org_id id",
      indexes: { by_external: "org_id external_id", by_name: "org_id name" },
    });
