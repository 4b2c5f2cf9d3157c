// Shared links to what an analysis shows: a map with names of topics and no message, a topic with messages only where that was chosen.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { account } from "#services/contract/accounts.ts";
import { topicDetail } from "#services/contract/analysis.ts";
import { unpack } from "#services/contract/packed.ts";
import { madeShare, openedShare } from "#services/contract/shares.ts";
import { type AnalysedApi, openAnalysedApi } from "#services/views/analysed.builders.ts";
import {
  goodPassword,
  openBrowser,
  ownersEmail,
  type TestBrowser,
  takeAccess,
  tokenOf,
} from "../accounts.builders.ts";

let api: AnalysedApi;
let owner: TestBrowser;
let topic: string;
let texts: readonly string[];

beforeAll(async () => {
  api = await openAnalysedApi();
  const [largest] = (await api.topics()).filter(({ leaf }) => leaf);
  topic = largest?.id ?? "";
  const detail = await api.read(topicDetail, `${api.at}/topics/${topic}`);
  texts = detail.topic.examples.map(({ text }) => text);
  owner = openBrowser(api);
  const link = (await (await api.instance.accounts()).turnOn("http://localhost")) ?? null;
  const made = await owner.ask("/api/v1/auth/setup", {
    body: { token: tokenOf(link), email: ownersEmail, name: "Olga", password: goodPassword },
  });
  takeAccess(owner, made);
  expect((await owner.read(account, "/api/v1/account")).role).toBe("owner");
}, 180_000);
afterAll(() => api.close());

const open = async (target: object, path = api.at) => {
  const { link } = await owner.read(madeShare, `${path}/shares`, { body: { target } });
  const answered = await openBrowser(api).ask("/api/v1/shared/open", {
    body: { token: tokenOf(link) },
  });
  return { answered, opened: openedShare.parse(answered.json()) };
};

describe("a shared map", () => {
  it("has every point and the names of topics, and nothing of any message", async () => {
    const { opened, answered } = await open({ kind: "map" });
    if (opened.kind !== "map") throw new Error(opened.kind);
    const { map } = opened;
    const { arrays } = unpack(Uint8Array.from(Buffer.from(map.packed, "base64")).buffer);
    for (const name of ["x", "y", "topic"]) expect(arrays.get(name)).toHaveLength(map.points);
    expect(map.topics.map((one) => one.topic)).toContain(topic);
    expect(map.listed.toSorted()).toEqual(map.topics.map((one) => one.topic).toSorted());
    expect(opened.title).toBe("Sample");
    expect(Object.keys(map).sort()).toEqual(
      ["extent", "listed", "messages", "packed", "points", "regions", "topics", "unit"].sort(),
    );
    expect(answered.text).not.toMatch(/"(?:text|message|conversation|chunk|author)":/u);
  });

  it("cannot be shared before there is an analysis", async () => {
    const made = await owner.ask("/api/v1/collections", { body: { name: "Empty" } });
    const { id } = made.json() as { id: string };
    const body = { target: { kind: "map" } };
    const tried = await owner.ask(`/api/v1/collections/${id}/shares`, { body });
    expect([tried.status, tried.code]).toEqual([404, "unknown-analysis"]);
  });
});

describe("a shared topic", () => {
  it("shows messages only where whoever shares it chose so", async () => {
    expect(texts.length).toBeGreaterThan(0);
    for (const target of [
      { kind: "topic", topic },
      { kind: "topic", topic, examples: false },
    ]) {
      const { opened, answered } = await open(target);
      expect(opened.kind === "topic" && opened.topic.topic.examples).toEqual([]);
      for (const text of texts) expect(answered.text).not.toContain(JSON.stringify(text));
    }
    const { opened } = await open({ kind: "topic", topic, examples: true });
    if (opened.kind !== "topic") throw new Error(opened.kind);
    expect(opened.topic.topic.examples.map(({ text }) => text)).toEqual(texts);
  });
});

describe("a shared search", () => {
  it("keeps the order of whoever shares it", async () => {
    const timesOf = async (sort: string) => {
      const { opened } = await open({ kind: "search", query: "", filters: { after: 1 }, sort });
      if (opened.kind !== "search") throw new Error(opened.kind);
      return opened.answer.hits.map(({ at }) => at ?? 0);
    };
    const newest = await timesOf("newest");
    expect(newest.length).toBeGreaterThan(1);
    expect(newest).toEqual(newest.toSorted((a, b) => b - a));
    const oldest = await timesOf("oldest");
    expect(oldest).toEqual(oldest.toSorted((a, b) => a - b));
    expect(newest).not.toEqual(oldest);
  });
});
