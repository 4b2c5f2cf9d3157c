// A program for tests: opens a database on a server, which migrates it, and closes it again.
import { millis } from "#services/domain/units.ts";
import { openDatabase } from "../database.ts";
import { randomName } from "../digest.ts";

const [, , url = ""] = process.argv;
const database = await openDatabase({
  path: "",
  url,
  now: () => millis(Date.now()),
  newId: randomName,
});
await database.close();
