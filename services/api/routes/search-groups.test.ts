// Questions grouped by conversation, over HTTP: a collection of one long conversation is not ranked to its last row.
import { afterAll, beforeAll, expect, it } from "vitest";
import { searchAnswer } from "#services/contract/search.ts";
import { openTestApi, type TestApi } from "../api.builders.ts";

let api: TestApi;
let collection: string;

const MESSAGES = 5000;

beforeAll(async () => {
  api = await openTestApi();
  collection = (await api.makeCollection("Kettles")).id;
  const messages = Array.from({ length: MESSAGES }, (_, at) => ({
    role: at % 2 === 0 ? "user" : "assistant",
    content: `the kettle number ${at} leaks water in the ${at % 7 === 0 ? "evening" : "morning"}`,
  }));
  await api.importText(collection, "one.jsonl", `${JSON.stringify({ id: "one", messages })}\n`);
}, 60_000);
afterAll(() => api.close());

it("looks at the best rows only for the conversations of a page", async () => {
  const answer = await api.read(searchAnswer, `/api/v1/collections/${collection}/search`, {
    body: { query: "kettle", mode: "lexical", groupByConversation: true, facets: false, limit: 6 },
  });
  expect(answer.hits).toHaveLength(1);
  expect(answer.nextCursor).toBeNull();
  // Without facets the total is the number of rows that were ranked.
  expect(answer.total).toBeGreaterThanOrEqual(1000);
  expect(answer.total).toBeLessThan(MESSAGES / 2);
});
