// An index whose vectors are searched on another server: its tables follow the versions, and it can be lost and made again.
import { randomUUID } from "node:crypto";
import { Client } from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { openVectorsDatabase, type VectorsDatabase } from "./ann/vectors-database.ts";
import { removeElsewhere } from "./elsewhere.ts";
import { openIndexStore } from "./index-store.ts";
import type { IndexStore } from "./store.ts";
import { authors, DIM, documents, ids, rowOf, schema } from "./testing/documents.ts";
import { anyOf } from "./testing/opened-index.ts";
import { temporaryFolder } from "./testing/temporary-folder.ts";
import { type VectorsServer, vectorsServer } from "./testing/vectors-server.ts";

/** Enough that rows are not compared here but on the server. */
const ROWS = 1500;
const all = ids(0, ROWS);
const question = rowOf("question").vector;

let server: VectorsServer;
let database: VectorsDatabase;
let collection: string;

beforeAll(async () => {
  server = await vectorsServer();
  database = openVectorsDatabase({ url: server.url, called: "VECTORS" });
});
beforeEach(() => {
  collection = randomUUID();
});
afterAll(async () => {
  await database?.close();
  await server?.close();
});

const opened = async (engine: "pgvector" | "flat", on = database, path?: string) => {
  const store = await openIndexStore({
    path: path ?? (await temporaryFolder()),
    dim: DIM,
    schema,
    now: Date.now,
    newId: randomUUID,
    engine,
    elsewhere: { database: on, collection },
  });
  onTestFinished(() => store.close());
  return store;
};

const commit = (store: IndexStore, added: readonly string[], remove: readonly string[] = []) =>
  store.commit({ add: added.length === 0 ? [] : [documents(added)], remove }, { message: "test" });

const nearest = async (store: IndexStore, author?: string): Promise<string[]> => {
  const searcher = await store.searcher();
  const within = searcher.select(
    author === undefined ? undefined : { kind: "in", column: "author", values: [author] },
  );
  try {
    return (await searcher.semantic(question, { k: 10, within })).map(({ id }) => id);
  } finally {
    searcher.close();
  }
};

const run = async <Row extends object>(statement: string, values: unknown[] = []) => {
  const client = new Client({ connectionString: server.url });
  await client.connect();
  try {
    return (await client.query<Row>(statement, values)).rows;
  } finally {
    await client.end();
  }
};

/** Rows of each table of the collection, as the tables themselves have them. */
const tables = async (of = collection): Promise<number[]> => {
  const named = await run<{ number: string }>(
    "select number from parlance_vectors.segments where collection = $1 order by number",
    [of],
  );
  const counts: number[] = [];
  for (const { number } of named) {
    const [found] = await run<{ rows: number }>(
      `select count(*)::int as rows from parlance_vectors.rows_${number}`,
    );
    counts.push(found?.rows ?? -1);
  }
  return counts;
};

const countOfTables = async () =>
  (
    await run<{ tables: number }>(
      `select count(*)::int as tables from pg_tables where schemaname = 'parlance_vectors' and tablename like 'rows\\_%'`,
    )
  )[0]?.tables ?? 0;

describe("an index searched elsewhere", () => {
  it("answers as one that is searched here, with filters and without deleted rows", async () => {
    const [there, here] = [await opened("pgvector"), await opened("flat")];
    for (const store of [there, here]) {
      await commit(store, all);
      await commit(store, ids(ROWS, 2 * ROWS));
    }
    expect(await nearest(there)).toEqual(await nearest(here));
    for (const author of authors)
      expect(await nearest(there, author)).toEqual(await nearest(here, author));
    const gone = await nearest(here);
    for (const store of [there, here]) await commit(store, [], gone);
    const left = await nearest(there);
    expect(left).toEqual(await nearest(here));
    expect(left.filter((id) => gone.includes(id))).toEqual([]);
    expect(await tables()).toEqual([ROWS, ROWS]);
  });

  it("keeps the tables of all versions, so that an older one can be rolled back to", async () => {
    const store = await opened("pgvector");
    await commit(store, all);
    const before = await nearest(store);
    await commit(store, ids(ROWS, ROWS + 200));
    await store.merge({ all: true });
    await commit(store, [], before);
    await store.collectGarbage();
    expect(await tables()).toEqual([ROWS, 200, ROWS + 200]);
    await store.rollBack(1);
    expect(await nearest(store)).toEqual(before);
  });

  it("keeps nothing of what is erased, nor of the tables that held it", async () => {
    const store = await opened("pgvector");
    const others = await countOfTables();
    await commit(store, all);
    await commit(store, ids(ROWS, ROWS + 200));
    await store.merge({ all: true });
    const erased = await nearest(store);
    await store.purge(erased);
    // Versions 1 and 2 share a copy of the first segment, if a row of it was erased; the merged one has its own.
    const sizes = await tables();
    expect(Math.max(...sizes)).toBe(ROWS + 200 - erased.length);
    expect(await countOfTables()).toBe(others + sizes.length);
    for (const row of erased.map((id) => rowOf(id).vector))
      for (const { table } of await run<{ table: string }>(
        "select format('parlance_vectors.rows_%s', number) as table from parlance_vectors.segments where collection = $1",
        [collection],
      ))
        expect(
          await run(
            `select row from ${table} where embedding <#> '[${row.join(",")}]'::halfvec < -0.9999`,
          ),
        ).toEqual([]);
  });

  it("drops what no version names once its writer has had time to name it", async () => {
    const store = await opened("pgvector");
    await commit(store, all);
    const left = await openIndexStore({
      path: await temporaryFolder(),
      dim: DIM,
      schema,
      now: Date.now,
      newId: randomUUID,
      engine: "pgvector",
      elsewhere: { database, collection },
    });
    // To the first index, this is what a writer left that was killed before its commit.
    await commit(left, ids(0, 40));
    await left.close();
    await store.collectGarbage();
    expect(await tables()).toEqual([ROWS, 40]);
    await run(
      "update parlance_vectors.segments set made_at = now() - interval '2 hours' where collection = $1",
      [collection],
    );
    await store.collectGarbage();
    expect(await tables()).toEqual([ROWS]);
  });

  it("can be lost: words answer, and the tables are made again from the files", async () => {
    const store = await opened("pgvector");
    await commit(store, all);
    const before = await nearest(store);
    await run("drop schema parlance_vectors cascade");
    await expect(nearest(store)).rejects.toMatchObject({ name: "IndexError", code: "unavailable" });
    const searcher = await store.searcher();
    expect(searcher.lexical(anyOf("apple"), { k: 5 }).hits).toHaveLength(5);
    searcher.close();
    expect(await store.restoreElsewhere()).toBe(1);
    expect(await store.restoreElsewhere()).toBe(0);
    expect(await nearest(store)).toEqual(before);
  });

  it("keeps collections apart, and leaves no table of one that is removed", async () => {
    const store = await opened("pgvector");
    await commit(store, ids(0, 30));
    const first = collection;
    collection = randomUUID();
    await commit(await opened("pgvector"), ids(0, 20));
    await removeElsewhere({ database, collection: first });
    expect([await tables(first), await tables()]).toEqual([[], [20]]);
  });

  it("says which setting names the server that is away, writes nothing, and is searched by words", async () => {
    const path = await temporaryFolder();
    const store = await opened("pgvector", database, path);
    await commit(store, all);
    const away = openVectorsDatabase({
      url: "postgres://nobody@127.0.0.1:1/nothing",
      called: "VECTORS",
    });
    onTestFinished(() => away.close());
    const lost = await opened("pgvector", away, path);
    const unavailable = { code: "unavailable", message: expect.stringContaining("(VECTORS)") };
    await expect(nearest(lost)).rejects.toMatchObject(unavailable);
    await expect(commit(lost, ids(ROWS, ROWS + 5))).rejects.toMatchObject(unavailable);
    expect((await lost.head())?.number).toBe(1);
    const searcher = await lost.searcher();
    expect(searcher.lexical(anyOf("apple"), { k: 5 }).hits).toHaveLength(5);
    searcher.close();
  });

  it("is searched from its files where no server is named any more", async () => {
    const path = await temporaryFolder();
    const store = await opened("pgvector", database, path);
    await commit(store, all);
    const alone = await openIndexStore({
      path,
      dim: DIM,
      schema,
      now: Date.now,
      newId: randomUUID,
    });
    onTestFinished(() => alone.close());
    expect(await nearest(alone)).toEqual(await nearest(store));
  });
});
