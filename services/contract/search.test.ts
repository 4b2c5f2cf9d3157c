// Tests of what a request for a search may say.
import { expect, it } from "vitest";
import { sourceKinds } from "#services/domain/conversation.ts";
import { searchRequest } from "./search.ts";

it("takes a filter by any of the formats that are read, also by all of them", () => {
  for (const sources of [[...sourceKinds], ...sourceKinds.map((source) => [source])])
    expect(searchRequest.parse({ query: "oven", filters: { sources } }).filters).toEqual({
      sources,
    });
  expect(() => searchRequest.parse({ query: "oven", filters: { sources: ["diary"] } })).toThrow();
});
