// How far a run is: written at each step and now and then within one; a run that is not wanted any more is told so.
import { afterEach, beforeEach, expect, it } from "vitest";
import type { AnalysisId, CollectionId } from "#services/domain/ids.ts";
import { aCollection, aStore, type TestStore } from "#services/store/store.builders.ts";
import {
  beginAnalysis,
  currentAnalysis,
  failAnalysis,
  requestAnalysis,
} from "#services/store/store.ts";
import { openProgress } from "./progress.ts";

let store: TestStore;
let remove: () => Promise<void>;
let collection: CollectionId;
let id: AnalysisId;
let clock: number;

beforeEach(async () => {
  ({ store, remove } = await aStore());
  collection = await aCollection(store);
  ({ id } = await requestAnalysis(store, { collection, mode: "update" }));
  await beginAnalysis(store, collection, 1);
  clock = 0;
});
afterEach(() => remove());

const open = () => openProgress(store, id, () => clock);
const said = async () => {
  const now = await currentAnalysis(store.rows, collection);
  return [now?.doing, now?.progress];
};

it("says each step as it begins, and within it at most every 0.7 s how far it is", async () => {
  const progress = open();
  await progress.step("Reading", 0.2);
  expect(await said()).toEqual(["Reading", 0]);
  await progress.step("Grouping", 0.6);
  expect(await said()).toEqual(["Grouping", 0.2]);
  clock += 699;
  progress.within(0.9);
  await expect(said()).resolves.toEqual(["Grouping", 0.2]);
  clock += 1;
  progress.within(0.5, "Grouping 12 messages");
  await expect.poll(said).toEqual(["Grouping 12 messages", 0.4]);
});

it("keeps how long each step took, the last one until it is asked", async () => {
  const progress = open();
  clock = 5000;
  await progress.step("Reading", 0.2);
  clock += 1234;
  await progress.step("Grouping", 1);
  clock += 500;
  expect(progress.steps()).toEqual([
    { name: "Reading", seconds: 1.234 },
    { name: "Grouping", seconds: 0.5 },
  ]);
});

it("ends a run that is not wanted any more at its next step", async () => {
  const progress = open();
  await progress.step("Reading", 0.2);
  await failAnalysis(store, id, "Its data is being erased.");
  clock += 1000;
  progress.within(0.5);
  await expect(progress.step("Grouping", 0.6)).rejects.toMatchObject({ code: "superseded" });
});
