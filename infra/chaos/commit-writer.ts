// A process that commits to an index which others commit to as well: prints the id of each document once its commit is confirmed.
import { documents } from "../../index-store/testing/documents.ts";
import { openSharedIndex } from "./shared-index.ts";

const [, , path = "", name = "", count = "0"] = process.argv;
const store = await openSharedIndex(path);
for (let n = 0; n < Number(count); n++) {
  const id = `${name}-${n}`;
  await store.commit({ add: [documents([id])] }, { message: id, batches: [id] });
  process.stdout.write(`${id}\n`);
}
await store.close();
