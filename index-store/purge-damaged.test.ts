// Erasure where the record of an older version is damaged: that version is dropped, and nothing of what is erased is left anywhere.
import { execFile } from "node:child_process";
import { chmod, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import type { IndexStore, Version } from "./index-store.ts";
import { documents, documentsOf, ids } from "./testing/documents.ts";
import { openedIndex } from "./testing/opened-index.ts";
import { canary, tracesIn } from "./testing/traces.ts";

const run = promisify(execFile);

const git = async (path: string, ...args: string[]) =>
  (await run("git", ["-C", path, ...args])).stdout.trim();

/** Flips a bit in the middle of some bytes of a file. */
const flip = async (path: string, from = 0, length?: number) => {
  const bytes = await readFile(path);
  const place = from + ((length ?? bytes.length) >> 1);
  bytes[place] = (bytes[place] ?? 0) ^ 4;
  // git makes its objects read-only.
  await chmod(path, 0o600);
  await writeFile(path, bytes);
};

const loose = (path: string, id: string) =>
  flip(join(path, "objects", id.slice(0, 2), id.slice(2)));

const missing = (path: string, id: string) =>
  rm(join(path, "objects", id.slice(0, 2), id.slice(2)));

/** Puts all objects into one pack, each by itself, and damages one of them there. */
const packed = async (path: string, id: string) => {
  await git(path, "repack", "-a", "-d", "-F", "--quiet", "--depth=0", "--window=0");
  const folder = join(path, "objects", "pack");
  const pack = (await readdir(folder)).find((name) => name.endsWith(".pack")) ?? "";
  const listed = await git(path, "verify-pack", "-v", join(folder, pack));
  const line = listed.split("\n").find((one) => one.startsWith(id)) ?? "";
  const [size = 0, offset = 0] = line.split(/\s+/).slice(3, 5).map(Number);
  await flip(join(folder, pack), offset + 2, size - 2);
};

const records: Readonly<Record<string, (version: Version) => string>> = {
  commit: ({ id }) => id,
  tree: ({ id }) => `${id}^{tree}`,
  manifest: ({ id }) => `${id}:manifest.json`,
};

/** Four versions, of which all but the last hold the canary; the second has a tag. */
const filled = async (): Promise<IndexStore> => {
  const { store } = await openedIndex();
  await store.commit({ add: [documents(ids(0, 5))] }, { message: "1", batches: ["a"] });
  await store.commit({ add: [documentsOf([canary])] }, { message: "2", batches: ["b"] });
  await store.commit({ add: [documents(ids(5, 9))] }, { message: "3", batches: ["c"] });
  await store.commit({ remove: [canary.id] }, { message: "4", batches: ["d"] });
  await store.tag(2, "kept");
  const version = await store.head();
  const files = new Map([["topics.json", Buffer.from(canary.text)]]);
  if (version) await store.attach(version, "analysis", files);
  return store;
};

const ways = { "loose, flipped": loose, "loose, missing": missing, packed };
const cases = Object.keys(records).flatMap((record) =>
  Object.entries(ways).map(([name, harm]) => [record, name, harm] as const),
);

describe("an erasure", () => {
  it.each(cases)("drops an older version whose %s is damaged (%s)", async (record, _, harm) => {
    const store = await filled();
    const second = (await store.versions()).find(({ number }) => number === 2);
    if (!second) throw new Error("there is no version 2");
    await store.close();
    await harm(store.path, await git(store.path, "rev-parse", records[record]?.(second) ?? ""));
    const { store: reopened, warnings } = await openedIndex(store.path);
    await reopened.purge([canary.id]);
    expect(await tracesIn(store.path)).toEqual([]);
    const versions = await reopened.versions();
    expect(versions.map(({ number, rows }) => [number, rows])).toEqual([
      [4, 9],
      [3, 9],
      [1, 5],
    ]);
    expect(versions.flatMap(({ tags }) => tags)).toEqual([]);
    expect((await reopened.verify()).damaged).toEqual([]);
    expect(warnings.filter((warning) => warning.includes("dropped"))).toHaveLength(1);
    const searcher = await reopened.searcher();
    expect(searcher).toMatchObject({ rows: 9, degraded: null });
    searcher.close();
    expect(await reopened.commit({ add: [documents(["new"])] }, { message: "5" })).toMatchObject({
      number: 5,
    });
  });

  it("of attachments alone ends too, and so does one that was interrupted", async () => {
    const store = await filled();
    const second = (await store.versions()).find(({ number }) => number === 2);
    await store.close();
    await loose(store.path, await git(store.path, "rev-parse", `${second?.id}:manifest.json`));
    await writeFile(join(store.path, "erasure-pending"), "");
    const { store: reopened } = await openedIndex(store.path);
    await reopened.collectGarbage();
    expect(await reopened.attachments("analysis")).toEqual([]);
    await reopened.eraseAttachments();
    await reopened.purge([canary.id]);
    expect(await tracesIn(store.path)).toEqual([]);
  });

  it("leaves nothing in a newest version that was given up as damaged before", async () => {
    const store = await filled();
    await store.purge(["chunk-0"]);
    await store.commit({ add: [documentsOf([canary])] }, { message: "5" });
    await store.tag(5, "newest");
    const head = await store.head();
    await store.close();
    await loose(store.path, await git(store.path, "rev-parse", `${head?.id}:manifest.json`));
    const { store: reopened } = await openedIndex(store.path);
    await reopened.rollBack(4);
    await reopened.purge([canary.id]);
    expect(await tracesIn(store.path)).toEqual([]);
    expect((await reopened.verify()).damaged).toEqual([]);
  });

  it("is refused where the newest version is damaged, and changes nothing", async () => {
    const store = await filled();
    const head = await store.head();
    await store.close();
    await loose(store.path, await git(store.path, "rev-parse", `${head?.id}:manifest.json`));
    const { store: reopened } = await openedIndex(store.path);
    await expect(reopened.purge([canary.id])).rejects.toMatchObject({ code: "damaged" });
    const searcher = await reopened.searcher();
    expect(searcher.version.number).toBe(3);
    searcher.close();
  });
});
