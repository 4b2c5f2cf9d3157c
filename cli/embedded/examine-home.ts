// The checks of `parlance doctor` on a home's files: they change nothing, and work while a server holds the home or none can open it.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { compareBlobs } from "#services/blobs/blobs.ts";
import type { Config } from "#services/config/config.ts";
import { ParlanceError } from "#services/domain/errors.ts";
import { size } from "#services/domain/size.ts";
import { millis } from "#services/domain/units.ts";
import {
  databaseName,
  missingDatabase,
  openSpaceWatch,
  otherDatabase,
  readContents,
  readManifest,
} from "#services/home/home.ts";
import { checkDatabase, randomName, readKnownFiles } from "#services/store/store.ts";
import { openBlobs } from "#services/wire.ts";
import type { Finding } from "../client/output.ts";

const DAY_MS = 24 * 3_600_000;

type ExaminedConfig = Pick<Config, "home" | "minFreeBytes" | "blobsUrl" | "maxUploadBytes">;

const failed = (name: string, error: unknown): Finding => ({
  name,
  state: "bad",
  detail:
    error instanceof ParlanceError
      ? `${error.message}${error.hint === undefined ? "" : ` ${error.hint}`}`
      : error instanceof Error
        ? error.message
        : String(error),
  code: error instanceof ParlanceError ? error.code : "not-readable",
});

/** Runs one check; a check that fails is a finding too, and does not prevent the others. */
const examine = async (name: string, look: () => Promise<Finding[]>): Promise<Finding[]> =>
  look().catch((error: unknown) => [failed(name, error)]);

const disk = async (home: string, minFreeBytes: number | undefined): Promise<Finding[]> => {
  const { freeBytes, reserveBytes } = await openSpaceWatch({ folder: home, minFreeBytes }).look();
  const detail = `${size(freeBytes)} free at ${home}; below ${size(reserveBytes)} imports wait`;
  return freeBytes < reserveBytes
    ? [{ name: "disk", state: "bad", detail, code: "disk-full" }]
    : [{ name: "disk", state: "ok", detail }];
};

const database = async (path: string): Promise<Finding[]> => {
  const { state, problems } = await checkDatabase({ path, depth: "full" });
  switch (state) {
    case "sound":
      return [{ name: "database", state: "ok", detail: "checked in full: no damage" }];
    case "absent":
      return [{ name: "database", state: "note", detail: "none yet", code: "database-absent" }];
    case "unfinished":
      return [{ name: "database", state: "note", detail: "not checked completely" }];
    case "damaged":
      return [
        {
          name: "database",
          state: "bad",
          detail: `damaged: ${problems[0] ?? ""} Stop Parlance, and restore the newest backup with \`parlance restore\` into an empty PARLANCE_HOME.`,
          code: "database-damaged",
          items: problems,
        },
      ];
  }
};

const identity = async (home: string): Promise<Finding[]> => {
  const path = join(home, databaseName);
  const contents = await readContents(home);
  const manifest = await readManifest(home);
  const problem =
    missingDatabase(home, contents) ??
    (contents.hasDatabase
      ? otherDatabase(home, manifest, { ...readKnownFiles(path), indexes: contents.indexes })
      : undefined);
  if (problem) return [failed("home", problem)];
  return [{ name: "home", state: "ok", detail: `${home}${manifest ? `, ${manifest.id}` : ""}` }];
};

/** Compares the indexes that rows name with the folders, in both directions. */
const indexes = async (home: string): Promise<Finding[]> => {
  const { indexes: found } = await readContents(home);
  const { collections, indexed } = readKnownFiles(join(home, databaseName));
  const missing = [...indexed].filter((id) => !found.includes(id));
  const unknown = found.filter((id) => !collections.has(id));
  const findings: Finding[] = [];
  if (missing.length > 0)
    findings.push({
      name: "indexes",
      state: "bad",
      detail: `the indexes of ${missing.length} collections are missing: ${missing.join(", ")}`,
      code: "indexes-missing",
      items: missing,
    });
  if (unknown.length > 0)
    findings.push({
      name: "indexes",
      state: "note",
      detail: `${unknown.length} indexes belong to no collection: ${unknown.join(", ")}`,
      code: "indexes-orphaned",
      items: unknown,
    });
  return findings.length > 0
    ? findings
    : [{ name: "indexes", state: "ok", detail: `${found.length}, each with its collection` }];
};

const blobs = async (config: ExaminedConfig): Promise<Finding[]> => {
  const { home } = config;
  const now = () => millis(Date.now());
  const stored = await openBlobs(config, { newId: randomName, now });
  const notices = (await stored.check()).map(
    ({ code, message }): Finding => ({ name: "stored files", state: "bad", detail: message, code }),
  );
  let named = new Map<string, string | undefined>() as ReadonlyMap<string, string | undefined>;
  const { missing, orphaned } = await compareBlobs(
    stored,
    async () => {
      named = readKnownFiles(join(home, databaseName)).blobs;
      return new Set(named.keys());
    },
    now() - DAY_MS,
  );
  const findings: Finding[] = [];
  if (missing.length > 0) {
    const names = missing.map((key) => named.get(key) ?? key);
    findings.push({
      name: "stored files",
      state: "bad",
      detail: `${missing.length} are missing: ${names.slice(0, 5).join(", ")}${names.length > 5 ? " …" : ""}. Restore a backup, or upload them again.`,
      code: "blobs-missing",
      items: missing,
    });
  }
  if (orphaned.length > 0) {
    const bytes = orphaned.reduce((sum, one) => sum + one.size, 0);
    findings.push({
      name: "stored files",
      state: "note",
      detail: `${orphaned.length} are not named by any row (${size(bytes)}); a running server removes them within an hour`,
      code: "blobs-orphaned",
      items: orphaned.map(({ key }) => key),
    });
  }
  return findings.length > 0
    ? [...notices, ...findings]
    : [...notices, { name: "stored files", state: "ok", detail: `${named.size}, all there` }];
};

/** All checks of a home without opening it; a note where there is no home. */
export const examineHome = async (config: ExaminedConfig): Promise<Finding[]> => {
  const { home, minFreeBytes } = config;
  if (!existsSync(home))
    return [{ name: "home", state: "note", detail: `${home} does not exist yet` }];
  const path = join(home, databaseName);
  const [space, whole, itself] = await Promise.all([
    examine("disk", () => disk(home, minFreeBytes)),
    examine("database", () => database(path)),
    examine("home", () => identity(home)),
  ]);
  // A damaged or missing database cannot tell which files belong to the home.
  const canAsk = [...whole, ...itself].every(({ state }) => state === "ok");
  const files = canAsk
    ? [
        ...(await examine("indexes", () => indexes(home))),
        ...(await examine("stored files", () => blobs(config))),
      ]
    : [];
  return [...space, ...itself, ...whole, ...files];
};
