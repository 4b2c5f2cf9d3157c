// The manifest of a home, home.json: which home this is, so that a missing or another home's database is noticed.
import { randomUUID } from "node:crypto";
import { open, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { corrupt, type ParlanceError, rejected } from "#services/domain/errors.ts";
import { databaseName, type HomeContents } from "./contents.ts";

const FORMAT = 1;

export interface HomeManifest {
  /** Of the folder's layout; a newer one is not opened. */
  readonly format: number;
  /** The same as in the home's database. */
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

const pathOf = (home: string) => join(home, "home.json");

/**
 * Undefined where there is none (a new home, or one of an older version), or where it cannot be read: it is made again from the
 * database.
 * @throws ParlanceError rejected `home-too-new`
 */
export const readManifest = async (home: string): Promise<HomeManifest | undefined> => {
  const text = await readFile(pathOf(home), "utf8").catch((): undefined => undefined);
  if (text === undefined) return undefined;
  let read: Partial<HomeManifest>;
  try {
    read = JSON.parse(text) as Partial<HomeManifest>;
  } catch {
    // Damaged: as good as absent.
    return undefined;
  }
  const { format, id, createdAt } = read;
  if (typeof format !== "number" || typeof id !== "string" || typeof createdAt !== "number")
    return undefined;
  if (format > FORMAT)
    throw rejected(`${home} was made by a newer Parlance than this one.`, {
      code: "home-too-new",
      status: 409,
      hint: "Start the newer version.",
    });
  return { format, id, createdAt };
};

/** Durable and whole when it resolves. */
export const saveManifest = async (
  home: string,
  { id, createdAt }: Omit<HomeManifest, "format">,
): Promise<void> => {
  const path = pathOf(home);
  // Servers that share the folder may write it at the same time.
  const written = `${path}.${randomUUID()}.new`;
  const file = await open(written, "w", 0o600);
  try {
    await file.writeFile(`${JSON.stringify({ format: FORMAT, id, createdAt }, null, 2)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(written, path);
  const folder = await open(home, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
};

const startAnew =
  "`./parlance doctor` says what is there. Restore a backup with `./parlance restore` into an empty PARLANCE_HOME; or start anew with `npm start -- --accept-empty` (PARLANCE_ACCEPT_EMPTY=1), which keeps what is there in a folder set-aside-….";

const counted = (count: number, one: string, many: string) =>
  `${count.toLocaleString("en")} ${count === 1 ? one : many}`;

/** What a home holds whose database does not know of it; undefined where all is well or there is nothing to lose. */
export const missingDatabase = (
  home: string,
  { hasDatabase, indexes, uploads }: HomeContents,
): ParlanceError | undefined => {
  if (hasDatabase || (indexes.length === 0 && uploads === 0)) return undefined;
  const found = `${counted(indexes.length, "index", "indexes")} and ${counted(uploads, "upload", "uploads")}`;
  return corrupt(
    `The database of this home is missing: there is no ${join(home, databaseName)}, but there are ${found}.`,
    { code: "database-missing", hint: startAnew },
  );
};

export interface KnownHome {
  /** Of the database; undefined where it has none yet. */
  readonly id: string | undefined;
  /** Ids of the collections that the database knows. */
  readonly collections: ReadonlySet<string>;
}

/** The database is of another home: its id says so, or it knows none of the indexes that lie here. */
export const otherDatabase = (
  home: string,
  manifest: HomeManifest | undefined,
  database: KnownHome & Pick<HomeContents, "indexes">,
): ParlanceError | undefined => {
  const { id, collections, indexes } = database;
  const isOther =
    manifest !== undefined && id !== undefined
      ? manifest.id !== id
      : indexes.length > 0 && !indexes.some((index) => collections.has(index));
  if (!isOther) return undefined;
  return corrupt(
    `${join(home, databaseName)} is not the database of this home: ${
      manifest !== undefined && id !== undefined
        ? `its id is ${id}, home.json says ${manifest.id}`
        : `it knows none of the ${indexes.length} collections whose indexes lie here`
    }.`,
    { code: "other-homes-database", hint: startAnew },
  );
};
