// Tests of the SQLite file of a home: a reviewed schema, its mode, a copy before a migration, damage that is noticed.
import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, describe, expect, it } from "vitest";
import { millis } from "#services/domain/units.ts";
import { openDatabase } from "./database.ts";
import { randomName } from "./digest.ts";
import { aCollection, aStore } from "./store.builders.ts";

const closers: (() => Promise<void>)[] = [];
const fresh = async () => {
  const made = await aStore();
  closers.push(made.remove);
  return made.store;
};
const aFolder = async () => {
  const folder = await mkdtemp(join(tmpdir(), "parlance-home-"));
  closers.push(() => rm(folder, { recursive: true, force: true }));
  return folder;
};
const options = (folder: string) => ({
  path: join(folder, "parlance.db"),
  backups: join(folder, "backups"),
  now: () => millis(1000),
  newId: randomName,
});

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

describe("the file", () => {
  it("has the schema that was reviewed", async () => {
    const store = await fresh();
    const file = new DatabaseSync(join(store.folder, "parlance.db"), { readOnly: true });
    const dump = file
      .prepare(
        "select sql from sqlite_master where sql is not null order by tbl_name, type desc, name",
      )
      .all()
      .map((row) => `${row["sql"]};\n`)
      .join("");
    file.close();
    await expect(dump).toMatchFileSnapshot("./schema.sqlite.sql");
  });

  it("lets nobody else read the file", async () => {
    const store = await fresh();
    for (const name of await readdir(store.folder))
      expect((await stat(join(store.folder, name))).mode & 0o077).toBe(0);
  });

  it("copies the file before a migration, and only then", async () => {
    const store = await fresh();
    await aCollection(store, "Letters");
    const again = await openDatabase(options(store.folder));
    await again.close();
    expect(await readdir(store.folder)).not.toContain("backups");
    const file = new DatabaseSync(join(store.folder, "parlance.db"));
    file.exec("insert into kysely_migration values ('0000-earlier', '2020')");
    file.exec("delete from kysely_migration where name = '0001-rows'");
    file.close();
    await expect(openDatabase(options(store.folder))).rejects.toMatchObject({
      code: "database-too-new",
    });
  });

  it("reports that the file is damaged", async () => {
    const folder = await aFolder();
    await writeFile(join(folder, "parlance.db"), "this is no database at all".repeat(1000));
    await expect(openDatabase(options(folder))).rejects.toMatchObject({
      kind: "corrupt",
      code: "database-damaged",
    });
  });
});
