// Blobs in an S3 bucket: written to a local file and hashed there, then sent; read through local copies of limited size and age.
import { rm } from "node:fs/promises";
import { basename } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { diskFull, isDiskFull } from "#services/domain/disk-full.ts";
import { ParlanceError } from "#services/domain/errors.ts";
import { safeKey } from "./blob-key.ts";
import {
  type Blobs,
  type BlobsNotice,
  type ByteRange,
  blobDamaged,
  blobMissing,
  isStoreAway,
  type ListedBlob,
  type LocalBlob,
} from "./blobs.ts";
import { type Room, writeHashed } from "./hashed-file.ts";
import { openLocalCopies } from "./local-copies.ts";
import { readS3Address } from "./s3-address.ts";
import { IDLE_MS, openS3Client } from "./s3-client.ts";
import { s3Objects } from "./s3-objects.ts";
import { claimStore } from "./store-owner.ts";

/** The object that says whose the store is. No key ends so. */
const OWNER = "parlance-owner.txt";
/** What ends otherwise was not put by us: a bucket may hold other things, which must not be taken for orphans. */
const OURS = /\/[0-9a-f]{64}$/;

/** Milliseconds for which opening waits for the bucket. */
const START_MS = 3000;

export interface S3BlobsOptions {
  /** s3://bucket/prefix?endpoint=…&region=… */
  readonly url: string;
  /** On the local disk: files on their way to the store, and copies of what is read from it. Shared by the processes of a machine. */
  readonly folder: string;
  /** Bytes that kept copies may take together. */
  readonly limitBytes: number;
  /** The id of the database whose blobs these are; refused where the bucket notes another's. Not checked where absent. */
  readonly owner?: string;
  readonly newId: () => string;
  readonly now: () => number;
  /** Throws `disk-full` where so many bytes more would leave too little free on the local disk. */
  readonly room?: Room;
  /** Milliseconds without a byte after which an attempt at a request is given up; 15,000 by default. */
  readonly idleMs?: number;
}

/**
 * A bucket that cannot be reached is no error here, but of what is asked of it, so that a server without it still searches.
 * @throws ParlanceError rejected `bad-setting` | `blobs-of-another-home`
 */
export const openS3Blobs = async (options: S3BlobsOptions): Promise<Blobs> => {
  const { now, owner, idleMs = IDLE_MS } = options;
  const address = readS3Address(options.url);
  const { root, shown } = address;
  const objects = s3Objects(openS3Client(address, idleMs), {
    bucket: address.bucket,
    shown,
    now,
    idleMs,
  });
  const copies = await openLocalCopies(options);
  const nameOf = (key: string) => `${root}${safeKey(key)}`;

  let claimed = owner === undefined;
  /** Before anything is changed: an hourly comparison with another database's rows would remove everything. */
  const claim = async () => {
    if (claimed || owner === undefined) return;
    const name = `${root}${OWNER}`;
    await claimStore(owner, shown, {
      read: () => objects.read(name),
      write: (text) => objects.write(name, text),
    });
    claimed = true;
  };
  // A bucket that says nothing delays the start by a moment only: it is asked again before anything is changed.
  const claiming = claim();
  claiming.catch(() => undefined);
  await Promise.race([claiming, pause(START_MS, undefined, { ref: false })]).catch(
    (error: unknown) => {
      if (!isStoreAway(error)) throw error;
    },
  );

  /** Copies that can be fetched again give way to what cannot. */
  const room: Room = async (bytes) => {
    try {
      await options.room?.(bytes);
    } catch (error) {
      if (!isDiskFull(error)) throw error;
      await copies.dropAll();
      await options.room?.(bytes);
    }
  };

  const sizeOf = async (key: string): Promise<number> => {
    const size = await objects.size(nameOf(key));
    if (size === undefined) throw blobMissing(key);
    return size;
  };
  const bytesOf = (key: string, start: number, end: number) =>
    objects.bytes(nameOf(key), { start, end, missing: () => blobMissing(key) });

  /** Does something with a local file, which it removes after an error. */
  const withFile = async <T>(what: string, work: (path: string) => Promise<T>): Promise<T> => {
    const path = await copies.fresh();
    try {
      return await work(path);
    } catch (error) {
      await rm(path, { force: true });
      if (isDiskFull(error) && !(error instanceof ParlanceError))
        throw diskFull(what, { cause: error });
      throw error;
    }
  };

  /** Removes objects, and this machine's copies of them. */
  const removeNamed = async (prefix: string, which: (name: string) => boolean) => {
    await claim();
    for await (const name of objects.remove(prefix, which)) await copies.drop(basename(name));
  };

  return {
    put: async (prefix, bytes, limits = {}) =>
      withFile("the file was not kept", async (path) => {
        safeKey(prefix);
        await claim();
        await room(limits.expectedBytes ?? 0);
        const { sha256, size } = await writeHashed(path, bytes, { ...limits, room });
        const key = `${prefix}/${sha256}`;
        await objects.upload(nameOf(key), { path, size, signal: limits.signal });
        // The process that reads it next is often on this machine.
        await copies.keep(path, sha256);
        await rm(path, { force: true });
        return { key, sha256, size };
      }),
    async local(key): Promise<LocalBlob> {
      const size = await sizeOf(key);
      const sha256 = basename(key);
      const kept = await copies.take(sha256, size);
      if (kept) return kept;
      return withFile("the file was not fetched", async (path) => {
        await room(size);
        const written = await writeHashed(path, bytesOf(key, 0, size), { room });
        if (written.sha256 !== sha256) throw blobDamaged(key);
        await copies.keep(path, sha256);
        return copies.lend(path);
      });
    },
    async stream(key, range: ByteRange = {}) {
      const size = await sizeOf(key);
      return { size, body: bytesOf(key, range.start ?? 0, Math.min(range.end ?? size, size)) };
    },
    async compact() {
      // Packing would fetch the whole object and send it again, and make reading a part of it unpack everything before.
    },
    async find(key) {
      const size = await objects.size(nameOf(key));
      return size === undefined ? undefined : { key, size };
    },
    async *list(prefix): AsyncGenerator<ListedBlob, void, undefined> {
      const below = prefix === "" ? root : `${nameOf(prefix)}/`;
      for await (const { name, size, modifiedAt } of objects.list(below))
        if (OURS.test(name)) yield { key: name.slice(root.length), size, modifiedAt };
    },
    async remove(key) {
      const name = nameOf(key);
      // Also where the object is gone already: a copy may have outlived it.
      await copies.drop(basename(key));
      await removeNamed(name, (found) => found === name);
    },
    async removeAll(prefix) {
      await removeNamed(`${nameOf(prefix)}/`, (name) => OURS.test(name));
    },
    async sweep(olderThanMs) {
      await copies.sweep(olderThanMs);
      await claim();
      await objects.endUploads(root, now() - olderThanMs);
    },
    async check() {
      await objects.answers();
      await claim();
      const notices: BlobsNotice[] = [];
      if ((await objects.versioning()) === "unknown")
        notices.push({
          code: "blobs-versions-unknown",
          message: `Whether ${shown} keeps old versions of files cannot be asked, so an erased file may be kept there: allow s3:GetBucketVersioning, s3:ListBucketVersions and s3:DeleteObjectVersion.`,
        });
      return notices;
    },
  };
};
