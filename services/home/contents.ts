// What lies in a home's folders beside its database: evidence of what the database must know.
import type { Dirent } from "node:fs";
import { mkdir, readdir, rename, stat } from "node:fs/promises";
import { join } from "node:path";

export const databaseName = "parlance.db";

export interface HomeContents {
  /** Ids of the collections whose index lies in the home. */
  readonly indexes: readonly string[];
  /** Uploads whose file lies in the home. */
  readonly uploads: number;
  /** Whether there is a database file with anything in it. */
  readonly hasDatabase: boolean;
}

const foldersIn = async (path: string): Promise<string[]> => {
  const entries: Dirent[] = await readdir(path, { withFileTypes: true }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
};

const sizeOf = (path: string): Promise<number> =>
  stat(path).then(
    ({ size }) => size,
    () => 0,
  );

export const readContents = async (home: string): Promise<HomeContents> => {
  const indexes: string[] = [];
  for (const name of await foldersIn(join(home, "collections")))
    if ((await sizeOf(join(home, "collections", name, "index.git", "HEAD"))) > 0)
      indexes.push(name);
  return {
    indexes,
    uploads: (await foldersIn(join(home, "blobs", "uploads"))).length,
    hasDatabase: (await sizeOf(join(home, databaseName))) > 0,
  };
};

/** What a start with an empty home leaves where it is: the lock, models, earlier copies. */
const moved = [
  databaseName,
  `${databaseName}-wal`,
  `${databaseName}-shm`,
  "home.json",
  "collections",
  "blobs",
];

/** Moves what a home holds into a folder in it. @returns the folder's path */
export const setAside = async (home: string, now: number): Promise<string> => {
  const stamp = new Date(now).toISOString().replaceAll(/[:.]/gu, "-");
  const folder = join(home, `set-aside-${stamp}`);
  await mkdir(folder, { mode: 0o700 });
  for (const name of moved)
    await rename(join(home, name), join(folder, name)).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    });
  return folder;
};
