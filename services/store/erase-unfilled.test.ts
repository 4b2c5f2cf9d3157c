// Collections that were made for files: they are not kept where nothing is in them when their day is over.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CollectionId } from "#services/domain/ids.ts";
import { changeCollection, createCollection, findCollection } from "./collections.ts";
import { eraseUnfilled } from "./erase-unfilled.ts";
import { anUpload, aStore, type TestStore } from "./store.builders.ts";
import { failUpload } from "./uploads.ts";

let store: TestStore;
let remove: () => Promise<void>;
beforeEach(async () => {
  ({ store, remove } = await aStore());
});
afterEach(() => remove());

const made = (name: string) => createCollection(store, { name, forFiles: true });
/** As the hourly round does it; a day later where nothing else is said. */
const round = async (id: CollectionId, isLater = true) => {
  const row = await findCollection(store.rows, id);
  if (row === undefined) throw new Error("It is not there.");
  if (isLater && row.fill_by !== null) {
    row.fill_by = store.now() - 1;
    await store.rows
      .updateTable("collections")
      .set({ fill_by: row.fill_by })
      .where("id", "=", id)
      .execute();
  }
  return eraseUnfilled(store, row, async () => undefined);
};
const failed = async (id: CollectionId) => {
  const upload = await anUpload(store, id);
  await store.transaction((rows) =>
    failUpload(store, rows, upload, { code: "unknown-format", message: "No format." } as never),
  );
};

describe("a collection that was made for files", () => {
  it("is erased a day later where every file was refused, or none came", async () => {
    const [empty, refused] = [(await made("Empty")).id, (await made("Refused")).id];
    await failed(refused);
    expect(await round(empty, false)).toBe(false);
    expect([await round(empty), await round(refused)]).toEqual([true, true]);
    expect(await findCollection(store.rows, empty)).toBeUndefined();
    const jobs = await store.rows
      .selectFrom("jobs")
      .select("job_key")
      .where("name", "=", "erase.requested")
      .execute();
    expect(jobs.map((job) => job.job_key).sort()).toEqual([empty, refused].sort());
  });

  it("stays, and is not looked at again, where a file is in it or being read", async () => {
    const { id } = await made("Full");
    await failed(id);
    await anUpload(store, id);
    expect(await round(id)).toBe(false);
    expect((await findCollection(store.rows, id))?.fill_by).toBeNull();
  });

  it("stays where somebody has changed it, as one that was made by hand does", async () => {
    const { id } = await made("Renamed");
    await changeCollection(store, id, { description: "For later." });
    const byHand = await createCollection(store, { name: "By hand" });
    expect([await round(id), await round(byHand.id)]).toEqual([false, false]);
  });
});
