// Damage of the newest version: every kind of file is noticed, and a version without what is damaged can be read and written to.
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { IndexStore } from "./index-store.ts";
import { documents, ids } from "./testing/documents.ts";
import { openedIndex } from "./testing/opened-index.ts";

const objectsOf = async ({ path }: IndexStore): Promise<string[]> => {
  const folder = join(path, "lfs", "objects");
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
};

/** An index of one version with one segment, and the file of each of its parts. */
const anIndex = async () => {
  const { store } = await openedIndex();
  await store.commit({ add: [documents(ids(0, 10))] }, { message: "1", batches: ["a"] });
  return store;
};

const liveIds = async (store: IndexStore): Promise<string[]> => {
  const searcher = await store.searcher();
  const found = searcher.list(searcher.select(undefined)).map(({ id }) => id);
  expect(searcher.degraded).toBeNull();
  searcher.close();
  return found.sort();
};

describe("a damaged newest version", () => {
  it("has nothing to mend where it is whole", async () => {
    expect(await (await anIndex()).damage()).toEqual({ record: null, segments: [] });
  });

  it("names the segment and the part of every file, whatever happened to it", async () => {
    const store = await anIndex();
    const named = new Set<string>();
    for (const [place, object] of (await objectsOf(store)).entries()) {
      const bytes = await readFile(object);
      const flipped = Buffer.from(bytes);
      flipped[place] = (flipped[place] ?? 0) ^ 1;
      for (const damage of [flipped, bytes.subarray(0, -1), undefined]) {
        if (damage) await writeFile(object, damage);
        else await rm(object);
        const { record, segments } = await store.damage();
        expect(record).toBeNull();
        expect(segments).toHaveLength(1);
        expect(segments[0]?.files).toHaveLength(1);
        named.add(segments[0]?.files[0] ?? "");
      }
      await writeFile(object, bytes);
    }
    expect([...named].sort()).toEqual(["columns", "texts", "vectors", "words"]);
  });

  it("is followed by one without the damaged segment, to which its rows are added again", async () => {
    const store = await anIndex();
    const first = await objectsOf(store);
    await store.commit({ add: [documents(ids(10, 15))] }, { message: "2", batches: ["b"] });
    for (const object of first) await writeFile(object, "broken");
    const { segments } = await store.damage();
    expect(segments).toHaveLength(1);
    expect(await store.dropSegments(segments.map(({ id }) => id))).toMatchObject({ number: 3 });
    expect(await store.damage()).toEqual({ record: null, segments: [] });
    expect(await liveIds(store)).toEqual(ids(10, 15).sort());
    await store.commit({ add: [documents(ids(0, 10))] }, { message: "again" });
    expect(await liveIds(store)).toEqual(ids(0, 15).sort());
    expect(await store.batches()).toEqual(new Set(["a", "b"]));
  });

  it("with an unreadable record gives way to the version before it", async () => {
    const store = await anIndex();
    const folder = join(store.path, "objects");
    const known = new Set(await readdir(folder, { recursive: true }));
    await store.commit({ add: [documents(ids(10, 15))] }, { message: "2" });
    for (const name of await readdir(folder, { recursive: true }))
      if (!known.has(name) && /^..\/.{38}$/.test(name)) {
        await rm(join(folder, name));
        await writeFile(join(folder, name), "broken");
      }
    const { store: reopened } = await openedIndex(store.path);
    const { record, segments } = await reopened.damage();
    expect(record).not.toBeNull();
    expect(segments).toEqual([]);
    await reopened.dropSegments([]);
    expect((await reopened.damage()).record).toBeNull();
    expect(await liveIds(reopened)).toEqual(ids(0, 10).sort());
  });
});
