// Backs up a home folder: opens its database, which other processes may be using, and writes the archive, with the rows as an SQLite file.
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "#services/config/config.ts";
import { rejected } from "#services/domain/errors.ts";
import { millis } from "#services/domain/units.ts";
import { openDatabase, randomName } from "#services/store/store.ts";
import { writeBackup } from "./backup-archive.ts";

/** @throws ParlanceError rejected `empty-home` where there is no database; whatever `writeBackup` throws */
export const backUpHome = async (
  { home, databaseUrl, indexes }: Pick<Config, "home" | "databaseUrl" | "indexes">,
  target: string,
): Promise<Awaited<ReturnType<typeof writeBackup>>> => {
  const path = join(home, "parlance.db");
  if (databaseUrl === undefined && !existsSync(path))
    throw rejected(`There is nothing to back up in ${home}.`, {
      code: "empty-home",
      hint: "Is PARLANCE_HOME right?",
    });
  const database = await openDatabase({
    path,
    url: databaseUrl,
    now: () => millis(Date.now()),
    newId: randomName,
  });
  try {
    return await writeBackup({ path: home, database, indexes }, target);
  } finally {
    await database.close();
  }
};
