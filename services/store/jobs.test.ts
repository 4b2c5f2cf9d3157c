// Tests of adding jobs: their owners, jobs of one key, given-up jobs replaced or left for a person; jobs of an older database.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Kysely } from "kysely";
import { Migrator } from "kysely/migration";
import { afterEach, describe, expect, it } from "vitest";
import { millis } from "#services/domain/units.ts";
import { findBatch } from "./batches.ts";
import { openDatabase } from "./database.ts";
import { SqliteFile, sqliteDialect } from "./dialect.ts";
import { randomName } from "./digest.ts";
import { enqueue, enqueueMissing, type NewJob } from "./jobs.ts";
import { migrations } from "./migrations/migrations.ts";
import { aCollection, anUpload, aPart, aStore, bring } from "./store.builders.ts";
import { finishReading } from "./uploads.ts";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const fresh = async () => {
  const { store, remove } = await aStore();
  closers.push(remove);
  const collection = await aCollection(store);
  const jobs = () => store.rows.selectFrom("jobs").selectAll().orderBy("ordinal").execute();
  const add = (job: NewJob) => store.transaction((rows) => enqueue(store, rows, job));
  return { store, collection, jobs, add };
};

describe("a new job", () => {
  it("belongs to the collection of the row that it names, and to its organization", async () => {
    const { store, collection, jobs } = await fresh();
    const upload = await anUpload(store, collection);
    const of = { collection, upload };
    await bring(store, of, [aPart(of, "monday", [{ text: "frost tonight" }])]);
    await finishReading(store, upload, "read");
    const found = await jobs();
    expect(found.map(({ name }) => name)).toEqual(["upload.received", "chunks.ready"]);
    for (const job of found)
      expect(job).toMatchObject({ org_id: "org_default", collection_id: collection });
    const batch = await findBatch(store.rows, `bat_${upload.slice(4)}_0` as never);
    expect(found[1]?.job_key).toBe(batch?.id);
  });

  it("is not added where the row that it names no longer exists", async () => {
    const { add, jobs } = await fresh();
    await add({ name: "index.due", payload: { collection: "col_00000000" } });
    await add({ name: "upload.received", payload: { upload: "no id at all" } });
    expect(await jobs()).toEqual([]);
  });

  it("comes after earlier ones, also within the same millisecond", async () => {
    const { add, collection, jobs } = await fresh();
    for (let n = 0; n < 3; n++) await add({ name: "index.due", payload: { collection } });
    expect((await jobs()).map(({ ordinal }) => ordinal)).toEqual([1, 2, 3]);
  });
});

describe("jobs of one key", () => {
  const due = (collection: string) =>
    ({ name: "index.due", payload: { collection }, key: collection }) as const;

  it("are one job while it waits; a given-up one is replaced by a new one", async () => {
    const { store, add, collection, jobs } = await fresh();
    await add(due(collection));
    await add(due(collection));
    const [only, ...others] = await jobs();
    expect(others).toEqual([]);
    await store.rows.updateTable("jobs").set({ state: "buried", reason: "no" }).execute();
    await add(due(collection));
    const now = await jobs();
    expect(now).toMatchObject([{ state: "waiting", attempt: 0, reason: null }]);
    expect(now[0]?.id).not.toBe(only?.id);
  });

  it("are not added by a repair while one waits, runs or was given up", async () => {
    const { store, add, collection, jobs } = await fresh();
    const repair = () => store.transaction((rows) => enqueueMissing(store, rows, due(collection)));
    await add(due(collection));
    for (const state of ["waiting", "active", "buried"]) {
      await store.rows.updateTable("jobs").set({ state }).execute();
      await repair();
      expect(await jobs()).toMatchObject([{ state }]);
    }
    await store.rows.deleteFrom("jobs").execute();
    await repair();
    expect(await jobs()).toHaveLength(1);
  });
});

describe("a database of the previous version", () => {
  it("keeps its jobs, each with its collection; none is in hand, and jobs without a row are gone", async () => {
    const folder = await mkdtemp(join(tmpdir(), "parlance-old-jobs-"));
    closers.push(() => rm(folder, { recursive: true, force: true }));
    const path = join(folder, "parlance.db");
    // The state that the previous version left: without the third migration.
    const file = new SqliteFile({ path });
    const db = new Kysely<Record<string, Record<string, unknown>>>({
      dialect: sqliteDialect(file),
    });
    const { "0003-jobs": _, ...before } = await migrations.getMigrations();
    const earlier = Object.fromEntries(
      Object.entries(before).filter(([name]) => name < "0003-jobs"),
    );
    const provider = { getMigrations: async () => earlier };
    expect((await new Migrator({ db, provider }).migrateToLatest()).error).toBeUndefined();
    await db
      .insertInto("collections")
      .values({
        id: "col_garden00",
        org_id: "org_default",
        name: "Garden",
        description: "",
        zone: "UTC",
        state: "active",
        created_at: 1,
        indexed_chunks: 0,
      })
      .execute();
    await db
      .insertInto("batches")
      .values({
        id: "bat_first000_0",
        collection_id: "col_garden00",
        upload_id: "upl_first000",
        ordinal: 0,
        chunks: 1,
        created_at: 1,
        state: "chunked",
        languages: "{}",
      })
      .execute();
    const job = (id: string, name: string, rest: Record<string, unknown>) =>
      db
        .insertInto("jobs")
        .values({ id, name, state: "waiting", run_at: 5, attempt: 2, fence: 7, ...rest })
        .execute();
    await job("job_late", "index.due", {
      payload: '{"collection":"col_garden00"}',
      job_key: "col_garden00",
      created_at: 9,
      state: "active",
      owner: "old",
      lease_until: 99,
    });
    await job("job_early", "chunks.ready", {
      payload: '{"batch":"bat_first000_0"}',
      created_at: 8,
      state: "buried",
      reason: "damaged",
    });
    await job("job_erase", "erase.requested", {
      payload: '{"collection":"col_garden00","upload":"upl_first000"}',
      created_at: 10,
    });
    await job("job_gone", "upload.received", {
      payload: '{"upload":"upl_gone0000"}',
      created_at: 7,
    });
    await db.destroy();
    file.close();

    const database = await openDatabase({ path, now: () => millis(1000), newId: randomName });
    closers.push(() => database.close());
    const jobs = await database.system.rows
      .selectFrom("jobs")
      .selectAll()
      .orderBy("ordinal")
      .execute();
    const owned = { org_id: "org_default", collection_id: "col_garden00", starts: 2, attempt: 2 };
    expect(jobs).toMatchObject([
      { id: "job_early", state: "buried", reason: "damaged", buried_at: 8, ...owned },
      { id: "job_late", state: "waiting", owner: null, lease_until: null, ...owned },
      { id: "job_erase", payload: '{"collection":"col_garden00","origin":"upl_first000"}' },
    ]);
  });
});
