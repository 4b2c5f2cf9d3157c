// Tests of concepts, labels and alerts in rows: exact weights, one alert per chunk, lists in pages.
import { afterEach, describe, expect, it } from "vitest";
import { listAlerts, markAlertsSeen, raiseAlerts, unseenAlerts } from "./alerts.ts";
import {
  changeConcept,
  createConcept,
  deleteConcept,
  findConcept,
  judgeExample,
  keepTraining,
  listConcepts,
} from "./concepts.ts";
import { chunksOfLabel, createLabel, deleteLabel, listLabels } from "./labels.ts";
import { aCollection, anUpload, aPart, aStore, bring } from "./store.builders.ts";
import { appendEdit } from "./topic-edits.ts";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

const fresh = async () => {
  const { store, remove } = await aStore();
  closers.push(remove);
  const collection = await aCollection(store);
  const of = { collection, upload: await anUpload(store, collection) };
  const said = Array.from({ length: 5 }, (_, n) => ({ text: `frost ${n}` }));
  await bring(store, of, [aPart(of, "a", said)]);
  const chunks = await store.rows
    .selectFrom("chunks")
    .select(["id as chunk", "message_id as message", "conversation_id as conversation"])
    .orderBy("id")
    .execute();
  const concept = await createConcept(store, collection, {
    name: "Frost",
    query: "frost",
    examples: [],
  });
  return { store, collection, chunks, concept };
};

const secret = () => "whsec_x";

describe("concepts", () => {
  it("return exactly the weights that were saved, and what people said", async () => {
    const { store, collection, chunks, concept } = await fresh();
    const weights = Float32Array.of(0.1, -1e-30, Number.MAX_SAFE_INTEGER, 0);
    const training = { weights, bias: -0.3, threshold: 0.7, accuracy: 0.9, milliseconds: 1.5 };
    const read = await changeConcept(store, concept.id, { personThreshold: 0.6 }, secret);
    await keepTraining(store, read, { training, matches: 3 });
    const chunk = chunks[0]?.chunk;
    if (!chunk) throw new Error("no chunk");
    await judgeExample(store, concept.id, { chunk, verdict: "up" });
    await judgeExample(store, concept.id, { chunk, verdict: "down" });
    const [found] = await listConcepts(store.rows, collection);
    expect(found).toMatchObject({ training, personThreshold: 0.6, watch: false, failures: 0 });
    expect(found?.examples).toEqual([{ chunk, verdict: "down" }]);
    await judgeExample(store, concept.id, { chunk, verdict: null });
    expect((await findConcept(store.rows, concept.id))?.examples).toEqual([]);
  });

  it("have a new secret with each new address, and none without one", async () => {
    const { store, concept } = await fresh();
    let made = 0;
    const counting = () => `whsec_${++made}`;
    const set = async (webhook: string | null) =>
      (await changeConcept(store, concept.id, { webhook }, counting)).secret;
    const first = await set("https://example.org/a");
    expect(first).toMatch(/^whsec_\d$/);
    expect(await set("https://example.org/a")).toBe(first);
    expect(await set("https://example.org/b")).not.toBe(first);
    expect(await set(null)).toBeNull();
  });

  it("raise one alert per chunk, only while they are watched, and are deleted with their alerts", async () => {
    const { store, collection, chunks, concept } = await fresh();
    const alerts = chunks.map((place) => ({ ...place, probability: 0.8 }));
    const raise = () => raiseAlerts(store, concept.id, { version: 3, alerts });
    expect(await raise()).toBe(0);
    await changeConcept(store, concept.id, { watch: true }, secret);
    expect(await raise()).toBe(5);
    expect(await raise()).toBe(0);
    expect((await findConcept(store.rows, concept.id))?.watchedVersion).toBe(3);
    const first = await listAlerts(store.rows, { collection, limit: 2 });
    expect(first).toMatchObject({ unseen: 5 });
    const seen: string[] = [];
    for (let cursor: string | undefined; ; ) {
      const page = await listAlerts(store.rows, {
        collection,
        concept: concept.id,
        limit: 2,
        cursor,
      });
      seen.push(...page.alerts.map(({ chunk_id }) => chunk_id));
      if (page.next === null) break;
      cursor = page.next;
    }
    expect(seen.sort()).toEqual(chunks.map(({ chunk }) => chunk));
    const [newest] = first.alerts;
    await markAlertsSeen(store.rows, collection, newest ? [newest.id] : []);
    expect((await unseenAlerts(store.rows, collection)).get(concept.id)).toBe(4);
    await markAlertsSeen(store.rows, collection);
    expect((await unseenAlerts(store.rows, collection)).size).toBe(0);
    await deleteConcept(store, collection, concept.id);
    expect((await listAlerts(store.rows, { collection, limit: 2 })).alerts).toEqual([]);
    await expect(deleteConcept(store, collection, concept.id)).rejects.toMatchObject({
      code: "unknown-concept",
    });
  });
});

describe("what was erased in the meantime", () => {
  it("is in no label, move or concept that is saved afterwards", async () => {
    const { store, collection, chunks, concept } = await fresh();
    const ids = chunks.map(({ chunk }) => chunk);
    const [erased, gone, ...left] = ids;
    if (!erased || !gone) throw new Error("no chunks");
    await store.rows
      .updateTable("chunks")
      .set({ state: "purge" })
      .where("id", "=", erased)
      .execute();
    await store.rows.deleteFrom("chunks").where("id", "=", gone).execute();
    const label = await createLabel(store, collection, {
      name: "Cold",
      selection: {},
      chunks: ids,
    });
    expect(label.chunks).toBe(left.length);
    expect(await chunksOfLabel(store.rows, label.id)).toEqual(left);
    const move = { kind: "move" as const, chunks: ids, to: null };
    expect(await appendEdit(store, collection, { edit: move, says: "moved" })).toMatchObject({
      edit: { ...move, chunks: left },
    });
    for (const chunk of [erased, gone])
      await expect(judgeExample(store, concept.id, { chunk, verdict: "up" })).rejects.toMatchObject(
        { code: "unknown-chunk" },
      );
    const examples = ids.map((chunk) => ({ chunk, verdict: "up" as const }));
    const weights = Float32Array.of(1);
    const training = { weights, bias: 0, threshold: 0.5, accuracy: null, milliseconds: 1 };
    const made = { name: "Ice", query: "ice", examples, training };
    expect(await createConcept(store, collection, made)).toMatchObject({
      examples: left.map((chunk) => ({ chunk, verdict: "up" })),
      training: null,
    });
  });
});

describe("labels", () => {
  it("contain each chunk once, with their selection, and belong to one collection only", async () => {
    const { store, collection, chunks } = await fresh();
    const other = await aCollection(store, "Other");
    const ids = chunks.map(({ chunk }) => chunk);
    const selection = { authors: ["ada"], hours: [1, 2] };
    const made = { name: "Cold", selection, chunks: [...ids, ...ids] };
    const label = await createLabel(store, collection, made);
    expect(label).toMatchObject({ name: "Cold", chunks: 5, selection });
    expect(await listLabels(store.rows, collection)).toEqual([label]);
    expect(await listLabels(store.rows, other)).toEqual([]);
    expect(await chunksOfLabel(store.rows, label.id)).toEqual(ids);
    await expect(deleteLabel(store, other, label.id)).rejects.toMatchObject({
      code: "unknown-label",
    });
    await deleteLabel(store, collection, label.id);
    expect(await chunksOfLabel(store.rows, label.id)).toEqual([]);
  });
});
