// Blobs as files keep the promise of every store of blobs, leave no half file, and accept no key that leads out of their folder.
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { Worker } from "node:worker_threads";
import { zstdDecompressSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { diskFull } from "#services/domain/disk-full.ts";
import { blobsSuite } from "./blobs.suite.ts";
import { openFsBlobs } from "./fs.ts";

const folders: string[] = [];
let count = 0;
const fresh = async (room?: (bytes: number) => Promise<void>) => {
  const folder = await mkdtemp(join(tmpdir(), "parlance-blobs-"));
  folders.push(folder);
  const blobs = await openFsBlobs({
    folder,
    newId: () => `part${++count}`,
    now: () => Date.now(),
    ...(room ? { room } : {}),
  });
  return { folder, blobs };
};

afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

async function* one(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

describe("blobs as files", () => {
  blobsSuite(async () => (await fresh()).blobs, { copies: false });

  it("leaves no part of a file that was refused", async () => {
    const { folder, blobs } = await fresh();
    await expect(blobs.put("a", one("12345"), { maxBytes: 3 })).rejects.toThrow();
    expect(await readdir(join(folder, "incoming"))).toEqual([]);
  });

  it("asks for room before the first byte and while it writes, and leaves no part where there is none", async () => {
    const asked: number[] = [];
    const { folder, blobs } = await fresh(async (bytes) => {
      asked.push(bytes);
      if (asked.length > 2) throw diskFull("the file was not kept");
    });
    const megabyte = Buffer.alloc(1024 ** 2);
    const long = async function* () {
      for (let sent = 0; sent < 20; sent++) yield megabyte;
    };
    await expect(blobs.put("a", long(), { expectedBytes: 20 * 1024 ** 2 })).rejects.toMatchObject({
      code: "disk-full",
      status: 507,
    });
    expect(asked).toEqual([20 * 1024 ** 2, 1024 ** 2, 1024 ** 2]);
    expect(await readdir(folder)).toEqual(["incoming"]);
    expect(await readdir(join(folder, "incoming"))).toEqual([]);
  });

  it("does not list files that are still being written", async () => {
    const { folder, blobs } = await fresh();
    await writeFile(join(folder, "incoming", "young.part"), "x");
    const { key } = await blobs.put("a", one("x"));
    const found: string[] = [];
    for await (const blob of blobs.list("")) found.push(blob.key);
    expect(found).toEqual([key]);
  });

  it("sweeps old parts and leaves young ones", async () => {
    const { folder, blobs } = await fresh();
    await writeFile(join(folder, "incoming", "old.part"), "x");
    await writeFile(join(folder, "incoming", "young.part"), "x");
    const long = new Date(Date.now() - 100_000);
    await utimes(join(folder, "incoming", "old.part"), long, long);
    await blobs.sweep(50_000);
    expect(await readdir(join(folder, "incoming"))).toEqual(["young.part"]);
  });

  it("refuses keys that climb out of the folder", async () => {
    const { blobs } = await fresh();
    for (const key of ["../x", "/etc/passwd", "a/../../x", "a//b", ""])
      await expect(blobs.stream(key)).rejects.toMatchObject({ code: "bad-blob-key" });
  });

  it("refuses a folder that notes another database's id, and takes its own again", async () => {
    const { folder, blobs } = await fresh();
    const open = (owner: string) =>
      openFsBlobs({ folder, newId: () => `part${++count}`, now: () => Date.now(), owner });
    await open("home_1");
    await (await open("home_1")).put("a", one("x"));
    await expect(open("home_2")).rejects.toMatchObject({ code: "blobs-of-another-home" });
    await blobs.sweep(-1000);
    await expect(open("home_2")).rejects.toMatchObject({ code: "blobs-of-another-home" });
  });

  it("never shows a note of the database that is half written to another process", async () => {
    const { folder } = await fresh();
    const ended = new Int32Array(new SharedArrayBuffer(4));
    const watcher = new Worker(
      `const { readFileSync } = require("node:fs");
       const { workerData: { path, ended }, parentPort } = require("node:worker_threads");
       const seen = new Set();
       for (parentPort.postMessage("ready"); Atomics.load(ended, 0) === 0; )
         try { seen.add(readFileSync(path, "utf8")); } catch {}
       parentPort.postMessage([...seen]);`,
      {
        eval: true,
        workerData: { path: join(folder, "incoming", "owner"), ended },
      },
    );
    await once(watcher, "message");
    for (let round = 0; round < 300; round++) {
      await rm(join(folder, "incoming"), { recursive: true });
      await openFsBlobs({ folder, newId: () => "part", now: () => Date.now(), owner: "home_1" });
    }
    Atomics.store(ended, 0, 1);
    expect(await once(watcher, "message")).toEqual([["home_1\n"]]);
  });

  it("lets one of two databases in that claim a new folder at the same moment", async () => {
    for (let round = 0; round < 20; round++) {
      const { folder } = await fresh();
      const opened = await Promise.allSettled(
        ["home_1", "home_2"].map((owner) =>
          openFsBlobs({ folder, newId: () => `part${++count}`, now: () => Date.now(), owner }),
        ),
      );
      expect(opened.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    }
  });

  it("lets nobody else read", async () => {
    const { folder, blobs } = await fresh();
    const { key } = await blobs.put("a", one("x"));
    expect((await stat(join(folder, key))).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, "a"))).mode & 0o777).toBe(0o700);
  });

  it("takes the folder away with its last blob", async () => {
    const { folder, blobs } = await fresh();
    const { key } = await blobs.put("uploads/a", one("x"));
    await blobs.remove(key);
    expect(await readdir(folder)).toEqual(["incoming"]);
  });

  it("keeps a compacted blob in less space, in a file that zstd opens", async () => {
    const { folder, blobs } = await fresh();
    const text = "a line of a log that repeats itself\n".repeat(4000);
    const { key } = await blobs.put("uploads/a", one(text));
    await blobs.compact(key);
    const files = await readdir(join(folder, "uploads", "a"));
    expect(files).toEqual([`${basename(key)}.zst`]);
    const packed = await readFile(join(folder, `${key}.zst`));
    expect(packed.length).toBeLessThan(text.length / 20);
    expect(zstdDecompressSync(packed.subarray(16)).toString() === text).toBe(true);
    expect((await stat(join(folder, `${key}.zst`))).mode & 0o777).toBe(0o600);
    const { path, [Symbol.asyncDispose]: release } = await blobs.local(key);
    expect(await readdir(join(folder, "incoming"))).toHaveLength(1);
    expect((await stat(path)).size).toBe(text.length);
    await release();
    expect(await readdir(join(folder, "incoming"))).toEqual([]);
    await blobs.removeAll("uploads/a");
    expect(await blobs.find(key)).toBeUndefined();
  });

  it("leaves what cannot be made smaller, and what is not what was put", async () => {
    const { folder, blobs } = await fresh();
    const noise = async function* () {
      yield randomBytes(100_000);
    };
    const { key } = await blobs.put("a", noise());
    await blobs.compact(key);
    const other = await blobs.put("b", one("x".repeat(100_000)));
    await writeFile(join(folder, other.key), "y".repeat(100_000));
    await blobs.compact(other.key);
    expect(await readdir(join(folder, "a"))).toEqual([basename(key)]);
    expect(await readdir(join(folder, "b"))).toEqual([basename(other.key)]);
    expect(await readdir(join(folder, "incoming"))).toEqual([]);
  });

  it("goes on where it was ended between the two files", async () => {
    const { folder, blobs } = await fresh();
    const text = "a line of a log\n".repeat(4000);
    const { key } = await blobs.put("a", one(text));
    const plain = await readFile(join(folder, key));
    await blobs.compact(key);
    await writeFile(join(folder, key), plain);
    const found: unknown[] = [];
    for await (const blob of blobs.list("")) found.push(blob.key);
    expect(found).toEqual([key]);
    await blobs.compact(key);
    expect(await readdir(join(folder, "a"))).toEqual([`${basename(key)}.zst`]);
  });

  it("says that a damaged packed file is damaged, and hands out none of it as a file", async () => {
    const { folder, blobs } = await fresh();
    const { key } = await blobs.put("a", one("a line of a log\n".repeat(9000)));
    await blobs.compact(key);
    const path = join(folder, `${key}.zst`);
    const bytes = await readFile(path);
    bytes[bytes.length - 2] = (bytes[bytes.length - 2] ?? 0) ^ 1;
    await writeFile(path, bytes);
    await expect(blobs.local(key)).rejects.toThrow();
    expect(await readdir(join(folder, "incoming"))).toEqual([]);
  });
});
