// Topics over HTTP: the list, one with its neighbours and history, changes by hand, and searches that keep to topics and labels.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  editList,
  savedEdit,
  type Topic,
  type TopicEdit,
  topicDetail,
  topicEventList,
  topicList,
} from "#services/contract/analysis.ts";
import { label } from "#services/contract/map.ts";
import { type SearchRequestInput, searchAnswer } from "#services/contract/search.ts";
import { type AnalysedApi, openAnalysedApi } from "#services/views/analysed.builders.ts";

let api: AnalysedApi;
beforeAll(async () => {
  api = await openAnalysedApi();
});
afterAll(() => api.close());

const leaves = async (): Promise<readonly Topic[]> =>
  (await api.topics()).filter(({ leaf }) => leaf);
const largest = async (): Promise<readonly [Topic, Topic, Topic]> => {
  const [a, b, c] = (await leaves()).toSorted((x, y) => y.points - x.points);
  if (!a || !b || !c) throw new Error("there are too few topics");
  return [a, b, c];
};
const edit = (body: TopicEdit) =>
  api.read(savedEdit, `${api.at}/topic-edits`, { body, status: 201 });
const undo = (id: string) =>
  api.read(savedEdit, `${api.at}/topic-edits/${id}`, { method: "DELETE" });
const refused = (body: unknown) => api.refusal(`${api.at}/topic-edits`, { body });
const detail = (id: string) => api.read(topicDetail, `${api.at}/topics/${id}`);
const search = (body: SearchRequestInput) => api.read(searchAnswer, `${api.at}/search`, { body });

describe("the list of topics", () => {
  it("has parents before children, and sums up", async () => {
    const list = await api.read(topicList, `${api.at}/topics`);
    const place = new Map(list.topics.map(({ id }, at) => [id, at]));
    expect(list.topics.some(({ leaf }) => !leaf)).toBe(true);
    for (const [at, topic] of list.topics.entries()) {
      if (topic.parent !== null) expect(place.get(topic.parent)).toBeLessThan(at);
      for (const child of topic.children) expect(place.has(child)).toBe(true);
      expect(topic.share).toBeCloseTo(topic.messages / list.messages);
      expect(await api.total({ topics: [topic.id] })).toBe(topic.messages);
    }
    const own = list.topics.filter(({ leaf }) => leaf);
    expect(own.reduce((sum, { messages }) => sum + messages, 0) + list.outliers).toBe(
      list.messages,
    );
    expect(new Set(own.map(({ colour }) => colour)).size).toBe(own.length);
  });

  it("is empty before an analysis, and unknown without a collection", async () => {
    const { id } = await api.makeCollection("Empty");
    expect(await api.read(topicList, `/api/v1/collections/${id}/topics`)).toEqual({
      analysis: null,
      version: null,
      topics: [],
      outliers: 0,
      messages: 0,
    });
    expect(await api.refusal("/api/v1/collections/nothing/topics")).toEqual([
      404,
      "unknown-collection",
    ]);
  });
});

describe("one topic", () => {
  it("has examples of its own, neighbours, and a selection that opens it", async () => {
    const [{ id, messages }] = await largest();
    const { topic, nearest, selection } = await detail(id);
    expect(await api.total(selection)).toBe(messages);
    const members = new Set((await api.messages(selection)).map(({ message }) => message));
    expect(topic.examples.length).toBeGreaterThan(0);
    for (const { message } of topic.examples) expect(members.has(message)).toBe(true);
    expect(nearest.length).toBeGreaterThan(0);
    expect(nearest.map((near) => near.topic)).not.toContain(id);
    const near = nearest.map(({ similarity }) => similarity);
    expect(near).toEqual(near.toSorted((a, b) => b - a));
    expect(await api.refusal(`${api.at}/topics/top_00000000`)).toEqual([404, "unknown-topic"]);
    expect(await api.refusal(`${api.at}/topics/what`)).toEqual([404, "unknown-topic"]);
  });
});

describe("a change by hand", () => {
  it("of a name is seen at once, listed in a sentence, and undone", async () => {
    const [topic] = await largest();
    const saved = await edit({ kind: "rename", topic: topic.id, title: "  What matters " });
    expect(saved).toMatchObject({ state: "now", says: expect.stringContaining("What matters") });
    expect((await detail(topic.id)).topic).toMatchObject({
      title: "What matters",
      titleBy: "person",
    });
    const { edits } = await api.read(editList, `${api.at}/topic-edits`);
    expect(edits.map(({ id }) => id)).toEqual([saved.id]);
    await undo(saved.id);
    expect((await detail(topic.id)).topic).toMatchObject({ title: topic.title });
    expect((await api.read(editList, `${api.at}/topic-edits`)).edits).toEqual([]);
    expect((await undo(saved.id)).id).toBe(saved.id);
  });

  it("hides a topic from lists, not from what knows its id", async () => {
    const [topic] = await largest();
    const saved = await edit({ kind: "hide", topic: topic.id, hidden: true });
    const shown = await api.read(topicList, `${api.at}/topics`);
    expect(shown.topics.map(({ id }) => id)).not.toContain(topic.id);
    expect((await api.topics()).find(({ id }) => id === topic.id)?.hidden).toBe(true);
    expect(await api.total({ topics: [topic.id] })).toBe(topic.messages);
    await undo(saved.id);
    expect((await detail(topic.id)).topic.hidden).toBe(false);
  });

  it("merges by a run that it asks for, and tells of it in the history", async () => {
    const [into, other] = await largest();
    const both = await api.total({ topics: [into.id, other.id] });
    const saved = await edit({ kind: "merge", topics: [other.id], into: into.id });
    expect(saved.state).toBe("next");
    expect((await api.settled()).state).toBe("done");
    expect((await detail(into.id)).topic.messages).toBe(both);
    expect((await api.topics()).map(({ id }) => id)).not.toContain(other.id);
    const { events } = await api.read(topicEventList, `${api.at}/topic-events`);
    expect(events.some(({ kind, others }) => kind === "merged" && others.length > 0)).toBe(true);
    await undo(saved.id);
    await api.settled();
    expect((await detail(into.id)).topic.messages).toBe(into.messages);
    expect((await detail(other.id)).topic.messages).toBe(other.messages);
  });

  it("moves what a selection holds", async () => {
    const [from, to] = await largest();
    const { topic } = await detail(from.id);
    const conversations = topic.examples.slice(0, 1).map(({ conversation }) => conversation);
    const selection = { topics: [from.id], conversations };
    const moved = (await api.messages(selection)).map(({ message }) => message);
    expect(moved.length).toBeGreaterThan(0);
    const saved = await edit({ kind: "move", selection, to: to.id });
    expect(saved.edit).toMatchObject({ kind: "move", chunks: expect.any(Array) });
    await api.settled();
    const now = new Set((await api.messages({ topics: [to.id] })).map(({ message }) => message));
    for (const message of moved) expect(now.has(message)).toBe(true);
    await undo(saved.id);
    await api.settled();
    expect((await detail(from.id)).topic.messages).toBe(from.messages);
  });

  it("moves messages by their ids, and refuses ids that the analysis does not have", async () => {
    const [from, to] = await largest();
    const [first] = await api.messages({ topics: [from.id] });
    const chunk = first?.chunk ?? "";
    const saved = await edit({ kind: "move", chunks: [chunk], to: to.id });
    expect(saved.edit).toEqual({ kind: "move", chunks: [chunk], to: to.id });
    await undo(saved.id);
    await api.settled();
    const ghost = `chk_${"0".repeat(26)}`;
    expect(await refused({ kind: "move", chunks: [chunk, ghost], to: to.id })).toEqual([
      404,
      "unknown-chunk",
    ]);
    const selection = { conversations: [`cnv_${"0".repeat(26)}`] };
    expect(await refused({ kind: "move", selection, to: to.id })).toEqual([400, "nothing-to-move"]);
  });

  it("is refused where it names what is not there, or cannot be done", async () => {
    const [{ id }] = await largest();
    const parent = (await api.topics()).find(({ leaf }) => !leaf)?.id ?? "";
    const ghost = "top_00000000";
    expect(await refused({ kind: "rename", topic: ghost, title: "X" })).toEqual([
      404,
      "unknown-topic",
    ]);
    expect(await refused({ kind: "merge", topics: [ghost], into: id })).toEqual([
      404,
      "unknown-topic",
    ]);
    expect(await refused({ kind: "merge", topics: [id], into: id })).toEqual([400, "same-topic"]);
    expect(await refused({ kind: "split", topic: parent, parts: 2 })).toEqual([400, "not-a-leaf"]);
    expect(await refused({ kind: "merge", topics: [id], into: parent })).toEqual([
      400,
      "not-a-leaf",
    ]);
    expect(await refused({ kind: "split", topic: id, parts: 1 })).toEqual([400, "bad-request"]);
    expect(await refused({ kind: "explode", topic: id })).toEqual([400, "bad-request"]);
    for (const edit of ["edt_00000000", "what"])
      expect(await api.refusal(`${api.at}/topic-edits/${edit}`, { method: "DELETE" })).toEqual([
        404,
        "unknown-edit",
      ]);
  });
});

describe("a search", () => {
  const query = "the oven and the order";

  it("keeps to topics in every mode, and counts for each what keeping to it finds", async () => {
    // The first question does not wait for the counting.
    const counted = async () =>
      (await search({ query, mode: "lexical" })).facets?.topics.length ?? 0;
    await expect.poll(counted, { interval: 50, timeout: 10_000 }).toBeGreaterThan(1);
    const { facets, hits } = await search({ query, mode: "lexical", limit: 100 });
    expect(hits.some(({ topic }) => topic !== null)).toBe(true);
    for (const { value, count } of facets?.topics ?? []) {
      const filters = { topics: [value ?? "none"] };
      const kept = await search({ query, mode: "lexical", filters, limit: 100 });
      expect(kept.total, String(value)).toBe(count);
      for (const hit of kept.hits) expect(hit.topic?.id ?? null).toBe(value);
    }
    const [topic] = await largest();
    for (const mode of ["semantic", "hybrid"] as const) {
      const kept = await search({ query, mode, filters: { topics: [topic.id] } });
      expect(kept.hits.length).toBeGreaterThan(0);
      for (const hit of kept.hits) expect(hit.topic?.id).toBe(topic.id);
    }
  });

  it("lists a topic by its operator, by title and by id, as by its filter", async () => {
    const [topic] = await largest();
    const by = async (how: SearchRequestInput) =>
      (await search({ ...how, limit: 100 })).hits.map(({ chunk }) => chunk);
    const filtered = await by({ query: "", filters: { topics: [topic.id] } });
    expect(filtered.length).toBe(Math.min(100, topic.points));
    expect(await by({ query: `topic:"${topic.title}"` })).toEqual(filtered);
    expect(await by({ query: `topic:${topic.id}` })).toEqual(filtered);
    const none = await search({ query: "", filters: { topics: ["top_00000000"] } });
    expect(none.hits).toEqual([]);
  });

  it("for a topic that is not there names the nearest, and searches instead for that", async () => {
    const [topic] = await largest();
    const { noMatch } = await search({ query: `topic:"${topic.title}x"` });
    expect(noMatch).toMatchObject({
      reason: "filters",
      excluding: [{ hint: `Did you mean “${topic.title}”?` }],
    });
    const instead = await search({ query: noMatch?.suggestions[0] ?? "" });
    expect(instead.total).toBe(topic.points);
    const exchanges = await search({ query: `topic:"${topic.title}" kind:exchange` });
    expect(exchanges.noMatch?.excluding.map(({ filter }) => filter)).toEqual(["kind:exchange"]);
    expect(exchanges.noMatch?.suggestions).toHaveLength(1);
  });

  it("keeps to labels, and to a label within a topic", async () => {
    const [a, b] = await largest();
    const made = await api.read(label, `${api.at}/labels`, {
      body: { name: "Two topics", selection: { topics: [a.id, b.id] } },
      status: 201,
    });
    // A message is of the topic of its first part; the label holds all parts.
    expect(made.chunks).toBeGreaterThanOrEqual(a.messages + b.messages);
    const labelled = await search({ query: "", filters: { labels: [made.id] }, limit: 100 });
    expect(labelled.total).toBe(made.chunks);
    const filters = { labels: [made.id], topics: [a.id] };
    const { total } = await search({ query: "", filters });
    expect(total).toBeGreaterThanOrEqual(a.messages);
    expect(total).toBeLessThanOrEqual(a.points);
    expect((await search({ query: "", filters: { labels: ["lab_00000000"] } })).hits).toEqual([]);
  });
});
