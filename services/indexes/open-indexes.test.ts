// Tests of the indexes of a process: opened once, following other processes, never answering from purged versions, closed in order.
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { CollectionId } from "#services/domain/ids.ts";
import { purgedIndex } from "#services/store/erase.ts";
import { documents, idsOf, someIndexes } from "./indexes.builders.ts";
import type { Indexes } from "./indexes.ts";

const LOOKS_AGAIN_MS = 250;

/** On a busy machine even a small version may take longer to load than a question waits for it. */
const sees = (indexes: Indexes, collection: CollectionId, ids: readonly string[]) =>
  expect
    .poll(async () => idsOf(await indexes.searcher(collection)), { interval: 20, timeout: 5000 })
    .toEqual(ids);

describe("the indexes of a process", () => {
  it("open a collection's index once, for all who ask", async () => {
    const { indexes, collection, add } = await someIndexes();
    const [one, other] = await Promise.all([indexes.open(collection), indexes.open(collection)]);
    expect(one).toBe(other);
    await add("a");
    const found = await Promise.all(Array.from({ length: 8 }, () => indexes.searcher(collection)));
    expect(new Set(found).size).toBe(1);
  });

  it("have no searcher before the first version, and one as soon as it exists", async () => {
    const { indexes, collection, add } = await someIndexes();
    expect(await indexes.searcher(collection)).toBeUndefined();
    await add("a");
    expect(await idsOf(await indexes.searcher(collection))).toEqual(["a"]);
  });

  it("notice a version of another process after a quarter of a second", async () => {
    const { indexes, collection, add } = await someIndexes();
    await add("a");
    const before = await indexes.searcher(collection);
    await add("b");
    await pause(LOOKS_AGAIN_MS + 10);
    await sees(indexes, collection, ["a", "b"]);
    // Callers with the searcher before can still use it.
    expect(await idsOf(before)).toEqual(["a"]);
  });

  it("give the same searcher while nothing was committed", async () => {
    const { indexes, collection, add } = await someIndexes();
    await add("a");
    const before = await indexes.searcher(collection);
    await pause(LOOKS_AGAIN_MS + 10);
    expect(await indexes.searcher(collection)).toBe(before);
  });

  it("answer from a version by its number, its tag and its id", async () => {
    const { indexes, collection, writer, add } = await someIndexes();
    await add("a");
    await add("b");
    await writer.tag(1, "first");
    const [, first] = await writer.versions();
    for (const address of [1, "first", first?.id ?? ""])
      expect(await idsOf(await indexes.searcher(collection, address)), String(address)).toEqual([
        "a",
      ]);
    await expect(indexes.searcher(collection, 3)).rejects.toMatchObject({
      code: "unknown-version",
    });
  });

  it("do not answer from a purged version once the purge is recorded, from the next question on", async () => {
    const { indexes, collection, store, writer, add } = await someIndexes();
    await add("a", "b", "c", "d");
    const [old] = await writer.versions();
    for (const [gone, left] of [
      ["a", ["b", "c", "d"]],
      ["b", ["c", "d"]],
      ["c", ["d"]],
    ] as const) {
      await indexes.searcher(collection);
      await writer.purge([gone]);
      await purgedIndex(store, collection, undefined);
      expect(await idsOf(await indexes.searcher(collection))).toEqual(left);
      expect(await idsOf(await indexes.searcher(collection, 1))).toEqual(left);
    }
    await expect(indexes.searcher(collection, old?.id ?? "")).rejects.toMatchObject({
      code: "unknown-version",
    });
  });

  it("continue to answer from the current searcher while the index cannot be read", async () => {
    const { indexes, collection, folder, warnings, add } = await someIndexes();
    await add("a");
    const before = await indexes.searcher(collection);
    const ref = join(folder, collection, "index.git", "refs", "heads", "main");
    await writeFile(ref, "nonsense");
    await pause(LOOKS_AGAIN_MS + 10);
    expect(await idsOf(await indexes.searcher(collection))).toEqual(["a"]);
    expect(await indexes.searcher(collection)).toBe(before);
    expect(warnings.join()).not.toBe("");
  });

  it("are forgotten and dropped while questions run", async () => {
    const { indexes, collection, folder, store, add } = await someIndexes();
    await add("a");
    const asking = Promise.all(Array.from({ length: 20 }, () => indexes.searcher(collection)));
    await indexes.forget(collection);
    await asking;
    expect(await idsOf(await indexes.searcher(collection))).toEqual(["a"]);
    await store.rows.updateTable("collections").set({ state: "erasing" }).execute();
    const more = Promise.all(Array.from({ length: 20 }, () => indexes.searcher(collection)));
    await indexes.drop(collection);
    await more;
    expect(existsSync(join(folder, collection))).toBe(false);
    expect(await indexes.searcher(collection)).toBeUndefined();
  });

  it("wait, when they are closed, for indexes that are being opened", async () => {
    const { another, collection, add } = await someIndexes();
    await add("a");
    const closing = another();
    const [opening, asking] = [closing.open(collection), closing.searcher(collection)];
    await closing.close();
    await expect((await opening).head()).rejects.toMatchObject({ code: "closed" });
    await asking;
  });

  it("of two processes see what either commits", async () => {
    const { another, indexes, collection, add } = await someIndexes();
    const other = another();
    await add("a");
    await other.searcher(collection);
    await (await indexes.open(collection)).commit({ add: [documents(["b"])] }, { message: "b" });
    await sees(other, collection, ["a", "b"]);
    await (await other.open(collection)).commit({ add: [documents(["c"])] }, { message: "c" });
    await sees(indexes, collection, ["a", "b", "c"]);
  });

  it("refuse a collection that does not exist", async () => {
    const { indexes, store, collection } = await someIndexes();
    await store.rows.deleteFrom("collections").execute();
    await expect(indexes.open(collection)).rejects.toMatchObject({ code: "unknown-collection" });
    await expect(indexes.searcher(collection)).rejects.toMatchObject({
      code: "unknown-collection",
    });
  });
});
