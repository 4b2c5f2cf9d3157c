// Tests of erasing from the results of analyses: no word of a deleted message is left in topics, answers, alerts or files; hand edits stay.
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { IndexStore } from "#index-store/index-store.ts";
import { anyOf } from "#index-store/testing/opened-index.ts";
import type { ChunkId, CollectionId, UploadId } from "#services/domain/ids.ts";
import { listAlerts, raiseAlerts } from "#services/store/alerts.ts";
import { aResult, aTopic } from "#services/store/analyses.builders.ts";
import {
  beginAnalysis,
  currentAnalysis,
  finishAnalysis,
  newestDone,
  requestAnalysis,
} from "#services/store/analyses.ts";
import { createCollection } from "#services/store/collections.ts";
import { changeConcept, createConcept, findConcept } from "#services/store/concepts.ts";
import { requestCollectionErasure, requestOriginErasure } from "#services/store/erase-requests.ts";
import { chunksOfLabel, createLabel } from "#services/store/labels.ts";
import { findAnswer, saveAnswer } from "#services/store/llm-names.ts";
import { appendEdit, listEdits } from "#services/store/topic-edits.ts";
import { listTopics } from "#services/store/topics.ts";
import { webhookSecret } from "#services/webhooks/webhook.ts";
import { startBelt } from "../belt.ts";
import { reconcile } from "../reconcile.ts";
import { tracesOf as tracesIn } from "../traces.builders.ts";
import { aHome, atRest, ended, openHome, send, type TestParlance } from "../workers.builders.ts";

const canary = "the heron keeps its secret under the willow";
const others = "tomatoes want sun and water";

let folder: string;
let remove: () => Promise<void>;
let parlance: TestParlance;
let collection: CollectionId;
let stop: () => Promise<void>;
const errors: unknown[] = [];
/** What is done when the stages reach a place. */
let reached: (place: string) => Promise<void>;

beforeEach(async () => {
  ({ folder, remove } = await aHome());
  parlance = await openHome(folder);
  collection = (await createCollection(parlance.store, { name: "Garden" })).id;
  errors.length = 0;
  reached = async () => undefined;
  const belt = await startBelt(parlance.instance, {
    stages: ["ingest", "embed", "commit", "erase"],
    onError: (_, error) => errors.push(error),
    reached: (place) => reached(place),
  });
  stop = () => belt.stop();
});
afterEach(async () => {
  await stop();
  await parlance.close();
  await remove();
});

const chat = (id: string, ...contents: string[]) =>
  `${JSON.stringify({ id, messages: contents.map((content) => ({ role: "user", content })) })}\n`;

const idsIn = async (index: IndexStore, version: number): Promise<string[]> => {
  const searcher = await index.searcher(version);
  const ids: string[] = [];
  for await (const batch of searcher.scan(100)) ids.push(...batch.ids);
  searcher.close();
  return ids;
};

const tracesOf = (text: string) => tracesIn(folder, text);

const chunksOf = async (upload: UploadId): Promise<ChunkId[]> =>
  (
    await parlance.store.rows
      .selectFrom("chunks as c")
      .innerJoin("messages as m", "m.id", "c.message_id")
      .select("c.id")
      .where("m.origin_id", "=", upload)
      .execute()
  ).map(({ id }) => id);

const bytes = (text: string) => new TextEncoder().encode(text);

const pond = (typical: readonly ChunkId[]) =>
  aTopic("birds", {
    madeTitle: "Heron willow",
    llmTitle: "The heron's secret",
    summary: canary,
    keywords: [{ term: "heron", weight: 1, count: 2 }],
    typical,
  });

/** Results that an analysis, a language model, people and a watching concept could have made from both uploads. */
const analyse = async (mine: readonly ChunkId[], theirs: readonly ChunkId[]) => {
  const { store, indexes } = parlance;
  await requestAnalysis(store, { collection, mode: "update" });
  const index = await indexes.open(collection);
  const version = await index.head();
  const begun = version && (await beginAnalysis(store, collection, version.number));
  if (!begun) throw new Error("there is no run to begin");
  await saveAnswer(store, collection, {
    key: "k",
    answer: { title: "The heron's secret" },
    model: "m",
    tokensIn: 1,
    tokensOut: 1,
  });
  const files = ["topics.json", "frame.arrow"].map((name) => [name, bytes(canary)] as const);
  await index.attach(version, "analysis", new Map(files));
  const topic = pond([...mine, ...theirs]);
  await finishAnalysis(store, begun.id, aResult([topic]));
  await appendEdit(store, collection, {
    edit: { kind: "rename", topic: topic.id, title: "Pond" },
    says: "Renamed “The heron's secret” to “Pond”",
  });
  await appendEdit(store, collection, {
    edit: { kind: "move", chunks: [...mine, ...theirs], to: null },
    says: "Moved 2 messages out of “The heron's secret”",
  });
  const label = await createLabel(store, collection, {
    name: "Birds",
    selection: {},
    chunks: [...mine, ...theirs],
  });
  const training = {
    weights: Float32Array.of(1, 2),
    bias: 0,
    threshold: 0.5,
    accuracy: null,
    milliseconds: 1,
  };
  const concept = await createConcept(store, collection, {
    name: "Secrets",
    query: "secrets",
    examples: [...mine, ...theirs].map((chunk) => ({ chunk, verdict: "up" as const })),
    training,
  });
  await changeConcept(store, concept.id, { watch: true }, webhookSecret);
  const places = await store.rows
    .selectFrom("chunks")
    .select(["id as chunk", "message_id as message", "conversation_id as conversation"])
    .execute();
  const alerts = places.map((place) => ({ ...place, probability: 0.9 }));
  await raiseAlerts(store, concept.id, { version: 1, alerts });
  return { topic, label, concept };
};

const bringBoth = async () => {
  const file = { name: "a.jsonl", text: chat("mine", canary, "I shall tell nobody") };
  const mine = await send(parlance, collection, file);
  await ended(parlance, mine);
  const other = { name: "b.jsonl", text: chat("theirs", others) };
  const theirs = await send(parlance, collection, other);
  await ended(parlance, theirs);
  await atRest(parlance);
  return { mine, theirs };
};

describe("erasing", () => {
  it("leaves no word of an upload in the results of analyses, and does not change what people made", async () => {
    const { mine, theirs } = await bringBoth();
    const gone = await chunksOf(mine);
    const left = await chunksOf(theirs);
    const { topic, label, concept } = await analyse(gone, left);
    const { store, indexes } = parlance;
    expect((await tracesOf("heron")).length).toBeGreaterThan(3);
    await requestOriginErasure(store, mine);
    parlance.bus.wake();
    await atRest(parlance);
    expect(errors).toEqual([]);
    expect(await tracesOf("heron")).toEqual([]);
    expect(await tracesOf("willow")).toEqual([]);
    const [shown] = await listTopics(store.rows, collection);
    expect(shown).toMatchObject({
      id: topic.id,
      title: "Pond",
      titleBy: "person",
      llmTitle: null,
      summary: null,
      keywords: [],
      typical: left,
    });
    expect(await findAnswer(store.rows, collection, "k")).toBeUndefined();
    const edits = await listEdits(store.rows, collection);
    expect(edits.map(({ edit }) => edit)).toEqual([
      { kind: "rename", topic: topic.id, title: "Pond" },
      { kind: "move", chunks: left, to: null },
    ]);
    expect(await chunksOfLabel(store.rows, label.id)).toEqual(left);
    const trained = await findConcept(store.rows, concept.id);
    expect(trained?.examples.map(({ chunk }) => chunk)).toEqual(left);
    expect(trained?.training).toBeNull();
    const { alerts } = await listAlerts(store.rows, { collection, limit: 10 });
    expect(alerts.map(({ chunk_id }) => chunk_id).sort()).toEqual(left.toSorted());
    const index = await indexes.open(collection);
    expect(await index.attached("analysis")).toBeUndefined();
    expect((await index.verify()).damaged).toEqual([]);
    // A new analysis of the rest has been requested.
    expect(await currentAnalysis(store.rows, collection)).toMatchObject({ state: "waiting" });
  });

  it("stops an analysis that read deleted messages, and discards its results", async () => {
    const { mine } = await bringBoth();
    const { store, indexes } = parlance;
    await requestAnalysis(store, { collection, mode: "update" });
    const index = await indexes.open(collection);
    const version = await index.head();
    const begun = version && (await beginAnalysis(store, collection, version.number));
    if (!begun) throw new Error("there is no run to begin");
    await requestOriginErasure(store, mine);
    const isWanted = async () =>
      (await currentAnalysis(store.rows, collection))?.id === begun.id &&
      (await currentAnalysis(store.rows, collection))?.state === "running";
    const files = new Map([["topics.json", bytes(canary)]]);
    expect(await index.attach(version, "analysis", files, { isWanted })).toBeNull();
    const answer = { key: "k", answer: canary, model: "m", tokensIn: 1, tokensOut: 1 };
    await saveAnswer(store, collection, answer);
    expect(await finishAnalysis(store, begun.id, aResult([pond([])]))).toBe(false);
    parlance.bus.wake();
    await atRest(parlance);
    expect(errors).toEqual([]);
    expect(await tracesOf("heron")).toEqual([]);
  });

  it("removes a chunk from older versions that a later upload had replaced", async () => {
    const name = "#pond.2024-01-03.txt";
    const mine = await send(parlance, collection, { name, text: "[10:00] <ada> a heron came\n" });
    await ended(parlance, mine);
    await atRest(parlance);
    // So that it stays when a newer one has come.
    await (await parlance.indexes.open(collection)).tag(1, "first");
    // With the line before it, the second message gets its place after the first one.
    const joined = "[09:59] === bob [~b@host] has joined #pond";
    const more = { name, text: `${joined}\n[10:01] <ada> tomatoes are up\n` };
    await ended(parlance, await send(parlance, collection, more));
    await atRest(parlance);
    const index = await parlance.indexes.open(collection);
    const heron = async (version: number) => {
      const searcher = await index.searcher(version);
      const { total } = searcher.lexical(anyOf("heron"), { k: 10 });
      searcher.close();
      return total;
    };
    const last = (await index.head())?.number ?? 0;
    expect([await heron(1), await heron(last)]).toEqual([1, 1]);
    const [first, newest] = [await idsIn(index, 1), await idsIn(index, last)];
    // The messages of both uploads are one chunk now.
    expect(first.filter((id) => newest.includes(id))).toEqual([]);
    await requestOriginErasure(parlance.store, mine);
    parlance.bus.wake();
    await atRest(parlance);
    expect(errors).toEqual([]);
    for (const { number } of await index.versions()) expect(await heron(number)).toBe(0);
    expect(await tracesOf("heron")).toEqual([]);
  });

  it("leaves no row of a collection", async () => {
    const { mine, theirs } = await bringBoth();
    await analyse(await chunksOf(mine), await chunksOf(theirs));
    await requestCollectionErasure(parlance.store, collection);
    parlance.bus.wake();
    await atRest(parlance);
    expect(errors).toEqual([]);
    expect(await tracesOf("heron")).toEqual([]);
    expect(await readdir(join(folder, "collections"))).toEqual([]);
    for (const table of [
      "analyses",
      "topics",
      "topic_events",
      "topic_edits",
      "labels",
      "label_chunks",
      "concepts",
      "alerts",
      "llm_names",
    ] as const)
      expect(await parlance.store.rows.selectFrom(table).selectAll().execute(), table).toEqual([]);
  });
});

describe("erasing an upload that comes again before it is erased", () => {
  it("leaves what came again, and nothing of it when that is erased too", async () => {
    const file = {
      name: "a.jsonl",
      text: `${JSON.stringify({ id: "mine", title: "heron", messages: [{ role: "user", content: canary }] })}\n`,
    };
    const first = await send(parlance, collection, file);
    await ended(parlance, first);
    await atRest(parlance);
    const { store, bus } = parlance;
    let again: UploadId | undefined;
    reached = async (place) => {
      if (place !== "erase.noted" || again !== undefined) return;
      again = await send(parlance, collection, file);
      const { rows } = store;
      await expect
        .poll(() => rows.selectFrom("messages").select("origin_id").execute())
        .toEqual([{ origin_id: again }]);
    };
    await requestOriginErasure(store, first);
    bus.wake();
    await atRest(parlance);
    if (again === undefined) throw new Error("it did not come again");
    const all = () =>
      store.rows.selectFrom("conversations").select(["origin_id", "title"]).execute();
    expect(await all()).toEqual([{ origin_id: again, title: "heron" }]);
    await requestOriginErasure(store, again);
    bus.wake();
    await atRest(parlance);
    expect(errors).toEqual([]);
    expect(await all()).toEqual([]);
    expect(await tracesOf("heron")).toEqual([]);
  });
});

describe("reconciling", () => {
  it("requests an analysis again whose job was lost or whose files are gone", async () => {
    const { mine, theirs } = await bringBoth();
    const { store, indexes } = parlance;
    await analyse(await chunksOf(mine), await chunksOf(theirs));
    const jobs = async () =>
      (
        await store.rows
          .selectFrom("jobs")
          .select("name")
          .where("name", "=", "analysis.due")
          .execute()
      ).length;
    await store.rows.deleteFrom("jobs").execute();
    await reconcile(parlance.instance);
    expect(await jobs()).toBe(0);
    const index = await indexes.open(collection);
    await index.detach("analysis");
    await reconcile(parlance.instance);
    await reconcile(parlance.instance);
    expect(await jobs()).toBe(1);
    expect(await currentAnalysis(store.rows, collection)).toMatchObject({ state: "waiting" });
    expect(await newestDone(store.rows, collection)).toMatchObject({ state: "done" });
    await store.rows.deleteFrom("jobs").execute();
    await reconcile(parlance.instance);
    expect(await jobs()).toBe(1);
  });
});
