// A migrated SQLite file without rows, made once by each process of tests and copied: to migrate one takes ten times as long as to open it.
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { millis } from "#services/domain/units.ts";
import { randomName } from "./digest.ts";
import { openSqliteDatabase } from "./sqlite-database.ts";

const make = async (): Promise<Buffer> => {
  const folder = await mkdtemp(join(tmpdir(), "parlance-migrated-"));
  const path = join(folder, "parlance.db");
  const database = await openSqliteDatabase({ path, now: () => millis(0), newId: randomName });
  // The last one to close it moves the log into the file.
  await database.close();
  const bytes = await readFile(path);
  await rm(folder, { recursive: true });
  return bytes;
};

let made: Promise<Buffer> | undefined;

/** Puts one where a test opens its database for the first time. */
export const putMigratedFile = async (path: string): Promise<void> => {
  made ??= make();
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFile(path, await made, { mode: 0o600 });
};
