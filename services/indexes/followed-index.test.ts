// Tests of a followed index: a damaged one answers from what can be read; one that nobody asks about leaves the memory.
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { Searcher } from "#index-store/index-store.ts";
import { diskFull } from "#services/domain/disk-full.ts";
import { followIndex } from "./followed-index.ts";
import { idsOf, isClosed, someIndexes } from "./indexes.builders.ts";

/** An index with two versions, of which the newest cannot be read; and every searcher of it that is opened. */
const aDamagedIndex = async () => {
  const { another, collection, folder, add } = await someIndexes();
  const objects = async () => {
    const at = join(folder, collection, "index.git", "lfs", "objects");
    const found = await readdir(at, { recursive: true, withFileTypes: true });
    return found.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
  };
  await add("a");
  const whole = await objects();
  await add("b");
  for (const path of await objects()) if (!whole.includes(path)) await writeFile(path, "broken");
  const index = await another().open(collection);
  const opened: Searcher[] = [];
  const source = {
    index: async () => ({
      ...index,
      searcher: async () => {
        const searcher = await index.searcher();
        opened.push(searcher);
        return searcher;
      },
    }),
    erasures: async () => 0,
    hidden: async () => ({ chunks: [], conversations: [] }),
  };
  return { source, opened };
};

const noting: Readonly<Record<string, (free: Promise<void>) => Promise<void>>> = {
  "on a full disk": async () => {
    throw diskFull("nothing more can be saved");
  },
  "in a database that is busy": (free) => free,
};

describe("a damaged index whose damage is to be noted", () => {
  it.each(Object.keys(noting))("%s answers, and leaves nothing open", async (where) => {
    const { source, opened } = await aDamagedIndex();
    const database = Promise.withResolvers<void>();
    const followed = followIndex({
      source,
      onDamage: async () => noting[where]?.(database.promise),
      letGo: ({ searcher }) => searcher.close(),
      onWarning: () => undefined,
    });
    for (let asked = 0; asked < 5; asked++) {
      const searcher = await followed.searcher();
      expect(await idsOf(searcher)).toEqual(["a"]);
      expect(searcher?.degraded).toMatchObject({ newest: 2, served: 1 });
    }
    database.resolve();
    await followed.close();
    expect(opened.length).toBeGreaterThan(0);
    expect(opened.filter((searcher) => !isClosed(searcher))).toEqual([]);
  });
});

it("lets go of a searcher that nobody asks any more, and loads one for the next question", async () => {
  const { another, collection, add } = await someIndexes();
  await add("a");
  const index = await another().open(collection);
  const followed = followIndex({
    source: {
      index: async () => index,
      erasures: async () => 0,
      hidden: async () => ({ chunks: [], conversations: [] }),
    },
    idleMs: 500,
    onDamage: async () => undefined,
    letGo: ({ searcher }) => searcher.close(),
    onWarning: () => undefined,
  });
  for (let round = 0; round < 2; round++) {
    const searcher = await followed.searcher();
    if (searcher === undefined) throw new Error("There is no searcher.");
    expect(await idsOf(searcher)).toEqual(["a"]);
    while (!isClosed(searcher)) await pause(5);
  }
  await followed.close();
});
