// Migration 30: the authors of what an origin's erasure deletes, until what was said of those who are gone is forgotten.
import type { Kysely } from "kysely";
import type { DatabaseKind } from "../opened-database.ts";
import { id, makeTable, word } from "./server-table.ts";

export const erasedAuthors =
  (kind: DatabaseKind) =>
  (db: Kysely<unknown>): Promise<void> =>
    makeTable(db, kind, "erased_authors", {
      columns: [id("org_id collection_id origin_id"), word("name")],
      primary: "org_id origin_id name",
      of: ["collection_id", "collections"],
    });
