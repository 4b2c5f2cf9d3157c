// Blobs as files keep the promise of every store of blobs, leave no half file, and accept no key that leads out of their folder.
import { mkdtemp, readdir, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
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
});
