// Tests of hits lifted by their whole conversation, and of hits in channels that lack words of the question.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { openIndexStore } from "#index-store/index-store.ts";
import { searchRequest } from "#services/contract/search.ts";
import { eachByName, openRemembered, openSearch } from "./search.ts";

type Said = readonly [conversation: string, text: string];

/** Texts of the hits of a search by words, best first. */
const found = async (
  source: string | readonly string[],
  said: readonly Said[],
  query: string,
): Promise<string[]> => {
  const folder = await mkdtemp(join(tmpdir(), "parlance-conversations-"));
  let made = 0;
  const index = await openIndexStore({
    path: join(folder, "index.git"),
    dim: 1,
    schema: { conversation: "keyword", language: "keyword", source: "keyword", kind: "keyword" },
    engine: "flat",
    now: () => 0,
    newId: () => `id${made++}`,
  });
  onTestFinished(async () => {
    await index.close();
    await rm(folder, { recursive: true });
  });
  const all = (value: string) => said.map(() => value);
  const texts = said.map(([, text]) => text);
  await index.commit(
    {
      add: [
        {
          ids: said.map((_, row) => `row${row}`),
          vectors: { dim: 1, rows: said.length, data: new Float32Array(said.length).fill(1) },
          texts,
          columns: {
            conversation: said.map(([conversation]) => conversation),
            language: all("en"),
            source: typeof source === "string" ? all(source) : source,
          },
        },
      ],
    },
    { message: "said" },
  );
  const searcher = await index.searcher();
  onTestFinished(() => searcher.close());
  const search = openSearch(
    {
      groups: async () => null,
      exchangesBeside: () => undefined,
      exchangesOf: async () => new Map(),
      embedder: () => Promise.reject(new Error("no model")),
      searcher: async () => searcher,
      people: async () => eachByName,
      called: async () => ({ exact: [], byWord: [] }),
      titled: async () => [],
      now: () => 0,
      rows: { load: async () => new Map() },
    },
    openRemembered()("test"),
  );
  const request = searchRequest.parse({ query, mode: "lexical", facets: false, limit: 20 });
  const ranked = await search.ranked(request, {
    one: true,
    collections: [
      {
        id: "said",
        name: "Said",
        model: null,
        modelFingerprint: null,
        defaultMode: "lexical" as const,
      },
    ],
  });
  return ranked.map(({ chunk }) => texts[Number(chunk.slice(3))] ?? "");
};

const together: readonly Said[] = [
  ["apart", "a kettle for the kitchen, whatever it costs, with a long cable and a lid"],
  ["apart", "one more thing about it: the colour should be turquoise if there is any left"],
  ["other", "the old kettle is broken since we moved, can it be repaired"],
  ["other", "thanks, we will bring it to the shop then and wait for a call from them"],
  ["third", "the walls are turquoise now, and we like it very much"],
  ["third", "it took all of the weekend, and most of the paint that was in the cellar"],
];

it("lifts the hits of a conversation that holds the question in several messages", async () => {
  const [first, second] = await found("openai", together, "turquoise kettle");
  expect([first, second].toSorted()).toEqual([together[0]?.[1], together[1]?.[1]].toSorted());
});

it("does not take a day of a channel for a text", async () => {
  const [first] = await found("irc", together, "turquoise kettle");
  expect(first).not.toBe(together[0]?.[1]);
  expect(first).not.toBe(together[1]?.[1]);
});

it("lifts nothing where there are channels too, whose hits would fall behind", async () => {
  const mixed = [...together, ["day", "turquoise kettle for sale, who wants it"] as const];
  const sources = mixed.map(([conversation]) => (conversation === "day" ? "slack" : "openai"));
  const [first] = await found(sources, mixed, "turquoise kettle");
  expect(first).toBe(mixed.at(-1)?.[1]);
});

const lines: readonly Said[] = [
  ["day", "printer printer printer printer"],
  ["day", "what about it, my scanner and the printer next to it are both dead since monday"],
];

it("ranks a line of a channel with all words of the question before one that repeats one", async () => {
  expect((await found("irc", lines, "printer scanner"))[0]).toBe(lines[1]?.[1]);
});
