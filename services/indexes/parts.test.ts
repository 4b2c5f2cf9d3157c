// Tests of the parts of this room: which versions are loaded, when replaced searchers are closed, hidden rows.
import { describe, expect, it } from "vitest";
import { IndexError, type Searcher } from "#index-store/index-store.ts";
import type { CollectionId } from "#services/domain/ids.ts";
import { DIM, idsOf, someIndexes } from "./indexes.builders.ts";
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
const isClosed = (searcher: Searcher): boolean => {
  try {
    return searcher.rows < 0;
  } catch (error) {
    if (error instanceof IndexError) return error.code === "closed";
    throw error;
  }
};

describe("a replaced searcher", () => {
  it("is closed after a while", async () => {
    const { searcher } = await aSearcher("a");
    openLingering(30).letGo(searcher);
    expect(isClosed(searcher)).toBe(false);
    await expect.poll(() => isClosed(searcher)).toBe(true);
  });
  it("is closed at once where everything is closed", async () => {
    const { searcher } = await aSearcher("a");
    const lingering = openLingering(60_000);
    lingering.letGo(searcher);
    lingering.closeAll();
    expect(isClosed(searcher)).toBe(true);
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
    expect(withoutRows(searcher, [])).toBe(searcher);
    expect(withoutRows(searcher, ["elsewhere"])).toBe(searcher);
    searcher.close();
  });

  it("never answers with them, in any method", async () => {
    const { searcher } = await aSearcher(...all);
    const shown = withoutRows(searcher, ["bread", "delta"]);
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
