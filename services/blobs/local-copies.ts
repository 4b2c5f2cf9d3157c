// Local copies of remote blobs: kept by their hash, of limited size and age, shared by the processes of one machine.
import { link, mkdir, readdir, rm, stat, unlink, utimes } from "node:fs/promises";
import { join } from "node:path";
import type { LocalBlob } from "./blobs.ts";

const HOUR_MS = 3_600_000;
/** A copy that nobody used for so long is removed: long enough for the slices in which a large upload is read. */
const LIFETIME_MS = HOUR_MS;
/** Looked through for copies at the end of their life at most so often. */
const EXPIRE_EVERY_MS = 10 * 60_000;

/**
 * Each kept copy is `kept/<sha256>`. Whoever uses one has a hard link to it in the folder of the own process, `in-use/<process>/`, so
 * that a copy can be removed at any time without taking it from its reader, and two processes need no lock.
 */
export interface LocalCopies {
  /** A path of this process where a file may be made. */
  fresh(): Promise<string>;
  /** Keeps a complete, durable file of this process as the copy with this hash; the file itself stays with its maker. */
  keep(path: string, sha256: string): Promise<void>;
  /** The copy with this hash, to use until it is released; undefined where there is none of this size in bytes. */
  take(sha256: string, size: number): Promise<LocalBlob | undefined>;
  /** A file at a path of this process, to use until it is released, which removes it. */
  lend(path: string): LocalBlob;
  /** No error where there is none. Who uses it keeps it. */
  drop(sha256: string): Promise<void>;
  /** Removes every kept copy that can be fetched again, for room on the disk. */
  dropAll(): Promise<void>;
  /** Removes copies at the end of their life, and what processes left that used none for so many milliseconds. */
  sweep(olderThanMs: number): Promise<void>;
}

export interface LocalCopiesOptions {
  readonly folder: string;
  /** Bytes of all kept copies together. The newest is kept even where it is larger alone. */
  readonly limitBytes: number;
  readonly newId: () => string;
  readonly now: () => number;
}

const unlessGone = async <T>(done: Promise<T>): Promise<T | undefined> => {
  try {
    return await done;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
};

export const openLocalCopies = async (options: LocalCopiesOptions): Promise<LocalCopies> => {
  const { folder, limitBytes, newId, now } = options;
  const kept = join(folder, "kept");
  const users = join(folder, "in-use");
  const own = join(users, newId());
  const pathOf = (sha256: string) => join(kept, sha256);
  const make = (path: string) => mkdir(path, { recursive: true, mode: 0o700 });
  const touch = (path: string) => unlessGone(utimes(path, now() / 1000, now() / 1000));
  await make(kept);
  let lent = 0;
  let beat: NodeJS.Timeout | undefined;
  let expireAt = 0;
  let keptSince = 0;

  const fresh = async () => {
    await make(own);
    await touch(own);
    return join(own, newId());
  };

  const lend = (path: string): LocalBlob => {
    lent += 1;
    // The folder's time says that its process lives: what is lent for a day must not look as if it was left.
    beat ??= setInterval(() => void touch(own).catch(() => undefined), HOUR_MS).unref();
    let released = false;
    return {
      path,
      [Symbol.asyncDispose]: async () => {
        if (released) return;
        released = true;
        lent -= 1;
        if (lent === 0) {
          clearInterval(beat);
          beat = undefined;
        }
        await rm(path, { force: true });
      },
    };
  };

  const expire = async () => {
    expireAt = now() + EXPIRE_EVERY_MS;
    keptSince = 0;
    const found: { path: string; size: number; usedAt: number }[] = [];
    for (const name of await readdir(kept)) {
      const path = join(kept, name);
      const facts = await unlessGone(stat(path));
      if (facts) found.push({ path, size: facts.size, usedAt: facts.mtimeMs });
    }
    found.sort((a, b) => b.usedAt - a.usedAt);
    let bytes = 0;
    for (const [at, { path, size, usedAt }] of found.entries()) {
      bytes += size;
      if (usedAt < now() - LIFETIME_MS || (at > 0 && bytes > limitBytes))
        await unlessGone(unlink(path));
    }
  };

  return {
    fresh,
    lend,
    async keep(path, sha256) {
      await unlessGone(unlink(pathOf(sha256)));
      await link(path, pathOf(sha256)).catch((error: unknown) => {
        // Another process keeps the same bytes.
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      });
      await touch(pathOf(sha256));
      keptSince += (await unlessGone(stat(path)))?.size ?? 0;
      // Not at each small file: that would read the folder once for every file in it.
      if (keptSince > limitBytes / 8 || now() >= expireAt) await expire();
    },
    async take(sha256, size) {
      if (now() >= expireAt) await expire();
      const path = await fresh();
      const linked = await unlessGone(link(pathOf(sha256), path).then(() => stat(path)));
      if (linked === undefined) return undefined;
      const blob = lend(path);
      if (linked.size !== size) {
        await blob[Symbol.asyncDispose]();
        return undefined;
      }
      await touch(path);
      return blob;
    },
    drop: async (sha256) => {
      await unlessGone(unlink(pathOf(sha256)));
    },
    async dropAll() {
      for (const name of await readdir(kept)) await unlessGone(unlink(join(kept, name)));
    },
    async sweep(olderThanMs) {
      await expire();
      for (const name of (await unlessGone(readdir(users))) ?? []) {
        const path = join(users, name);
        const facts = path === own ? undefined : await unlessGone(stat(path));
        if (facts && facts.mtimeMs <= now() - olderThanMs)
          await rm(path, { recursive: true, force: true });
      }
    },
  };
};
