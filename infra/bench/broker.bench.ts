// The cost of a job's way through RabbitMQ, against taking it from the table: published, claimed, done by an empty handler, settled.
// Then what that is of embedding a full batch, the work of such a job in an import.
// Needs a RabbitMQ: PARLANCE_TEST_BROKER_URL, or the one on this machine.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Bus } from "#services/bus/bus.ts";
import { openDatabaseBus } from "#services/bus/database.ts";
import { openJobStore } from "#services/bus/job-store.ts";
import { aBroker, findBroker } from "#services/bus/rabbit/rabbit.builders.ts";
import { openRabbitBus } from "#services/bus/rabbit.ts";
import { collectionId, defaultOrganization } from "#services/domain/ids.ts";
import { millis } from "#services/domain/units.ts";
import { openOnnxEmbedder } from "#services/embed/onnx.ts";
import { resolveModel } from "#services/embed/registry.ts";
import { addJob, openDatabase, randomName } from "#services/store/store.ts";
import { haveIrcArchive, ircMessages } from "./irc-archive.ts";
import { machine, markdownTable } from "./measure.ts";

const JOBS = 1000;
const ROUNDS = 3;
const COLLECTIONS = 20;
/** Chunks of a full batch. */
const BATCH = 4096;

const url = await findBroker();
if (url === undefined) process.exit(1);

const folder = await mkdtemp(join(tmpdir(), "parlance-broker-"));
const database = await openDatabase({
  path: join(folder, "parlance.db"),
  now: () => millis(Date.now()),
  newId: randomName,
});
const store = openJobStore(database);
const broker = await aBroker(url);
const worker = { id: "bench", host: "here" };

const open = {
  "the table": (): Bus => openDatabaseBus({ store, worker }),
  RabbitMQ: (): Bus => openRabbitBus({ store, worker, url, prefix: broker.prefix }),
};

/** Milliseconds from the first job taken to the last one settled, of jobs that all wait at the start; the connection is open by then. */
const measure = async (bus: Bus, concurrency: number): Promise<number> => {
  let done = 0;
  let end = Promise.withResolvers<void>();
  let wanted = 1;
  const consumer = await bus.consume(
    "chunks.ready",
    async () => {
      if (++done === wanted) end.resolve();
      return { kind: "done" };
    },
    { concurrency },
  );
  const add = (count: number) =>
    store.transaction(async (rows) => {
      for (let n = 0; n < count; n++)
        await addJob(
          store,
          rows,
          { name: "chunks.ready", payload: { batch: `bat_${n}` } },
          {
            organization: defaultOrganization,
            collection: collectionId(`c${n % COLLECTIONS}`.padEnd(8, "0")),
          },
        );
    });
  await add(1);
  bus.wake();
  await end.promise;
  [done, wanted, end] = [0, JOBS, Promise.withResolvers<void>()];
  await add(JOBS);
  const started = performance.now();
  bus.wake();
  await end.promise;
  await consumer.stop();
  return performance.now() - started;
};

const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** Milliseconds that the model takes for a full batch of messages. */
const embedBatch = async (): Promise<number> => {
  const texts = (await ircMessages()).slice(0, 2 * BATCH);
  const model = await resolveModel({ setting: undefined, home: tmpdir(), hub: "" });
  const embedder = await openOnnxEmbedder(model);
  await embedder.embed(texts.slice(0, BATCH), { truncate: true });
  const started = performance.now();
  await embedder.embed(texts.slice(BATCH), { truncate: true });
  const took = performance.now() - started;
  await embedder.close();
  return took;
};

const rows: string[][] = [];
let hopOfOne = Number.NaN;
for (const concurrency of [1, 2, 8]) {
  const times = { "the table": [] as number[], RabbitMQ: [] as number[] };
  // In turn, so that what else the machine does is the same for both.
  for (let round = 0; round < ROUNDS; round++)
    for (const way of ["the table", "RabbitMQ"] as const) {
      const bus = open[way]();
      times[way].push(await measure(bus, concurrency));
      await bus.close();
    }
  const [table, rabbit] = [median(times["the table"]), median(times.RabbitMQ)];
  if (concurrency === 1) hopOfOne = (rabbit - table) / JOBS;
  rows.push([
    String(concurrency),
    ((JOBS * 1000) / table).toFixed(0),
    ((JOBS * 1000) / rabbit).toFixed(0),
    (table / JOBS).toFixed(2),
    (rabbit / JOBS).toFixed(2),
    ((rabbit - table) / JOBS).toFixed(2),
  ]);
}
await broker.remove();
await database.close();
await rm(folder, { recursive: true, force: true });

console.log(`\n## Jobs through RabbitMQ, empty handler, SQLite: ${machine()}\n`);
console.log(
  markdownTable(
    ["in hand", "table jobs/s", "RabbitMQ jobs/s", "table ms/job", "RabbitMQ ms/job", "hop ms"],
    rows,
  ),
);
if (haveIrcArchive()) {
  const batch = await embedBatch();
  console.log(
    `\nTo embed a batch of ${BATCH} messages takes ${batch.toFixed(0)} ms: the way through RabbitMQ, with one job in hand, adds ${((100 * hopOfOne) / batch).toFixed(2)} %.`,
  );
}
