// Copies of an index on another machine, which two folders stand for: new versions, erasures and what the writers' disk is needed for.
import { existsSync } from "node:fs";
import { mkdtemp, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { tracesIn } from "#index-store/testing/traces.ts";
import { workerScope } from "#services/domain/scope.ts";
import { purgedIndex } from "#services/store/erase.ts";
import { ownerOfCollection } from "#services/store/organizations.ts";
import { copiedPlace } from "./index-place.ts";
import { DIM, documents, idsOf, someIndexes } from "./indexes.builders.ts";
import { openIndexes } from "./scoped-indexes.ts";

/** The indexes of a machine that writes, and those of one that has copies in a folder of its own. */
const twoMachines = async () => {
  const there = await someIndexes();
  const { store, collection, folder } = there;
  const copies = await mkdtemp(join(tmpdir(), "parlance-copies-"));
  const warnings: string[] = [];
  const place = copiedPlace({
    folder: copies,
    writers: folder,
    engine: "flat",
    now: () => Date.now(),
    newId: store.newId,
    onWarning: (message) => warnings.push(message),
  });
  const opened = openIndexes({
    place,
    find: (id) => ownerOfCollection(store.database, id),
    storeOf: (organization) => store.database.within(workerScope(organization)),
    dim: async () => DIM,
    onWarning: (message) => warnings.push(message),
  });
  onTestFinished(async () => {
    await opened.close();
    await rm(copies, { recursive: true, force: true });
  });
  const here = opened.within(store.scope);
  const found = async () => idsOf(await here.searcher(collection));
  const addCanary = async () => {
    const rows = documents(["a", "canary-id-4711"]);
    await there.writer.commit({ add: [rows] }, { message: "Add passages" });
  };
  return { ...there, addCanary, place, copies, warnings, here, found };
};

/** Milliseconds until it finds these rows, asked again and again. */
const delayUntil = async (found: () => Promise<string[]>, ids: readonly string[]) => {
  const from = performance.now();
  while ((await found()).join() !== ids.join()) {
    expect(performance.now() - from).toBeLessThan(20_000);
    await pause(10);
  }
  return performance.now() - from;
};

describe("a copy of an index", () => {
  it("has what the writers commit within two seconds", async () => {
    const { found, add, here, collection } = await twoMachines();
    expect(await here.searcher(collection)).toBeUndefined();
    const delays: number[] = [];
    const ids: string[] = [];
    for (const id of ["a", "b", "c", "d", "e"]) {
      ids.push(id);
      await add(id);
      delays.push(await delayUntil(found, ids));
    }
    delays.sort((one, other) => one - other);
    expect(delays[2]).toBeLessThan(2000);
  });

  it("passes on what is to be written, and has it at once", async () => {
    const { here, collection, add, writer } = await twoMachines();
    await add("a");
    const index = await here.open(collection);
    await index.tag(1, "good");
    expect((await index.versions())[0]?.tags).toEqual(["good"]);
    expect((await writer.versions())[0]?.tags).toEqual(["good"]);
    await add("b");
    expect((await index.rollBack(1)).number).toBe(3);
    expect((await index.head())?.number).toBe(3);
    expect((await writer.head())?.number).toBe(3);
  });

  it("does not answer with what the writers erased, and keeps no trace of it", async () => {
    const { found, store, writer, addCanary, collection, copies } = await twoMachines();
    await addCanary();
    expect(await found()).toEqual(["a", "canary-id-4711"]);
    expect(await tracesIn(join(copies, collection, "index.git"))).not.toEqual([]);
    await writer.purge(["canary-id-4711"]);
    await purgedIndex(store, collection, undefined);
    expect(await found()).toEqual(["a"]);
    expect(await tracesIn(join(copies, collection, "index.git"))).toEqual([]);
  });

  it("that nobody asks about loses what was erased too, and goes with its collection", async () => {
    const { found, writer, addCanary, copies, place, collection } = await twoMachines();
    await addCanary();
    expect(await found()).toHaveLength(2);
    await writer.purge(["canary-id-4711"]);
    await place.refresh(async () => true);
    expect(await tracesIn(join(copies, collection, "index.git"))).toEqual([]);
    expect(existsSync(join(copies, collection))).toBe(true);
    await place.refresh(async () => false);
    expect(existsSync(join(copies, collection))).toBe(false);
  });

  it("goes on answering while the writers' disk is away, unless something was erased", async () => {
    const { found, store, add, folder, collection, here, warnings } = await twoMachines();
    await add("a");
    expect(await found()).toEqual(["a"]);
    await rename(folder, `${folder}-away`);
    onTestFinished(() => rm(`${folder}-away`, { recursive: true, force: true }));
    await pause(300);
    expect(await found()).toEqual(["a"]);
    await purgedIndex(store, collection, undefined);
    await expect(here.searcher(collection)).rejects.toThrow();
    await rename(`${folder}-away`, folder);
    expect(await found()).toEqual(["a"]);
    expect(warnings.join()).not.toContain("undefined");
  });
});
