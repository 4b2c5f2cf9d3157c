// Tests that random statements within a scope give the same result as if the other organizations' rows did not exist.
import fc from "fast-check";
import type { Kysely } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { organizationId } from "#services/domain/ids.ts";
import { workerScope } from "#services/domain/scope.ts";
import { aStore, type TestStore } from "./store.builders.ts";

const organizations = [organizationId("a"), organizationId("b"), organizationId("c")] as const;
const [own] = organizations;

/** Tables whose rows differ between organizations only in their ids, so that joins by other columns would mix organizations. */
const tables = {
  collections: ["id", "name", "state", "indexed_chunks"],
  analyses: ["id", "state", "mode", "points"],
  concepts: ["id", "name", "query", "failures"],
  labels: ["id", "name", "selection", "created_at"],
} as const;
type TableName = keyof typeof tables;
const names = Object.keys(tables) as TableName[];

type Loose = Kysely<Record<string, Record<string, string | number>>>;
type Asking = Pick<Loose, "selectFrom" | "updateTable" | "deleteFrom">;
const loosely = (rows: object): Asking => rows as unknown as Asking;

const fill = async (store: TestStore, whose: readonly (typeof organizations)[number][]) => {
  for (const organization of whose) {
    const { rows } = store.database.within(workerScope(organization));
    const collection = `col_${organization}`;
    await rows
      .insertInto("collections")
      .values({
        id: collection as never,
        name: "x",
        description: "",
        zone: "UTC",
        created_at: 1,
        model_id: null,
        model_fingerprint: null,
        dim: null,
        state: "y",
        version: null,
        indexed_chunks: 1,
        analysis_settings: null,
        revision: 0,
        erasures: 0,
        health: null,
        changed_texts: 0,
      })
      .execute();
    for (let n = 0; n < 3; n++) {
      const common = {
        id: `${organization}_${n}` as never,
        collection_id: collection as never,
        created_at: n,
      };
      const word = ["x", "y", "z"][n] ?? "";
      await rows
        .insertInto("labels")
        .values({ ...common, name: word, selection: "x" })
        .execute();
      await rows
        .insertInto("analyses")
        .values({
          ...common,
          version: null,
          state: word,
          mode: "x",
          progress: 0,
          doing: null,
          settings: "{}",
          quality: null,
          steps: "[]",
          llm: null,
          points: n,
          messages: 0,
          topics: 0,
          error: null,
          started_at: null,
          finished_at: null,
        })
        .execute();
      await rows
        .insertInto("concepts")
        .values({
          ...common,
          name: word,
          query: "y",
          weights: null,
          bias: null,
          threshold: null,
          person_threshold: null,
          accuracy: null,
          trained_ms: null,
          matches: null,
          examples: "[]",
          watch: 0,
          watched_version: null,
          webhook: null,
          secret: null,
          webhook_state: null,
          failing_since: null,
          failures: n,
          updated_at: n,
        })
        .execute();
    }
  }
};

interface Condition {
  readonly kind: "equal" | "or" | "in" | "not in" | "exists";
  readonly table: TableName;
  readonly column: number;
  readonly value: string;
}
interface Asked {
  readonly table: TableName;
  readonly joins: readonly {
    readonly kind: "inner" | "left";
    readonly table: TableName;
    readonly left: number;
    readonly right: number;
  }[];
  readonly conditions: readonly Condition[];
  readonly union: boolean;
  readonly derived: boolean;
}

const aTable = fc.constantFrom(...names);
const aColumn = fc.nat(3);
const aCondition: fc.Arbitrary<Condition> = fc.record({
  kind: fc.constantFrom("equal", "or", "in", "not in", "exists"),
  table: aTable,
  column: aColumn,
  value: fc.constantFrom("x", "y", "z", ...organizations.map((one) => `${one}_1`)),
});
const asked: fc.Arbitrary<Asked> = fc.record({
  table: aTable,
  joins: fc.array(
    fc.record({
      kind: fc.constantFrom("inner", "left"),
      table: aTable,
      left: aColumn,
      right: aColumn,
    }),
    { maxLength: 2 },
  ),
  conditions: fc.array(aCondition, { maxLength: 3 }),
  union: fc.boolean(),
  derived: fc.boolean(),
});

const column = (table: TableName, place: number): string => tables[table][place] ?? "id";

/** The same statement for either handle; only what the handle adds differs. */
const selectOf = (db: Asking, { table, joins, conditions, ...also }: Asked, depth = 0) => {
  const from = also.derived
    ? db.selectFrom(db.selectFrom(table).selectAll().as("t"))
    : db.selectFrom(`${table} as t`);
  let query = from.select("t.id as id");
  for (const [at, join] of joins.entries()) {
    const name = `j${at}`;
    const on = [
      `${name}.${column(join.table, join.right)}`,
      `t.${column(table, join.left)}`,
    ] as const;
    query =
      join.kind === "inner"
        ? query.innerJoin(`${join.table} as ${name}`, ...on)
        : query.leftJoin(`${join.table} as ${name}`, ...on);
    query = query.select(`${name}.id as id_${at}`);
  }
  for (const one of conditions) {
    const mine = `t.${column(table, one.column)}`;
    const theirs = column(one.table, one.column);
    const within = db.selectFrom(one.table).select(theirs);
    query = query.where((test) => {
      switch (one.kind) {
        case "equal":
          return test(mine, "!=", one.value);
        case "or":
          return test.or([test(mine, "=", one.value), test("t.id", "!=", one.value)]);
        case "in":
          return test(mine, "in", within);
        case "not in":
          return test(mine, "not in", within.where(theirs, "=", one.value));
        case "exists":
          return test.exists(
            db.selectFrom(`${one.table} as e`).select("e.id").whereRef(`e.${theirs}`, "=", mine),
          );
      }
    });
  }
  if (also.union && depth === 0 && joins.length === 0) {
    const [other] = names.filter((name) => name !== table);
    query = query.union(
      selectOf(db, { table: other ?? table, joins, conditions: [], ...also }, 1) as never,
    );
  }
  return query;
};

const sorted = (rows: readonly object[]) => rows.map((row) => JSON.stringify(row)).sort();
const everything = async (store: TestStore) =>
  Promise.all(
    names.map((name) =>
      loosely(store.database.system.rows).selectFrom(name).selectAll().orderBy("id").execute(),
    ),
  );
const undo = new Error("undo");

let mixed: TestStore;
let alone: TestStore;
const removers: (() => Promise<void>)[] = [];

beforeAll(async () => {
  for (const whose of [organizations, [own]]) {
    const { store, remove } = await aStore();
    removers.push(remove);
    await fill(store, whose);
    if (whose === organizations) mixed = store;
    else alone = store;
  }
});
afterAll(async () => {
  for (const remove of removers) await remove();
});

describe("an organization's rows", () => {
  it("are the only ones in the results of random joins, subqueries and unions", async () => {
    const rows = loosely(mixed.database.within(workerScope(own)).rows);
    const only = loosely(alone.database.system.rows);
    await fc.assert(
      fc.asyncProperty(asked, async (one) => {
        const found = await selectOf(rows, one).execute();
        expect(sorted(found)).toEqual(sorted(await selectOf(only, one).execute()));
      }),
      { numRuns: 1000 },
    );
  });

  it("are the only ones that random updates and deletes change", async () => {
    const before = await everything(mixed);
    const others = before.map((rows) => rows.filter((row) => row["org_id"] !== own));
    // No row refers to labels and analyses, so any of them can be deleted.
    const changed = fc.record({
      table: fc.constantFrom("labels" as const, "analyses" as const, "concepts" as const),
      condition: aCondition,
      change: fc.constantFrom("update" as const, "delete" as const),
    });
    const change = async (
      db: Asking,
      { table, condition, change: how }: { table: TableName; condition: Condition; change: string },
    ) => {
      const within = db
        .selectFrom(condition.table)
        .select(column(condition.table, condition.column));
      const mine = column(table, condition.column);
      if (how === "delete") await db.deleteFrom(table).where(mine, "in", within).execute();
      else
        await db
          .updateTable(table)
          .set({ created_at: 99 })
          .where((test) => test.or([test(mine, "in", within), test(mine, "=", condition.value)]))
          .execute();
    };
    const left = (db: Asking) =>
      Promise.all(names.map((name) => db.selectFrom(name).selectAll().orderBy("id").execute()));
    await fc.assert(
      fc.asyncProperty(changed, async (one) => {
        const seen: object[][][] = [];
        const scoped = mixed.database.within(workerScope(own));
        await scoped
          .transaction(async (rows) => {
            await change(loosely(rows), one);
            seen.push(await left(loosely(rows)));
            throw undo;
          })
          .catch((error: unknown) => {
            if (error !== undo) throw error;
          });
        await alone.database.system
          .transaction(async (rows) => {
            await change(loosely(rows), one);
            seen.push(await left(loosely(rows)));
            throw undo;
          })
          .catch((error: unknown) => {
            if (error !== undo) throw error;
          });
        expect(seen[0]).toEqual(seen[1]);
      }),
      { numRuns: 200 },
    );
    // The same once more without rolling back: the rows of others are unchanged.
    const { rows } = mixed.database.within(workerScope(own));
    await rows.updateTable("labels").set({ name: "changed" }).execute();
    await rows.deleteFrom("analyses").execute();
    const after = await everything(mixed);
    expect(after.map((all) => all.filter((row) => row["org_id"] !== own))).toEqual(others);
    expect(after[names.indexOf("analyses")]?.some((row) => row["org_id"] === own)).toBe(false);
  });
});
