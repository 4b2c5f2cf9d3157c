// Blobs as files: content-addressed, hashed while they stream, durable before they are named.
import { createHash } from "node:crypto";
import { createReadStream, type Dirent } from "node:fs";
import { mkdir, open, readdir, rename, rm, rmdir, stat, statfs, unlink } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { corrupt, rejected, unavailable } from "#services/domain/errors.ts";
import type { Blobs } from "./blobs.ts";

/** Kept free for the database and the index, which need room to finish what an upload starts. */
const KEEP_FREE = 64 * 1024 ** 2;
const STAGING = "incoming";

const codeOf = (error: unknown): string | undefined =>
  (error as NodeJS.ErrnoException | null)?.code;

const diskFull = (cause?: unknown) =>
  unavailable("The disk is full: the file was not kept.", {
    code: "disk-full",
    status: 507,
    hint: "Free some space and send it again.",
    ...(cause === undefined ? {} : { cause }),
  });

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

const gone = (key: string, cause: unknown) =>
  corrupt(`The stored file ${key} is missing.`, {
    code: "blob-missing",
    hint: "Upload it again, or restore a backup.",
    cause,
  });

/** Keys come from rows and from here; one that climbs out of the folder is a mistake or worse. */
const safeKey = (key: string): string => {
  if (!/^[\w-]+(\/[\w-]+)*$/.test(key))
    throw rejected(`${JSON.stringify(key)} is no blob key.`, { code: "bad-blob-key" });
  return key;
};

export interface FsBlobsOptions {
  readonly folder: string;
  readonly newId: () => string;
  readonly now: () => number;
}

export const openFsBlobs = async (options: FsBlobsOptions): Promise<Blobs> => {
  const root = options.folder;
  const staging = join(root, STAGING);
  await makeFolder(staging);
  const pathOf = (key: string) => join(root, safeKey(key));

  const write = async (
    part: string,
    bytes: AsyncIterable<Uint8Array>,
    { maxBytes, signal }: { maxBytes?: number; signal?: AbortSignal },
  ) => {
    const file = await open(part, "wx", 0o600);
    try {
      const hash = createHash("sha256");
      let size = 0;
      let unchecked = 0;
      for await (const piece of bytes) {
        signal?.throwIfAborted();
        size += piece.byteLength;
        unchecked += piece.byteLength;
        if (maxBytes !== undefined && size > maxBytes)
          throw rejected(`The file is larger than the ${maxBytes} bytes allowed.`, {
            code: "upload-too-large",
            status: 413,
            hint: "Split the export, or raise PARLANCE_MAX_UPLOAD_BYTES.",
          });
        if (unchecked > KEEP_FREE / 4) {
          unchecked = 0;
          const { bavail, bsize } = await statfs(root);
          if (bavail * bsize < KEEP_FREE) throw diskFull();
        }
        hash.update(piece);
        let written = 0;
        while (written < piece.byteLength)
          written += (await file.write(piece, written)).bytesWritten;
      }
      await file.sync();
      return { sha256: hash.digest("hex"), size };
    } finally {
      await file.close();
    }
  };

  return {
    async put(prefix, bytes, limits = {}) {
      const folder = pathOf(prefix);
      const part = join(staging, `${options.newId()}.part`);
      try {
        const { bavail, bsize } = await statfs(root);
        if (bavail * bsize < KEEP_FREE) throw diskFull();
        const { sha256, size } = await write(part, bytes, limits);
        await makeFolder(folder);
        const path = join(folder, sha256);
        await rename(part, path);
        await syncFolder(folder);
        return { key: relative(root, path), sha256, size };
      } catch (error) {
        await rm(part, { force: true });
        if (codeOf(error) === "ENOSPC" || codeOf(error) === "EDQUOT") throw diskFull(error);
        throw error;
      }
    },
    async localPath(key) {
      const path = pathOf(key);
      try {
        await stat(path);
      } catch (error) {
        throw gone(key, error);
      }
      return path;
    },
    async stream(key) {
      const path = pathOf(key);
      try {
        const { size } = await stat(path);
        return { size, body: createReadStream(path, { highWaterMark: 1024 * 1024 }) };
      } catch (error) {
        throw gone(key, error);
      }
    },
    async exists(key) {
      return stat(pathOf(key)).then(
        () => true,
        (error: unknown) => {
          if (codeOf(error) === "ENOENT") return false;
          throw error;
        },
      );
    },
    async remove(key) {
      const path = pathOf(key);
      await unlink(path).catch((error: unknown) => {
        if (codeOf(error) !== "ENOENT") throw error;
      });
      // A folder that this emptied goes too; one that still holds something refuses, and stays.
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
    async sweep(olderThanMs) {
      const before = options.now() - olderThanMs;
      const entries: Dirent[] = await readdir(staging, { withFileTypes: true });
      for (const entry of entries) {
        if (!entry.isFile() || !entry.name.endsWith(".part")) continue;
        const path = join(staging, entry.name);
        const { mtimeMs } = await stat(path);
        if (mtimeMs <= before) await rm(path, { force: true });
      }
    },
  };
};
