// The cost of claiming a job with 100,000 waiting jobs, of one collection or of a thousand, and the indexes that are used.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDatabaseBus } from "#services/bus/database.ts";
import { findInTurn, Turns } from "#services/bus/database-claims.ts";
import { type JobStore, openJobStore } from "#services/bus/job-store.ts";
import { collectionId, defaultOrganization, organizationId } from "#services/domain/ids.ts";
import { millis } from "#services/domain/units.ts";
import { addJob, openDatabase, randomName } from "#services/store/store.ts";
import { machine, markdownTable } from "./measure.ts";

const JOBS = 100_000;
const CLAIMS = 300;

const fill = (store: JobStore, organizations: number, collections: number) =>
  store.transaction(async (rows) => {
    for (let n = 0; n < JOBS; n++) {
      const place = n % collections;
      await addJob(
        store,
        rows,
        { name: "chunks.ready", payload: { batch: `bat_${n}` }, key: `bat_${n}` },
        {
          organization:
            place % organizations === 0
              ? defaultOrganization
              : organizationId(`o${place % organizations}`),
          collection: collectionId(`c${place}`.padEnd(8, "0")),
        },
      );
    }
  });

const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

const measureFinds = async (store: JobStore) => {
  const turns = new Turns();
  const times: number[] = [];
  for (let n = 0; n < CLAIMS; n++) {
    const started = performance.now();
    const found = await findInTurn(store, { name: "chunks.ready", turns }, { concurrency: 2 });
    times.push(performance.now() - started);
    if (found) turns.took(found);
  }
  return median(times);
};

/** Jobs per second that are delivered and done, with two durable transactions each. */
const measureRate = async (store: JobStore) => {
  const bus = openDatabaseBus({ store, worker: { id: "bench", host: "here" } });
  let deliveries = 0;
  const { promise, resolve } = Promise.withResolvers<void>();
  const started = performance.now();
  await bus.consume(
    "chunks.ready",
    async () => {
      if (++deliveries === CLAIMS) resolve();
      return { kind: "done" };
    },
    { concurrency: 2 },
  );
  await promise;
  const seconds = (performance.now() - started) / 1000;
  await bus.close();
  return CLAIMS / seconds;
};

const measureIdle = async (store: JobStore) => {
  await store.rows
    .updateTable("jobs")
    .set({ run_at: store.now() + 3_600_000 })
    .execute();
  return measureFinds(store);
};

const rows: string[][] = [];
for (const [organizations, collections] of [
  [1, 1],
  [1, 1000],
  [100, 1000],
  [1000, 10_000],
] as const) {
  const folder = await mkdtemp(join(tmpdir(), "parlance-claims-"));
  const database = await openDatabase({
    path: join(folder, "parlance.db"),
    now: () => millis(Date.now()),
    newId: randomName,
  });
  const store = openJobStore(database);
  await fill(store, organizations, collections);
  const find = await measureFinds(store);
  const rate = await measureRate(store);
  const idle = await measureIdle(store);
  rows.push([
    String(organizations),
    collections.toLocaleString("en"),
    find.toFixed(2),
    rate.toFixed(0),
    idle.toFixed(3),
  ]);
  await database.close();
  await rm(folder, { recursive: true, force: true });
}
console.log(`\n## Claims with ${JOBS.toLocaleString("en")} waiting jobs: ${machine()}\n`);
console.log(
  markdownTable(
    [
      "organizations",
      "collections",
      "find ms",
      "delivered and done/s",
      "look where none is due ms",
    ],
    rows,
  ),
);
