// A newest version whose record cannot be read gives way to the one before it, on which the next writer builds.
import { readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { IndexStore } from "./index-store.ts";
import { documents, ids } from "./testing/documents.ts";
import { openedIndex } from "./testing/opened-index.ts";

const liveIds = async (store: IndexStore): Promise<string[]> => {
  const found: string[] = [];
  for await (const part of store.liveIds()) found.push(...part.ids);
  return found.sort();
};

describe("a newest version whose record is broken", () => {
  it("gives way to the version before it, which can be written to and read again", async () => {
    const { store } = await openedIndex();
    await store.commit({ add: [documents(ids(0, 10))] }, { message: "1", batches: ["a"] });
    const folder = join(store.path, "objects");
    const known = new Set(await readdir(folder, { recursive: true }));
    const second = { message: "2", batches: ["b"] };
    await store.commit({ add: [documents(ids(10, 15))] }, second);
    for (const name of await readdir(folder, { recursive: true }))
      if (!known.has(name) && /^..\/.{38}$/.test(name)) {
        await rm(join(folder, name));
        await writeFile(join(folder, name), "broken");
      }
    const { store: reopened } = await openedIndex(store.path);
    const searcher = await reopened.searcher();
    expect(searcher.degraded?.damage).toMatchObject([{ kind: "version" }]);
    const { id } = searcher.version;
    searcher.close();
    await reopened.rollBack(id);
    expect(await liveIds(reopened)).toEqual(ids(0, 10).sort());
    // The same content again: what git has of it is broken, and is written anew.
    await reopened.commit({ add: [documents(ids(10, 15))] }, second);
    const { store: whole } = await openedIndex(store.path);
    const now = await whole.searcher();
    expect(now).toMatchObject({ degraded: null, rows: 15 });
    now.close();
    expect(await whole.batches()).toEqual(new Set(["a", "b"]));
  });
});
