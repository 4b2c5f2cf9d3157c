// Tests of scoped queries: each kind of statement gets its organization; what cannot be scoped is not run.
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CollectionId, type MessageId, organizationId } from "#services/domain/ids.ts";
import { workerScope } from "#services/domain/scope.ts";
import { createCollection, listCollections } from "./collections.ts";
import { insertMany } from "./compiled.ts";
import { type Rows, runCompiled, type Store } from "./rows.ts";
import { aStore } from "./store.builders.ts";

let first: Store;
let other: Store;
let collection: CollectionId;
let foreign: CollectionId;
let remove: () => Promise<void>;

beforeAll(async () => {
  const made = await aStore();
  remove = made.remove;
  first = made.store;
  other = made.store.database.within(workerScope(organizationId("other")));
  collection = (await createCollection(first, { name: "Letters" })).id;
  foreign = (await createCollection(other, { name: "Letters" })).id;
});
afterAll(() => remove());

const sqlOf = (query: { compile(): { sql: string; parameters: readonly unknown[] } }) => {
  const { sql: text, parameters } = query.compile();
  // Quotes and placeholders differ between kinds of databases.
  return [text.replaceAll(/["`]/g, "").replaceAll(/\$\d+/g, "?"), parameters];
};

/** How one is written that a statement refuses. */
type Loose = { readonly [name: string]: (...args: unknown[]) => Loose } & {
  compile(): { sql: string };
};
const loose = (rows: Rows) => rows as unknown as Record<string, (...args: unknown[]) => Loose>;

describe("a select", () => {
  it("has a condition for the table and for every joined one, by their aliases", () => {
    const query = first.rows
      .selectFrom("chunks as c")
      .innerJoin("messages as m", "m.id", "c.message_id")
      .leftJoin("uploads", "uploads.id", "m.origin_id")
      .select("c.id")
      .where("c.state", "=", "live");
    expect(sqlOf(query)).toEqual([
      "select c.id from chunks as c " +
        "inner join messages as m on m.org_id = ? and (m.id = c.message_id) " +
        "left join uploads on uploads.org_id = ? and (uploads.id = m.origin_id) " +
        "where c.org_id = ? and (c.state = ?)",
      ["org_default", "org_default", "org_default", "live"],
    ]);
  });

  it("has conditions in all subqueries and in each part of a union", () => {
    const live = first.rows.selectFrom("chunks").select("chunks.message_id");
    const query = first.rows
      .selectFrom(first.rows.selectFrom("messages").selectAll().as("m"))
      .select("m.id")
      .where("m.id", "in", live)
      .union(first.rows.selectFrom("topics").select(sql<MessageId>`id`.as("id")));
    const [text, parameters] = sqlOf(query);
    expect(text).toContain("from (select * from messages where messages.org_id = ?) as m");
    expect(text).toContain("in (select chunks.message_id from chunks where chunks.org_id = ?)");
    expect(text).toContain("union select id as id from topics where topics.org_id = ?");
    expect(parameters).toEqual(["org_default", "org_default", "org_default"]);
  });

  it("keeps an “or” within the organization", async () => {
    const rows = await first.rows
      .selectFrom("collections")
      .select("id")
      .where("id", "=", collection)
      .where((test) => test.or([test("id", "=", foreign), test("id", "=", collection)]))
      .where(sql<boolean>`1 = 1 or 2 = 2`)
      .execute();
    expect(rows).toEqual([{ id: collection }]);
  });
});

describe("a change", () => {
  it("changes rows of the organization only", async () => {
    await first.rows.updateTable("collections").set({ description: "mine" }).execute();
    await first.rows.deleteFrom("collections").where("id", "=", foreign).execute();
    expect(await listCollections(other.rows)).toMatchObject([{ id: foreign, description: "" }]);
  });

  it("adds rows to the organization, and to no other", async () => {
    const row = (await other.rows.selectFrom("collections").selectAll().execute())[0];
    if (!row) throw new Error("no row");
    expect(row.org_id).toBe("org_other");
    const { org_id: _, ...bare } = row;
    const add = (rows: Rows, values: object) =>
      rows.insertInto("collections").values(values as typeof bare);
    await expect(add(first.rows, { ...row, id: "col_new" }).execute()).rejects.toThrow(
      "a row of another organization",
    );
    await add(other.rows, { ...row, id: "col_again" }).execute();
    expect(await listCollections(first.rows)).toHaveLength(1);
    expect(await listCollections(other.rows)).toHaveLength(2);
    await other.rows
      .deleteFrom("collections")
      .where("id", "=", "col_again" as never)
      .execute();
  });

  it("cannot move a row to another organization", () => {
    const moving = loose(first.rows)["updateTable"]?.("collections")["set"]?.({
      org_id: "org_other",
    });
    expect(() => moving?.compile()).toThrow("a row of another organization");
  });

  it("refers to no row of another organization", async () => {
    const columns = [
      "collection_id",
      "cache_key",
      "model",
      "tokens_in",
      "tokens_out",
      "created_at",
      "answer",
    ] as const;
    const row = { cache_key: "k", model: "m", tokens_in: 1, tokens_out: 1, created_at: 1 };
    const save = (collection_id: CollectionId) =>
      insertMany(first.rows, "llm_names", columns, [{ ...row, collection_id, answer: "{}" }]);
    await save(collection);
    await expect(save(foreign)).rejects.toThrow(/foreign key/i);
  });
});

describe("a compiled statement", () => {
  it("is compiled once, and never uses the organization of another call", async () => {
    let compiled = 0;
    const named = async (rows: Rows, name: string) =>
      (
        await runCompiled<{ id: CollectionId }>(
          rows,
          "a test's collections by name",
          (db) => {
            compiled++;
            return db.selectFrom("collections").select("id").where("name", "=", name);
          },
          [name],
        )
      ).rows.map(({ id }) => id);
    expect(await named(first.rows, "Letters")).toEqual([collection]);
    expect(await named(other.rows, "Letters")).toEqual([foreign]);
    expect(await first.transaction((rows) => named(rows, "Letters"))).toEqual([collection]);
    expect(await named(other.rows, "Post")).toEqual([]);
    expect(compiled).toBe(1);
  });

  it("refuses to run with too few or too many parameters", async () => {
    const run = (parameters: readonly unknown[]) => async () =>
      runCompiled(
        first.rows,
        "a test's collection",
        (db) => db.selectFrom("collections").select("id").where("id", "=", collection),
        parameters,
      );
    await expect(run([])).rejects.toThrow("takes 1 parameters, not 0");
    await expect(run([collection, foreign])).rejects.toThrow("takes 1 parameters, not 2");
  });

  it("cannot be run without an organization", async () => {
    await expect(
      runCompiled(
        first.rows,
        "a test that runs too early",
        (db) => {
          const query = db.selectFrom("collections").select("id");
          early = query.execute();
          // It may fail before anybody awaits it.
          early.catch(() => undefined);
          return query;
        },
        [],
      ),
    ).resolves.toBeDefined();
    await expect(early).rejects.toThrow();
  });
  let early: Promise<unknown> = Promise.resolve();
});

describe("what cannot be scoped", () => {
  const refused: [string, (rows: Rows) => { compile(): unknown } | undefined, string][] = [
    [
      "a table that is not ours",
      (rows) => loose(rows)["selectFrom"]?.("sqlite_master")["selectAll"]?.(),
      "no table of ours",
    ],
    [
      "another schema",
      (rows) => loose(rows)["selectFrom"]?.("main.messages")["selectAll"]?.(),
      "names a schema",
    ],
    [
      "raw SQL that brings in a table",
      (rows) =>
        rows.selectFrom("collections").select(sql`(select text from messages limit 1)`.as("text")),
      "names a table in raw SQL",
    ],
    [
      "raw SQL in the place of a table",
      (rows) => rows.selectFrom(sql<{ id: string }>`messages`.as("m")).select("m.id"),
      "reads from a RawNode",
    ],
    [
      "a table handed to raw SQL",
      (rows) => rows.selectFrom("collections").select(sql`${sql.table("messages")}`.as("x")),
      "names a table in raw SQL",
    ],
    [
      "a join to the right",
      (rows) =>
        rows
          .selectFrom("messages as m")
          .rightJoin("chunks as c", "c.message_id", "m.id")
          .select("c.id"),
      "joins by RightJoin",
    ],
    [
      "a replacing insert",
      (rows) =>
        rows
          .insertInto("labels")
          .orReplace()
          .values({ id: "x" } as never),
      "replaces rows",
    ],
    [
      "an insert from a select",
      (rows) =>
        rows
          .insertInto("label_chunks")
          .columns(["label_id", "chunk_id"])
          .expression((db) => db.selectFrom("label_chunks").select(["label_id", "chunk_id"])),
      "inserts other than values",
    ],
    [
      "an update from another table",
      (rows) =>
        rows
          .updateTable("messages")
          .from("chunks as c")
          .set({ text: "x" })
          .whereRef("c.message_id", "=", "messages.id"),
      "updates from several tables",
    ],
  ];
  it.each(refused)("is refused: %s", (_, build, why) => {
    expect(() => build(first.rows)?.compile()).toThrow(why);
  });
});
