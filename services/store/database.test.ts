// Tests of an open database of any kind: isolated transactions, none lost between processes, names that exist.
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { defaultScope } from "#services/domain/scope.ts";
import { millis } from "#services/domain/units.ts";
import { createCollection, listCollections } from "./collections.ts";
import { openDatabase } from "./database.ts";
import { randomName } from "./digest.ts";
import type { Store } from "./rows.ts";
import { aCollection, aStore } from "./store.builders.ts";

const closers: (() => Promise<void>)[] = [];
const fresh = async () => {
  const made = await aStore();
  closers.push(made.remove);
  return made.store;
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

describe("the store", () => {
  it("loses none of 200 read-then-write transactions on connections of two processes", async () => {
    const store = await fresh();
    const database = await openDatabase({ ...options(store.folder), url: store.url });
    closers.unshift(() => database.close());
    const other = database.within(defaultScope);
    const id = await aCollection(store);
    const add = (one: Store) =>
      one.transaction(async (rows) => {
        const row = await rows
          .selectFrom("collections")
          .select("indexed_chunks")
          .where("id", "=", id)
          .executeTakeFirstOrThrow();
        await rows
          .updateTable("collections")
          .set({ indexed_chunks: row.indexed_chunks + 1 })
          .where("id", "=", id)
          .execute();
      });
    await Promise.all(Array.from({ length: 200 }, (_, n) => add(n % 2 === 0 ? store : other)));
    const [row] = await listCollections(store.rows);
    expect(row?.indexed_chunks).toBe(200);
  });

  it("answers reads while a transaction is open, with the state before it", async () => {
    const store = await fresh();
    await store.transaction(async (rows) => {
      await rows.updateTable("collections").set({ name: "x" }).execute();
      await createCollection({ ...store, transaction: (work) => work(rows) }, { name: "inside" });
      expect(await listCollections(store.rows)).toEqual([]);
    });
    expect(await listCollections(store.rows)).toHaveLength(1);
  });

  it("refuses a name that exists", async () => {
    const store = await fresh();
    await aCollection(store, "Letters");
    await expect(createCollection(store, { name: " Letters " })).rejects.toMatchObject({
      code: "name-taken",
      status: 409,
    });
  });
});
