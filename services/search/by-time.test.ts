// Rows by time, facets and filters, on a real index in a temporary folder.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openIndexStore, type Searcher } from "#index-store/index-store.ts";
import { firstByTime } from "./by-time.ts";
import { countFacets, widthFor } from "./facets.ts";
import { allOf, filtersOfOperators, filtersOfRequest, understoodFilters } from "./filters.ts";
import { eachByName } from "./people-filter.ts";
import { parseQuestion } from "./query.ts";

const ROWS = 4000;
const timeOf = (row: number) => (row % 50 === 0 ? Number.NaN : ((row * 7919) % 3001) * 60_000);
let folder: string;
let searcher: Searcher;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "parlance-search-"));
  let ids = 0;
  const index = await openIndexStore({
    path: join(folder, "index.git"),
    dim: 4,
    schema: {
      conversation: "keyword",
      author: "keyword",
      role: "keyword",
      kind: "keyword",
      source: "keyword",
      channel: "keyword",
      language: "keyword",
      at: "number",
    },
    engine: "flat",
    now: () => 0,
    newId: () => `id${ids++}`,
  });
  const rows = Array.from({ length: ROWS }, (_, row) => row);
  const every = (value: string | null) => rows.map(() => value);
  const data = new Float32Array(ROWS * 4);
  for (const row of rows) data[row * 4 + (row % 4)] = 1;
  await index.commit(
    {
      add: [
        {
          ids: rows.map((row) => `r${row}`),
          vectors: { dim: 4, rows: ROWS, data },
          texts: rows.map((row) => `text ${row}`),
          columns: {
            conversation: rows.map((row) => `c${row % 10}`),
            author: rows.map((row) => ["Anna Berg", "anna", "Cleo"][row % 3] ?? null),
            role: every("person"),
            kind: every("text"),
            source: every("irc"),
            channel: rows.map((row) => (row % 2 === 0 ? "#ubuntu" : null)),
            language: every("en"),
            at: Float64Array.from(rows, timeOf),
          },
        },
      ],
    },
    { message: "rows" },
  );
  searcher = await index.searcher();
});
afterAll(async () => {
  searcher.close();
  await rm(folder, { recursive: true, force: true });
});

describe("rows by time", () => {
  const all = () => searcher.select(undefined);
  const expected = (newest: boolean) =>
    Array.from({ length: ROWS }, (_, row) => ({ id: `r${row}`, at: timeOf(row) })).sort((a, b) => {
      const byName = a.id < b.id ? -1 : 1;
      if (Number.isNaN(a.at) || Number.isNaN(b.at))
        return Number(Number.isNaN(a.at)) - Number(Number.isNaN(b.at)) || byName;
      return (newest ? b.at - a.at : a.at - b.at) || byName;
    });

  it("are the first ones of the full order, for any number of rows", async () => {
    for (const newest of [true, false])
      for (const count of [1, 20, 700, ROWS]) {
        const found = await firstByTime(searcher, all(), { count, newest });
        expect(found.map(({ found: one }) => one.id)).toEqual(
          expected(newest)
            .slice(0, count)
            .map(({ id }) => id),
        );
      }
  });

  it("of an empty set are empty", async () => {
    const none = searcher.select({ kind: "in", column: "author", values: ["nobody"] });
    expect(await firstByTime(searcher, none, { count: 5, newest: true })).toEqual([]);
  });
});

describe("filters", () => {
  const countOf = (typed: string) => {
    const { operators } = parseQuestion(typed, 0);
    const filter = allOf(
      filtersOfOperators(operators, searcher, {
        titled: new Map([["talk", ["c3"]]]),
        called: new Map(),
        here: eachByName,
      }),
    );
    return searcher.select(filter).count;
  };

  it("find an author in any letter case, or by a part of the name where no full name matches", () => {
    expect(countOf("from:ANNA")).toBe(1333);
    expect(countOf("from:berg")).toBe(1334);
    expect(countOf("from:anna from:cleo")).toBe(2666);
    expect(countOf("from:nobody")).toBe(0);
  });

  it("find a channel with and without its # sign, and a conversation by its title", () => {
    expect(countOf("in:ubuntu")).toBe(2000);
    expect(countOf("in:#UBUNTU")).toBe(2000);
    expect(countOf("in:talk")).toBe(400);
  });

  it("narrow together with those of the request", () => {
    const filters = {
      after: 0,
      before: 60_000 * 10,
      conversations: ["c1"],
      sources: ["irc" as const],
    };
    const set = searcher.select(allOf(filtersOfRequest(filters, eachByName)));
    const wanted = Array.from({ length: ROWS }, (_, row) => row).filter(
      (row) => row % 10 === 1 && timeOf(row) < 600_000,
    );
    expect(set.count).toBe(wanted.length);
    expect(understoodFilters(parseQuestion("from:anna after:1970", 5).operators, filters)).toEqual({
      after: 0,
      before: 600_000,
      authors: ["anna"],
      conversations: ["c1"],
      sources: ["irc"],
    });
  });
});

describe("facets", () => {
  it("count every row once, in bins of readable widths", () => {
    const facets = countFacets([
      {
        collection: { id: "c", name: "C" },
        searcher,
        rows: undefined,
        within: undefined,
        here: eachByName,
        groups: null,
      },
    ]);
    expect(facets.authors.map(({ count }) => count)).toEqual([1334, 1333, 1333]);
    expect(facets.channels).toContainEqual({ value: null, label: "unknown", count: 2000 });
    expect(facets.collections).toEqual([{ value: "c", label: "C", count: ROWS }]);
    expect(facets.time?.bins.reduce((sum, { count }) => sum + count, 0)).toBe(ROWS - ROWS / 50);
    expect(widthFor(0, 3600_000)).toBe(300_000);
    expect(widthFor(0, 14 * 365 * 86_400_000)).toBe(182 * 86_400_000);
  });
});
