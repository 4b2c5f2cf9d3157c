// Tests of topics: whose title is shown, parents with their children, and removal of words of erased messages.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CollectionId } from "#services/domain/ids.ts";
import { analysed, aResult, aTopic } from "./analyses.builders.ts";
import { aCollection, aStore, type TestStore } from "./store.builders.ts";
import {
  findTopic,
  forgetTopicWords,
  listDeadTopics,
  listTopicEvents,
  listTopics,
  markTopic,
} from "./topics.ts";

let store: TestStore;
let remove: () => Promise<void>;
let collection: CollectionId;
beforeEach(async () => {
  ({ store, remove } = await aStore());
  collection = await aCollection(store);
});
afterEach(() => remove());

const frost = aTopic("frost");
const title = async () => {
  const found = await findTopic(store.rows, collection, frost.id);
  return [found?.title, found?.titleBy];
};

describe("a topic", () => {
  it("is titled by a person, else by the model, else by its keywords", async () => {
    await analysed(store, collection, 1, aResult([frost]));
    expect(await title()).toEqual(["frost", "keywords"]);
    await analysed(store, collection, 2, aResult([{ ...frost, llmTitle: "Night frost" }]));
    expect(await title()).toEqual(["Night frost", "llm"]);
    await markTopic(store.rows, frost.id, { givenTitle: "Cold" });
    expect(await title()).toEqual(["Cold", "person"]);
    await markTopic(store.rows, frost.id, { hidden: true });
    expect(await title()).toEqual(["Cold", "person"]);
    await markTopic(store.rows, frost.id, { givenTitle: null });
    expect(await title()).toEqual(["Night frost", "llm"]);
  });

  it("is listed in the order of the analysis, with its parent", async () => {
    const parent = aTopic("weather", { leafNumber: null, level: 0 });
    const children = [
      aTopic("rain", { parent: parent.id, level: 1, leafNumber: 1 }),
      aTopic("wind", { parent: parent.id, level: 1, leafNumber: 0 }),
    ];
    await analysed(store, collection, 1, aResult([parent, ...children]));
    const listed = await listTopics(store.rows, collection);
    expect(listed.map(({ madeTitle }) => madeTitle)).toEqual(["weather", "rain", "wind"]);
    expect(listed.map((one) => one.parent)).toEqual([null, parent.id, parent.id]);
  });

  it("is found in its own collection only", async () => {
    await analysed(store, collection, 1, aResult([frost]));
    const other = await aCollection(store, "Other");
    expect(await findTopic(store.rows, other, frost.id)).toBeUndefined();
    expect(await listTopics(store.rows, other)).toEqual([]);
  });

  it("that died last is the first of the dead ones", async () => {
    const [a, b, c] = [aTopic("a"), aTopic("b"), aTopic("c")];
    await analysed(store, collection, 1, aResult([a, b, c]));
    await analysed(store, collection, 2, aResult([b, c]));
    await analysed(store, collection, 3, aResult([c]));
    expect((await listDeadTopics(store.rows, collection)).map(({ id }) => id)).toEqual([
      b.id,
      a.id,
    ]);
  });

  it("loses words that machines took from messages, and keeps the name that a person gave", async () => {
    const slugs = aTopic("slugs", { llmTitle: "Slugs", summary: "About slugs." });
    await analysed(store, collection, 1, aResult([frost, slugs]));
    await markTopic(store.rows, frost.id, { givenTitle: "Cold" });
    await forgetTopicWords(store.rows, collection);
    expect(await listTopics(store.rows, collection)).toMatchObject([
      { title: "Cold", madeTitle: "Topic 1", keywords: [], summary: null },
      { title: "Topic 2", llmTitle: null, keywords: [], summary: null, typical: [] },
    ]);
  });

  it("has its own events, and those in which it is named", async () => {
    const [a, b, c] = [aTopic("aa"), aTopic("bb"), aTopic("cc")];
    const event = { kind: "merged", from: 1, to: 2, sizeBefore: 3, sizeAfter: 9 } as const;
    const events = [
      { ...event, topic: a.id, others: [{ topic: b.id, messages: 4 }] },
      { ...event, kind: "kept", topic: c.id, others: [] } as const,
    ];
    await analysed(store, collection, 2, aResult([a, c], { events }));
    const of = async (topic: typeof a.id) =>
      (await listTopicEvents(store.rows, { collection, topic })).map(({ kind }) => kind);
    expect(await of(a.id)).toEqual(["merged"]);
    expect(await of(b.id)).toEqual(["merged"]);
    expect(await of(c.id)).toEqual(["kept"]);
  });
});
