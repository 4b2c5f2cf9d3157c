// A merge beside other writers: what they commit, delete or erase while it is built is in the outcome.
import { randomUUID } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { openGitHistory } from "./history/git.ts";
import type { IndexStore } from "./index-store.ts";
import { enginesFor } from "./open.ts";
import { storeOf } from "./store.ts";
import { DIM, documents, ids, schema } from "./testing/documents.ts";
import { openedIndex } from "./testing/opened-index.ts";

const live = async (store: IndexStore): Promise<string[]> => {
  const searcher = await store.searcher();
  const found: string[] = [];
  for await (const batch of searcher.scan(100)) found.push(...batch.ids);
  searcher.close();
  return found.sort();
};

/** A handle of the same index whose next merge does something else when its first file is written. */
const mergerOf = async (store: IndexStore, meanwhile: () => Promise<void>): Promise<IndexStore> => {
  const { path } = store;
  const history = await openGitHistory({ path, now: Date.now });
  let isFirst = true;
  const merger = storeOf({
    path,
    dim: DIM,
    schema,
    now: Date.now,
    newId: randomUUID,
    engines: enginesFor({ engine: "flat" }),
    history: {
      ...history,
      adopt: async (staged) => {
        const object = await history.adopt(staged);
        if (isFirst) {
          isFirst = false;
          await meanwhile();
        }
        return object;
      },
    },
  });
  onTestFinished(() => merger.close());
  return merger;
};

const threeSegments = async (): Promise<IndexStore> => {
  const { store } = await openedIndex();
  for (const from of [0, 10, 20])
    await store.commit({ add: [documents(ids(from, from + 10))] }, { message: "rows" });
  return store;
};

describe("a merge", () => {
  it("is put on top of what was committed and deleted meanwhile", async () => {
    const store = await threeSegments();
    const merger = await mergerOf(store, async () => {
      await store.commit(
        { add: [documents(ids(28, 33))], remove: ids(3, 6) },
        { message: "meanwhile" },
      );
    });
    expect(await merger.merge({ all: true })).toMatchObject({ number: 5 });
    const expected = [...ids(0, 3), ...ids(6, 33)].sort();
    expect(await live(store)).toEqual(expected);
    expect(await store.versions({ limit: 1 })).toMatchObject([
      { segments: 2, rows: 30, added: 0, removed: 0, message: "Merge segments" },
    ]);
    expect(await live(merger)).toEqual(expected);
  });

  it("is dropped where its segments were merged by another meanwhile", async () => {
    const store = await threeSegments();
    const merger = await mergerOf(store, async () => {
      await store.merge({ all: true });
    });
    expect(await merger.merge({ all: true })).toBeNull();
    expect(await store.versions({ limit: 1 })).toMatchObject([{ number: 4, segments: 1 }]);
    expect(await live(store)).toEqual(ids(0, 30).sort());
  });

  it("brings nothing back that was erased meanwhile, and leaves no file of it", async () => {
    const store = await threeSegments();
    let erasing: Promise<void> | undefined;
    const merger = await mergerOf(store, async () => {
      const before = (await store.head())?.id;
      erasing = store.purge(["chunk-4"]);
      // The versions are rewritten at once; their old files go when this merge has let go of its own.
      while ((await store.head())?.id === before) await pause(5);
    });
    expect(await merger.merge({ all: true })).toBeNull();
    await erasing;
    expect(await live(store)).toEqual(
      ids(0, 30)
        .filter((id) => id !== "chunk-4")
        .sort(),
    );
    const files = await readdir(join(store.path, "lfs"), { recursive: true, withFileTypes: true });
    // Four files for each of the three segments, and none of the merge.
    expect(files.filter((one) => one.isFile())).toHaveLength(12);
  });

  it("changes nothing when it is stopped", async () => {
    const store = await threeSegments();
    const stop = new AbortController();
    const merger = await mergerOf(store, async () => stop.abort(new Error("enough")));
    await expect(merger.merge({ all: true, signal: stop.signal })).rejects.toThrow("enough");
    expect(await store.versions({ limit: 1 })).toMatchObject([{ number: 3, segments: 3 }]);
  });
});
