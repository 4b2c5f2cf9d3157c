// Transactions on a server: run again after a conflict, not lost and not doubled where the way to the server breaks.

import { Kysely, sql } from "kysely";
import { afterEach, describe, expect, it } from "vitest";
import { organizationId } from "#services/domain/ids.ts";
import { defaultScope, workerScope } from "#services/domain/scope.ts";
import { millis } from "#services/domain/units.ts";
import { createCollection, listCollections } from "../collections.ts";
import { type Database, openDatabase } from "../database.ts";
import { randomName } from "../digest.ts";
import { enqueue } from "../jobs.ts";
import { Rows, type Store } from "../rows.ts";
import type { Tables } from "../tables.ts";
import { aLosingProxy } from "./losing-proxy.builders.ts";
import { mariadbPool } from "./mariadb.ts";
import { postgresPool } from "./postgres.ts";
import { aServerDatabase, testedKind } from "./server.builders.ts";
import { openServerClock } from "./server-clock.ts";
import { serverDialect } from "./server-dialect.ts";
import { serverTransactions } from "./server-transactions.ts";

const closers: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const open = async (url: string): Promise<Database> => {
  const database = await openDatabase({
    path: "",
    url,
    now: () => millis(Date.now()),
    newId: randomName,
  });
  closers.push(() => database.close());
  return database;
};

const anAddress = async (): Promise<string> => {
  const made = await aServerDatabase();
  if (made === undefined) throw new Error("These tests need a server.");
  closers.push(made.drop);
  return made.url;
};

const throughProxy = async () => {
  const direct = await anAddress();
  const proxy = await aLosingProxy(direct);
  closers.push(() => proxy.close());
  return { proxy, direct: await open(direct), database: await open(proxy.url) };
};

const names = async (store: Store) => (await listCollections(store.rows)).map(({ name }) => name);

describe("a transaction", () => {
  it("whose commit was lost on the way there is run again", async () => {
    const { proxy, database, direct } = await throughProxy();
    const store = database.within(defaultScope);
    let runs = 0;
    proxy.cutAt("commit", "before");
    await store.transaction(async (rows) => {
      runs++;
      await createCollection({ ...store, transaction: (work) => work(rows) }, { name: "Garden" });
    });
    expect(runs).toBe(2);
    expect(await names(direct.within(defaultScope))).toEqual(["Garden"]);
  });

  it("whose commit happened, and only the answer was lost, is not run again", async () => {
    const { proxy, database, direct } = await throughProxy();
    const store = database.within(defaultScope);
    let runs = 0;
    proxy.cutAt("commit", "after");
    const said = await store.transaction(async (rows) => {
      runs++;
      await createCollection({ ...store, transaction: (work) => work(rows) }, { name: "Garden" });
      return "saved";
    });
    expect([runs, said]).toEqual([1, "saved"]);
    expect(await names(direct.within(defaultScope))).toEqual(["Garden"]);
  });

  it("whose answer was lost is not run again where another one has ended since", async () => {
    const { proxy, database, direct } = await throughProxy();
    const [one, other] = ["one00000", "other000"].map((name) =>
      database.within(workerScope(organizationId(name))),
    ) as [Store, Store];
    let runs = 0;
    proxy.cutAt("commit", "after");
    const first = one.transaction(async (rows) => {
      runs++;
      await createCollection({ ...one, transaction: (work) => work(rows) }, { name: "Garden" });
    });
    await expect.poll(() => names(direct.within(one.scope))).toEqual(["Garden"]);
    await createCollection(other, { name: "Kitchen" });
    await first;
    expect(runs).toBe(1);
  });

  it("that waits for another, which waits for it, is run again, and both are kept", async () => {
    const url = await anAddress();
    const database = await open(url);
    const kind = testedKind();
    if (kind === "sqlite") throw new Error("These tests need a server.");
    const db = new Kysely<Tables>({
      dialect: serverDialect({
        kind,
        pool: kind === "mariadb" ? mariadbPool(url, 4) : postgresPool(url, 4),
        where: url,
      }),
    });
    closers.push(() => db.destroy());
    const { run, take } = serverTransactions(db, kind);
    const both = Promise.withResolvers<void>();
    let runs = 0;
    const crosswise = (first: string, second: string) =>
      run(async (rows) => {
        if (++runs === 2) both.resolve();
        await both.promise;
        await take(rows, second);
        await createCollection(
          {
            ...database.within(defaultScope),
            transaction: (work) => work(new Rows(rows, defaultScope)),
          },
          { name: `${first} ${second}` },
        );
      }, first);
    await run(async () => undefined, "a");
    await run(async () => undefined, "b");
    await Promise.all([crosswise("a", "b"), crosswise("b", "a")]);
    expect(runs).toBe(3);
    expect((await names(database.within(defaultScope))).toSorted()).toEqual(["a b", "b a"]);
  });

  it("that inserts a key which is there ends after three tries, and leaves its turn to others", async () => {
    const database = await open(await anAddress());
    const store = database.within(defaultScope);
    const lease = { name: "home", host: "host", owner: "owner", token: "1", until: 0 };
    let runs = 0;
    await expect(
      database.system.transaction(async (rows) => {
        runs++;
        for (const token of ["1", "2"])
          await rows
            .insertInto("leases")
            .values({ ...lease, token })
            .execute();
      }),
    ).rejects.toMatchObject({ code: "database-duplicate" });
    expect(runs).toBe(3);
    await createCollection(store, { name: "Garden" });
    expect(await names(store)).toEqual(["Garden"]);
  });

  it("of one organization does not wait for another's", async () => {
    const database = await open(await anAddress());
    const [one, other] = ["one00000", "other000"].map((name) =>
      database.within(workerScope(organizationId(name))),
    ) as [Store, Store];
    await one.transaction(async () => {
      await createCollection(other, { name: "Garden" });
    });
    expect(await names(other)).toEqual(["Garden"]);
  });

  it("ends where the server stays away for ten seconds, and says so", async () => {
    const { proxy, database } = await throughProxy();
    const store = database.within(defaultScope);
    await names(store);
    await proxy.close();
    await expect(createCollection(store, { name: "Garden" })).rejects.toMatchObject({
      kind: "unavailable",
      code: "database-unreachable",
    });
  });
});

describe("a question", () => {
  it("is asked again on a new connection where the old ones broke", async () => {
    const { proxy, database } = await throughProxy();
    const store = database.within(defaultScope);
    await createCollection(store, { name: "Garden" });
    await Promise.all(Array.from({ length: 8 }, () => names(store)));
    proxy.cutAll();
    const answers = await Promise.all(Array.from({ length: 20 }, () => names(store)));
    expect(answers).toEqual(Array.from({ length: 20 }, () => ["Garden"]));
  });
});

describe("rows that are read one after the other", () => {
  it("end with an error where the connection breaks on the way", async () => {
    const { proxy, database } = await throughProxy();
    const { rows } = database.system;
    const leases = Array.from({ length: 1000 }, (_, i) => ({
      name: `lease ${i} ${"x".repeat(200)}`,
      host: "host",
      owner: "owner",
      token: `${i}`,
      until: 0,
    }));
    await rows.insertInto("leases").values(leases).execute();
    const readAll = async () => {
      let seen = 0;
      // A million rows: more than any buffer on the way holds.
      const all = rows.selectFrom(["leases as one", "leases as other"]).select("one.name");
      for await (const _ of all.stream()) if (++seen === 1) proxy.cutAll();
    };
    await expect(readAll()).rejects.toMatchObject({ code: "database-unreachable" });
  });
});

describe("a connection that rested", () => {
  it("and on which nobody answers any more is given up for another one", async () => {
    const { proxy, database } = await throughProxy();
    const store = database.within(defaultScope);
    await createCollection(store, { name: "Garden" });
    await new Promise((resolve) => setTimeout(resolve, 2200));
    proxy.silenceAll();
    expect(await names(store)).toEqual(["Garden"]);
  });
});

describe("the clock of a server", () => {
  it("is not wrong by the time that a free connection was waited for", async () => {
    const url = await anAddress();
    const kind = testedKind();
    if (kind === "sqlite") throw new Error("These tests need a server.");
    const pool = kind === "mariadb" ? mariadbPool(url, 1) : postgresPool(url, 1);
    const db = new Kysely<Tables>({ dialect: serverDialect({ kind, pool, where: url }) });
    closers.push(() => db.destroy());
    const sleep = kind === "mariadb" ? sql`select sleep(2)` : sql`select pg_sleep(2)`;
    const busy = db.connection().execute((one) => sleep.execute(one));
    const clock = await openServerClock(db, { kind, now: () => millis(Date.now()) });
    clock.stop();
    await busy;
    expect(Math.abs(clock.now() - Date.now())).toBeLessThan(500);
  });
});

describe("a job", () => {
  it("that is folded into one that waits is not lost where that one is taken at the same moment", async () => {
    const database = await open(await anAddress());
    const store = database.within(defaultScope);
    const { id: collection } = await createCollection(store, { name: "Garden" });
    const job = { name: "index.due", payload: { collection }, key: collection } as const;
    const waiting = () =>
      database.system.rows
        .selectFrom("jobs")
        .selectAll()
        .where("name", "=", "index.due")
        .where("state", "=", "waiting")
        .execute();
    for (let round = 0; round < 10; round++) {
      await store.transaction((rows) => enqueue(store, rows, job));
      const [before] = await waiting();
      if (!before) throw new Error("a job that waits");
      const folded = Promise.withResolvers<void>();
      let sawRow = false;
      const adding = store.transaction(async (rows) => {
        await enqueue(store, rows, job);
        folded.resolve();
        await new Promise((resolve) => setTimeout(resolve, 30));
        await rows
          .updateTable("collections")
          .set({ description: `${round}` })
          .execute();
      });
      await folded.promise;
      await database.system.transaction(async (rows) => {
        await rows
          .updateTable("jobs")
          .set({ state: "active" })
          .where("id", "=", before.id)
          .where("state", "=", "waiting")
          .execute();
      });
      // Whoever has it in hand sees what came with the job that was folded into it.
      const [row] = await listCollections(store.rows);
      sawRow = row?.description === `${round}`;
      await adding;
      expect(sawRow || (await waiting()).length > 0).toBe(true);
      await database.system.rows.deleteFrom("jobs").execute();
    }
  });
});
