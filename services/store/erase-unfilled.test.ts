// Collections that were made for files: they are not kept where nothing is in them when their day is over.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type CollectionId, shareId } from "#services/domain/ids.ts";
import { millis } from "#services/domain/units.ts";
import { replaceAccess } from "./accounts/access.ts";
import { addShare } from "./accounts/shares.ts";
import { changeCollection, createCollection, findCollection } from "./collections.ts";
import { createConcept } from "./concepts.ts";
import { eraseUnfilled } from "./erase-unfilled.ts";
import { anUpload, aStore, type TestStore } from "./store.builders.ts";
import { failUpload } from "./uploads.ts";

let store: TestStore;
let remove: () => Promise<void>;
/** Of which it was told that they are erased: once or several times, since a transaction may be run again. */
const told = new Set<CollectionId>();
beforeEach(async () => {
  told.clear();
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
  return eraseUnfilled(store, row, async () => {
    told.add(id);
  });
};
const failed = async (id: CollectionId, code = "unknown-format") => {
  const upload = await anUpload(store, id);
  await store.transaction((rows) =>
    failUpload(store, rows, upload, { code, message: "It was not read." } as never),
  );
};
const cancelled = async (id: CollectionId, code: string | null) => {
  const upload = await anUpload(store, id);
  await store.rows
    .updateTable("uploads")
    .set({ state: "cancelled", error_code: code })
    .where("id", "=", upload)
    .execute();
};

describe("a collection that was made for files", () => {
  it("is erased a day later where every file was refused, or none came", async () => {
    const [empty, refused] = [(await made("Empty")).id, (await made("Refused")).id];
    await failed(refused);
    expect(await round(empty, false)).toBe(false);
    expect([await round(empty), await round(refused)]).toEqual([true, true]);
    expect(await findCollection(store.rows, empty)).toBeUndefined();
    expect(told).toEqual(new Set([empty, refused]));
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

  it("stays where a file waits for its columns or can be tried again, and not where its file is deleted", async () => {
    const unread = (await made("Unread")).id;
    await failed(unread, "columns-unknown");
    const broken = (await made("Broken")).id;
    await failed(broken, "gave-up");
    const stopped = (await made("Stopped")).id;
    await cancelled(stopped, null);
    const forgotten = (await made("Forgotten")).id;
    await cancelled(forgotten, "not-confirmed");
    const rounds = [];
    for (const id of [unread, broken, stopped, forgotten]) rounds.push(await round(id));
    expect(rounds).toEqual([false, false, false, true]);
  });

  it("stays where it is shared, or has a concept, and where either happens after it was listed", async () => {
    const [open, linked, sorted] = [
      (await made("Open")).id,
      (await made("Linked")).id,
      (await made("Sorted")).id,
    ];
    const listed = await findCollection(store.rows, open);
    const until = listed?.fill_by ?? 0;
    await replaceAccess(store.rows, open, [{ principal: "everybody", level: 1 }]);
    await addShare(store.rows, {
      id: shareId("shr0000000001"),
      collection_id: linked,
      hash: "hash",
      target: "{}",
      title: "Linked",
      made_by: "usr_ida" as never,
      password_hash: null,
      created_at: 1,
      until: 2,
      opened: 0,
      opened_at: null,
    });
    await createConcept(store, sorted, { name: "Bees", query: "hive", examples: [] });
    for (const id of [open, linked, sorted])
      expect((await findCollection(store.rows, id))?.fill_by).toBeNull();
    const later = { ...store, now: () => millis(until + 1) };
    const asListed = { id: open, fill_by: until };
    expect(await eraseUnfilled(later, asListed, async () => undefined)).toBe(false);
    expect(await findCollection(store.rows, open)).toBeDefined();
  });

  it("stays where somebody has changed it, as one that was made by hand does", async () => {
    const { id } = await made("Renamed");
    await changeCollection(store, id, { description: "For later." });
    const byHand = await createCollection(store, { name: "By hand" });
    expect([await round(id), await round(byHand.id)]).toEqual([false, false]);
  });
});
