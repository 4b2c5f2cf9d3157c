// When a lexical engine is done: the promises of the port, kept by our postings and by FTS5 alike.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { emptyBitmap, setBit } from "../bitmap.ts";
import type {
  LexicalEngine,
  LexicalHits,
  LexicalIndex,
  LexicalQuery,
  LexicalStatistics,
} from "./lexical.ts";
import { naiveSearch, naiveSimilar, type Scored } from "./naive-search.ts";
import { phraseTerms, tokenize } from "./tokenize.ts";

export const nothing: LexicalQuery = { should: [], must: [], phrases: [], prefixes: [], not: [] };

const ones = (terms: readonly string[]) => terms.map((term) => ({ term, weight: 1 }));

export const statisticsOf = (index: LexicalIndex): LexicalStatistics => ({
  rows: index.rows,
  totalLength: index.totalLength,
  documentFrequency: (term) => index.documentFrequency(term),
});

const word = fc.constantFrom("a", "b", "ab", "ba", "c", "a.b", "b-c", "Ab", "é");
const text = fc.array(word, { maxLength: 12 }).map((words) => words.join(" "));
const texts = fc.array(text, { maxLength: 40 });
const term = fc.constantFrom("a", "b", "ab", "ba", "c", "a.b", "b-c", "e", "zz");
const few = (most: number) => ({ maxLength: most });
const weighted = fc.record({ term, weight: fc.constantFrom(1, 0.5, 0.25) });
const phrase = fc.array(term, { minLength: 1, maxLength: 3 });
const query: fc.Arbitrary<LexicalQuery> = fc.record({
  should: fc.array(weighted, few(4)),
  must: fc.array(weighted, few(1)),
  phrases: fc.oneof(fc.constant([]), fc.array(phrase, few(1))),
  prefixes: fc.oneof(fc.constant([]), fc.array(fc.constantFrom("a", "b", "ab"), few(1))),
  not: fc.oneof(fc.constant([]), fc.array(phrase, few(1))),
});
/** Random rows that pass; undefined: no filter. */
const filter = fc.option(fc.array(fc.nat(0xffffffff), { minLength: 2, maxLength: 2 }), {
  nil: undefined,
});

const isSet = (bits: Uint32Array | undefined, row: number): boolean =>
  (((bits?.[row >>> 5] ?? 0) >>> (row & 31)) & 1) === 1;

/** The best rows with their scores; rows whose scores differ by less than a float32 may tell may change places. */
const expectBest = (found: LexicalHits, best: readonly Scored[], all: readonly Scored[]): void => {
  expect(found.rows).toHaveLength(best.length);
  const scores = new Map(all.map(({ row, score }) => [row, score]));
  for (const [at, { score }] of best.entries()) {
    const row = found.rows[at] ?? -1;
    expect(found.scores[at]).toBeCloseTo(score, 4);
    expect(scores.get(row)).toBeCloseTo(score, 4);
    if (at > 0 && found.scores[at] === found.scores[at - 1])
      expect(row).toBeGreaterThan(found.rows[at - 1] ?? -1);
  }
  expect(new Set(found.rows).size).toBe(best.length);
};

export const lexicalSuite = (engine: LexicalEngine): void => {
  let folder = "";
  let files = 0;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "parlance-lexical-"));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
  });

  const withIndex = async (rows: readonly string[], use: (index: LexicalIndex) => void) => {
    const path = join(folder, `${files++}.idx`);
    await engine.build(rows, path);
    const index = await engine.open(path);
    try {
      use(index);
    } finally {
      index.close();
      await rm(path);
    }
  };

  const rowsFor = (index: LexicalIndex, asked: Partial<LexicalQuery>): number[] => {
    const search = { k: 100, statistics: statisticsOf(index) };
    return [...index.search({ ...nothing, ...asked }, search).rows].sort((a, b) => a - b);
  };

  describe("any question on any rows", () => {
    it("has the matches, scores and order of the plain formula", async () => {
      await fc.assert(
        fc.asyncProperty(
          texts,
          query,
          filter,
          fc.integer({ min: 0, max: 50 }),
          async (rows, asked, bits, k) => {
            await withIndex(rows, (index) => {
              const passing = bits === undefined ? {} : { filter: Uint32Array.from(bits) };
              const search = { k, statistics: statisticsOf(index), ...passing };
              const expected = naiveSearch(rows, asked, search);
              const counted = index.search(asked, { ...search, countAll: true });
              const pruned = index.search(asked, search);
              expectBest(counted, expected.slice(0, k), expected);
              expect([...pruned.rows]).toEqual([...counted.rows]);
              expect([...pruned.scores]).toEqual([...counted.scores]);
              expect(counted.total).toBe(expected.length);
              const unranked = index.search(asked, { ...search, k: 0, countAll: true });
              expect(unranked.total).toBe(expected.length);
              expect(unranked.matches).toEqual(counted.matches);
              expect(pruned.total).toBeLessThanOrEqual(expected.length);
              expect(pruned.total).toBeGreaterThanOrEqual(Math.min(k, expected.length));
              const matched = [...rows.keys()].filter((row) => isSet(counted.matches, row));
              expect(matched).toEqual(expected.map(({ row }) => row).sort((a, b) => a - b));
            });
          },
        ),
        { numRuns: 150 },
      );
    });

    it("has the rows whose words have a mass together, each word once", async () => {
      const words = fc.array(
        fc.record({
          terms: fc.array(term, { minLength: 1, maxLength: 3 }),
          mass: fc.constantFrom(1, 2, 3.5),
        }),
        few(5),
      );
      const least = fc.constantFrom(0.5, 1, 2, 3, 5);
      await fc.assert(
        fc.asyncProperty(texts, words, least, async (rows, wanted, mass) => {
          await withIndex(rows, (index) => {
            const found = index.rowsWithMass(wanted, mass);
            for (const [row, said] of rows.entries()) {
              const has = new Set(tokenize(said).map((token) => token.term));
              const held = wanted.filter(({ terms }) => terms.some((one) => has.has(one)));
              const sum = held.reduce((all, one) => all + one.mass, 0);
              expect(isSet(found, row)).toBe(sum >= mass);
            }
          });
        }),
        { numRuns: 60 },
      );
    });

    it("counts terms, lengths and rows by group as the texts have them", async () => {
      const group = fc.constantFrom(-1, 0, 1, 2);
      await fc.assert(
        fc.asyncProperty(texts, fc.array(group, few(40)), term, async (rows, of, wanted) => {
          await withIndex(rows, (index) => {
            const groups = Int32Array.from(rows, (_, row) => of[row] ?? -1);
            const lengths = new Float64Array(3);
            index.addLengths(groups, lengths);
            const into = { counts: new Float32Array(3), met: new Uint32Array(3), size: 0 };
            index.countTerm({ term: wanted, weight: 0.5 }, groups, into);
            const times = (text: string) =>
              tokenize(text).filter((token) => token.term === wanted).length;
            for (const one of [0, 1, 2]) {
              const own = rows.filter((_, row) => groups[row] === one);
              expect(lengths[one]).toBe(
                own.reduce((sum, text) => sum + phraseTerms(text).length, 0),
              );
              const count = own.reduce((sum, text) => sum + times(text), 0);
              expect(into.counts[one]).toBe(count / 2);
              expect([...into.met.subarray(0, into.size)].includes(one)).toBe(count > 0);
            }
            const marks = new Uint8Array(rows.length);
            index.markRows(wanted, Uint32Array.from(rows.keys()), marks);
            expect([...marks]).toEqual(rows.map((text) => (times(text) > 0 ? 1 : 0)));
          });
        }),
        { numRuns: 60 },
      );
    });

    it("is ranked by the statistics it is given, so that segments compare", async () => {
      await withIndex(["rare common", "common", "rare"], (index) => {
        const statistics = {
          rows: 1000,
          totalLength: 9000,
          documentFrequency: (asked: string) => (asked === "rare" ? 900 : 3),
        };
        const asked = { ...nothing, should: ones(["rare", "common"]) };
        const found = index.search(asked, { k: 3, statistics });
        expect([...found.rows]).toEqual([1, 0, 2]);
      });
    });
  });

  describe("terms", () => {
    it("are listed in order with the rows that hold them", async () => {
      await fc.assert(
        fc.asyncProperty(texts, async (rows) => {
          await withIndex(rows, (index) => {
            const expected = new Map<string, number>();
            for (const row of rows)
              for (const one of new Set(tokenize(row).map((token) => token.term)))
                expected.set(one, (expected.get(one) ?? 0) + 1);
            const listed = [...index.terms()];
            expect(new Map(listed.map((one) => [one.term, one.documentFrequency]))).toEqual(
              expected,
            );
            expect(listed.map((one) => one.term)).toEqual([...expected.keys()].sort());
            for (const [one, frequency] of expected)
              expect(index.documentFrequency(one)).toBe(frequency);
            expect(index.documentFrequency("zz")).toBe(0);
            expect(index.totalLength).toBe(rows.flatMap(phraseTerms).length);
            const even = emptyBitmap(rows.length);
            for (let row = 0; row < rows.length; row += 2) setBit(even, row);
            expect(index.lengthOf(even)).toBe(
              rows.filter((_, row) => row % 2 === 0).flatMap(phraseTerms).length,
            );
          });
        }),
        { numRuns: 30 },
      );
    });

    it("sort by code point where UTF-16 would not", async () => {
      await withIndex(["ｱ 𝒜 𠀀 豈 a 🎉 ﬀ 龍"], (index) => {
        const listed = [...index.terms()].map((one) => one.term);
        const bytes = (one: string) => Buffer.from(one);
        expect(listed).toEqual([...listed].sort((a, b) => Buffer.compare(bytes(a), bytes(b))));
        for (const one of listed) expect(index.documentFrequency(one)).toBe(1);
      });
    });

    it("are found by prefix, most frequent first", async () => {
      await withIndex(["install installed", "install", "instal", "inside"], (index) => {
        expect(index.termsWithPrefix("inst", 2)).toEqual([
          { term: "install", documentFrequency: 2 },
          { term: "instal", documentFrequency: 1 },
        ]);
        expect(rowsFor(index, { prefixes: ["install"] })).toEqual([0, 1]);
      });
    });

    it("are found by edit distance as by comparing with each", async () => {
      const letters = fc.string({
        unit: fc.constantFrom("a", "b", "c", "ü", "日", "🎉"),
        maxLength: 7,
      });
      await fc.assert(
        fc.asyncProperty(
          fc.array(letters, few(40)),
          letters,
          fc.constantFrom(1 as const, 2 as const),
          async (rows, wanted, edits) => {
            await withIndex(rows, (index) => {
              const asked = phraseTerms(wanted).join("");
              const terms = [...index.terms()];
              const found = index.similarTerms(asked, edits, 1000);
              expect(found).toEqual(naiveSimilar(terms, asked, edits));
            });
          },
        ),
        { numRuns: 100 },
      );
    });
  });

  describe("texts of every kind", () => {
    const rows = [
      "Edit /etc/apt/sources.list, then apt-get update",
      "error 0x80070005 (E-1234) at http://help.example.org/community/Foo?x=1",
      "北京大学在哪里",
      "東京タワーに行きました",
      "สวัสดีชาวโลก",
      "مَرْحَبًا بالعالم",
      "हिन्दी में लिखो",
      "Größe der Straße überprüfen",
      "great 👍🏽 thanks ❤️",
      "",
      "  ... !!! ",
      "don't ask joe.bloggs@example.org about linux-image-2.6.32-21",
    ];
    it.each([
      [["sources.list"], [0]],
      [["etc/apt/sources.list"], [0]],
      [["0x80070005"], [1]],
      [["e-1234"], [1]],
      [["help.example.org"], [1]],
      [["タワー"], []],
      [["مرحبا"], [5]],
      [["हिन्दी"], [6]],
      [["grosse"], [7]],
      [["strasse"], [7]],
      [["👍"], [8]],
      [["❤"], [8]],
      [["dont"], [11]],
      [["joe.bloggs@example.org"], [11]],
      [["2.6.32"], [11]],
    ])("finds %s", async (must, expected) => {
      await withIndex(rows, (index) =>
        expect(rowsFor(index, { must: ones(must) })).toEqual(expected),
      );
    });

    it.each([
      "大学",
      "東京タワー",
      "ชาวโลก",
      "list then apt",
      "2.6.32-21",
      "apt-get",
      "sources.list then",
    ])("finds the phrase %s as tokenize splits it", async (asked) => {
      await withIndex(rows, (index) => {
        const terms = tokenize(asked).map((token) => token.term);
        expect(rowsFor(index, { phrases: [terms] })).toHaveLength(1);
        expect(rowsFor(index, { phrases: [phraseTerms(asked)] })).toHaveLength(1);
      });
    });

    it("answers for no rows, for empty rows and for one term", async () => {
      for (const empty of [[], ["", " "]])
        await withIndex(empty, (index) => {
          expect(index.rows).toBe(empty.length);
          expect(rowsFor(index, { should: ones(["a"]) })).toEqual([]);
          expect(index.similarTerms("a", 2, 5)).toEqual([]);
        });
      await withIndex(["one"], (index) => {
        expect(rowsFor(index, { should: ones(["one"]) })).toEqual([0]);
        expect(rowsFor(index, { not: [["two"]] })).toEqual([]);
      });
    });

    it("keeps counts and places in very long rows", async () => {
      const long = `${"na ".repeat(70_000)}batman ${"x".repeat(5000)}`;
      await withIndex([long, "na batman", "na"], (index) => {
        expect(rowsFor(index, { phrases: [["na", "batman"]] })).toEqual([0, 1]);
        expect(rowsFor(index, { phrases: [["na", "na"]] })).toEqual([0]);
        const search = { k: 3, statistics: statisticsOf(index) };
        const asked = { ...nothing, should: ones(["na"]), prefixes: ["n"] };
        const found = index.search(asked, search);
        const expected = naiveSearch([long, "na batman", "na"], asked, search);
        expect([...found.rows]).toEqual(expected.map(({ row }) => row));
        expect(found.scores[0]).toBeCloseTo(expected[0]?.score ?? 0, 4);
      });
    });
  });
};
