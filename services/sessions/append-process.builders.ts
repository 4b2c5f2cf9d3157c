// A program for tests: appends messages to a live session of a database that another process has open, one by one.
import { readSessionId } from "#services/domain/ids.ts";
import { defaultScope } from "#services/domain/scope.ts";
import { millis } from "#services/domain/units.ts";
import { openDatabase, randomName } from "#services/store/store.ts";
import { appendMessages } from "./sessions.ts";

const [path = "", name = "", author = "", count = "0", url = ""] = process.argv.slice(2);
const session = readSessionId(name);
if (!session) throw new Error(`${name} is no session`);
const database = await openDatabase({
  path,
  url: url === "" ? undefined : url,
  now: () => millis(Date.now()),
  newId: randomName,
});
const store = database.within(defaultScope);
for (let n = 0; n < Number(count); n++)
  await appendMessages(store, session, [
    { id: `${author}.${n}`, author, role: "person", text: `${author} ${n}` },
    { id: `both.${n}`, author: "both", role: "person", text: `both ${n}` },
  ]);
await database.close();
