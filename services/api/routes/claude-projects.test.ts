// Documents of Claude projects: kept and found by their words, their names and their project, and counted as messages.
import { zipSync } from "fflate";
import { afterAll, beforeAll, expect, it } from "vitest";
import { collection as collectionSchema } from "#services/contract/collections.ts";
import { conversationList } from "#services/contract/conversations.ts";
import { type SearchRequestInput, searchAnswer } from "#services/contract/search.ts";
import { upload, uploadAccepted } from "#services/contract/uploads.ts";
import { openTestApi, type TestApi } from "../api.builders.ts";

let api: TestApi;
let at: string;

beforeAll(async () => {
  api = await openTestApi();
  at = `/api/v1/collections/${(await api.makeCollection("Claude")).id}`;
  const text = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
  const zip = zipSync({
    "users.json": text([{ uuid: "acc", full_name: "Ida Holm" }]),
    "conversations.json": text([
      {
        uuid: "k-1",
        name: "Moss",
        account: { uuid: "acc" },
        chat_messages: [
          { uuid: "m-0", sender: "human", text: "what grows on the roof?" },
          { uuid: "m-1", sender: "assistant", text: "Moss grows there." },
        ],
      },
    ]),
    "projects/p.json": text({
      uuid: "p-1",
      name: "Garden",
      prompt_template: "Answer like a gardener.",
      creator: { uuid: "acc" },
      docs: [{ uuid: "d-1", filename: "plan.md", content: "Plant leeks in May." }],
    }),
  });
  const sent = await api.ask(`${at}/uploads?filename=claude.zip`, { method: "PUT", body: zip });
  const { id } = uploadAccepted.parse(await sent.json());
  await (await api.ask(`/api/v1/uploads/${id}/events`)).text();
  const done = await api.read(upload, `/api/v1/uploads/${id}`);
  expect(done).toMatchObject({ state: "done", problemCount: 0 });
});
afterAll(() => api.close());

const found = async (body: SearchRequestInput) =>
  (await api.read(searchAnswer, `${at}/search`, { body })).hits;

it.each([
  "leeks",
  "plan.md",
  "leeks kind:attachment",
  "in:garden leeks",
  "from:ida kind:attachment",
])("%s finds the document", async (query) => {
  const [hit] = await found({ query, mode: "lexical" });
  expect(hit).toMatchObject({
    author: "Ida Holm",
    kind: "attachment",
    title: "Garden",
    channel: "Garden",
  });
  expect(hit?.snippet).toContain("Plant leeks in May.");
});

it("does not search a project's instructions", async () => {
  expect(await found({ query: "gardener", mode: "lexical" })).toEqual([]);
});

it("counts documents as messages, and instructions as further entries", async () => {
  expect(await api.read(collectionSchema, at)).toMatchObject({
    conversations: 2,
    messages: 3,
    others: 1,
  });
  const { conversations } = await api.read(conversationList, `${at}/conversations`);
  expect(conversations.map(({ title, messages }) => [title, messages]).toSorted()).toEqual([
    ["Garden", 1],
    ["Moss", 2],
  ]);
});
