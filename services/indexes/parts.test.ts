// Tests of the parts of this room: which versions are loaded, when replaced searchers are closed, hidden rows.
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { IndexError, type Searcher } from "#index-store/index-store.ts";
import { type CollectionId, collectionId } from "#services/domain/ids.ts";
import { DIM, idsOf, isClosed, someIndexes } from "./indexes.builders.ts";
import { openLingering } from "./lingering.ts";
import { openedIndexes } from "./opened-indexes.ts";
import { withoutRows } from "./visible-searcher.ts";
import { isWorthLoading } from "./worth-loading.ts";

describe("a version that follows another one", () => {
  const held = { rows: 100_000, forMs: 500 };
  it("is always loaded where the index is small", () => {
    expect(isWorthLoading(20_000, { rows: 19_999, forMs: 0 })).toBe(true);
  });
  it("is loaded in a large index where it has a tenth more rows, or has lost rows", () => {
    expect(isWorthLoading(109_999, held)).toBe(false);
    expect(isWorthLoading(110_001, held)).toBe(true);
    expect(isWorthLoading(99_999, held)).toBe(true);
  });
  it("is loaded in a large index after two seconds", () => {
    expect(isWorthLoading(100_001, { ...held, forMs: 2001 })).toBe(true);
  });
});

/** The searcher of one version, and a way to tell whether it is closed. */
const aSearcher = async (...ids: string[]) => {
  const { writer, add } = await someIndexes();
  await add(...ids);
  const searcher = await writer.searcher();
  return { writer, searcher };
};

describe("a replaced searcher", () => {
  const [collection, other] = [collectionId("one"), collectionId("other")];
  const asOpened = (searcher: Searcher) => ({ searcher, hides: false, erasures: 0 });
  it("is closed after a while", async () => {
    const { searcher } = await aSearcher("a");
    openLingering(30).letGo(collection, asOpened(searcher));
    expect(isClosed(searcher)).toBe(false);
    await expect.poll(() => isClosed(searcher)).toBe(true);
  });
  it("is closed at once where everything is closed", async () => {
    const { searcher } = await aSearcher("a");
    const lingering = openLingering(60_000);
    lingering.letGo(collection, asOpened(searcher));
    lingering.closeAll();
    expect(isClosed(searcher)).toBe(true);
  });
  it("is found as long as somebody asks for it, in its own collection", async () => {
    const { searcher, writer } = await aSearcher("a");
    const lingering = openLingering(1000);
    lingering.letGo(collection, asOpened(searcher));
    const like = asOpened(await writer.searcher());
    for (let asked = 0; asked < 12; asked++) {
      expect(lingering.find(collection, like)).toBe(searcher);
      await pause(100);
    }
    expect(lingering.find(other, like)).toBeUndefined();
    expect(lingering.find(collection, { ...like, hides: true })).toBeUndefined();
    expect(isClosed(searcher)).toBe(false);
    lingering.forget(collection);
    expect(lingering.find(collection, like)).toBeUndefined();
    await expect.poll(() => isClosed(searcher), { timeout: 5000 }).toBe(true);
    like.searcher.close();
  });
});

describe("an index that could not be opened", () => {
  it("is opened again by the next call", async () => {
    const { writer, collection } = await someIndexes();
    let tries = 0;
    const opened = openedIndexes(async () => {
      if (tries++ === 0) throw new IndexError("unavailable", "not now");
      return writer;
    });
    await expect(opened.open(collection)).rejects.toThrow("not now");
    expect(await opened.open(collection)).toBe(writer);
    expect(opened.collections()).toEqual([collection] satisfies CollectionId[]);
  });
});

describe("a searcher without some of its rows", () => {
  const all = ["apple", "bread", "cedar", "delta"];
  const word = (term: string) => ({
    should: [{ term, weight: 1 }],
    must: [],
    phrases: [],
    prefixes: [],
    not: [],
  });
  const direction = Float32Array.from({ length: DIM }, (_, at) => (at === 0 ? 1 : 0));

  it("is the searcher itself where it contains none of them", async () => {
    const { searcher } = await aSearcher(...all);
    expect(withoutRows(searcher, { chunks: [], conversations: [] })).toBe(searcher);
    expect(withoutRows(searcher, { chunks: ["elsewhere"], conversations: [] })).toBe(searcher);
    searcher.close();
  });

  it("is without all rows of a conversation", async () => {
    const { searcher } = await aSearcher(...all);
    const without = (chunks: string[], conversations: string[]) =>
      withoutRows(searcher, { chunks, conversations });
    const shown = without(["apple"], ["talk of bread", "talk of cedar"]);
    expect(await idsOf(shown)).toEqual(["delta"]);
    expect(all.map((id) => shown.vector(id) !== undefined)).toEqual([false, false, false, true]);
    expect(without([], ["talk of others"])).toBe(searcher);
    shown.close();
  });

  it("never answers with them, in any method", async () => {
    const { searcher } = await aSearcher(...all);
    const shown = withoutRows(searcher, { chunks: ["bread", "delta"], conversations: [] });
    const left = ["apple", "cedar"];
    expect(shown.rows).toBe(2);
    expect(await idsOf(shown)).toEqual(left);
    expect((await shown.semantic(direction, { k: 10 })).map(({ id }) => id).sort()).toEqual(left);
    const everything = shown.select(undefined);
    expect(everything.count).toBe(2);
    const within = await shown.semantic(direction, { k: 10, within: everything });
    expect(within.map(({ id }) => id).sort()).toEqual(left);
    expect(shown.select({ kind: "in", column: "author", values: ["ada"] }).count).toBe(2);
    expect(shown.lexical(word("bread"), { k: 10 })).toMatchObject({ hits: [], total: 0 });
    expect(shown.matching(word("bread")).count).toBe(0);
    expect(shown.matching(word("apple")).count).toBe(1);
    expect(shown.rowsOf(all).count).toBe(2);
    expect(shown.facet("author", undefined, 5)).toEqual([{ value: "ada", count: 2 }]);
    expect(shown.vector("bread")).toBeUndefined();
    expect(shown.vector("apple")).toHaveLength(DIM);
    expect(shown.sample(10, 1).rows).toBe(2);
    expect(shown.documentFrequency("bread")).toBe(0);
    expect(shown.documentFrequency("apple")).toBe(1);
    expect(shown.termsWithPrefix("bre", 5)).toEqual([]);
    expect(shown.similarTerms("bredd", 2, 5)).toEqual([]);
    expect(shown.similarTerms("aple", 2, 5).map(({ term }) => term)).toEqual(["apple"]);
    shown.close();
    expect(isClosed(searcher)).toBe(true);
  });
});
