// Our own postings: the port's suite, the oracle on larger corpora, skipping against reading all, damaged files.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ftsEngine } from "./fts.ts";
import { lexicalSuite, nothing, statisticsOf } from "./lexical.suite.ts";
import { LexicalError, type LexicalIndex, type LexicalQuery } from "./lexical.ts";
import { postingsEngine } from "./postings.ts";

describe("the postings", () => lexicalSuite(postingsEngine));

/** A small seeded generator (mulberry32). */
const dice = (seed: number) => {
  let state = seed;
  return (sides: number): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * sides);
  };
};

/** Words as skewed as real ones: half of all are among the first few. */
const skewed = (roll: (sides: number) => number): string =>
  `w${Math.floor(2 ** (roll(1100) / 100)) - 1}`;

const corpus = (rows: number): string[] => {
  const roll = dice(1);
  return Array.from({ length: rows }, () =>
    Array.from({ length: roll(14) }, () => skewed(roll)).join(" "),
  );
};

const questions = (count: number): LexicalQuery[] => {
  const roll = dice(2);
  const terms = (n: number) =>
    Array.from({ length: n }, () => ({ term: skewed(roll), weight: 1 - roll(3) / 4 }));
  return Array.from({ length: count }, (_, at) => ({
    should: terms(at % 4 === 1 ? 0 : 1 + roll(7)),
    must: terms(at % 4 === 1 ? 1 + roll(2) : 0),
    phrases: at % 4 === 2 ? [terms(2).map(({ term }) => term)] : [],
    prefixes: at % 12 === 3 ? [`w${roll(9)}`] : [],
    not: roll(3) === 0 ? [terms(1 + roll(2)).map(({ term }) => term)] : [],
  }));
};

describe("the postings of 20,000 rows", () => {
  let folder = "";
  let own: LexicalIndex;
  let oracle: LexicalIndex;
  const rows = corpus(20_000);
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "parlance-postings-"));
    const [words, fts] = [join(folder, "words.idx"), join(folder, "fts.db")];
    await postingsEngine.build(rows, words);
    await ftsEngine.build(rows, fts);
    own = await postingsEngine.open(words);
    oracle = await ftsEngine.open(fts);
  });
  afterAll(async () => {
    own.close();
    oracle.close();
    await rm(folder, { recursive: true });
  });

  it("match and rank as FTS5 says", () => {
    for (const query of questions(40)) {
      const search = { k: 20, statistics: statisticsOf(own), countAll: true };
      const [ours, theirs] = [own.search(query, search), oracle.search(query, search)];
      expect(ours).toEqual(theirs);
    }
  });

  it("give the same best rows whether all are counted or most are skipped, with filters of any width", () => {
    const roll = dice(3);
    for (const query of questions(400)) {
      const share = [1, 2, 10, 1000][roll(4)] ?? 1;
      const filter = new Uint32Array((rows.length + 31) >>> 5);
      for (const row of rows.keys())
        if (roll(share) === 0) filter[row >>> 5] = (filter[row >>> 5] ?? 0) | (1 << (row & 31));
      const statistics = statisticsOf(own);
      const search = { k: 1 + roll(30), statistics, ...(share === 1 ? {} : { filter }) };
      const quick = own.search(query, search);
      const counted = own.search(query, { ...search, countAll: true });
      expect([...quick.rows]).toEqual([...counted.rows]);
      expect([...quick.scores]).toEqual([...counted.scores]);
      expect(quick.total).toBeLessThanOrEqual(counted.total);
    }
  });

  it("refuse questions that make no sense", () => {
    const statistics = statisticsOf(own);
    const should = [{ term: "w1", weight: Number.NaN }];
    for (const ask of [
      () => own.search(nothing, { k: -1, statistics }),
      () => own.search({ ...nothing, should }, { k: 1, statistics }),
      () => own.search(nothing, { k: 1, statistics, filter: new Uint32Array(1) }),
    ])
      expect(ask).toThrow(LexicalError);
  });

  it("refuse more terms than there is room for, and answer the next question", () => {
    const statistics = statisticsOf(own);
    const should = Array.from({ length: 8193 }, (_, at) => ({ term: `w${at % 100}`, weight: 1 }));
    expect(() => own.search({ ...nothing, should }, { k: 1, statistics })).toThrow(
      "Ask for at most 8192 terms at once",
    );
    const few = own.search({ ...nothing, should: should.slice(0, 9) }, { k: 1, statistics });
    expect(few.rows).toHaveLength(1);
  });

  it("count the rows of a mass within a filter as without one", () => {
    const words = ["w1", "w2", "w40"].map((term) => ({ terms: [term, `${term}x`], mass: 1 }));
    const even = new Uint32Array(Math.ceil(own.rows / 32)).fill(0x55555555);
    // Only the second half of the rows passes: windows before it need not be read.
    even.fill(0, 0, even.length / 2);
    const within = own.rowsWithMass(words, 2, even).map((bits, at) => bits & (even[at] ?? 0));
    const all = own.rowsWithMass(words, 2).map((bits, at) => bits & (even[at] ?? 0));
    expect(within).toEqual(all);
    expect(within.some((bits) => bits !== 0)).toBe(true);
  });
});

describe("a damaged word index", () => {
  it("is told as damaged or answers, and never hangs or breaks", async () => {
    const folder = await mkdtemp(join(tmpdir(), "parlance-damaged-"));
    const path = join(folder, "words.idx");
    await postingsEngine.build([...corpus(600), "na ".repeat(300), "apt-get /etc/fstab"], path);
    const whole = await readFile(path);
    const roll = dice(4);
    let told = 0;
    for (let round = 0; round < 300; round++) {
      const bytes = Buffer.from(whole);
      for (let change = 0; change <= roll(3); change++) bytes[roll(bytes.length)] = roll(256);
      // Half of the changes hit the header and its table, where they do most.
      if (round % 2 === 0) bytes[roll(256)] = roll(256);
      await writeFile(path, round % 10 === 9 ? bytes.subarray(0, roll(bytes.length)) : bytes);
      try {
        const index = await postingsEngine.open(path);
        const search = { k: 10, statistics: statisticsOf(index) };
        for (const query of questions(8)) index.search(query, search);
        index.similarTerms("w12", 2, 10);
        index.close();
      } catch (error) {
        expect(error).toMatchObject({ name: "LexicalError", code: "damaged" });
        told += 1;
      }
    }
    expect(told).toBeGreaterThan(200);
    await rm(folder, { recursive: true });
  });
});
