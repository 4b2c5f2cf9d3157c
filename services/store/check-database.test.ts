// Tests that a damaged database is found: by its header, length, pages, tables and rows; in this process and in a child process.

import { mkdtemp, open, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { defaultScope } from "#services/domain/scope.ts";
import { millis } from "#services/domain/units.ts";
import { checkDatabase, damageOf } from "./check-database.ts";
import { createCollection, listCollections } from "./collections.ts";
import { openDatabase } from "./database.ts";
import { randomName } from "./digest.ts";
import { asItCame } from "./store.builders.ts";
import { createUpload } from "./uploads.ts";

let folder: string;
let path: string;
let whole: Buffer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "parlance-check-"));
  path = join(folder, "parlance.db");
  const database = await openDatabase({ path, now: () => millis(1), newId: randomName });
  const store = database.within(defaultScope);
  for (let name = 0; name < 300; name++)
    await createCollection(store, { name: `${name}`, description: "x".repeat(900) });
  const seventh = (await listCollections(store.rows)).find(({ name }) => name === "7");
  if (!seventh) throw new Error("there is no seventh collection");
  await createUpload(store, { cleaner: asItCame, collection: seventh.id, filename: "a.log" });
  await database.close();
  whole = await readFile(path);
});
beforeEach(() => writeFile(path, whole));
afterAll(() => rm(folder, { recursive: true, force: true }));

const quick = () => checkDatabase({ path, depth: "quick" });
const full = () => checkDatabase({ path, depth: "full" });
const overwrite = async (at: number, bytes: Buffer) => {
  const file = await open(path, "r+");
  await file.write(bytes, 0, bytes.length, at);
  await file.close();
};

describe("a check of a database", () => {
  it("finds nothing in an undamaged one, nor where there is none", async () => {
    expect(await quick()).toEqual({ state: "sound", problems: [] });
    expect(await full()).toEqual({ state: "sound", problems: [] });
    await truncate(path, 0);
    expect((await quick()).state).toBe("absent");
    expect((await checkDatabase({ path: `${path}.none`, depth: "full" })).state).toBe("absent");
  });

  it("finds a header of zeros, and a file without its end", async () => {
    await overwrite(0, Buffer.alloc(100));
    expect((await quick()).problems).toEqual([
      "The file does not start with the header of a SQLite database.",
    ]);
    await writeFile(path, whole);
    await truncate(path, 8192 * 3);
    const cut = await quick();
    expect(cut.problems[0]).toMatch(/^The file has 6 of its \d+ pages\.$/u);
    expect(damageOf(cut, path)).toMatchObject({ kind: "corrupt", code: "database-damaged" });
  });

  it("finds any page of zeros", async () => {
    const pages = whole.length / 4096;
    const found: boolean[] = [];
    for (let page = 1; page < pages; page += 3) {
      await writeFile(path, whole);
      await overwrite(page * 4096, Buffer.alloc(4096));
      found.push((await quick()).state === "damaged");
    }
    // All of these pages are used by tables or indexes.
    expect(found.every(Boolean)).toBe(true);
  });

  it("finds a missing table, and rows whose owner is missing, in full", async () => {
    const database = new DatabaseSync(path);
    database.exec("pragma foreign_keys = off");
    database.exec("drop table messages");
    database.close();
    expect((await quick()).problems).toEqual(["The table messages is missing."]);
    await writeFile(path, whole);
    const orphaned = new DatabaseSync(path);
    orphaned.exec("pragma foreign_keys = off");
    orphaned.exec("delete from collections where name = '7'");
    orphaned.close();
    expect((await quick()).state).toBe("sound");
    expect((await full()).problems).toEqual([
      "1 rows of uploads belong to rows of collections that are missing.",
    ]);
  });

  it("stops when its time is over or it is aborted", async () => {
    expect((await checkDatabase({ path, depth: "full", withinMs: 1 })).state).toBe("unfinished");
    expect((await checkDatabase({ path, depth: "full", withinMs: 0 })).state).toBe("unfinished");
    const signal = AbortSignal.abort();
    expect((await checkDatabase({ path, depth: "full", signal })).state).toBe("unfinished");
  });
});
