// Writes a home to one tar file and reads it back: the database is copied first, then uploads and indexes, then a list of checksums.
// Servers go on meanwhile: an index is copied as it was at one moment, with everything that its versions name.
import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import {
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  statfs,
} from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout as pause } from "node:timers/promises";
import { extract, type Pack, pack } from "tar-stream";
import { z } from "zod";
import { diskFull, isDiskFull } from "#services/domain/disk-full.ts";
import { corrupt, ParlanceError, rejected, unavailable } from "#services/domain/errors.ts";
import type { Database } from "#services/store/store.ts";

const listName = "parlance-backup.json";
const databaseName = "parlance.db";
/** Of a home whose secret is not in the environment. */
const secretName = "secret";

const contents = z.object({
  format: z.literal(1),
  createdAt: z.string(),
  files: z.record(z.string(), z.object({ size: z.int(), sha256: z.string() })),
});
type Contents = z.infer<typeof contents>;

/** The other content of a home: uploads, and indexes with all their versions, which may be in a folder that servers share. */
const keptFolders = ({ path, indexes }: BackedUpHome): Readonly<Record<string, string>> => ({
  blobs: join(path, "blobs"),
  collections: indexes ?? join(path, "collections"),
});

export interface BackedUpHome {
  readonly path: string;
  readonly database: Database;
  /** The folder of the indexes, where it is not in the home. */
  readonly indexes?: string | undefined;
}

/** Where a file lies that has this name in the archive. */
const placeOf = (home: BackedUpHome, name: string): string => {
  const [folder = "", ...rest] = name.split("/");
  return join(keptFolders(home)[folder] ?? join(home.path, folder), ...rest);
};
// Incomplete uploads, and what git and we write before it gets its name, are left out.
const isPassing = (path: string) =>
  /(^|\/)(incoming|staging|tmp)\/|\.(part|lock|tmp)$|\/\.?tmp[-_][^/]*$/.test(path);

/** Names of the files below a folder in the archive; passing ones are left out. */
const filesBelow = async (home: BackedUpHome, name: string): Promise<string[]> => {
  const folder = placeOf(home, name);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(name, relative(folder, join(entry.parentPath, entry.name))))
    .map((path) => path.split(sep).join("/"))
    .filter((path) => !isPassing(path))
    .sort();
};

/** Names of the folders of indexes. A shared folder has a home.json beside them, which says whose it is. */
const indexesOf = async (home: BackedUpHome): Promise<string[]> => {
  const entries = await readdir(placeOf(home, "collections"), { withFileTypes: true }).catch(
    () => [],
  );
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => `collections/${name}`);
};

/** The small files of an index by which git finds the others. */
const isNaming = (path: string) => /\/(refs|logs)\/|\/(packed-refs|HEAD)$/.test(path);

interface IndexFiles {
  /** What names the others, as it was before these were listed. */
  readonly naming: ReadonlyMap<string, Buffer>;
  readonly others: readonly string[];
  /** Something was removed, or moved to another naming file, while this was read. */
  readonly isCut: boolean;
}

/**
 * Everything that is named was there before it was named. What is listed twice, before the names are read and after, has all of it,
 * unless something was removed in between. Git moves refs into one file (`packed-refs`), and a listing sees one folder after the other,
 * so it may have neither: both listings must have the same naming files.
 */
const readIndex = async (home: BackedUpHome, name: string): Promise<IndexFiles> => {
  const before = await filesBelow(home, name);
  const naming = new Map<string, Buffer>();
  for (const path of before.filter(isNaming)) {
    const bytes = await readFile(placeOf(home, path)).catch(() => undefined);
    if (bytes !== undefined) naming.set(path, bytes);
  }
  const later = await filesBelow(home, name);
  const others = later.filter((path) => !isNaming(path));
  const after = new Set([...others, ...naming.keys()]);
  const isCut =
    before.some((path) => !after.has(path)) ||
    later.some((path) => isNaming(path) && !naming.has(path));
  return { naming, others, isCut };
};

const addFile = async (
  archive: Pack,
  name: string,
  path: string,
): Promise<{ size: number; sha256: string } | undefined> => {
  const file = await open(path, "r").catch(() => undefined);
  // Removed since it was listed.
  if (file === undefined) return undefined;
  const { size } = await file.stat();
  const hash = createHash("sha256");
  const entry = archive.entry({ name, size });
  if (size === 0) {
    await file.close();
    entry.end();
  } else {
    const bytes = file.createReadStream({ start: 0, end: size - 1 });
    bytes.on("data", (part) => hash.update(part));
    await pipeline(bytes, entry);
  }
  return { size, sha256: hash.digest("hex") };
};

const sha256Of = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");

const indexChanging = (what: string) =>
  unavailable(`${what}: while an index was copied, files of it were removed, again and again.`, {
    code: "index-changing",
    hint: "Messages are being erased, or old versions dropped. Try again when that has ended (`parlance jobs`).",
  });

const noRoom = (what: string, path: string, cause?: unknown) =>
  diskFull(`${what}, because there is too little space at ${dirname(path)}`, {
    hint: "Free some space there, or name a file on another disk.",
    ...(cause === undefined ? {} : { cause }),
  });

/** @throws ParlanceError unavailable `disk-full`, before anything is written, where so many bytes do not fit beside `path` */
const requireRoom = async (bytes: number, path: string, what: string): Promise<void> => {
  const { bavail, bsize } = await statfs(dirname(path));
  if (bavail * bsize < bytes) throw noRoom(what, path);
};

const sizesOf = async (paths: readonly string[]): Promise<number> => {
  let sum = 0;
  for (const path of paths)
    sum += await stat(path).then(
      ({ size }) => size,
      // Deleted by garbage collection since it was listed.
      () => 0,
    );
  return sum;
};

/** Waits for the work that fills a stream, unless the stream's consumer fails first. */
const unlessBroken = async <T>(work: Promise<T>, flow: Promise<unknown>): Promise<T> => {
  const broken = new Promise<never>((_, reject) => {
    flow.catch(reject);
  });
  // The one that ends later must not cause an unhandled rejection.
  work.catch(() => undefined);
  return Promise.race([work, broken]);
};

/** Erasures and dropped versions remove files of an index for seconds. */
const INDEX_TRIES = 10;
const TRY_AGAIN_MS = 500;

/**
 * Writes the home to `path`, while it is in use; on failure no file is left.
 * @returns files and bytes written
 * @throws ParlanceError unavailable `disk-full`, before or while it writes; `index-changing` where an index loses files all the time
 */
export const writeBackup = async (
  home: BackedUpHome,
  path: string,
): Promise<{ files: number; bytes: number }> => {
  const what = `${path} was not written`;
  const names = [...(await filesBelow(home, "blobs")), ...(await filesBelow(home, "collections"))];
  const sources = [databaseName, ...names].map((name) => placeOf(home, name));
  const database = await sizesOf(sources.slice(0, 1));
  // The copy of the database lies beside the archive until it is packed, so it needs space too.
  await requireRoom((await sizesOf(sources)) + database, path, what);
  const work = await mkdtemp(join(dirname(path), ".parlance-backup-"));
  try {
    const copy = join(work, databaseName);
    await home.database.copyTo(copy);
    const archive = pack();
    const partial = join(work, "backup.tar");
    const written = pipeline(archive, createWriteStream(partial, { flush: true, mode: 0o600 }));
    const files: Contents["files"] = {};
    /** @returns whether it was there */
    const add = async (name: string, source = placeOf(home, name)): Promise<boolean> => {
      const added = await addFile(archive, name, source);
      if (added !== undefined) files[name] = added;
      return added !== undefined;
    };
    /** @returns whether the archive has all that the index's versions name */
    const addIndex = async (folder: string): Promise<boolean> => {
      const index = await readIndex(home, folder);
      if (index.isCut) return false;
      for (const [name, bytes] of index.naming) {
        archive.entry({ name }, bytes);
        files[name] = { size: bytes.length, sha256: sha256Of(bytes) };
      }
      for (const name of index.others) if (!(await add(name))) return false;
      return true;
    };
    const addAll = async () => {
      await add(databaseName, copy);
      // What is sealed in the database can be opened with it alone.
      await add(secretName);
      // One that is removed meanwhile is of an upload that was erased.
      for (const name of await filesBelow(home, "blobs")) await add(name);
      for (const folder of await indexesOf(home))
        for (let tries = 1; !(await addIndex(folder)); tries++) {
          if (tries === INDEX_TRIES) throw indexChanging(what);
          for (const name of Object.keys(files))
            if (name.startsWith(`${folder}/`)) delete files[name];
          await pause(TRY_AGAIN_MS);
        }
    };
    await unlessBroken(addAll(), written);
    const list: Contents = { format: 1, createdAt: new Date().toISOString(), files };
    archive.entry({ name: listName }, JSON.stringify(list));
    archive.finalize();
    await written;
    await rename(partial, path);
    const bytes = Object.values(files).reduce((sum, { size }) => sum + size, 0);
    return { files: Object.keys(files).length, bytes };
  } catch (error) {
    throw isDiskFull(error) ? noRoom(what, path, error) : error;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
};

const isSafe = (name: string) =>
  !name.startsWith("/") && !name.split("/").includes("..") && !name.includes("\0");

const unpack = async (
  bytes: Readable,
  into: string,
): Promise<Map<string, { size: number; sha256: string }>> => {
  const found = new Map<string, { size: number; sha256: string }>();
  const archive = extract();
  const reading = pipeline(bytes, archive);
  // Handled at once: a file that is not a tar fails before the loop below reads its first entry.
  reading.catch(() => undefined);
  for await (const entry of archive) {
    const { name, type } = entry.header;
    if (type !== "file" || !isSafe(name))
      throw rejected(`The backup contains “${name}”, which is not part of a Parlance backup.`, {
        code: "not-a-backup",
      });
    const target = join(into, name);
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    const hash = createHash("sha256");
    entry.on("data", (part: Buffer) => hash.update(part));
    await pipeline(entry, createWriteStream(target, { flush: true, mode: 0o600 }));
    found.set(name, { size: (await stat(target)).size, sha256: hash.digest("hex") });
  }
  await reading;
  return found;
};

const readList = async (folder: string): Promise<Contents> => {
  const text = await readFile(join(folder, listName), "utf8").catch((cause: unknown) => {
    throw rejected(
      "This is not a Parlance backup, or its end is missing: it has no list of files.",
      { code: "not-a-backup", cause },
    );
  });
  return contents.parse(JSON.parse(text));
};

/**
 * Makes a home from a backup; the home must be absent or empty. All files are checked before any is put in place.
 * @throws ParlanceError rejected `home-not-empty` | `not-a-backup`; unavailable `disk-full`; corrupt `damaged-backup`
 */
export const readBackup = async (
  path: string,
  home: string,
): Promise<{ files: number; createdAt: string }> => {
  const there = await readdir(home).catch((): string[] => []);
  if (there.length > 0)
    throw rejected(`${home} is not empty.`, {
      code: "home-not-empty",
      hint: "Move it away, or set PARLANCE_HOME to a new folder.",
    });
  const work = `${home}.restoring`;
  await rm(work, { recursive: true, force: true });
  await mkdir(work, { recursive: true, mode: 0o700 });
  try {
    const found = await unpack(createReadStream(path), work).catch((cause: unknown) => {
      if (cause instanceof ParlanceError) throw cause;
      if (isDiskFull(cause)) throw noRoom("nothing was restored", home, cause);
      throw rejected(`${path} is not a Parlance backup, or its end is missing.`, {
        code: "not-a-backup",
        hint: "Name a file that `parlance backup` wrote.",
        cause,
      });
    });
    const list = await readList(work);
    for (const [name, wanted] of Object.entries(list.files)) {
      const got = found.get(name);
      if (got?.sha256 !== wanted.sha256)
        throw corrupt(`“${name}” in the backup is ${got === undefined ? "missing" : "damaged"}.`, {
          code: "damaged-backup",
          hint: "Nothing was restored. Use another backup.",
        });
    }
    // What a first try to copy an index has left.
    for (const name of found.keys()) if (!(name in list.files)) await rm(join(work, name));
    await rm(home, { recursive: true, force: true });
    await rename(work, home);
    return { files: Object.keys(list.files).length, createdAt: list.createdAt };
  } catch (error) {
    await rm(work, { recursive: true, force: true });
    throw error;
  }
};
