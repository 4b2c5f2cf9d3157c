// The migrations in order. A released one is never edited: the next change is the next file, for all kinds of databases.
import type { Migration, MigrationProvider } from "kysely/migration";
import type { DatabaseKind } from "../opened-database.ts";
import type { ServerKind } from "../server/connection.ts";
import { up as rows } from "./0001-rows.ts";
import { up as analyses } from "./0002-analyses.ts";
import { up as jobs } from "./0003-jobs.ts";
import { up as organizations } from "./0004-organizations.ts";
import { up as home } from "./0005-home.ts";
import { up as revisions } from "./0006-revisions.ts";
import { up as origins } from "./0007-origins.ts";
import { up as states } from "./0008-states.ts";
import { up as exchanges } from "./0009-exchanges.ts";
import { up as newest } from "./0010-newest.ts";
import { up as counts } from "./0011-counts.ts";
import { up as segments } from "./0012-segments.ts";
import { up as authorNames } from "./0013-author-names.ts";
import { up as partial } from "./0014-partial.ts";
import { serverTables } from "./0014-servers.ts";
import { up as published } from "./0015-published.ts";
import { leases } from "./0016-leases.ts";
import { accounts } from "./0017-accounts.ts";
import { signInProviders } from "./0019-sign-in-providers.ts";
import { provisioned } from "./0020-provisioned.ts";
import { quotas } from "./0021-quotas.ts";
import { looks } from "./0022-looks.ts";
import { proofs } from "./0023-proofs.ts";
import { profile } from "./0025-profile.ts";
import { inspections } from "./0026-inspections.ts";
import { people } from "./0026-people.ts";
import { fillBy } from "./0027-fill-by.ts";
import { columns } from "./0028-columns.ts";
import { replacedUploads } from "./0029-replaced-uploads.ts";
import { erasedAuthors } from "./0030-erased-authors.ts";
import { attachments } from "./0031-attachments.ts";
import { cleaning } from "./0032-cleaning.ts";
import { readers } from "./0034-readers.ts";
import { changedTexts } from "./0035-changed-texts.ts";
import { mergedChats } from "./0036-merged-chats.ts";
import { checkpoints } from "./0037-checkpoints.ts";
import { maskedNames } from "./0038-masked-names.ts";
import { models } from "./0039-models.ts";

/** From here on they are the same everywhere: each step may have been done before, as far as it goes in MariaDB. */
const everywhere = (kind: DatabaseKind): Readonly<Record<string, Migration>> => ({
  "0015-published": { up: published },
  "0016-leases": { up: leases(kind) },
  "0017-accounts": { up: accounts(kind) },
  "0019-sign-in-providers": { up: signInProviders(kind) },
  "0020-provisioned": { up: provisioned(kind) },
  "0021-quotas": { up: quotas(kind) },
  "0022-looks": { up: looks(kind) },
  "0023-proofs": { up: proofs(kind) },
  "0025-profile": { up: profile(kind) },
  "0026-inspections": { up: inspections(kind) },
  "0026-people": { up: people(kind) },
  "0027-fill-by": { up: fillBy(kind) },
  "0028-columns": { up: columns(kind) },
  "0029-replaced-uploads": { up: replacedUploads(kind) },
  "0030-erased-authors": { up: erasedAuthors(kind) },
  "0031-attachments": { up: attachments(kind) },
  "0032-cleaning": { up: cleaning(kind) },
  "0034-readers": { up: readers(kind) },
  "0035-changed-texts": { up: changedTexts(kind) },
  "0036-merged-chats": { up: mergedChats(kind) },
  "0037-checkpoints": { up: checkpoints(kind) },
  "0038-masked-names": { up: maskedNames(kind) },
  "0039-models": { up: models(kind) },
});

const provider = (
  kind: DatabaseKind,
  first: Readonly<Record<string, Migration>>,
): MigrationProvider => ({
  getMigrations: async () => ({ ...first, ...everywhere(kind) }),
});

export const migrations: MigrationProvider = provider("sqlite", {
  "0001-rows": { up: rows },
  "0002-analyses": { up: analyses },
  "0003-jobs": { up: jobs },
  "0004-organizations": { up: organizations },
  "0005-home": { up: home },
  "0006-revisions": { up: revisions },
  "0007-origins": { up: origins },
  "0008-states": { up: states },
  "0009-exchanges": { up: exchanges },
  "0010-newest": { up: newest },
  "0011-counts": { up: counts },
  "0012-segments": { up: segments },
  "0013-author-names": { up: authorNames },
  "0014-partial": { up: partial },
});

/** A database server starts with the tables as they were when the first one was supported. */
export const serverMigrations = (kind: ServerKind): MigrationProvider =>
  provider(kind, { "0014-servers": { up: serverTables(kind) } });
