// Migration 26: what is said of authors: which names are one person, who is a bot, and who is whoever brought an export.
import type { Kysely } from "kysely";
import type { DatabaseKind } from "../opened-database.ts";
import { id, long, makeTable, type Table, tag, whole, word } from "./server-table.ts";

const tables: Readonly<Record<string, Table>> = {
  person_names: {
    columns: [id("org_id collection_id"), tag("source"), word("name shown?"), whole("bot?")],
    primary: "org_id collection_id source name",
    of: ["collection_id", "collections"],
  },
  guessed_bots: {
    columns: [id("org_id collection_id"), word("name")],
    primary: "org_id collection_id name",
    of: ["collection_id", "collections"],
  },
  own_names: {
    columns: [id("org_id collection_id user_id"), tag("source"), word("name"), whole("mine")],
    primary: "org_id collection_id user_id source name",
    of: ["collection_id", "collections"],
  },
  told_owners: {
    columns: [id("org_id collection_id origin_id"), tag("source"), word("name")],
    primary: "org_id collection_id origin_id source name",
    of: ["collection_id", "collections"],
  },
  dismissed_people: {
    columns: [id("org_id collection_id"), word("one other"), whole("at")],
    primary: "org_id collection_id one other",
    of: ["collection_id", "collections"],
  },
  people_edits: {
    columns: [
      id("org_id id collection_id user_id?"),
      whole("at"),
      tag("kind"),
      long("before after"),
      whole("undone_at?"),
    ],
    primary: "id",
    of: ["collection_id", "collections"],
    indexes: { by_collection: "org_id collection_id at" },
  },
};

export const people =
  (kind: DatabaseKind) =>
  async (db: Kysely<unknown>): Promise<void> => {
    for (const [name, table] of Object.entries(tables)) await makeTable(db, kind, name, table);
  };
