// A home opens with its own, whole database; without it, or with another's, it is refused until its holder starts anew.
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Kysely } from "kysely";
import { Migrator } from "kysely/migration";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readConfig } from "#services/config/config.ts";
import { defaultScope } from "#services/domain/scope.ts";
import { createCollection } from "#services/store/collections.ts";
import { SqliteFile, sqliteDialect } from "#services/store/dialect.ts";
import { migrations } from "#services/store/migrations/migrations.ts";
import { openParlance } from "#services/wire.ts";

let folder: string;
let home: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "parlance-claim-"));
  home = join(folder, "home");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const warnings: string[] = [];
const open = (path = home, env: Record<string, string> = {}) =>
  openParlance(readConfig({ PARLANCE_HOME: path, ...env }), {
    onWarning: (message) => warnings.push(message),
  });
/** Makes the home with a collection that has an index (its folder is enough for this). */
const makeHome = async (path = home) => {
  const parlance = await open(path);
  const { id } = await createCollection(parlance.within(defaultScope).store, { name: "Garden" });
  await parlance.close();
  const index = join(path, "collections", id, "index.git");
  await mkdir(index, { recursive: true });
  await writeFile(join(index, "HEAD"), "ref: refs/heads/main\n");
  return id;
};
const removeDatabase = async () => {
  for (const name of await readdir(home))
    if (/^parlance\.db/u.test(name)) await rm(join(home, name));
};
/** The home's database with one collection, as a version before this migration had left it. */
const makeDatabaseBefore = async (migration: string, collection: string) => {
  const file = new SqliteFile({ path: join(home, "parlance.db") });
  const db = new Kysely<Record<string, Record<string, unknown>>>({ dialect: sqliteDialect(file) });
  const all = Object.entries(await migrations.getMigrations());
  const earlier = Object.fromEntries(all.filter(([name]) => name < migration));
  const provider = { getMigrations: async () => earlier };
  expect((await new Migrator({ db, provider }).migrateToLatest()).error).toBeUndefined();
  const row = { name: "Garden", description: "", zone: "UTC", created_at: 1, indexed_chunks: 0 };
  await db
    .insertInto("collections")
    .values({ id: collection, org_id: "org_default", state: "active", ...row })
    .execute();
  await db.destroy();
  file.close();
};
const manifest = async () =>
  JSON.parse(await readFile(join(home, "home.json"), "utf8")) as { id: string; format: number };

describe("a home", () => {
  it("says in home.json which it is, and opens again", async () => {
    await makeHome();
    const { id, format } = await manifest();
    expect(id).toMatch(/^home_\w{16}$/u);
    expect(format).toBe(1);
    await (await open()).close();
    // Lost or damaged, it is made again from the database.
    await rm(join(home, "home.json"));
    await (await open()).close();
    expect((await manifest()).id).toBe(id);
    await writeFile(join(home, "home.json"), '{"format":');
    await (await open()).close();
    expect((await manifest()).id).toBe(id);
  });

  it("of version 0.1, without an id, opens and gets one", async () => {
    const id = await makeHome();
    await rm(join(home, "home.json"));
    await removeDatabase();
    await makeDatabaseBefore("0005-home", id);
    await (await open()).close();
    expect((await manifest()).id).toMatch(/^home_/u);
  });

  it("without its database is refused, and starts anew only when told, keeping what was there", async () => {
    const id = await makeHome();
    await removeDatabase();
    await expect(open()).rejects.toMatchObject({
      kind: "corrupt",
      code: "database-missing",
      message: expect.stringContaining("1 index and 0 uploads"),
      hint: expect.stringContaining("--accept-empty"),
    });
    // Refused, it has not been changed: no empty database was made.
    expect(await readdir(home)).not.toContain("parlance.db");
    await writeFile(join(home, "parlance.db"), "");
    await expect(open()).rejects.toMatchObject({ code: "database-missing" });
    await (await open(home, { PARLANCE_ACCEPT_EMPTY: "1" })).close();
    const aside = (await readdir(home)).find((name) => name.startsWith("set-aside-")) ?? "";
    expect(await readdir(join(home, aside, "collections"))).toEqual([id]);
    expect(warnings.at(-1)).toContain(aside);
    await (await open()).close();
  });

  it("with another home's database is refused", async () => {
    await makeHome();
    const other = join(folder, "other");
    await makeHome(other);
    await removeDatabase();
    await copyFile(join(other, "parlance.db"), join(home, "parlance.db"));
    await expect(open()).rejects.toMatchObject({ code: "other-homes-database" });
    // Without home.json the indexes tell.
    await rm(join(home, "home.json"));
    await expect(open()).rejects.toMatchObject({ code: "other-homes-database" });
  });

  it("with a damaged database is refused, and not changed", async () => {
    await makeHome();
    const path = join(home, "parlance.db");
    const bytes = await readFile(path);
    bytes.fill(0, 4096 * 4, 4096 * 8);
    await writeFile(path, bytes);
    await expect(open()).rejects.toMatchObject({ kind: "corrupt", code: "database-damaged" });
    expect((await readFile(path)).equals(bytes)).toBe(true);
    await (await open(home, { PARLANCE_ACCEPT_EMPTY: "1" })).close();
  });

  it("of a newer version is refused", async () => {
    await makeHome();
    await writeFile(join(home, "home.json"), '{"format":2,"id":"home_x","createdAt":1}');
    await expect(open()).rejects.toMatchObject({ code: "home-too-new" });
  });

  it("that is empty opens, with or without folders", async () => {
    await mkdir(join(home, "collections"), { recursive: true });
    await mkdir(join(home, "blobs", "incoming"), { recursive: true });
    await (await open()).close();
  });
});
