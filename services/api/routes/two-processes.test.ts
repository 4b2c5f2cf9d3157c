// Two servers on one home: what one of them changes, the other one's next answer says.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { analysis, topicList } from "#services/contract/analysis.ts";
import { collection } from "#services/contract/collections.ts";
import { concept, conceptList } from "#services/contract/concepts.ts";
import { overview, selectedMessages } from "#services/contract/figures.ts";
import { label, labelList, mapMeta } from "#services/contract/map.ts";
import { searchAnswer } from "#services/contract/search.ts";
import { asChats, talkOf } from "#workers/analysis.builders.ts";
import { anotherServer, openTestApi, type TestApi } from "../api.builders.ts";

let here: TestApi;
let there: TestApi;
let at: string;

const settled = async (api: TestApi) => {
  for (;;) {
    const { state, error } = await api.read(analysis, `${at}/analysis`);
    if (state === "done") return;
    if (state === "failed") throw new Error(error ?? "the analysis failed");
    await new Promise((later) => setTimeout(later, 20));
  }
};
const topicsOf = async (api: TestApi) => (await api.read(topicList, `${at}/topics`)).topics;
const leaf = async () => {
  const found = (await topicsOf(here)).find((topic) => topic.leaf);
  if (!found) throw new Error("there is no topic");
  return found;
};
const search = (api: TestApi, body: unknown) => api.read(searchAnswer, `${at}/search`, { body });

beforeAll(async () => {
  here = await openTestApi();
  there = await anotherServer(here);
  const { id } = await here.makeCollection("Club");
  at = `/api/v1/collections/${id}`;
  const talk = [...talkOf("bees", 24), ...talkOf("bread", 24), ...talkOf("boats", 24)];
  await here.importText(id, "talk.jsonl", asChats("talk", talk));
  await settled(here);
  // Both have answered before anything changes, so that everything that is kept is kept.
  for (const api of [here, there]) {
    await api.read(mapMeta, `${at}/map`);
    await api.read(overview, `${at}/overview`);
    expect((await search(api, { query: "honey" })).facets?.topics.length).toBeGreaterThan(1);
  }
});
afterAll(async () => {
  await there.close();
  await here.close();
});

describe("another server's next answer", () => {
  it("knows a collection by its new name", async () => {
    await here.read(collection, at, { method: "PATCH", body: { name: "Clubhouse" } });
    expect((await there.read(collection, at)).name).toBe("Clubhouse");
    const { facets } = await search(there, { query: "honey" });
    expect(facets?.collections.map((one) => one.label)).toEqual(["Clubhouse"]);
  });

  it("shows a topic under its new name, hides it, and shows it again", async () => {
    const topic = await leaf();
    const shown = async () => ({
      list: (await topicsOf(there)).find(({ id }) => id === topic.id)?.title,
      facet: (await search(there, {})).facets?.topics.find(({ value }) => value === topic.id)
        ?.label,
      map: (await there.read(mapMeta, `${at}/map`)).topics.find(({ topic: id }) => id === topic.id)
        ?.title,
      region: (await there.read(mapMeta, `${at}/map`)).regions.find(
        ({ topic: id }) => id === topic.id,
      )?.title,
    });
    const name = "Renamed by hand";
    const edits = `${at}/topic-edits`;
    await here.ask(edits, json({ kind: "rename", topic: topic.id, title: name }));
    expect(await shown()).toEqual({ list: name, facet: name, map: name, region: name });
    const hiding = await here.ask(edits, json({ kind: "hide", topic: topic.id, hidden: true }));
    const { id } = (await hiding.json()) as { id: string };
    expect(await shown()).toEqual({
      list: undefined,
      facet: undefined,
      map: name,
      region: undefined,
    });
    await here.ask(`${edits}/${id}`, { method: "DELETE" });
    expect(await shown()).toEqual({ list: name, facet: name, map: name, region: name });
  });

  it("filters by a label that was just made, and knows none that was deleted", async () => {
    const topic = await leaf();
    const body = { name: "Ours", selection: { topics: [topic.id] } };
    const made = await here.read(label, `${at}/labels`, { body, status: 201 });
    expect(made.chunks).toBeGreaterThan(0);
    const filtered = async () => (await search(there, { filters: { labels: [made.id] } })).total;
    expect(await filtered()).toBe(made.chunks);
    await here.ask(`${at}/labels/${made.id}`, { method: "DELETE" });
    expect(await filtered()).toBe(0);
    expect((await there.read(labelList, `${at}/labels`)).labels).toEqual([]);
  });

  it("selects by a concept as it is trained now", async () => {
    const body = { name: "Bees", query: "hive honey queen swarm" };
    const made = await here.read(concept, `${at}/concepts`, { body, status: 201 });
    const selected = async () => {
      const of = { selection: { concepts: [made.id] }, limit: 1 };
      return (await there.read(selectedMessages, `${at}/messages`, { body: of })).total;
    };
    expect(await selected()).toBe(made.matches);
    const patch = { method: "PATCH", body: { threshold: 0.01 } };
    const widened = await here.read(concept, `${at}/concepts/${made.id}`, patch);
    expect(widened.matches).toBeGreaterThan(made.matches ?? 0);
    expect(await selected()).toBe(widened.matches);
    await here.ask(`${at}/concepts/${made.id}`, { method: "DELETE" });
    expect((await there.read(conceptList, `${at}/concepts`)).concepts).toEqual([]);
  });

  it("has the settings, and the analysis that was just finished", async () => {
    const before = await here.read(analysis, `${at}/analysis`);
    const settings = { ...before.settings, automatic: false };
    await here.read(analysis, `${at}/analysis/settings`, { method: "PUT", body: settings });
    expect((await there.read(analysis, `${at}/analysis`)).settings.automatic).toBe(false);
    await here.read(analysis, `${at}/analysis`, { body: { mode: "refit" }, status: 202 });
    await settled(here);
    const now = await here.read(analysis, `${at}/analysis`);
    expect(now.id).not.toBe(before.id);
    expect((await there.read(mapMeta, `${at}/map`)).analysis).toBe(now.id);
    expect((await there.read(topicList, `${at}/topics`)).analysis).toBe(now.id);
    expect((await there.read(overview, `${at}/overview`)).analysis.id).toBe(now.id);
  });

  it("finds what was imported, soon after it is in a version", async () => {
    const total = async () => (await search(there, { query: "zanzibar", mode: "lexical" })).total;
    expect(await total()).toBe(0);
    const id = at.split("/").at(-1) ?? "";
    const upload = await here.importText(id, "more.jsonl", asChats("more", ["off to zanzibar"]));
    await expect.poll(total, { timeout: 5000, interval: 20 }).toBe(1);
    expect((await there.read(collection, at)).messages).toBe(73);
    await here.ask(`/api/v1/uploads/${upload.id}`, { method: "DELETE" });
    expect(await total()).toBe(0);
    expect((await there.read(collection, at)).messages).toBe(72);
    expect(await there.read(mapMeta, `${at}/map`)).toMatchObject({ analysis: null, points: 0 });
  });
});

const json = (body: unknown) => ({
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});
