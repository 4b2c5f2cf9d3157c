// Tests of what PostgreSQL needs to answer quickly: statistics after an import, plans that are kept, and no compiling of statements.
import { setTimeout as pause } from "node:timers/promises";
import { type Kysely, sql } from "kysely";
import { afterEach, describe, expect, it } from "vitest";
import { millis } from "#services/domain/units.ts";
import { openDatabase } from "../database.ts";
import { randomName } from "../digest.ts";
import type { Tables } from "../tables.ts";
import { aServerDatabase } from "./server.builders.ts";

const closers: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const anOpenOne = async () => {
  const made = await aServerDatabase();
  if (made === undefined) throw new Error("These tests need a server.");
  closers.push(made.drop);
  const now = () => millis(Date.now());
  // One connection, so that statements meet each other there.
  const database = await openDatabase({
    path: "",
    url: made.url,
    now,
    newId: randomName,
    connections: 1,
  });
  closers.push(() => database.close());
  return database;
};

const sizeOf = async (rows: Kysely<Tables>): Promise<number> => {
  const found = await sql<{
    rows: number;
  }>`select reltuples as rows from pg_class where relname = 'leases'`.execute(rows);
  return found.rows[0]?.rows ?? Number.NaN;
};

describe("PostgreSQL", () => {
  it("is told how large a table has become once it has grown much", async () => {
    const database = await anOpenOne();
    const { rows } = database.system;
    // Its own look, within a minute, must not be what is seen.
    await sql`alter table leases set (autovacuum_enabled = false)`.execute(rows);
    const lease = { host: "h", owner: "o", token: "t", until: 0 };
    await rows
      .insertInto("leases")
      .values({ ...lease, name: "one" })
      .execute();
    await sql`select pg_stat_force_next_flush()`.execute(rows);
    await database.refreshStatistics();
    expect(await sizeOf(rows)).toBeLessThan(1);
    await rows
      .insertInto("leases")
      .values(Array.from({ length: 1500 }, (_, at) => ({ ...lease, name: `many ${at}` })))
      .execute();
    await sql`select pg_stat_force_next_flush()`.execute(rows);
    for (let tries = 0; tries < 50 && (await sizeOf(rows)) < 1; tries++) {
      await database.refreshStatistics();
      await pause(50);
    }
    expect(await sizeOf(rows)).toBe(1501);
  });

  it("keeps the plan of a statement that comes again, unless it asks for all columns", async () => {
    const { system } = await anOpenOne();
    const named = () => system.rows.selectFrom("leases").select("owner").where("name", "=", "x");
    const all = () => system.rows.selectFrom("leases").selectAll().where("name", "=", "x");
    for (let time = 0; time < 3; time++) {
      expect(await named().execute()).toEqual([]);
      expect(await all().execute()).toEqual([]);
    }
    const prepared = await sql<{
      statement: string;
    }>`select statement from pg_prepared_statements`.execute(system.rows);
    const statements = prepared.rows.map(({ statement }) => statement);
    expect(statements).toContain(named().compile().sql);
    expect(statements).not.toContain(all().compile().sql);
  });

  it("does not compile statements", async () => {
    const { system } = await anOpenOne();
    const found = await sql<{ jit: string }>`show jit`.execute(system.rows);
    expect(found.rows).toEqual([{ jit: "off" }]);
  });
});
