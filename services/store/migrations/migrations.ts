// The migrations in order. A released one is never edited: the next change is the next file.
import type { MigrationProvider } from "kysely/migration";
import { up as rows } from "./0001-rows.ts";
import { up as analyses } from "./0002-analyses.ts";
import { up as revisions } from "./0003-revisions.ts";

export const migrations: MigrationProvider = {
  getMigrations: async () => ({
    "0001-rows": { up: rows },
    "0002-analyses": { up: analyses },
    "0003-revisions": { up: revisions },
  }),
};
