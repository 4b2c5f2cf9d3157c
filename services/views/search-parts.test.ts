// Tests of searching several collections, of which some are searched by words where they are asked alone.
import { afterAll, beforeAll, expect, it } from "vitest";
import { ircDay, openTestApi, printerDay, type TestApi } from "#services/api/api.builders.ts";
import { searchRequest } from "#services/contract/search.ts";
import type { TargetCollection } from "#services/search/search.ts";
import { openAnalysisCache } from "./analysis-cache.ts";
import { openSearchOf } from "./search-parts.ts";

let api: TestApi;
let large: string;
let small: string;

const letters = "abcdefghijklmnopqrst";
const word = (at: number): string =>
  [at % 20, Math.floor(at / 20) % 20, (at * 7) % 20, (at * 3) % 20]
    .map((place) => letters[place])
    .join("");

beforeAll(async () => {
  api = await openTestApi();
  large = (await api.makeCollection("Large")).id;
  small = (await api.makeCollection("Small")).id;
  const said = Array.from(
    { length: 320 },
    (_, at) =>
      [`nick${at % 5}`, `the ${word(at)} and the ${word(at + 40)} of a ${word(at * 3)}`] as const,
  );
  await api.importText(large, "#large.2024-01-01.txt", ircDay(said));
  await api.importText(small, "#small.2024-01-01.txt", printerDay);
});
afterAll(() => api.close());

it("the rows near in meaning are judged by the floor in each collection, whatever it is searched by alone", async () => {
  const search = openSearchOf().within(api.parlance, openAnalysisCache().within(api.parlance));
  const totalWith = async (defaultMode: TargetCollection["defaultMode"]) => {
    const target = (id: string, mode: TargetCollection["defaultMode"]): TargetCollection => ({
      id,
      name: id,
      model: null,
      modelFingerprint: null,
      defaultMode: mode,
    });
    const collections = [target(large, defaultMode), target(small, "hybrid")];
    const request = searchRequest.parse({ query: `${word(5)} printer` });
    return (await search.search(request, { collections, one: false })).total;
  };
  const judged = await totalWith("hybrid");
  expect(judged).toBeLessThan(60);
  expect(await totalWith("lexical")).toBe(judged);
});
