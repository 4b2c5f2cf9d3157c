// Copies of databases have every row as it was, between all kinds, and go into empty databases only.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { organizationId } from "#services/domain/ids.ts";
import { workerScope } from "#services/domain/scope.ts";
import { millis } from "#services/domain/units.ts";
import { createCollection } from "./collections.ts";
import { copyDatabase } from "./copy-database.ts";
import { type Database, openDatabase } from "./database.ts";
import { randomName } from "./digest.ts";
import { homeOf } from "./home-row.ts";
import { enqueue } from "./jobs.ts";
import { unpacked } from "./raw-record.ts";
import { aCollection, anUpload, aPart, aStore, bring } from "./store.builders.ts";
import { tenantTableNames } from "./table-owners.ts";

const closers: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const opened = async () => {
  const { store, remove } = await aStore();
  closers.push(remove);
  return store;
};

/** An SQLite file, whatever this run of the tests is for. */
const aFile = async (): Promise<Database> => {
  const folder = await mkdtemp(join(tmpdir(), "parlance-copy-"));
  const database = await openDatabase({
    path: join(folder, "copy.db"),
    now: () => millis(Date.now()),
    newId: randomName,
  });
  closers.push(() => rm(folder, { recursive: true, force: true }));
  closers.push(() => database.close());
  return database;
};

/** Columns and rows in any order. */
const sorted = (rows: readonly object[]) =>
  rows
    .map((row) =>
      JSON.stringify(
        Object.entries(row)
          .map(([name, value]) => [
            name,
            value instanceof Uint8Array ? Buffer.from(value).toString("hex") : value,
          ])
          .toSorted(),
      ),
    )
    .toSorted();

const all = async ({ system: { rows } }: Database) => {
  const found: Record<string, string[]> = {};
  for (const table of [...tenantTableNames, "home"] as const)
    found[table] = sorted(await rows.selectFrom(table).selectAll().execute());
  return found;
};

/** What databases are likely to change: letters of all kinds, half of a pair, NUL, spaces at the end, names that differ in case. */
const odd = [
  "Ünïcode 🌱 日本",
  "a\0b",
  "\ud83d half",
  "end  ",
  "END",
  "%_\\'\"",
  "x".repeat(70_000),
];

const filled = async () => {
  const store = await opened();
  await homeOf(store.database);
  const collection = await aCollection(store, "Garden club");
  await createCollection(store, { name: "garden club" });
  const other = store.database.within(workerScope(organizationId("other000")));
  await createCollection(other, { name: "Garden club" });
  const upload = await anUpload(store, collection);
  await bring(store, { collection, upload }, [
    aPart(
      { collection, upload },
      "monday",
      odd.map((text) => ({ text })),
    ),
  ]);
  await store.transaction((rows) =>
    enqueue(store, rows, { name: "index.due", payload: { collection } }),
  );
  return store;
};

it("have every row as it was, there and back", async () => {
  const store = await filled();
  const before = await all(store.database);
  expect(before["messages"]).toHaveLength(odd.length);
  const file = await aFile();
  const { tables, rows } = await copyDatabase(store.database, file);
  expect(tables).toMatchObject({ home: 1, collections: 3, messages: odd.length });
  expect(rows).toBe(Object.values(before).reduce((sum, { length }) => sum + length, 0));
  expect(await all(file)).toEqual(before);
  const again = await opened();
  await copyDatabase(file, again.database);
  expect(await all(again.database)).toEqual(before);
  const texts = (
    await again.rows.selectFrom("messages").select(["raw", "text", "unmasked"]).execute()
  ).map((row) => JSON.parse(unpacked(row).raw).text);
  expect(texts.toSorted()).toEqual(odd.toSorted());
});

it("give jobs back that somebody had in hand", async () => {
  const store = await filled();
  await store.rows
    .updateTable("jobs")
    .set({ state: "active", owner: "gone", host: "gone", lease_until: 1 })
    .execute();
  const file = await aFile();
  await copyDatabase(store.database, file);
  const jobs = await file.system.rows
    .selectFrom("jobs")
    .select(["state", "owner", "host", "lease_until"])
    .execute();
  expect(jobs.length).toBeGreaterThan(0);
  for (const job of jobs)
    expect(job).toEqual({ state: "waiting", owner: null, host: null, lease_until: null });
});

it("take records as version 0.1 stored them", async () => {
  const file = await aFile();
  const store = await filled();
  await copyDatabase(store.database, file);
  await file.system.rows.updateTable("messages").set({ raw: '{"old":"récord"}' }).execute();
  const target = await opened();
  await copyDatabase(file, target.database);
  const rows = await target.rows
    .selectFrom("messages")
    .select(["raw", "text", "unmasked"])
    .execute();
  expect(new Set(rows.map((row) => unpacked(row).raw))).toEqual(new Set(['{"old":"récord"}']));
});

it("go into an empty database only", async () => {
  const store = await filled();
  const target = await opened();
  await aCollection(target);
  await expect(copyDatabase(store.database, target.database)).rejects.toMatchObject({
    code: "database-not-empty",
  });
});
