// What takes room on this machine's disks: indexes by collection, files, models, copies of the database.
import type { Dirent } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export interface DiskUse {
  /** Bytes of each index with all its versions and analyses, by its collection's id. */
  readonly indexes: ReadonlyMap<string, number>;
  /** Bytes of uploaded files and waiting vectors; null where they are kept elsewhere. */
  readonly files: number | null;
  /** Bytes of copies of files that are kept elsewhere. */
  readonly copies: number;
  /** Bytes of downloaded models. */
  readonly models: number;
  /** Copies of the database from before an upgrade, the newest first. */
  readonly backups: readonly {
    readonly name: string;
    readonly bytes: number;
    readonly at: number;
  }[];
}

/** Where they are, as the settings say. */
export interface DiskPlaces {
  readonly home: string;
  /** Undefined: in the home. */
  readonly indexes: string | undefined;
  readonly blobsUrl: string | undefined;
}

/** What is not there, or was removed meanwhile, is nothing. */
const unlessGone = async <T>(asked: Promise<T>, otherwise: T): Promise<T> => {
  try {
    return await asked;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return otherwise;
    throw error;
  }
};

const entriesOf = (folder: string): Promise<Dirent[]> =>
  unlessGone(readdir(folder, { withFileTypes: true }), []);

const bytesOfFile = (path: string): Promise<number> =>
  unlessGone(
    stat(path).then(({ size }) => size),
    0,
  );

/** One folder after the other: a home may have a hundred thousand files, and requests are answered meanwhile. */
const bytesIn = async (folder: string): Promise<number> => {
  let bytes = 0;
  for (const entry of await entriesOf(folder)) {
    const path = join(folder, entry.name);
    // A link's target belongs to somebody else.
    if (entry.isDirectory()) bytes += await bytesIn(path);
    else if (entry.isFile()) bytes += await bytesOfFile(path);
  }
  return bytes;
};

const filesPlace = ({ home, blobsUrl }: DiskPlaces): string | undefined => {
  if (blobsUrl === undefined) return join(home, "blobs");
  return blobsUrl.startsWith("file:") ? fileURLToPath(blobsUrl) : undefined;
};

/** Goes through the folders, which takes a second for each ten thousand files or so. */
export const readDiskUse = async (places: DiskPlaces): Promise<DiskUse> => {
  const { home } = places;
  const folder = places.indexes ?? join(home, "collections");
  const indexes = new Map<string, number>();
  for (const entry of await entriesOf(folder))
    if (entry.isDirectory()) indexes.set(entry.name, await bytesIn(join(folder, entry.name)));
  const files = filesPlace(places);
  const backups = await Promise.all(
    (await entriesOf(join(home, "backups")))
      .filter((entry) => entry.isFile())
      .map(async ({ name }) => {
        const { size, mtimeMs } = await stat(join(home, "backups", name));
        return { name, bytes: size, at: Math.round(mtimeMs) };
      }),
  );
  return {
    indexes,
    files: files === undefined ? null : await bytesIn(files),
    copies: await bytesIn(join(home, "blob-copies")),
    models: await bytesIn(join(home, "models")),
    backups: backups.sort((a, b) => b.at - a.at),
  };
};
