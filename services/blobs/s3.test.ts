// Blobs in a bucket keep the promise of every store of blobs, on a real S3 server; what a store far away adds is tested here too.
import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, utimes } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { diskFull } from "#services/domain/disk-full.ts";
import { blobsSuite } from "./blobs.suite.ts";
import type { Blobs } from "./blobs.ts";
import { openS3Blobs, type S3BlobsOptions } from "./s3.ts";
import { type S3Server, serverCredentials, startS3Server } from "./s3-server.builders.ts";

let server: S3Server;
let count = 0;
const folders: string[] = [];

beforeAll(async () => {
  for (const [name, value] of Object.entries(serverCredentials)) vi.stubEnv(name, value);
  server = await startS3Server();
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await server.close();
});
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

const freshFolder = async () => {
  const folder = await mkdtemp(join(tmpdir(), "parlance-s3-copies-"));
  folders.push(folder);
  return folder;
};
/** A store with a prefix and a folder of its own, unless others are given. */
const fresh = async (given: Partial<S3BlobsOptions> = {}) => {
  const folder = given.folder ?? (await freshFolder());
  const url = given.url ?? server.url(`p${++count}`);
  const options = {
    limitBytes: 1024 ** 3,
    newId: () => `id${++count}`,
    now: () => Date.now(),
    ...given,
    folder,
    url,
  };
  return { folder, url, blobs: await openS3Blobs(options) };
};

async function* one(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}
const textOf = async (body: AsyncIterable<Uint8Array>) => {
  const all: Uint8Array[] = [];
  for await (const piece of body) all.push(piece);
  return Buffer.concat(all).toString();
};
const keysOf = async (blobs: Blobs) => {
  const keys: string[] = [];
  for await (const { key } of blobs.list("")) keys.push(key);
  return keys;
};
/** Files below a folder, without their folders. */
const filesIn = async (folder: string) =>
  (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);

describe("blobs in a bucket", () => {
  blobsSuite(async () => (await fresh()).blobs, { copies: true });

  it("sends a large file in parts, and reads it back whole and in part", async () => {
    const { blobs, folder } = await fresh();
    const megabyte = Buffer.alloc(1024 ** 2, "0123456789abcdef");
    const large = async function* () {
      for (let at = 0; at < 20; at++) {
        megabyte.writeUInt32LE(at);
        yield Buffer.from(megabyte);
      }
    };
    const { key, size, sha256 } = await blobs.put("uploads/a", large());
    expect(size).toBe(20 * 1024 ** 2);
    // Not from the copy that putting it left.
    await rm(join(folder, "kept", sha256));
    await using file = await blobs.local(key);
    const hash = createHash("sha256").update(await readFile(file.path));
    expect(hash.digest("hex")).toBe(sha256);
    const { body } = await blobs.stream(key, { start: 10 * 1024 ** 2, end: 10 * 1024 ** 2 + 4 });
    expect(await textOf(body)).toBe(Buffer.from([10, 0, 0, 0]).toString());
  });

  it("leaves nothing on the local disk of a file that broke off", async () => {
    const { blobs, folder } = await fresh();
    const broken = async function* () {
      yield Buffer.from("12345");
      throw new Error("the line went dead");
    };
    await expect(blobs.put("a", broken())).rejects.toThrow("the line went dead");
    await expect(blobs.put("a", one("12345"), { maxBytes: 3 })).rejects.toThrow();
    expect(await filesIn(folder)).toEqual([]);
  });

  it("hands out the same copy twice, and takes it from nobody who reads it", async () => {
    const { blobs, folder } = await fresh();
    const { key, sha256 } = await blobs.put("a", one("hello"));
    expect(await filesIn(folder)).toEqual([sha256]);
    const [first, second] = [await blobs.local(key), await blobs.local(key)];
    await first[Symbol.asyncDispose]();
    await blobs.remove(key);
    expect(await readFile(second.path, "utf8")).toBe("hello");
    await second[Symbol.asyncDispose]();
    expect(await filesIn(folder)).toEqual([]);
  });

  it("fetches for several processes at once, and keeps one copy", async () => {
    const { blobs: writer, url } = await fresh();
    const { key, sha256 } = await writer.put("a", one("x".repeat(1_000_000)));
    const folder = await freshFolder();
    const readers = await Promise.all([1, 2, 3, 4].map(() => fresh({ url, folder })));
    const files = await Promise.all(readers.map(({ blobs }) => blobs.local(key)));
    for (const { path } of files) expect((await readFile(path)).length).toBe(1_000_000);
    for (const file of files) await file[Symbol.asyncDispose]();
    expect(await filesIn(folder)).toEqual([sha256]);
  });

  it("removes copies that are too many, too old, or in the way of new files", async () => {
    let full = false;
    const { blobs, folder } = await fresh({
      limitBytes: 2500,
      room: async () => {
        if (full && (await filesIn(join(folder, "kept"))).length > 0)
          throw diskFull("the file was not kept");
      },
    });
    const put = async (letter: string) => (await blobs.put("a", one(letter.repeat(1000)))).sha256;
    const kept = async () => (await readdir(join(folder, "kept"))).sort();
    const hashes = [await put("1")];
    const old = new Date(Date.now() - 10_000);
    await utimes(join(folder, "kept", hashes[0] ?? ""), old, old);
    hashes.push(await put("2"), await put("3"));
    expect(await kept()).toEqual(hashes.slice(1).sort());
    const long = new Date(Date.now() - 2 * 3_600_000);
    await utimes(join(folder, "kept", hashes[1] ?? ""), long, long);
    await blobs.sweep(24 * 3_600_000);
    expect(await kept()).toEqual(hashes.slice(2));
    full = true;
    const last = await put("4");
    expect(await kept()).toEqual([last]);
  });

  it("sweeps what a process that died was using, and leaves a living one's files", async () => {
    const { blobs, folder } = await fresh();
    const { key } = await blobs.put("a", one("hello"));
    await using mine = await blobs.local(key);
    const other = await fresh({ folder });
    const { path } = await other.blobs.local(key).catch(async () => {
      await other.blobs.put("a", one("hello"));
      return other.blobs.local(key);
    });
    const long = new Date(Date.now() - 100_000);
    await utimes(join(path, ".."), long, long);
    await utimes(join(mine.path, ".."), long, long);
    await blobs.sweep(50_000);
    await expect(readFile(path)).rejects.toMatchObject({ code: "ENOENT" });
    expect(await readFile(mine.path, "utf8")).toBe("hello");
  });

  it("hands out no file whose bytes are not those that were put", async () => {
    const { blobs, folder, url } = await fresh();
    const { key, sha256 } = await blobs.put("a", one("hello"));
    const { GetObjectCommand, PutObjectCommand } = await import("@aws-sdk/client-s3");
    const { openS3Client } = await import("./s3-client.ts");
    const { readS3Address } = await import("./s3-address.ts");
    const address = readS3Address(url);
    const object = { Bucket: address.bucket, Key: `${address.root}${key}` };
    const client = openS3Client(address);
    await client.send(new PutObjectCommand({ ...object, Body: "jello" }));
    expect((await client.send(new GetObjectCommand(object))).ContentLength).toBe(5);
    await rm(join(folder, "kept", sha256));
    await expect(blobs.local(key)).rejects.toMatchObject({ kind: "corrupt", code: "blob-damaged" });
    expect(await filesIn(folder)).toEqual([]);
  });

  it("neither lists nor removes what else is in the bucket", async () => {
    const { blobs, url } = await fresh({ owner: "home_1" });
    const { key } = await blobs.put("a", one("hello"));
    const { ListObjectsV2Command, PutObjectCommand } = await import("@aws-sdk/client-s3");
    const { openS3Client } = await import("./s3-client.ts");
    const { readS3Address } = await import("./s3-address.ts");
    const { bucket, root, ...address } = readS3Address(url);
    const client = openS3Client({ bucket, root, ...address });
    await client.send(
      new PutObjectCommand({ Bucket: bucket, Key: `${root}a/holiday.jpg`, Body: "x" }),
    );
    expect(await keysOf(blobs)).toEqual([key]);
    await blobs.removeAll("a");
    const { Contents } = await client.send(
      new ListObjectsV2Command({ Bucket: bucket, Prefix: root }),
    );
    expect(Contents?.map(({ Key }) => Key?.slice(root.length))).toEqual([
      "a/holiday.jpg",
      "parlance-owner.txt",
    ]);
  });

  it("refuses the blobs of another database, and takes its own again", async () => {
    const { url } = await fresh({ owner: "home_1" });
    await fresh({ url, owner: "home_1" });
    await expect(fresh({ url, owner: "home_2" })).rejects.toMatchObject({
      kind: "rejected",
      code: "blobs-of-another-home",
    });
  });

  it("says that there is no bucket, and not that there are no files in it", async () => {
    const url = server.url("p").replace("//parlance/", "//missing-bucket/");
    const { blobs } = await fresh({ url, owner: "home_1" });
    const problem = { kind: "unavailable", code: "blobs-no-bucket" };
    await expect(blobs.check()).rejects.toMatchObject(problem);
    await expect(blobs.find("a/b")).rejects.toMatchObject(problem);
    await expect(blobs.local("a/b")).rejects.toMatchObject(problem);
    await expect(blobs.put("a", one("x"))).rejects.toMatchObject(problem);
    await expect(keysOf(blobs)).rejects.toMatchObject(problem);
  });

  it("says that the credentials are wrong", async () => {
    vi.stubEnv("AWS_ACCESS_KEY_ID", "NOBODY");
    try {
      const { blobs } = await fresh();
      const problem = { kind: "unavailable", code: "blobs-denied" };
      await expect(blobs.check()).rejects.toMatchObject(problem);
      await expect(blobs.put("a", one("x"))).rejects.toMatchObject(problem);
    } finally {
      vi.stubEnv("AWS_ACCESS_KEY_ID", serverCredentials.AWS_ACCESS_KEY_ID);
    }
  });

  it("opens without a server, says that it is away, and works once it is there", async () => {
    const away = await startS3Server();
    const url = away.url("p");
    await away.close();
    const { blobs, folder } = await fresh({ url, owner: "home_1" });
    await expect(blobs.check()).rejects.toMatchObject({
      kind: "unavailable",
      code: "blobs-unreachable",
    });
    await expect(blobs.put("a", one("x"))).rejects.toMatchObject({ code: "blobs-unreachable" });
    expect(await filesIn(folder)).toEqual([]);
    const back = await startS3Server(away.port);
    try {
      const { key } = await blobs.put("a", one("x"));
      expect(await blobs.check()).toEqual([]);
      expect(await blobs.find(key)).toEqual({ key, size: 1 });
    } finally {
      await back.close();
    }
  });

  it("gives up a server that takes connections and says nothing", async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const address = silent.address();
    const port = typeof address === "object" ? address?.port : undefined;
    const { blobs } = await fresh({
      url: `s3://parlance/p?endpoint=http://127.0.0.1:${port}`,
      idleMs: 600,
    });
    const began = Date.now();
    await expect(blobs.find("a/b")).rejects.toMatchObject({ code: "blobs-unreachable" });
    expect(Date.now() - began).toBeLessThan(4000);
    silent.close();
  });

  it("stops sending when it is told to", async () => {
    const { blobs, folder } = await fresh();
    const stopping = new AbortController();
    const bytes = async function* () {
      yield Buffer.alloc(10 * 1024 ** 2);
      queueMicrotask(() => setImmediate(() => stopping.abort()));
    };
    await expect(blobs.put("a", bytes(), { signal: stopping.signal })).rejects.toMatchObject({
      name: "AbortError",
    });
    expect(await filesIn(folder)).toEqual([]);
    expect(await keysOf(blobs)).toEqual([]);
  });
});
