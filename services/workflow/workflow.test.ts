// What follows where work ended otherwise than planned: given up and tried again, lost at a crash, undone by an erasure.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { JobName } from "#services/contract/jobs.ts";
import type { CollectionId } from "#services/domain/ids.ts";
import { openSession } from "#services/sessions/sessions.ts";
import { analysed, aResult, aTopic } from "#services/store/analyses.builders.ts";
import {
  aCollection,
  anUpload,
  aPart,
  aStore,
  asItCame,
  bring,
  type TestStore,
} from "#services/store/store.builders.ts";
import {
  askToMerge,
  batchesIn,
  committedVersion,
  currentAnalysis,
  findCollection,
  finishReading,
  healthOf,
  marksOf,
  newestDone,
  reportDamage,
  requestAnalysis,
  requestOriginErasure,
  requestRepair,
  saveAppended,
  saveHealth,
  saveSettings,
  settingsOf,
} from "#services/store/store.ts";
import { findUpload } from "#services/store/uploads.ts";
import {
  analyseWhatIsLeft,
  failForBuriedJob,
  repairAnalyses,
  repairView,
  resumeForRetriedJob,
} from "./workflow.ts";

let store: TestStore;
let remove: () => Promise<void>;
let collection: CollectionId;
beforeEach(async () => {
  ({ store, remove } = await aStore());
  collection = await aCollection(store);
});
afterEach(() => remove());

const imported = async (name = "pond") => {
  const of = { collection, upload: await anUpload(store, collection) };
  await bring(store, of, [aPart(of, name, [{ text: "a heron came" }])]);
  await finishReading(store, of.upload, "read");
  return of.upload;
};
const openedSession = async () => {
  const { id } = await openSession(store, { collection, externalId: "room-1" });
  await store.transaction((rows) =>
    saveAppended(store, rows, id, {
      messages: [
        {
          id: "msg_0000000000000001" as never,
          source_id: "1",
          reply_to_id: null,
          author: "ada",
          unmasked_author: null,
          author_id: null,
          role: "person",
          kind: "text",
          at: 1,
          zone_known: 1,
          local_time: null,
          text: "frost",
          unmasked: null,
          edited_at: null,
          model: null,
          attachments: null,
          raw: "{}",
        },
      ],
      cleaner: asItCame,
    }),
  );
  return id;
};
const stateOf = async (upload: Awaited<ReturnType<typeof imported>>) => {
  const row = await findUpload(store.rows, upload);
  return [row?.state, row?.error_code];
};
const waiting = async () =>
  (
    await store.rows
      .selectFrom("jobs")
      .select(["name", "job_key"])
      .where("state", "=", "waiting")
      .orderBy("name")
      .orderBy("job_key")
      .execute()
  ).map(({ name, job_key }) => [name, job_key]);
const dropJobs = () => store.rows.deleteFrom("jobs").execute();

const giveUp = (name: JobName, payload: object) =>
  store.transaction((rows) =>
    failForBuriedJob(store, rows, {
      name,
      payload: JSON.stringify(payload),
      reason: "damaged",
      attempts: 5,
    }),
  );
const retry = (name: JobName, payload: object) =>
  store.transaction((rows) =>
    resumeForRetriedJob(store, rows, { name, payload: JSON.stringify(payload) }),
  );

describe("a job that was given up", () => {
  it("fails the upload that it read, embedded or indexed, and a retry queues that again", async () => {
    const upload = await imported();
    const [batch] = await batchesIn(store.rows, collection, "chunked");
    for (const [name, payload] of [
      ["upload.received", { upload }],
      ["chunks.ready", { batch: batch?.id }],
    ] as const) {
      await giveUp(name, payload);
      expect(await stateOf(upload), name).toEqual(["failed", "gave-up"]);
      await retry(name, payload);
      expect(await stateOf(upload), name).toEqual(["queued", null]);
    }
  });

  it("fails every upload that waits for the index", async () => {
    const uploads = [await imported(), await imported("shore")];
    await giveUp("index.due", { collection });
    for (const upload of uploads) expect(await stateOf(upload)).toEqual(["failed", "gave-up"]);
    await retry("index.due", { collection });
    for (const upload of uploads) expect(await stateOf(upload)).toEqual(["queued", null]);
  });

  it("fails an analysis that waits; the one before it is still there", async () => {
    const done = await analysed(store, collection, 1, aResult([aTopic("birds")]));
    await requestAnalysis(store, { collection, mode: "update" });
    await giveUp("analysis.due", { collection });
    expect(await currentAnalysis(store.rows, collection)).toMatchObject({ state: "failed" });
    expect((await newestDone(store.rows, collection))?.id).toBe(done);
    await retry("analysis.due", { collection });
    expect(await currentAnalysis(store.rows, collection)).toMatchObject({ state: "waiting" });
  });

  it("of a live session fails no upload", async () => {
    const upload = await imported();
    const session = await openedSession();
    await store.rows.updateTable("batches").set({ origin_id: session }).execute();
    const [batch] = await batchesIn(store.rows, collection, "chunked");
    await giveUp("chunks.ready", { batch: batch?.id });
    await giveUp("sessions.due", { collection });
    expect(await stateOf(upload)).toEqual(["indexing", null]);
  });
});

describe("a repair of the index that was given up", () => {
  const vectors = { code: "vectors-damaged", message: "Vectors are damaged." };
  const words = { code: "words-damaged", message: "Words are damaged." };
  const repairs = async () =>
    (
      await store.rows
        .selectFrom("jobs")
        .select("state")
        .where("name", "=", "index.repair")
        .execute()
    ).map(({ state }) => state);
  const health = async () => {
    const row = await findCollection(store.rows, collection);
    return row && healthOf(row);
  };

  it("leaves the index damaged, and waits for a person or for damage of another kind", async () => {
    await reportDamage(store, collection, vectors);
    await store.transaction((rows) =>
      saveHealth(rows, collection, { state: "rebuilding", reasons: [vectors] }),
    );
    await store.rows.updateTable("jobs").set({ state: "buried" }).execute();
    await giveUp("index.repair", { collection });
    expect(await health()).toEqual({ state: "degraded", reasons: [vectors] });
    await reportDamage(store, collection, vectors);
    await store.transaction((rows) => requestRepair(store, rows, collection));
    expect(await repairs()).toEqual(["buried"]);
    await reportDamage(store, collection, words);
    expect(await repairs()).toEqual(["waiting"]);
    expect(await health()).toEqual({ state: "degraded", reasons: [vectors, words] });
  });
});

describe("a repair", () => {
  const none = async () => ({ version: null, rows: 0, batches: new Set<string>() });

  it("queues again what waits and lost its job: batches, readings, messages of sessions, erasures", async () => {
    await imported();
    const [batch] = await batchesIn(store.rows, collection, "chunked");
    const reading = await anUpload(store, collection);
    await openedSession();
    const gone = await anUpload(store, collection);
    await requestOriginErasure(store, gone);
    await dropJobs();
    await repairView(store, collection, none);
    expect(await waiting()).toEqual([
      ["chunks.ready", batch?.id],
      ["erase.requested", gone],
      ["sessions.due", collection],
      ["upload.received", reading],
    ]);
    await repairView(store, collection, none);
    expect(await waiting()).toHaveLength(4);
  });

  it("queues again a merge that lost its job", async () => {
    await imported();
    await imported("lake");
    const all = await store.rows.selectFrom("conversations").select("id").execute();
    await askToMerge(
      store,
      collection,
      all.map(({ id }) => id),
    );
    await dropJobs();
    await repairView(store, collection, none);
    expect(await waiting()).toContainEqual(["exchanges.due", collection]);
  });

  it("takes batches that the index names as committed, and its uploads as done", async () => {
    const upload = await imported();
    const [batch] = await batchesIn(store.rows, collection, "chunked");
    const batches = new Set([batch?.id ?? ""]);
    await repairView(store, collection, async () => ({ version: 1, rows: 1, batches }));
    expect(await stateOf(upload)).toEqual(["done", null]);
  });

  it("whose manifest was read a moment before a commit reads it again, and takes nothing back", async () => {
    const upload = await imported();
    const [first] = await batchesIn(store.rows, collection, "chunked");
    if (!first) throw new Error("no batch");
    await committedVersion(store, {
      ...{ collection, number: 1, rows: 1, batches: [first.id], removed: [] },
    });
    const manifest = { version: 1, rows: 1, batches: new Set<string>([first.id]) };
    const later = await imported("lake");
    const [second] = await batchesIn(store.rows, collection, "chunked");
    if (!second) throw new Error("no second batch");
    let reads = 0;
    await repairView(store, collection, async () => {
      if (reads++ > 0)
        return { version: 2, rows: 2, batches: new Set<string>([first.id, second.id]) };
      await committedVersion(store, {
        ...{ collection, number: 2, rows: 2, batches: [second.id], removed: [] },
      });
      return manifest;
    });
    expect(reads).toBe(2);
    expect(await findCollection(store.rows, collection)).toMatchObject({
      version: 2,
      indexed_chunks: 2,
    });
    expect(await batchesIn(store.rows, collection, "committed")).toHaveLength(2);
    expect([await stateOf(upload), await stateOf(later)]).toEqual([
      ["done", null],
      ["done", null],
    ]);
  });

  it("closes a batch that was left open, but not of an upload that is still read or a session that is still cut", async () => {
    const of = { collection, upload: await anUpload(store, collection) };
    await bring(store, of, [aPart(of, "pond", [{ text: "a heron came" }])]);
    const session = await openedSession();
    await repairView(store, collection, none);
    expect(await batchesIn(store.rows, collection, "open")).toHaveLength(1);
    const [batch] = await batchesIn(store.rows, collection, "open");
    await store.rows.updateTable("batches").set({ origin_id: session }).execute();
    await repairView(store, collection, none);
    expect(await batchesIn(store.rows, collection, "open")).toHaveLength(1);
    await store.rows.updateTable("batches").set({ origin_id: of.upload }).execute();
    await store.rows.updateTable("uploads").set({ state: "done" }).execute();
    await dropJobs();
    await repairView(store, collection, none);
    expect(await batchesIn(store.rows, collection, "open")).toEqual([]);
    expect(await waiting()).toContainEqual(["chunks.ready", batch?.id]);
  });

  it("of an index older than the rows remember embeds again what is missing in it", async () => {
    await imported();
    const [batch] = await batchesIn(store.rows, collection, "chunked");
    const version = {
      collection,
      number: 3,
      rows: 1,
      removed: [],
      batches: batch ? [batch.id] : [],
    };
    await committedVersion(store, version);
    await dropJobs();
    const before = await marksOf(store.rows, collection);
    await repairView(store, collection, none);
    expect(await batchesIn(store.rows, collection, "chunked")).toMatchObject([{ id: batch?.id }]);
    expect(await waiting()).toEqual([["chunks.ready", batch?.id]]);
    const after = await marksOf(store.rows, collection);
    expect(after?.revision).toBeGreaterThan(before?.revision ?? 0);
  });

  it("makes an analysis again whose saved files are gone, and gives one that waits its job", async () => {
    await analysed(store, collection, 1, aResult([aTopic("birds")]));
    await dropJobs();
    await repairAnalyses(store, collection, { version: 1, savedAnalyses: new Set([1]) });
    expect(await waiting()).toEqual([]);
    await repairAnalyses(store, collection, { version: 1, savedAnalyses: new Set() });
    expect(await currentAnalysis(store.rows, collection)).toMatchObject({ state: "waiting" });
    await dropJobs();
    await repairAnalyses(store, collection, { version: 1, savedAnalyses: new Set() });
    expect(await waiting()).toEqual([["analysis.due", collection]]);
  });
});

describe("after an erasure", () => {
  it("what is left is analysed where analyses run by themselves, or one was there before", async () => {
    const ask = () => store.transaction((rows) => analyseWhatIsLeft(store, rows, collection));
    const settings = await settingsOf(store.rows, collection);
    await saveSettings(store.rows, collection, { ...settings, automatic: false });
    await ask();
    expect(await waiting()).toEqual([]);
    await analysed(store, collection, 1, aResult([aTopic("birds")]));
    await dropJobs();
    await ask();
    expect(await waiting()).toEqual([["analysis.due", collection]]);
  });
});
