// Tests of work that meets a damaged index: it waits for the repair, loses nothing, and is not given up meanwhile.
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CollectionId } from "#services/domain/ids.ts";
import type { StageName } from "#services/domain/stage-names.ts";
import { millis } from "#services/domain/units.ts";
import { listAlerts } from "#services/store/alerts.ts";
import { currentAnalysis, requestAnalysis } from "#services/store/analyses.ts";
import { createCollection, findCollection } from "#services/store/collections.ts";
import { changeConcept, createConcept, findConcept } from "#services/store/concepts.ts";
import { requestOriginErasure } from "#services/store/erase-requests.ts";
import { healthOf, saveHealth } from "#services/store/health.ts";
import { enqueue } from "#services/store/jobs.ts";
import { findUpload } from "#services/store/uploads.ts";
import { webhookSecret } from "#services/webhooks/webhook.ts";
import { asChats, talkOf } from "./analysis.builders.ts";
import { startBelt } from "./belt.ts";
import { reconcile, requestChecks } from "./reconcile.ts";
import { tracesOf } from "./traces.builders.ts";
import {
  aHome,
  atRest,
  ended,
  indexedIds,
  openHome,
  send,
  type TestParlance,
} from "./workers.builders.ts";

let folder: string;
let remove: () => Promise<void>;
let parlance: TestParlance;
let collection: CollectionId;
let stops: (() => Promise<void>)[];
/** By how many milliseconds the clock is ahead. */
let ahead = 0;
const errors: unknown[] = [];

const start = async (...stages: StageName[]) => {
  const belt = await startBelt(parlance.instance, {
    stages,
    onError: (_, error) => errors.push(error),
  });
  stops.push(() => belt.stop());
};

beforeEach(async () => {
  stops = [];
  errors.length = 0;
  ({ folder, remove } = await aHome());
  ahead = 0;
  parlance = await openHome(folder, { now: () => millis(Date.now() + ahead) });
  collection = (await createCollection(parlance.store, { name: "Garden" })).id;
  await start("ingest", "embed", "commit", "erase", "post");
});
afterEach(async () => {
  for (const stop of stops) await stop();
  await parlance.close();
  await remove();
});

const rest = (...untaken: ("analysis.due" | "watch.due" | "index.repair")[]) =>
  atRest(parlance, untaken);

const bring = async (name: string, texts: readonly string[]) => {
  const text = asChats(name, texts);
  const upload = await send(parlance, collection, { name: `${name}.jsonl`, text });
  await ended(parlance, upload);
  await rest("analysis.due", "watch.due");
  return upload;
};

const objects = async (): Promise<string[]> => {
  const at = join(folder, "collections", collection, "index.git", "lfs", "objects");
  const entries = await readdir(at, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map(({ parentPath, name }) => join(parentPath, name));
};

/** Flips a bit of a file. @returns how to put it right again */
const damage = async (path: string) => {
  const bytes = await readFile(path);
  const changed = Buffer.from(bytes);
  const place = bytes.length >> 1;
  changed[place] = (changed[place] ?? 0) ^ 4;
  await writeFile(path, changed);
  return () => writeFile(path, bytes);
};

/** Damages the vectors of every segment of the newest version. */
const damageVectors = async () => {
  const index = await parlance.indexes.open(collection);
  for (const path of await objects()) {
    const files = async () => (await index.damagedSegments()).flatMap((one) => one.files);
    const before = (await files()).length;
    const undo = await damage(path);
    const now = await files();
    if (now.length === before || now.some((file) => file !== "vectors")) await undo();
  }
  expect(await index.damagedSegments()).not.toEqual([]);
  await parlance.indexes.forget(collection);
};

const health = async () => {
  const row = await findCollection(parlance.store.rows, collection);
  return row && healthOf(row).state;
};
const givenUp = () => parlance.jobs.buried("everybody", 10);

describe("an erasure that meets damage which nobody knew of", () => {
  it("ends by itself after the repair, and leaves no trace of the text", async () => {
    const upload = await bring("pond", ["the heron keeps its secret under the willow"]);
    await bring("beds", ["tomatoes want sun and water"]);
    for (const path of await objects()) await damage(path);
    await parlance.indexes.forget(collection);
    await requestOriginErasure(parlance.store, upload);
    parlance.bus.wake();
    await rest("analysis.due", "watch.due", "index.repair");
    expect(await givenUp()).toEqual([]);
    expect(await health()).toBe("degraded");
    expect((await findUpload(parlance.store.rows, upload))?.state).toBe("erasing");
    await start("repair");
    await rest("analysis.due", "watch.due");
    expect(await health()).toBe("ok");
    expect(await findUpload(parlance.store.rows, upload)).toBeUndefined();
    expect(await tracesOf(folder, "heron")).toEqual([]);
    expect(errors).toEqual([]);
  });
});

describe("an analysis that meets damage", () => {
  it("waits for the repair, however long that takes, and is made then", async () => {
    await bring("talk", [...talkOf("bees", 20), ...talkOf("boats", 20)]);
    await damageVectors();
    await requestAnalysis(parlance.store, { collection, mode: "refit" });
    await start("analyse");
    await rest("watch.due", "index.repair");
    expect(await givenUp()).toEqual([]);
    const waiting = await currentAnalysis(parlance.store.rows, collection);
    expect(waiting).toMatchObject({ state: "waiting", mode: "refit" });
    await start("repair");
    await rest("watch.due");
    expect(await currentAnalysis(parlance.store.rows, collection)).toMatchObject({
      id: waiting?.id,
      state: "done",
    });
    expect(errors).toEqual([]);
  });
});

describe("a watched concept", () => {
  const look = async () => {
    await parlance.store.transaction((rows) =>
      enqueue(parlance.store, rows, {
        name: "watch.due",
        payload: { collection },
        key: collection,
      }),
    );
    parlance.bus.wake();
    await rest("analysis.due", "index.repair");
  };
  const alerts = async () =>
    (await listAlerts(parlance.store.rows, { collection, limit: 50 })).alerts.length;

  beforeEach(async () => {
    await bring("before", ["frost is coming tonight"]);
    const sentence = "slugs eat the lettuce";
    const { vectors } = await (await parlance.embedder()).embed([sentence], { inputType: "query" });
    const weights = Float32Array.from(vectors.data, (value) => value * 20);
    const training = { weights, bias: -12, threshold: 0.5, accuracy: null, milliseconds: 1 };
    const made = { name: "Slugs", query: "slugs", examples: [], training };
    const { id } = await createConcept(parlance.store, collection, made);
    await changeConcept(parlance.store, id, { watch: true }, webhookSecret);
    await start("watch");
    await look();
    expect((await findConcept(parlance.store.rows, id))?.watchedVersion).not.toBeNull();
    await stops.pop()?.();
  });

  it("alerts about chunks whose vectors are damaged as soon as these are built again", async () => {
    await bring("after", ["slugs eat the lettuce again"]);
    await damageVectors();
    await start("watch");
    await look();
    expect(await alerts()).toBe(0);
    expect(await health()).toBe("degraded");
    await start("repair");
    await rest("analysis.due");
    expect(await alerts()).toBe(1);
    expect(errors).toEqual([]);
  });

  it("alerts about new chunks where the version that was looked at last is damaged", async () => {
    const index = await parlance.indexes.open(collection);
    const old = await objects();
    await bring("after", ["slugs eat the lettuce again"]);
    await index.merge({ atRest: true });
    for (const path of old) await damage(path);
    await parlance.indexes.forget(collection);
    expect(await (await parlance.indexes.open(collection)).damagedSegments()).toEqual([]);
    await start("watch");
    await look();
    expect(await alerts()).toBe(1);
    await look();
    expect(await alerts()).toBe(1);
    expect(errors).toEqual([]);
    expect(await givenUp()).toEqual([]);
  });
});

const dueForIndex = async () => {
  await parlance.store.transaction((rows) =>
    enqueue(parlance.store, rows, {
      name: "index.due",
      payload: { collection },
      key: collection,
    }),
  );
  parlance.bus.wake();
};

const damageAll = async () => {
  for (const path of await objects()) await damage(path);
  await parlance.indexes.forget(collection);
};

describe("a repair", () => {
  it("mends an index whose first version is not noted in the rows, and its upload is done", async () => {
    const upload = await bring("beds", ["tomatoes want sun", "beans want water"]);
    const before = await indexedIds(parlance, collection);
    // As after a crash between the commit of the first version and its record in the rows.
    const { rows } = parlance.store;
    await rows.updateTable("collections").set({ version: null, indexed_chunks: 0 }).execute();
    await rows.updateTable("batches").set({ state: "embedded" }).execute();
    await rows.updateTable("uploads").set({ state: "indexing" }).execute();
    await damageAll();
    await expect(parlance.indexes.searcher(collection)).rejects.toMatchObject({ code: "damaged" });
    expect(await health()).toBe("degraded");
    await start("repair");
    await rest("analysis.due", "watch.due");
    expect(await health()).toBe("ok");
    expect((await findUpload(rows, upload))?.state).toBe("done");
    expect(await indexedIds(parlance, collection)).toEqual(before);
    expect((await findCollection(rows, collection))?.indexed_chunks).toBe(before.length);
    expect(errors).toEqual([]);
  });

  it("clears the health of a collection that has no index at all", async () => {
    const reason = { code: "index-damaged", message: "damaged" };
    await parlance.store.transaction((rows) =>
      saveHealth(rows, collection, { state: "degraded", reasons: [reason] }),
    );
    await start("repair");
    await requestChecks(parlance.instance);
    await rest();
    expect(await health()).toBe("ok");
    expect(errors).toEqual([]);
  });

  it("brings nothing back that a person has rolled back", async () => {
    await bring("beds", ["tomatoes want sun", "beans want water"]);
    const before = await indexedIds(parlance, collection);
    const index = await parlance.indexes.open(collection);
    const [version] = await index.versions({ limit: 1 });
    await index.tag(version?.id ?? "", "good");
    await bring("pond", ["the heron keeps its secret"]);
    await index.rollBack(version?.id ?? "");
    await reconcile(parlance.instance);
    await damageVectors();
    await start("repair");
    await requestChecks(parlance.instance);
    await rest("analysis.due", "watch.due");
    expect(await health()).toBe("ok");
    expect(await indexedIds(parlance, collection)).toEqual(before);
    expect(errors).toEqual([]);
  });

  it("loses nothing where the record was damaged before, and all of the index is damaged after that", async () => {
    const git = join("collections", collection, "index.git", "objects");
    const filesOfGit = async () =>
      (await readdir(join(folder, git), { recursive: true, withFileTypes: true }))
        .filter((entry) => entry.isFile())
        .map(({ parentPath, name }) => join(parentPath, name));
    await bring("beds", ["tomatoes want sun", "beans want water"]);
    const known = await filesOfGit();
    await bring("pond", ["the heron keeps its secret"]);
    const before = await indexedIds(parlance, collection);
    for (const path of await filesOfGit())
      if (!known.includes(path)) {
        await rm(path);
        await writeFile(path, "broken");
      }
    await parlance.indexes.forget(collection);
    await start("repair");
    await requestChecks(parlance.instance);
    await rest("analysis.due", "watch.due");
    expect(await indexedIds(parlance, collection)).toEqual(before);
    await damageAll();
    await requestChecks(parlance.instance);
    await rest("analysis.due", "watch.due");
    expect(await health()).toBe("ok");
    expect(await indexedIds(parlance, collection)).toEqual(before);
    expect(errors).toEqual([]);
  });

  it("is given up after five attempts where the disk damages whatever is written, and then waits for a person", async () => {
    await bring("beds", ["tomatoes want sun", "beans want water"]);
    await damageAll();
    let attempts = 0;
    const { stop } = await startBelt(parlance.instance, {
      stages: ["repair"],
      reached: async (place) => {
        if (place !== "repair.added") return;
        attempts++;
        for (const path of await objects()) await damage(path);
      },
    });
    stops.push(stop);
    await requestChecks(parlance.instance);
    await expect
      .poll(
        () => {
          ahead += 300_000;
          return givenUp();
        },
        { timeout: 30_000, interval: 200 },
      )
      .toMatchObject([{ name: "index.repair", attempts: 5 }]);
    expect(attempts).toBe(5);
    expect(await health()).toBe("degraded");
    await requestChecks(parlance.instance);
    await dueForIndex();
    await rest("analysis.due", "watch.due");
    expect(attempts).toBe(5);
    expect(await givenUp()).toHaveLength(1);
  });
});
