// The large files of an index, laid out as Git LFS does: `lfs/objects/aa/bb/<sha256>`, written once and never changed.
import { createHash, randomUUID } from "node:crypto";
import { mkdir, open, readdir, rename, rm, stat, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { flushFile, flushFolder, ifThere } from "./disk.ts";
import { HistoryError, type ObjectRef } from "./history.ts";

const SHA256 = /^[0-9a-f]{64}$/;
const SLICE = 1 << 20;
const DAY_MS = 24 * 60 * 60 * 1000;

/** sha256 and size of a file, a megabyte at a time, so that nothing else in the process waits for more than a few ms. */
const hashFile = async (path: string): Promise<ObjectRef> => {
  const file = await open(path, "r");
  try {
    const hash = createHash("sha256");
    // Never more than the file needs: most are small, and a megabyte each kept the garbage collector busy.
    const slice = Buffer.allocUnsafe(Math.min(SLICE, (await file.stat()).size + 1));
    let size = 0;
    for (;;) {
      const { bytesRead } = await file.read(slice, 0, slice.length, size);
      if (bytesRead === 0) return { sha256: hash.digest("hex"), size };
      hash.update(slice.subarray(0, bytesRead));
      size += bytesRead;
    }
  } finally {
    await file.close();
  }
};

export interface ObjectReader {
  path(object: ObjectRef): string;
  verify(object: ObjectRef): Promise<boolean>;
}

export interface ObjectStore extends ObjectReader {
  stage(): Promise<string>;
  adopt(stagedPath: string): Promise<ObjectRef>;
  /** Every object that lies there, whoever needs it. */
  list(): Promise<{ sha256: string; size: number; changedAt: number }[]>;
  remove(sha256: string): Promise<void>;
  /** Removes staged files that were last written before this time; returns their bytes. */
  sweepStaging(before: number): Promise<number>;
  /** Folder of staged files, also home of the writers' marks. */
  readonly staging: string;
}

export const dayBefore = (now: number): number => now - DAY_MS;

const objectsIn = (root: string): string => join(root, "lfs", "objects");

/** Where an object lies under `root`. @throws HistoryError "damaged" for anything but a sha256 */
export const objectPathIn = (root: string, sha256: string): string => {
  if (!SHA256.test(sha256)) throw new HistoryError("damaged", `"${sha256}" is no sha256`);
  return join(objectsIn(root), sha256.slice(0, 2), sha256.slice(2, 4), sha256);
};

/** Finds and checks the objects under `<root>/lfs/objects`; writes nothing. */
export const objectReader = (root: string): ObjectReader => ({
  path: ({ sha256 }) => objectPathIn(root, sha256),
  verify: async (object) => {
    const path = objectPathIn(root, object.sha256);
    const found = await ifThere(stat(path));
    if (found?.size !== object.size) return false;
    const actual = await ifThere(hashFile(path));
    return actual?.sha256 === object.sha256;
  },
});

/** Objects under `<root>/lfs/objects`, staged in `<root>/lfs/tmp` (git-lfs keeps its own half-written files there too). */
export const openObjectStore = async (root: string): Promise<ObjectStore> => {
  const objects = objectsIn(root);
  const staging = join(root, "lfs", "tmp");
  await mkdir(objects, { recursive: true });
  await mkdir(staging, { recursive: true });
  const pathOf = (sha256: string) => objectPathIn(root, sha256);
  const { path: objectPath, verify } = objectReader(root);

  return {
    staging,
    verify,
    path: objectPath,
    stage: async () => {
      const path = join(staging, `${process.pid}-${randomUUID()}.part`);
      await (await open(path, "wx")).close();
      return path;
    },
    adopt: async (stagedPath) => {
      await flushFile(stagedPath);
      const object = await hashFile(stagedPath);
      const path = pathOf(object.sha256);
      const folder = dirname(path);
      // The same content again: what lies there is kept only where it is whole.
      if (await verify(object)) {
        await unlink(stagedPath);
        return object;
      }
      await mkdir(folder, { recursive: true });
      await rename(stagedPath, path);
      for (const changed of [folder, dirname(folder), objects]) await flushFolder(changed);
      return object;
    },
    list: async () => {
      const found: { sha256: string; size: number; changedAt: number }[] = [];
      const entries = await readdir(objects, { recursive: true, withFileTypes: true });
      for (const entry of entries) {
        if (!entry.isFile() || !SHA256.test(entry.name)) continue;
        const info = await ifThere(stat(join(entry.parentPath, entry.name)));
        if (info) found.push({ sha256: entry.name, size: info.size, changedAt: info.ctimeMs });
      }
      return found;
    },
    remove: async (sha256) => {
      const path = pathOf(sha256);
      await rm(path, { force: true });
      await flushFolder(dirname(path)).catch((error: unknown) => {
        throw new HistoryError("unavailable", `${path} could not be removed`, { cause: error });
      });
    },
    sweepStaging: async (before) => {
      let freed = 0;
      for (const name of await readdir(staging)) {
        if (name.endsWith(".hold")) continue;
        const path = join(staging, name);
        const info = await ifThere(stat(path));
        if (!info || info.mtimeMs >= before) continue;
        freed += info.size;
        await rm(path, { recursive: true, force: true });
      }
      return freed;
    },
  };
};
