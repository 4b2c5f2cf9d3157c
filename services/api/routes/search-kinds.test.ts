// What is searched by default: what people and assistants say; thinking and tool messages only where they are asked for.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type SearchRequestInput, searchAnswer } from "#services/contract/search.ts";
import { openTestApi, type TestApi } from "../api.builders.ts";

let api: TestApi;
let id: string;

beforeAll(async () => {
  api = await openTestApi();
  id = (await api.makeCollection("Shop")).id;
  await api.importText(
    id,
    "shop.jsonl",
    `${JSON.stringify({
      id: "c1",
      messages: [
        { role: "user", content: "Which shelf holds the walnut boards?" },
        {
          role: "assistant",
          content: [
            { type: "thinking", thinking: "The walnut boards were moved in spring." },
            { type: "tool_use", id: "t1", name: "walnut_lookup", input: { room: "A" } },
            { type: "text", text: "The walnut boards are on shelf seven." },
          ],
        },
      ],
    })}\n`,
  );
});
afterAll(() => api.close());

const kinds = async (body: SearchRequestInput) => {
  const { hits } = await api.read(searchAnswer, `/api/v1/collections/${id}/search`, {
    body: { units: ["message"], ...body },
  });
  return hits.map(({ kind }) => kind).sort();
};

describe("kinds of messages", () => {
  it("that are hidden in conversations are not found by default, by words, by meaning or in lists", async () => {
    for (const mode of ["lexical", "semantic", "hybrid"] as const)
      expect(await kinds({ query: "walnut boards", mode }), mode).toEqual(["text", "text"]);
    expect(await kinds({ query: "", sort: "newest" })).toEqual(["text", "text"]);
  });

  it("are found where they are asked for", async () => {
    expect(await kinds({ query: "walnut kind:thinking" })).toEqual(["thinking"]);
    expect(await kinds({ query: "walnut", filters: { kinds: ["tool"] } })).toEqual(["tool"]);
    expect(await kinds({ query: "kind:thinking kind:tool" })).toEqual(["thinking", "tool"]);
  });
});
