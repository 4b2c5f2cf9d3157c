// Rows with the same value of a column as one text: how they are ranked, which are left out, how far a question is spread over them.
import { describe, expect, it } from "vitest";
import { Contribution, idf } from "./lexical/bm25.ts";
import { documentsOf, type Row, rowOf } from "./testing/documents.ts";
import { openedIndex } from "./testing/opened-index.ts";

const rowIn = (channel: string, id: string, text: string): Row => ({
  ...rowOf(id),
  id,
  text,
  channel,
});
const words = (...terms: string[]) =>
  terms.map((term) => ({ weight: 1, terms: [{ term, weight: 1 }] }));

/** Each list of rows is committed as a segment of its own. */
const searcherOf = async (...segments: readonly Row[][]) => {
  const { store } = await openedIndex();
  for (const rows of segments)
    await store.commit({ add: [documentsOf(rows)] }, { message: "rows" });
  return store.searcher();
};

const apart = [
  rowIn("one", "a1", "the kettle is warm"),
  rowIn("one", "a2", "the garden is wet"),
  rowIn("two", "b1", "the kettle is cold"),
  rowIn("two", "b2", "the car is cold"),
  rowIn("three", "c1", "a kettle in a garden"),
];
const options = (searcher: Awaited<ReturnType<typeof searcherOf>>) => ({
  column: "channel",
  of: searcher.select(undefined),
  mostWords: 100,
  k: 10,
});

describe("rows as one text", () => {
  it("are found by words that stand in different rows, with BM25 over the groups", async () => {
    const searcher = await searcherOf(apart);
    const { found } = searcher.lexicalGroups(words("kettle", "wet"), options(searcher));
    expect(found.map(({ value }) => value)).toEqual(["one", "three", "two"]);
    const mean = (8 + 8 + 5) / 3;
    expect(found[0]?.score).toBeCloseTo(
      new Contribution(idf(3, 3), mean).of(1, 8) + new Contribution(idf(3, 1), mean).of(1, 8),
      4,
    );
    searcher.close();
  });

  it("are the same where their rows lie in several segments", async () => {
    const whole = await searcherOf(apart);
    const split = await searcherOf(apart.slice(0, 1), apart.slice(1, 3), apart.slice(3));
    const asked = words("kettle", "garden", "cold");
    expect(split.lexicalGroups(asked, options(split))).toEqual(
      whole.lexicalGroups(asked, options(whole)),
    );
    whole.close();
    split.close();
  });

  it("are left out where they are longer than wanted, or not among the rows", async () => {
    const searcher = await searcherOf(apart);
    const short = searcher.lexicalGroups(words("kettle"), { ...options(searcher), mostWords: 6 });
    expect(short.found.map(({ value }) => value)).toEqual(["three"]);
    const of = searcher.select({ kind: "in", column: "channel", values: ["two"] });
    const some = searcher.lexicalGroups(words("kettle"), { ...options(searcher), of });
    expect(some.found.map(({ value }) => value)).toEqual(["two"]);
    searcher.close();
  });

  it("have a question spread over them where no single row holds it", async () => {
    const searcher = await searcherOf(apart.slice(0, 4));
    const spread = (...terms: string[]) =>
      searcher.lexicalGroups(words(...terms), options(searcher)).spread;
    expect(spread("warm", "wet")).toBeCloseTo(0.5, 5);
    expect(spread("kettle")).toBe(0);
    expect(spread("nothing")).toBe(0);
    searcher.close();
  });
});

describe("the mass of rows", () => {
  it("is that of the words that each has, once in whichever form", async () => {
    const searcher = await searcherOf(apart.slice(0, 2), apart.slice(2));
    const hits = searcher.list(searcher.select(undefined)).reverse();
    const masses = searcher.massOf(
      [
        { terms: ["kettle", "warm"], mass: 2 },
        { terms: ["garden"], mass: 1 },
      ],
      hits,
    );
    const byId = new Map(hits.map(({ id }, at) => [id, masses[at]]));
    expect(Object.fromEntries(byId)).toEqual({ a1: 2, a2: 1, b1: 2, b2: 0, c1: 3 });
    searcher.close();
  });
});
