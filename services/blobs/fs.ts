// Blobs as files: content-addressed, hashed while they stream, durable before they are named.
import { createReadStream, type Dirent, type Stats } from "node:fs";
import {
  link,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  rmdir,
  stat,
  unlink,
  writeFile,
} from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { diskFull, isDiskFull } from "#services/domain/disk-full.ts";
import { ParlanceError } from "#services/domain/errors.ts";
import { safeKey } from "./blob-key.ts";
import {
  type Blobs,
  type ByteRange,
  blobMissing,
  type ListedBlob,
  type LocalBlob,
} from "./blobs.ts";
import { type Room, writeHashed } from "./hashed-file.ts";
import { packFile, sizeOfPacked, unpackedBytes } from "./packed-file.ts";
import { claimStore } from "./store-owner.ts";

/** Of a blob whose file is packed: beside no plain file, or one that is about to go. No key ends in it. */
const PACKED = ".zst";
/** Names of what a reading keeps beside its file for as long as it lasts: no blobs. */
const BESIDE = ".parlance-";
/** Smaller files save no block of the disk that would be worth it. */
const LEAST_PACKED = 16 * 1024;
const READ_AT_ONCE = 1024 ** 2;
const STAGING = "incoming";

const codeOf = (error: unknown): string | undefined =>
  (error as NodeJS.ErrnoException | null)?.code;

const syncFolder = async (path: string) => {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
};

/** Makes a folder and its missing parents durable, each named in its parent for good. */
const makeFolder = async (path: string) => {
  const first = await mkdir(path, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  for (let at = path; at.length >= first.length; at = dirname(at)) await syncFolder(dirname(at));
};

/** Entries of a folder; none where it is gone. */
const entriesOf = (path: string): Promise<Dirent[]> =>
  readdir(path, { withFileTypes: true }).catch((error: unknown) => {
    if (codeOf(error) === "ENOENT") return [];
    throw error;
  });

/** A file's facts; undefined where it is gone. */
const factsOf = (path: string): Promise<Stats | undefined> =>
  stat(path).catch((error: unknown) => {
    if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") return undefined;
    throw error;
  });

/** Opens the file when it is first read, so that a body that nobody reads holds nothing open. */
const bodyOf = async function* (path: string, start: number, end: number) {
  if (start >= end) return;
  // It may have been packed since it was asked for.
  if ((await factsOf(path)) === undefined) {
    yield* unpackedBytes(`${path}${PACKED}`, start, end);
    return;
  }
  const stream = createReadStream(path, { start, end: end - 1, highWaterMark: READ_AT_ONCE });
  yield* stream as AsyncIterable<Uint8Array>;
};

/** Size of the blob in bytes, however it is stored; undefined where it is gone. */
const sizeOf = async (path: string): Promise<number | undefined> => {
  const facts = await factsOf(path);
  if (facts) return facts.isFile() ? facts.size : undefined;
  return (await factsOf(`${path}${PACKED}`)) && (await sizeOfPacked(`${path}${PACKED}`));
};

const removeFile = (path: string): Promise<void> =>
  unlink(path).catch((error: unknown) => {
    if (codeOf(error) !== "ENOENT") throw error;
  });

/**
 * Writes a file that is never seen half written, and leaves one that is there as it is: of several that write at once, the first
 * wins. The text is written to `part` before, which is removed.
 */
const writeOnce = async (path: string, part: string, text: string): Promise<void> => {
  try {
    await writeFile(part, text, { mode: 0o600, flush: true });
    await link(part, path).catch((error: unknown) => {
      if (codeOf(error) !== "EEXIST") throw error;
    });
    await syncFolder(dirname(path));
  } finally {
    await rm(part, { force: true });
  }
};

export interface FsBlobsOptions {
  readonly folder: string;
  readonly newId: () => string;
  readonly now: () => number;
  /** Throws `disk-full` where so many bytes more would leave too little free. Nothing is checked where absent. */
  readonly room?: Room;
  /** The id of the database whose blobs these are, for a folder outside its home; noted in the folder, and refused by another's. */
  readonly owner?: string;
}

export const openFsBlobs = async (options: FsBlobsOptions): Promise<Blobs> => {
  const root = options.folder;
  const staging = join(root, STAGING);
  await makeFolder(staging);
  const note = join(staging, "owner");
  if (options.owner !== undefined)
    await claimStore(options.owner, root, {
      read: () =>
        readFile(note, "utf8").catch((error: unknown) => {
          if (codeOf(error) === "ENOENT") return undefined;
          throw error;
        }),
      write: (text) => writeOnce(note, `${note}-${options.newId()}.part`, text),
    });
  const pathOf = (key: string) => join(root, safeKey(key));

  const walk = async function* (folder: string): AsyncGenerator<ListedBlob, void, undefined> {
    for (const entry of await entriesOf(folder)) {
      const path = join(folder, entry.name);
      if (path === staging || entry.name.startsWith(BESIDE)) continue;
      if (entry.isDirectory()) yield* walk(path);
      if (!entry.isFile()) continue;
      const plain = path.endsWith(PACKED) ? path.slice(0, -PACKED.length) : path;
      // Both are there for a moment; it is one blob.
      if (plain !== path && (await factsOf(plain))) continue;
      const [facts, size] = [await factsOf(path), await sizeOf(plain)];
      if (facts && size !== undefined)
        yield { key: relative(root, plain), size, modifiedAt: facts.mtimeMs };
    }
  };

  return {
    async put(prefix, bytes, limits = {}) {
      const folder = pathOf(prefix);
      const part = join(staging, `${options.newId()}.part`);
      try {
        await options.room?.(limits.expectedBytes ?? 0);
        const { sha256, size } = await writeHashed(part, bytes, { ...limits, room: options.room });
        await makeFolder(folder);
        const path = join(folder, sha256);
        await rename(part, path);
        await syncFolder(folder);
        return { key: relative(root, path), sha256, size };
      } catch (error) {
        await rm(part, { force: true });
        if (isDiskFull(error) && !(error instanceof ParlanceError))
          throw diskFull("the file was not kept", { cause: error });
        throw error;
      }
    },
    async local(key): Promise<LocalBlob> {
      const path = pathOf(key);
      // The file itself: there is no copy to take away.
      if (await factsOf(path)) return { path, [Symbol.asyncDispose]: async () => undefined };
      const size = await sizeOf(path);
      if (size === undefined) throw blobMissing(key);
      const copy = join(staging, `${options.newId()}.part`);
      const remove = () => rm(copy, { force: true });
      try {
        await options.room?.(size);
        await writeHashed(copy, unpackedBytes(`${path}${PACKED}`, 0, size), { room: options.room });
      } catch (error) {
        await remove();
        throw error;
      }
      return { path: copy, [Symbol.asyncDispose]: remove };
    },
    async stream(key, range: ByteRange = {}) {
      const path = pathOf(key);
      const size = await sizeOf(path);
      if (size === undefined) throw blobMissing(key);
      return { size, body: bodyOf(path, range.start ?? 0, Math.min(range.end ?? size, size)) };
    },
    async compact(key) {
      const path = pathOf(key);
      const facts = await factsOf(path);
      if (!facts?.isFile() || facts.size < LEAST_PACKED) return;
      const part = join(staging, `${options.newId()}.part`);
      try {
        await options.room?.(facts.size);
        const of = { path, size: facts.size, sha256: basename(path) };
        if (!(await packFile(of, part))) return;
        await rename(part, `${path}${PACKED}`);
        await syncFolder(dirname(path));
        await removeFile(path);
      } catch (error) {
        // It was removed meanwhile.
        if (codeOf(error) === "ENOENT") return;
        if (isDiskFull(error) && !(error instanceof ParlanceError))
          throw diskFull("the file was not made smaller", { cause: error });
        throw error;
      } finally {
        await rm(part, { force: true });
      }
    },
    async find(key) {
      const size = await sizeOf(pathOf(key));
      return size === undefined ? undefined : { key, size };
    },
    list: (prefix) => walk(prefix === "" ? root : pathOf(prefix)),
    async remove(key) {
      const path = pathOf(key);
      await removeFile(path);
      await removeFile(`${path}${PACKED}`);
      // A folder that this emptied is removed too; one that still holds something refuses, and stays.
      for (let at = dirname(path); at !== root && at !== staging; at = dirname(at)) {
        const entries = await readdir(at).catch((): string[] => [""]);
        if (entries.length > 0) return;
        const removed = await rmdir(at).then(
          () => true,
          () => false,
        );
        if (!removed) return;
      }
    },
    async removeAll(prefix) {
      await rm(pathOf(prefix), { recursive: true, force: true });
    },
    async check() {
      // Answers as soon as the folder can be read: a network file system that is gone cannot.
      await readdir(staging);
      return [];
    },
    async sweep(olderThanMs) {
      const before = options.now() - olderThanMs;
      for (const entry of await entriesOf(staging)) {
        if (!entry.isFile() || !entry.name.endsWith(".part")) continue;
        const path = join(staging, entry.name);
        const facts = await factsOf(path);
        if (facts && facts.mtimeMs <= before) await rm(path, { force: true });
      }
    },
  };
};
