// Tests of revisions: every change that caches must notice increases them, in its transaction; other changes do not.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ChunkId, type CollectionId, chunkId, conversationId } from "#services/domain/ids.ts";
import { aResult, aTopic } from "./analyses.builders.ts";
import { beginAnalysis, finishAnalysis, requestAnalysis } from "./analyses.ts";
import { saveSettings, settingsOf } from "./analysis-settings.ts";
import { changeCollection } from "./collections.ts";
import {
  changeConcept,
  createConcept,
  deleteConcept,
  judgeExample,
  keepTraining,
} from "./concepts.ts";
import { digest } from "./digest.ts";
import { purgedIndex } from "./erase.ts";
import { forgetErased } from "./erase-analyses.ts";
import { requestCollectionErasure, requestOriginErasure } from "./erase-requests.ts";
import { claimModel, committedVersion } from "./indexed.ts";
import { createLabel, deleteLabel } from "./labels.ts";
import { marksOf } from "./revisions.ts";
import { aCollection, anUpload, aPart, aStore, bring, type TestStore } from "./store.builders.ts";
import { appendEdit, undoEdit } from "./topic-edits.ts";

let store: TestStore;
let remove: () => Promise<void>;
let collection: CollectionId;
beforeEach(async () => {
  ({ store, remove } = await aStore());
  collection = await aCollection(store);
});
afterEach(() => remove());

const marks = async () => {
  const found = await marksOf(store.rows, collection);
  if (!found) throw new Error("the collection is gone");
  return found;
};

/** By how much each counter increased. */
const growth = async (change: () => Promise<unknown>) => {
  const before = await marks();
  await change();
  const after = await marks();
  return {
    revision: after.revision - before.revision,
    erasures: after.erasures - before.erasures,
  };
};
const changed = { revision: 1, erasures: 0 };

const training = {
  weights: Float32Array.of(1),
  bias: 0,
  threshold: 0.5,
  accuracy: null,
  milliseconds: 1,
};
const noChunk = (): ChunkId =>
  chunkId(digest, conversationId(digest, collection, "irc", "x"), {
    messages: [],
    at: null,
    author: "",
    part: 0,
    text: "",
  });

describe("a collection's revision", () => {
  it("grows with its name, its settings, its model and its versions", async () => {
    expect(await growth(() => changeCollection(store, collection, { name: "New" }))).toEqual(
      changed,
    );
    const settings = await settingsOf(store.rows, collection);
    expect(await growth(() => saveSettings(store.rows, collection, settings))).toEqual(changed);
    const model = { id: "m", fingerprint: "f", dim: 4 };
    expect(await growth(() => claimModel(store, collection, model))).toEqual(changed);
    const version = { collection, number: 1, rows: 3, batches: [], removed: [] };
    expect(await growth(() => committedVersion(store, version))).toEqual(changed);
  });

  it("grows with an analysis that is done, and with hand edits", async () => {
    await requestAnalysis(store, { collection, mode: "update" });
    const begun = await beginAnalysis(store, collection, 1);
    const topic = aTopic("birds");
    expect(
      await growth(async () => begun && finishAnalysis(store, begun.id, aResult([topic]))),
    ).toEqual(changed);
    const edit = { kind: "rename", topic: topic.id, title: "Pond" } as const;
    let id: Awaited<ReturnType<typeof appendEdit>>["id"] | undefined;
    const append = async () => {
      ({ id } = await appendEdit(store, collection, { edit, says: "" }));
    };
    expect(await growth(append)).toEqual(changed);
    expect(await growth(async () => id && undoEdit(store, collection, id))).toEqual(changed);
  });

  it("grows with labels and concepts", async () => {
    const label = await createLabel(store, collection, { name: "a", selection: {}, chunks: [] });
    const another = { name: "b", selection: {}, chunks: [] };
    expect(await growth(() => createLabel(store, collection, another))).toEqual(changed);
    expect(await growth(() => deleteLabel(store, collection, label.id))).toEqual(changed);
    const made = { name: "c", query: "q", examples: [], training };
    const concept = await createConcept(store, collection, made);
    expect(await growth(() => createConcept(store, collection, made))).toEqual(changed);
    const rename = () => changeConcept(store, concept.id, { name: "d" }, () => "");
    expect(await growth(rename)).toEqual(changed);
    const judged = { chunk: noChunk(), verdict: null };
    expect(await growth(() => judgeExample(store, concept.id, judged))).toEqual(changed);
    const learnt = { training, matches: 1 };
    expect(await growth(() => keepTraining(store, concept, learnt))).toEqual(changed);
    expect(await growth(() => deleteConcept(store, collection, concept.id))).toEqual(changed);
  });

  it("grows with an erasure, whose steps are counted separately", async () => {
    const upload = await anUpload(store, collection);
    const of = { collection, upload };
    await bring(store, of, [aPart(of, "monday", [{ text: "a" }])]);
    const step = { revision: 1, erasures: 1 };
    expect(await growth(() => requestOriginErasure(store, upload))).toEqual(step);
    expect(await growth(() => forgetErased(store, collection))).toEqual(changed);
    const newest = { number: 2, rows: 1 };
    expect(await growth(() => purgedIndex(store, collection, newest))).toEqual(step);
    await requestCollectionErasure(store, collection);
    expect(await marksOf(store.rows, collection)).toBeUndefined();
  });

  it("stays where an upload is erased that brought nothing", async () => {
    const upload = await anUpload(store, collection);
    const none = { revision: 0, erasures: 0 };
    expect(await growth(() => requestOriginErasure(store, upload))).toEqual(none);
  });
});
