// A scoped insert that meets a row with the same key changes it only within its organization (MariaDB has no such statement).
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CollectionId, organizationId } from "#services/domain/ids.ts";
import { workerScope } from "#services/domain/scope.ts";
import { createCollection, listCollections } from "./collections.ts";
import type { Store } from "./rows.ts";
import { aStore } from "./store.builders.ts";

let first: Store;
let other: Store;
let foreign: CollectionId;
let remove: () => Promise<void>;

beforeAll(async () => {
  const made = await aStore();
  remove = made.remove;
  first = made.store;
  other = made.store.database.within(workerScope(organizationId("other")));
  await createCollection(first, { name: "Letters" });
  foreign = (await createCollection(other, { name: "Letters" })).id;
});
afterAll(() => remove());

describe("an insert", () => {
  it("changes no row of another organization where keys are the same", async () => {
    const [row] = await first.rows.selectFrom("collections").selectAll().execute();
    if (!row) throw new Error("no row");
    const { org_id: _, ...bare } = row;
    await first.rows
      .insertInto("collections")
      .values({ ...bare, id: foreign, name: "Stolen" })
      .onConflict((on) => on.column("id").doUpdateSet({ name: "Stolen" }))
      .execute();
    expect(await listCollections(other.rows)).toMatchObject([{ id: foreign, name: "Letters" }]);
    expect(await listCollections(first.rows)).toHaveLength(1);
  });
});
