// Opening a home: refused where its database is missing, damaged or another home's, unless its holder says to start anew.
import { corrupt, type ParlanceError } from "#services/domain/errors.ts";
import { readContents, setAside } from "./contents.ts";
import {
  type KnownHome,
  missingDatabase,
  otherDatabase,
  readManifest,
  saveManifest,
} from "./manifest.ts";

export interface PrepareOptions {
  /** Whether the database is damaged: the error that says so. */
  readonly damage: () => Promise<ParlanceError | undefined>;
  /** What the database knows; asked only of a database that is there and not damaged. */
  readonly known: () => KnownHome;
  /** Start anew where the home would be refused; what is there is kept in a folder beside. */
  readonly acceptEmpty: boolean;
  readonly now: number;
}

const problemOf = async (
  home: string,
  { damage, known }: PrepareOptions,
): Promise<ParlanceError | undefined> => {
  const manifest = await readManifest(home);
  const contents = await readContents(home);
  if (!contents.hasDatabase) return missingDatabase(home, contents);
  return (
    (await damage()) ?? otherDatabase(home, manifest, { ...known(), indexes: contents.indexes })
  );
};

/**
 * Before the database is opened, which would make one where there is none. The caller holds the home's lock.
 * @returns the folder that the old content was moved to, where it was
 * @throws ParlanceError corrupt `database-missing` | `database-damaged` | `other-homes-database`; rejected `home-too-new`
 */
export const prepareHome = async (
  home: string,
  options: PrepareOptions,
): Promise<string | undefined> => {
  const problem = await problemOf(home, options);
  if (problem === undefined) return undefined;
  if (!options.acceptEmpty) throw problem;
  return setAside(home, options.now);
};

/**
 * For a folder of an installation whose database is on a server: home.json says whose it is, from now on.
 * @throws ParlanceError corrupt `other-homes-folder` where it says that it is another's; rejected `home-too-new`
 */
export const claimShared = async (
  folder: string,
  database: { readonly id: string; readonly createdAt: number; readonly where: string },
): Promise<void> => {
  const manifest = await readManifest(folder);
  if (manifest !== undefined && manifest.id !== database.id)
    throw corrupt(
      `${folder} belongs to another installation: its home.json says ${manifest.id}, the database ${database.where} is of ${database.id}.`,
      {
        code: "other-homes-folder",
        hint: "Correct PARLANCE_DATABASE_URL, or name an empty folder.",
      },
    );
  if (manifest === undefined) await saveManifest(folder, database);
};

/** Once the database is open: home.json says which home this is, from now on. */
export const claimHome = async (
  home: string,
  database: { readonly id: string; readonly createdAt: number },
): Promise<void> => {
  if ((await readManifest(home))?.id !== database.id) await saveManifest(home, database);
};
