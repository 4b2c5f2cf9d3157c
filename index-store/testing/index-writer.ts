// A process of its own that commits to an index until it is killed: adds, replaces, removes and merges; prints each version.
import { randomUUID } from "node:crypto";
import { openIndexStore } from "../index-store.ts";
import { DIM, documents, ids, schema } from "./documents.ts";

const [path = ""] = process.argv.slice(2);
const store = await openIndexStore({
  path,
  dim: DIM,
  schema,
  now: Date.now,
  newId: randomUUID,
  engine: "flat",
});
for (;;) {
  // What a version holds follows from its number, so that the test can tell a whole one from a torn one.
  const number = ((await store.head())?.number ?? 0) + 1;
  const version = await store.commit(
    {
      add: [documents(ids(number * 10, number * 10 + 10))],
      remove: ids((number - 3) * 10, (number - 3) * 10 + 5),
    },
    { message: `${number}`, batches: [`batch-${number}`] },
  );
  process.stdout.write(`${version?.number}\n`);
}
