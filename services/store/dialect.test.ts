// Tests of failing statements: the first error is reported, a full database works again afterwards, a damaged one is reported.
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { defaultScope } from "#services/domain/scope.ts";
import { millis } from "#services/domain/units.ts";
import { createCollection, listCollections } from "./collections.ts";
import { type Database, openDatabase } from "./database.ts";
import { randomName } from "./digest.ts";
import type { Store } from "./rows.ts";
import { explained } from "./sqlite-error.ts";

let folder: string;
let damage: unknown[];
let database: Database;
let store: Store;
const openIt = () =>
  openDatabase({
    path: join(folder, "parlance.db"),
    now: () => millis(1000),
    newId: randomName,
    onDamage: (error) => damage.push(error),
  });
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "parlance-dialect-"));
  damage = [];
  database = await openIt();
  store = database.within(defaultScope);
});
afterEach(async () => {
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

const count = async () => (await listCollections(store.rows)).length;

describe("a transaction that fails", () => {
  it("reports its own error where SQLite has rolled back already", async () => {
    const failing = database.system.transaction(async (all) => {
      const rows = await database.system.within(all, defaultScope);
      await createCollection({ ...store, transaction: (work) => work(rows) }, { name: "A" });
      await sql`rollback`.execute(all);
      throw new Error("the first error");
    });
    await expect(failing).rejects.toThrow("the first error");
    expect(await count()).toBe(0);
    await createCollection(store, { name: "B" });
    expect(await count()).toBe(1);
  });

  it("reports a full disk, saves nothing, and works again when there is room", async () => {
    const limit = (pages: number) =>
      database.system.transaction(async (rows) => {
        await sql.raw(`pragma max_page_count = ${pages}`).execute(rows);
      });
    await limit(1);
    const large = () => createCollection(store, { name: "A", description: "x".repeat(100_000) });
    for (let times = 0; times < 3; times++)
      await expect(large()).rejects.toMatchObject({ code: "disk-full", status: 507 });
    expect(await count()).toBe(0);
    await limit(1_000_000);
    await large();
    expect(await count()).toBe(1);
  });
});

describe("a stream of rows", () => {
  it("shows the database as it was when it began, and lets other reads see what comes meanwhile", async () => {
    for (const name of ["A", "B", "C"]) await createCollection(store, { name });
    const seen: string[] = [];
    for await (const { name } of store.rows.selectFrom("collections").select("name").stream()) {
      seen.push(name);
      if (seen.length > 1) continue;
      await createCollection(store, { name: "D" });
      expect(await count()).toBe(4);
    }
    expect(seen.toSorted()).toEqual(["A", "B", "C"]);
  });
});

describe("a database that is damaged while it is open", () => {
  it("is reported by every read, also by a stream of rows", async () => {
    for (let name = 0; name < 200; name++)
      await createCollection(store, { name: `${name}`, description: "x".repeat(3000) });
    await database.truncateLog();
    await database.close();
    const file = await open(join(folder, "parlance.db"), "r+");
    const { size } = await file.stat();
    // The rows are at the end: the pages before them say which tables there are.
    const noise = Buffer.alloc(size / 4, 0xa5);
    await file.write(noise, 0, noise.length, size - noise.length);
    await file.close();
    database = await openIt();
    store = database.within(defaultScope);
    await expect(listCollections(store.rows)).rejects.toMatchObject({
      kind: "corrupt",
      code: "database-damaged",
    });
    const stream = async () => {
      for await (const _ of store.rows.selectFrom("collections").selectAll().stream());
    };
    await expect(stream()).rejects.toMatchObject({ code: "database-damaged" });
    expect(damage).toHaveLength(2);
  });
});

describe("a result of SQLite", () => {
  it.each([
    [5, "database-busy"],
    [517, "database-busy"],
    [8, "database-read-only"],
    [266, "database-io"],
    [4874, "disk-full"],
    [13, "disk-full"],
    [11, "database-damaged"],
    [26, "database-damaged"],
  ])("%i is %s", (errcode, code) => {
    expect(explained(Object.assign(new Error("x"), { errcode }), "a.db")).toMatchObject({ code });
  });

  it("that is a programming error is not changed", () => {
    const mistake = Object.assign(new Error("no such column"), { errcode: 1 });
    expect(explained(mistake, "a.db")).toBe(mistake);
    const other = new Error("x");
    expect(explained(other, "a.db")).toBe(other);
  });
});
