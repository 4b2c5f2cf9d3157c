// Tests of the files of an analysis: they are read as they were saved, and go when an erasure removes their version.
import { describe, expect, it } from "vitest";
import { documents, ids } from "#index-store/testing/documents.ts";
import { openedIndex } from "#index-store/testing/opened-index.ts";
import { aFrame } from "#services/analyse/frame/frame-columns.builders.ts";
import { analysisId, topicId } from "#services/domain/ids.ts";
import { vectors } from "#services/domain/vectors.ts";
import {
  isKept,
  nearestTopics,
  readFrame,
  readSavedAnalysis,
  readSavedFile,
  type SavedAnalysis,
  saveAnalysis,
} from "./saved-analysis.ts";

/** An index with one version of ten rows. */
const anIndex = async () => {
  const { store } = await openedIndex();
  const version = await store.commit({ add: [documents(ids(0, 10))] }, { message: "1" });
  if (version === null) throw new Error("nothing was committed");
  return { store, version };
};

const aTopic = (name: string) => topicId(name.padEnd(22, "0"));
const [bread, rye, tea] = [aTopic("bread"), aTopic("rye"), aTopic("tea")];

const aSavedAnalysis = (id = "one"): SavedAnalysis => {
  const frame = aFrame([
    { conversation: "a", author: "Ann", topic: 0, at: 1000, x: 0.25, y: 0.5 },
    { conversation: "a", author: "Bob", topic: 1, at: 2000 },
    { conversation: "b", author: "Ann", topic: 2 },
    { conversation: "b", author: "Cy", topic: -1 },
  ]);
  return {
    analysis: analysisId(id),
    frame,
    grouping: {
      prototypes: vectors(2, Float32Array.of(1, 0, 0.8, 0.6, -1, 0)),
      origins: [bread, rye, tea],
      resting: vectors(2, Float32Array.of(0, 1)),
      restingOrigins: [aTopic("gone")],
      centre: Float32Array.of(0.1, -0.2),
      outlierBound: 0.31,
      places: Int32Array.of(0, 1, 2, -1),
      fittedPoints: 4,
      workedIn: ["edt_1"],
      folded: [{ topic: aTopic("folded"), kind: "mixed" }],
      model: "fingerprint",
    },
    map: {
      fitted: Uint32Array.of(0, 2),
      unit: 0.5,
      expected: { span: 0.2, scatter: 0.1 },
      fittedRows: 4,
      spans: Float32Array.of(0.5),
      scatters: Float32Array.of(0.25),
    },
    topics: [
      { id: bread, title: "Bread", level: 0, parent: null, points: 1, leaf: 0 },
      { id: rye, title: "Rye", level: 0, parent: null, points: 1, leaf: 1 },
      { id: tea, title: "Tea", level: 0, parent: null, points: 1, leaf: 2 },
    ],
  };
};

const wanted = async () => true;

describe("a saved analysis", () => {
  it("reads as it was saved", async () => {
    const { store, version } = await anIndex();
    const saved = aSavedAnalysis();
    expect(await saveAnalysis(store, { version, isWanted: wanted }, saved)).toBe(true);
    const read = await readSavedAnalysis(store, { id: saved.analysis, version: version.number });
    expect(read?.grouping).toEqual(saved.grouping);
    expect(read?.map).toEqual(saved.map);
    expect(read?.topics).toEqual(saved.topics);
    expect(read?.frame.points.topic).toEqual(saved.frame.points.topic);
    expect(read?.frame.messages.at).toEqual(saved.frame.messages.at);
  });

  it("is not saved where it is no longer wanted", async () => {
    const { store, version } = await anIndex();
    const isWanted = async () => false;
    expect(await saveAnalysis(store, { version, isWanted }, aSavedAnalysis())).toBe(false);
    expect(await isKept(store, { version: version.number })).toBe(false);
  });

  it("is found by its analysis where one version was analysed twice", async () => {
    const { store, version } = await anIndex();
    await saveAnalysis(store, { version, isWanted: wanted }, aSavedAnalysis("one"));
    await saveAnalysis(
      store,
      { version, isWanted: wanted },
      {
        ...aSavedAnalysis("two"),
        topics: [],
      },
    );
    const address = (id: string) => ({ id: analysisId(id), version: version.number });
    expect((await readSavedAnalysis(store, address("one")))?.topics).toHaveLength(3);
    expect((await readSavedAnalysis(store, address("two")))?.topics).toHaveLength(0);
    expect(await readFrame(store, address("three"))).toBeUndefined();
  });

  it("gives its files by name, and nothing for an analysis without a version", async () => {
    const { store, version } = await anIndex();
    await saveAnalysis(store, { version, isWanted: wanted }, aSavedAnalysis());
    const address = { id: analysisId("one"), version: version.number };
    const topics = await readSavedFile(store, address, "topics.json");
    expect(JSON.parse(new TextDecoder().decode(topics))).toMatchObject([
      { title: "Bread" },
      { title: "Rye" },
      { title: "Tea" },
    ]);
    expect(await readSavedFile(store, { ...address, version: null }, "topics.json")).toBe(
      undefined,
    );
  });

  it("is removed by an erasure in its version", async () => {
    const { store, version } = await anIndex();
    await saveAnalysis(store, { version, isWanted: wanted }, aSavedAnalysis());
    await store.purge(ids(0, 1));
    const address = { id: analysisId("one"), version: version.number };
    expect(await isKept(store, address)).toBe(false);
    expect(await readFrame(store, address)).toBeUndefined();
  });

  it("lists the topics nearest in meaning, nearest first, without those of negative similarity", async () => {
    const { store, version } = await anIndex();
    const saved = aSavedAnalysis();
    await saveAnalysis(store, { version, isWanted: wanted }, saved);
    const near = await nearestTopics(
      store,
      {
        analysis: { id: saved.analysis, version: version.number },
        frame: saved.frame,
        leaves: saved.topics,
      },
      0,
    );
    expect(near.map(({ leaf }) => leaf)).toEqual([1]);
    expect(near[0]?.similarity).toBeCloseTo(0.8, 5);
  });
});
