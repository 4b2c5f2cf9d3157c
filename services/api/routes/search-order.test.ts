// One file imported twice, in other pieces and into another collection: rows with equal scores come in the same order.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { searchAnswer } from "#services/contract/search.ts";
import { ircDay, openTestApi, type TestApi } from "../api.builders.ts";

const nicks = ["anna", "berg", "cleo"] as const;
const things = ["printer", "scanner", "monitor", "keyboard", "modem", "router"] as const;
/** Many messages of equal length with one word in common: equal scores by words; and some said again: by meaning too. */
const said = Array.from({ length: 45 }, (_, at): readonly [string, string] => [
  nicks[at % nicks.length] ?? "anna",
  `broken ${things[(at * 5) % things.length] ?? "printer"} ${at % 4 === 0 ? "again" : `number${at}`}`,
]);

let api: TestApi;
let whole: string;
let inPieces: string;

beforeAll(async () => {
  api = await openTestApi();
  whole = (await api.makeCollection("whole")).id;
  await api.importText(whole, "2020-01-01.txt", ircDay(said));
  inPieces = (await api.makeCollection("in pieces")).id;
  for (const messages of [20, 31, 45])
    await api.importText(inPieces, "2020-01-01.txt", ircDay(said.slice(0, messages)));
});
afterAll(() => api.close());

const found = async (collection: string, body: Record<string, unknown>) => {
  const { hits } = await api.read(searchAnswer, `/api/v1/collections/${collection}/search`, {
    body: { query: "broken", limit: 100, context: 0, ...body },
  });
  return hits.map(({ snippet, at, author, score }) => ({ snippet, at, author, score }));
};

describe("the same messages imported in other pieces", () => {
  it.each([
    { mode: "lexical" },
    { mode: "semantic" },
    { mode: "hybrid" },
    { mode: "hybrid", fusion: "weighted" },
    { mode: "hybrid", diversity: 0.4 },
    { mode: "lexical", query: "broken again" },
    { mode: "lexical", sort: "newest" },
    { mode: "lexical", sort: "oldest" },
  ])("have the same order: %j", async (body) => {
    const first = await found(whole, body);
    expect(first.length).toBeGreaterThan(40);
    expect(await found(inPieces, body)).toEqual(first);
  });

  it("have equal scores for the most part", async () => {
    const scores = (await found(whole, { mode: "lexical" })).map(({ score }) => score);
    expect(new Set(scores).size).toBeLessThan(5);
  });
});
