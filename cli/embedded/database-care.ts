// What `parlance db` does with a database itself: its state, its migrations, copies of it.
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "#services/config/config.ts";
import { rejected } from "#services/domain/errors.ts";
import { millis } from "#services/domain/units.ts";
import { databaseName, lockHome, makeHome } from "#services/home/home.ts";
import {
  type CopiedDatabase,
  copyDatabase,
  type Database,
  type MigrationState,
  migrationsOf,
  openDatabase,
  placeOfServer,
  randomName,
} from "#services/store/store.ts";

export interface DatabasePlace {
  /** The SQLite file. */
  readonly path: string;
  /** The server, in its place. */
  readonly url: string | undefined;
}

/** The database that the settings name. */
export const configuredPlace = ({ home, databaseUrl }: Config): DatabasePlace => ({
  path: join(home, databaseName),
  url: databaseUrl,
});

/** For people: never with a password. */
export const whereOf = ({ path, url }: DatabasePlace): string =>
  url === undefined ? path : placeOfServer(url);

const open = (place: DatabasePlace, backups?: string): Promise<Database> =>
  openDatabase({
    ...place,
    now: () => millis(Date.now()),
    newId: randomName,
    ...(backups === undefined ? {} : { backups }),
  });

const requireFile = ({ path, url }: DatabasePlace): void => {
  if (url !== undefined || existsSync(path)) return;
  throw rejected(`There is no database ${path}.`, {
    code: "no-such-file",
    hint: "Set PARLANCE_HOME to the folder that has one, or PARLANCE_DATABASE_URL to a server.",
  });
};

export const stateOfDatabase = async (place: DatabasePlace): Promise<MigrationState> => {
  requireFile(place);
  return migrationsOf(place);
};

/** Nobody else may write to a home's database meanwhile; a server of databases looks after that itself. */
const alone = async <T>(
  home: string,
  { url }: DatabasePlace,
  work: () => Promise<T>,
): Promise<T> => {
  if (url !== undefined) return work();
  await makeHome(home);
  const lock = lockHome(home);
  try {
    return await work();
  } finally {
    lock.release();
  }
};

/** Brings the configured database up to date. @returns what was missing */
export const migrateDatabase = async (config: Config): Promise<readonly string[]> => {
  const place = configuredPlace(config);
  return alone(config.home, place, async () => {
    const missing =
      place.url === undefined && !existsSync(place.path)
        ? undefined
        : (await migrationsOf(place)).missing;
    await (await open(place, join(config.home, "backups"))).close();
    return missing ?? (await migrationsOf(place)).applied;
  });
};

export interface CopyOptions {
  readonly from: DatabasePlace;
  readonly to: DatabasePlace;
  /** The home whose SQLite file is one of them. */
  readonly home: string;
  readonly onTable?: (table: string) => void;
}

/** Copies a database into an empty one. @throws as `copyDatabase` */
export const copyBetween = async ({
  from,
  to,
  home,
  onTable,
}: CopyOptions): Promise<CopiedDatabase> => {
  requireFile(from);
  const own = join(home, databaseName);
  const usesHome = [from, to].find(({ path, url }) => url === undefined && path === own);
  const work = async () => {
    const source = await open(from);
    try {
      const target = await open(to);
      try {
        return await copyDatabase(source, target, onTable);
      } finally {
        await target.close();
      }
    } finally {
      await source.close();
    }
  };
  return usesHome === undefined ? work() : alone(home, usesHome, work);
};

/** Writes the configured database, while it is in use, to a new SQLite file. */
export const backUpDatabase = async (config: Config, file: string): Promise<void> => {
  const place = configuredPlace(config);
  requireFile(place);
  const database = await open(place);
  await database.copyTo(file).finally(() => database.close());
};
