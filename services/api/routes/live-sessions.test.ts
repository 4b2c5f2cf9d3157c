// A live session's messages over HTTP: counted, listed, read, found, analysed and exported as imported ones are, and erased as they are.
import { afterAll, beforeAll, expect, it } from "vitest";
import { analysis } from "#services/contract/analysis.ts";
import { collection } from "#services/contract/collections.ts";
import { conversationList, conversationPage, rawRecord } from "#services/contract/conversations.ts";
import { overview } from "#services/contract/figures.ts";
import { searchAnswer } from "#services/contract/search.ts";
import type { SessionId } from "#services/domain/ids.ts";
import { appendMessages, endSession, openSession } from "#services/sessions/sessions.ts";
import { requestOriginErasure } from "#services/store/store.ts";
import { type ErasingApi, openErasingApi } from "../erasing.builders.ts";

const stays = Array.from(
  { length: 12 },
  (_, at) => `the harbour master wrote note ${at} about tides`,
);
const said = ["a zanzibar ship came in", "when does it leave?", "the zanzibar ship leaves at noon"];
const all = stays.length + said.length;

let api: ErasingApi;
let session: SessionId;

beforeAll(async () => {
  api = await openErasingApi(["ingest", "chunk", "embed", "commit", "erase", "analyse"]);
  await api.bring("stays", stays);
  const { store, bus } = api.parlance;
  const wish = { collection: api.id, externalId: "quay-7", title: "Quay 7" };
  session = (await openSession(store, wish)).id;
  for (const [n, text] of said.entries())
    await appendMessages(store, session, [{ id: `${n}`, author: "ada", role: "person", text }]);
  await endSession(store, session);
  bus.wake();
  await api.rest();
}, 60_000);
afterAll(() => api.close());

const state = async () => {
  const { state: now, messages } = await api.read(analysis, `${api.at}/analysis`);
  return `${now} ${messages}`;
};

it("is shown everywhere as an import is, in figures that agree", async () => {
  const now = await api.read(collection, api.at);
  expect(now).toMatchObject({ messages: all, conversations: stays.length + 1 });
  const listing = await api.read(conversationList, `${api.at}/conversations?source=live`);
  expect(listing.conversations).toMatchObject([
    { title: "Quay 7", source: "live", sourceId: "quay-7", messages: said.length },
  ]);
  const [shown] = listing.conversations;
  const page = await api.read(conversationPage, `/api/v1/conversations/${shown?.id}`);
  expect(page.messages.map(({ text }) => text)).toEqual(said);
  const raw = await api.read(rawRecord, `/api/v1/messages/${page.messages[0]?.id}/raw`);
  expect(JSON.stringify(raw)).toContain("zanzibar");
  const found = await api.read(searchAnswer, `${api.at}/search`, {
    body: { query: "zanzibar source:live", mode: "lexical" },
  });
  expect(found.hits.map(({ source, title }) => [source, title])).toContainEqual(["live", "Quay 7"]);
  await expect.poll(state, { timeout: 30_000 }).toBe(`done ${all}`);
  expect(await api.read(overview, `${api.at}/overview`)).toMatchObject({
    messages: all,
    conversations: stays.length + 1,
  });
  const seen = await api.leaks("zanzibar", all);
  expect(seen).toEqual(expect.arrayContaining(["/export", "/messages"]));
}, 60_000);

it("is in no answer from the moment its erasure is asked for", async () => {
  await requestOriginErasure(api.parlance.store, session);
  expect(await api.leaks("zanzibar", stays.length)).toEqual([]);
  api.parlance.bus.wake();
  await api.rest();
  expect(await api.leaks("zanzibar", stays.length)).toEqual([]);
  expect(await state()).toBe(`done ${stays.length}`);
}, 60_000);
