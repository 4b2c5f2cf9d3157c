// A worker process for tests: takes jobs through RabbitMQ from a database that others work on too, and says which it did.
// Arguments: the database's file, RabbitMQ's address, the prefix of its names, the worker's id.
import { millis } from "#services/domain/units.ts";
import { openDatabase, randomName } from "#services/store/store.ts";
import { openJobStore } from "../job-store.ts";
import { openRabbitBus } from "../rabbit.ts";

const [path = "", url = "", prefix = "", id = ""] = process.argv.slice(2);

const database = await openDatabase({
  path,
  url: undefined,
  backups: `${path}.backups`,
  now: () => millis(Date.now()),
  newId: randomName,
});
const bus = openRabbitBus({
  url,
  prefix,
  store: openJobStore(database),
  worker: { id, host: "here" },
});
await bus.consume(
  "index.due",
  async ({ payload: { collection } }) => {
    // As long as a short job takes, so that the other worker has its share.
    await new Promise((resolve) => setTimeout(resolve, 5));
    process.send?.(collection);
    return { kind: "done" };
  },
  { concurrency: 2, perCollection: 1 },
);
process.send?.("ready");
process.on("message", async () => {
  await bus.close();
  await database.close();
  process.disconnect();
});
