// Tests of a database on a server: the reviewed schema, the same tables as SQLite has, migrations at the same time, what people are told.
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { defaultScope } from "#services/domain/scope.ts";
import { millis } from "#services/domain/units.ts";
import { createCollection, listCollections } from "../collections.ts";
import { openDatabase } from "../database.ts";
import { randomName } from "../digest.ts";
import { schemaOf } from "./schema.builders.ts";
import { aReader, aServerDatabase, testedKind } from "./server.builders.ts";
import { placeOfServer } from "./server-database.ts";

const closers: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const anEmptyOne = async (): Promise<string> => {
  const made = await aServerDatabase();
  if (made === undefined) throw new Error("These tests need a server.");
  closers.push(made.drop);
  return made.url;
};

const open = async (url: string) => {
  const database = await openDatabase({
    path: "",
    url,
    now: () => millis(Date.now()),
    newId: randomName,
  });
  closers.push(() => database.close());
  return database;
};

describe("the schema", () => {
  it("is the one that was reviewed", async () => {
    const url = await anEmptyOne();
    await open(url);
    const tables = await schemaOf(url);
    await expect(tables.map(({ written }) => written).join("\n")).toMatchFileSnapshot(
      `../schema.${testedKind()}.sql`,
    );
  });

  it("has the columns of SQLite's, and the same of them may be null", async () => {
    const url = await anEmptyOne();
    await open(url);
    const folder = await mkdtemp(join(tmpdir(), "parlance-schema-"));
    closers.push(() => rm(folder, { recursive: true, force: true }));
    const path = join(folder, "a.db");
    const sqlite = await openDatabase({
      path,
      now: () => millis(Date.now()),
      newId: randomName,
    });
    await sqlite.close();
    const file = new DatabaseSync(path, { readOnly: true });
    const expected = file
      .prepare(
        `select t.name as "table", c.name as "column", c."notnull" as required, c.pk
         from sqlite_schema t join pragma_table_info(t.name) c where t.type = 'table'`,
      )
      .all()
      .filter(({ table }) => !String(table).startsWith("kysely"))
      .map((row) => `${row["table"]}.${row["column"]}${row["required"] || row["pk"] ? "" : "?"}`);
    file.close();
    const found = (await schemaOf(url))
      .filter(({ name }) => name !== "turns" && name !== "commits")
      .flatMap(({ name, columns }) =>
        columns.map((column) => `${name}.${column.name}${column.isNullable ? "?" : ""}`),
      );
    expect(found.toSorted()).toEqual(expected.toSorted());
  });
});

describe("a migration", () => {
  const program = fileURLToPath(new URL("./open-process.builders.ts", import.meta.url));
  const start = (url: string) =>
    fork(program, [url], { execArgv: ["--no-warnings"], silent: true });

  it("is done once where four processes start together", async () => {
    const url = await anEmptyOne();
    const ends = await Promise.all(
      Array.from({ length: 4 }, async () => (await once(start(url), "exit"))[0]),
    );
    expect(ends).toEqual([0, 0, 0, 0]);
    expect((await schemaOf(url)).length).toBeGreaterThan(20);
  });

  it("that is killed at any step is finished by the next start", async () => {
    const url = await anEmptyOne();
    const whole = await schemaOfFresh();
    for (let after = 0; after < 400; after += 40) {
      const child = start(url);
      await new Promise((resolve) => setTimeout(resolve, after));
      child.kill("SIGKILL");
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    }
    await open(url);
    expect((await schemaOf(url)).map(({ written }) => written)).toEqual(whole);
  });

  const schemaOfFresh = async () => {
    const url = await anEmptyOne();
    await open(url);
    return (await schemaOf(url)).map(({ written }) => written);
  };
});

describe("people are told", () => {
  const failing = async (change: (url: URL) => void) => {
    const url = new URL(await anEmptyOne());
    change(url);
    const error = await open(url.href).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(JSON.stringify(error)).not.toContain("s3cret");
    return error;
  };

  it("that nobody answers", async () => {
    expect(
      await failing((url) => {
        url.port = "1";
        url.password = "s3cret";
      }),
    ).toMatchObject({ kind: "unavailable", code: "database-unreachable" });
  });

  it("that there is no such database", async () => {
    expect(
      await failing((url) => {
        url.pathname = "/nowhere";
      }),
    ).toMatchObject({ code: "database-missing" });
  });

  it("that a newer Parlance has changed its tables", async () => {
    const url = await anEmptyOne();
    const { system } = await open(url);
    const newer = { name: "9999-newer", timestamp: "2099" };
    await system.rows
      .insertInto("kysely_migration" as never)
      .values(newer as never)
      .execute();
    await expect(open(url)).rejects.toMatchObject({ kind: "corrupt", code: "database-too-new" });
  });

  it("that it is a replica, which cannot be written", async () => {
    const url = await anEmptyOne();
    const database = await open(url);
    const store = database.within(defaultScope);
    await createCollection(store, { name: "Garden" });
    const readOnly = await aReader(url);
    closers.push(readOnly.drop);
    const replica = await open(readOnly.url);
    expect(await listCollections(replica.within(defaultScope).rows)).toHaveLength(1);
    await expect(
      createCollection(replica.within(defaultScope), { name: "Kitchen" }),
    ).rejects.toMatchObject({ kind: "unavailable" });
  });

  it("that the address names no database", async () => {
    expect(
      await failing((url) => {
        url.pathname = "/";
      }),
    ).toMatchObject({ kind: "rejected", code: "bad-setting" });
  });

  it("which server it is, without its password", () => {
    expect(placeOfServer("mysql://ada:s3cret@db.example/par%20lance")).toBe(
      "“par lance” of MariaDB at db.example:3306",
    );
    expect(placeOfServer("postgres://ada:s3cret@127.0.0.1:5433/p")).toBe(
      "“p” of PostgreSQL at 127.0.0.1:5433",
    );
  });
});
