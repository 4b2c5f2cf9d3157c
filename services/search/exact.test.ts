// Tests of exact strings: codes, versions, paths, addresses and unusual names rank the rows that contain them first, or exclude them.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type IndexStore, openIndexStore, type Searcher } from "#index-store/index-store.ts";
import { type SearchMode, searchRequest } from "#services/contract/search.ts";
import { type Embedder, openOnnxEmbedder } from "#services/embed/embed.ts";
import { indexSchema } from "#services/indexes/schema.ts";
import { eachByName, openRemembered, openSearch, type Search } from "./search.ts";

/** The string typed, the words around it in the row that contains it, and a similar row that does not contain it. */
const table = [
  ["0x80070005", "access denied, it says", "access denied with code 0x80070006"],
  ["2.6.32-21", "booting linux-image-2.6.32-21", "kernel 2.6.32-22, 21 of them, 2.6.32 2.6.32"],
  ["10.04.1", "waiting for the point release", "10.04 04.1 10 04 1"],
  ["/etc/apt/sources.list", "line 3 of", "etc apt sources.list list of sources in apt"],
  ["C:\\Windows\\System32", "it lives in", "windows system32 system32 windows c"],
  ["ann.lee@example.org", "write a letter to", "ann lee example org ann lee"],
  ["https://help.example.org/RAID?x=1", "read this:", "help example org raid x 1 https raid"],
  ["|Neptune|", "who is", "saturn and the other planets, which are not it"],
  ["_foo^bar", "i was called", "bar, foo and bar, foo"],
  ["[k1l]", "ask", "kill kill kil"],
  ["c++", "is written in", "c c c c compiler for c"],
  ["std::vector", "returned by value, the", "vector vector std"],
  ["NS_ERROR_FAILURE", "thrown:", "error failure ns error failure"],
  ["getElementById", "calls it,", "get element by id"],
  ["ENOENT", "stopped with", "no such file or directory, file not found"],
] as const;

const around =
  "and then some more that people wrote about their day and the weather on that evening ";
const texts = table.flatMap(([typed, before, decoy]) => [
  // Long, so that its length lowers its score.
  `${around.repeat(2)}${before} ${typed} ${around}`,
  decoy,
]);
const holderOf = (at: number) => `row${at * 2}`;

let folder: string;
let index: IndexStore;
let searcher: Searcher;
let embedder: Embedder;
let search: Search;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "parlance-exact-"));
  const path = join(import.meta.dirname, "..", "..", "models", "parlance-static-en-v1");
  embedder = await openOnnxEmbedder({ id: "parlance-static-en-v1", path });
  let made = 0;
  index = await openIndexStore({
    path: join(folder, "index.git"),
    dim: embedder.model.dim,
    schema: indexSchema,
    engine: "flat",
    now: () => 0,
    newId: () => `id${made++}`,
  });
  const { vectors } = await embedder.embed(texts, { truncate: true });
  const ids = texts.map((_, row) => `row${row}`);
  await index.commit(
    {
      add: [
        {
          ids,
          vectors,
          texts,
          columns: {
            conversation: ids,
            language: ids.map(() => "en"),
            source: ids.map(() => "openai"),
          },
        },
      ],
    },
    {
      message: "exact",
    },
  );
  searcher = await index.searcher();
  search = openSearch(
    {
      groups: async () => null,
      exchangesBeside: () => undefined,
      exchangesOf: async () => new Map(),
      embedder: async () => embedder,
      searcher: async () => searcher,
      people: async () => eachByName,
      called: async () => ({ exact: [], byWord: [] }),
      titled: async () => [],
      now: () => 0,
      rows: {
        load: async (chunks) =>
          new Map(
            chunks.map((chunk) => [chunk, rowOf(chunk, texts[Number(chunk.slice(3))] ?? "")]),
          ),
      },
    },
    openRemembered()("tests"),
  );
});
afterAll(async () => {
  searcher.close();
  await index.close();
  await embedder.close();
  await rm(folder, { recursive: true, force: true });
});

const TITLE = "A wildly improbable Headline";
const rowOf = (chunk: string, text: string) => ({
  chunk,
  unit: "message" as const,
  exchange: null,
  message: chunk,
  gone: false,
  conversation: chunk,
  title: TITLE,
  channel: null,
  source: "irc" as const,
  author: "",
  role: "person" as const,
  kind: "text" as const,
  language: null,
  at: null,
  zoneKnown: false,
  text,
  before: [],
  after: [],
});

const answer = (query: string, mode: SearchMode, facets = false) => {
  const request = searchRequest.parse({ query, mode, facets, context: 0, limit: 10 });
  const modelFingerprint = embedder.model.fingerprint;
  const collections = [
    { id: "one", name: "One", model: null, modelFingerprint, defaultMode: mode },
  ];
  return search.search(request, { one: true, collections });
};
const ask = async (query: string, mode: SearchMode) => (await answer(query, mode)).hits;

describe.each(["lexical", "hybrid"] as const)("an exact string, %s", (mode) => {
  it.each(table.map(([typed], at) => [typed, at] as const))("%s comes first", async (typed, at) => {
    const [first] = await ask(typed, mode);
    expect(first?.chunk).toBe(holderOf(at));
    const marked = first?.highlights.map(({ start, end }) => first.snippet.slice(start, end));
    expect(marked?.join(" ").length).toBeGreaterThanOrEqual(typed.replaceAll(/\W/gu, "").length);
  });

  it("is found where it is required", async () => {
    for (const [at, [typed]] of table.entries()) {
      const hits = await ask(`+${typed}`, mode);
      expect(hits[0]?.chunk, typed).toBe(holderOf(at));
    }
  });
});

describe.each(["lexical", "semantic", "hybrid"] as const)("an excluded word, %s", (mode) => {
  it("leaves out the rows that contain it, and no others", async () => {
    const all = await ask("access denied code", mode);
    expect(all.map(({ chunk }) => chunk)).toEqual(expect.arrayContaining(["row0", "row1"]));
    const left = await ask("access denied code -0x80070005", mode);
    expect(left.map(({ chunk }) => chunk)).toContain("row1");
    expect(left.map(({ chunk }) => chunk)).not.toContain("row0");
  });

  it("alone lists all other rows", async () => {
    const { hits, total } = await answer('-denied -"which are not it"', mode);
    expect(total).toBe(texts.length - 3);
    expect(hits).toHaveLength(10);
  });
});

it("good matches are counted as without the excluded word", async () => {
  const countOf = async (query: string) => (await answer(query, "lexical", true)).total;
  // Not every row that contains one of the words.
  expect(await countOf("access denied weather -neptune")).toBe(
    await countOf("access denied weather"),
  );
});

it("rows with one of three words are no good matches where no row has the others", async () => {
  const { hits, total } = await answer("zzyzx qwrtpl weather", "lexical", true);
  expect(hits.length).toBeGreaterThan(0);
  expect(total).toBe(0);
  expect((await answer("zzyzx access denied", "lexical", true)).total).toBeGreaterThan(0);
});

it("words of a hit's title are not said to be in no message", async () => {
  const { hits, understood } = await answer("access denied headline zzyzx", "lexical");
  expect(hits[0]?.title).toBe(TITLE);
  expect(understood.unknown).toEqual(["zzyzx"]);
});
