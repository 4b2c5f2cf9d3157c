// Tests of the pure parts of ranking: fusion, diversity, grouping, cursors, caches.
import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hashQuestion, printCursor, readCursor } from "./cursor.ts";
import { groupBy } from "./group.ts";
import { openLru } from "./lru.ts";
import { spread } from "./mmr.ts";
import { alone, type Candidate, fuse, merge } from "./rank.ts";

const candidate = (key: number, score: number): Candidate => ({
  key,
  id: `chk_${String(key).padStart(3, "0")}`,
  score,
});
const ranking = (...keys: number[]): Candidate[] =>
  keys.map((key, place) => candidate(key, 10 - place));
const keysOf = (ranked: readonly { readonly key: number }[]) => ranked.map(({ key }) => key);

const rankings = fc
  .uniqueArray(fc.nat(50), { maxLength: 30 })
  .map((keys) => keys.map((key, place) => candidate(key, 100 - place)));

describe("fusion", () => {
  it("gives each rank 1 / (60 + rank), by Cormack et al.", () => {
    const [first] = fuse(ranking(1, 2), ranking(2, 3), { method: "rrf", semanticWeight: 0.5 });
    expect(first).toMatchObject({ key: 2, semanticRank: 2, lexicalRank: 1 });
    expect(first?.score).toBeCloseTo(0.5 / 62 + 0.5 / 61, 12);
  });

  it("keeps both ranks and both scores for the explanation", () => {
    const fused = fuse(ranking(1), ranking(2), { method: "rrf", semanticWeight: 0.5 });
    expect(fused).toMatchObject([
      { key: 1, semanticRank: 1, lexicalRank: null, similarity: 10, bm25: null },
      { key: 2, semanticRank: null, lexicalRank: 1, similarity: null, bm25: 10 },
    ]);
  });

  it("contains every row once for any weights, and follows one side where the other has weight 0", () => {
    fc.assert(
      fc.property(rankings, rankings, fc.constantFrom("rrf", "weighted"), (a, b, method) => {
        const all = new Set([...keysOf(a), ...keysOf(b)]);
        for (const semanticWeight of [0, 0.3, 1]) {
          const fused = fuse(a, b, { method, semanticWeight });
          expect(fused).toHaveLength(all.size);
          expect(new Set(keysOf(fused))).toEqual(all);
        }
        const first = keysOf(fuse(a, b, { method: "rrf", semanticWeight: 1 }));
        expect(first.slice(0, a.length)).toEqual(keysOf(a));
      }),
    );
  });

  it("depends only on its input: equal scores are ordered by rank, then id", () => {
    const fused = fuse(ranking(7, 5), ranking(5, 7), { method: "rrf", semanticWeight: 0.5 });
    expect(keysOf(fused)).toEqual([5, 7]);
  });

  it("adds standard scores, counted from three deviations below the mean, when weighted", () => {
    const fused = fuse(
      [candidate(1, 0.9), candidate(2, 0.1)],
      [candidate(2, 30), candidate(3, 3)],
      { method: "weighted", semanticWeight: 0.6 },
    );
    // One deviation above the mean is 4, one below it 2, and what a side did not find has 0 there.
    expect(fused.map(({ key, score }) => [key, Math.round(score * 1e9) / 1e9])).toEqual([
      [2, 0.6 * 2 + 0.4 * 4],
      [1, 0.6 * 4],
      [3, 0.4 * 2],
    ]);
  });

  it("changes no weighted score when more rows are asked for", () => {
    const all = Array.from({ length: 300 }, (_, at) => candidate(at, 1 / (at + 1)));
    const few = fuse(all.slice(0, 100), [], { method: "weighted", semanticWeight: 1 });
    const more = fuse(all, [], { method: "weighted", semanticWeight: 1 });
    expect(more.slice(0, 100)).toEqual(few);
  });

  it("merges collections by score, and gives a single side its ranks", () => {
    const merged = merge([ranking(1, 2, 3), ranking(11, 12)], 3);
    expect(keysOf(merged)).toEqual([1, 11, 2]);
    expect(alone(merged, "lexical")[1]).toMatchObject({ lexicalRank: 2, semanticRank: null });
  });
});

describe("diversity", () => {
  const vectors = [
    [1, 0],
    [1, 0],
    [0, 1],
  ].map((v) => Float32Array.from(v));

  it("ranks repetitions after other hits", () => {
    expect(spread([1, 0.99, 0.9], (place) => vectors[place], 0.5)).toEqual([0, 2, 1]);
  });

  it("changes nothing at 0, and loses no row at any value", () => {
    expect(spread([3, 2, 1], (place) => vectors[place], 0)).toEqual([0, 1, 2]);
    expect(spread([3, 2, 1], () => undefined, 1).toSorted()).toEqual([0, 1, 2]);
    expect(spread([], () => undefined, 1)).toEqual([]);
  });
});

describe("grouping", () => {
  it("keeps the best of each conversation and counts the others", () => {
    const grouped = groupBy(["a1", "b1", "a2", "a3"], (text) => text.slice(0, 1));
    expect(grouped).toEqual([
      { best: "a1", more: 2 },
      { best: "b1", more: 0 },
    ]);
  });
});

describe("a cursor", () => {
  const question = hashQuestion({ query: "x", filters: { roles: ["user"], after: 1 } });

  it("contains where the next page starts and in which versions", () => {
    const cursor = { versions: [["col_1", 3] as const], offset: 20 };
    expect(readCursor(printCursor(cursor, question), question)).toEqual(cursor);
  });

  it("is valid for the same question only, in any order of its keys", () => {
    const same = hashQuestion({ filters: { after: 1, roles: ["user"] }, query: "x" });
    expect(same).toBe(question);
    const cursor = printCursor({ versions: [], offset: 1 }, question);
    expect(() => readCursor(cursor, hashQuestion({ query: "y" }))).toThrow("another question");
  });

  it("is refused where Parlance did not make it", () => {
    for (const text of ["", ".", "abc", "e30.aaaaaaaaaaaa", "…"])
      expect(() => readCursor(text, question)).toThrow("does not belong to this list");
    const cursor = printCursor({ versions: [], offset: 1 }, question);
    expect(() => readCursor(`A${cursor.slice(1)}`, question)).toThrow();
    const forged = createHash("sha256").update("parlance-cursor\n{").digest("base64url");
    const cut = `${Buffer.from("{").toString("base64url")}.${forged.slice(0, 12)}`;
    expect(() => readCursor(cut, question)).toThrow("another version");
  });
});

describe("the cache", () => {
  it("drops the entry that was used least recently", () => {
    const cache = openLru<number>(2);
    cache.set("a", 1);
    cache.set("b", 2);
    expect(cache.get("a")).toBe(1);
    cache.set("c", 3);
    expect(cache.get("b")).toBeUndefined();
    expect(cache.get("a")).toBe(1);
    expect(cache.size).toBe(2);
  });
});
