// Tests of erasing rows: what only one upload contained is deleted, what others contain too is assigned to them, and edits are undone.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CollectionId, UploadId } from "#services/domain/ids.ts";
import { findCollection } from "./collections.ts";
import { deletePiece } from "./erase.ts";
import { requestCollectionErasure, requestOriginErasure } from "./erase-requests.ts";
import {
  aCollection,
  anUpload,
  aPart,
  aStore,
  bring,
  eraseUpload,
  type Said,
  type TestStore,
} from "./store.builders.ts";

let store: TestStore;
let remove: () => Promise<void>;
let collection: CollectionId;
beforeEach(async () => {
  ({ store, remove } = await aStore());
  collection = await aCollection(store);
});
afterEach(() => remove());

const brought = async (name: string, said: readonly Said[]) => {
  const of = { collection, upload: await anUpload(store, collection) };
  await bring(store, of, [aPart(of, name, said)]);
  return of.upload;
};

const erase = (id: UploadId) => eraseUpload(store, id);

const texts = async () =>
  (await store.rows.selectFrom("messages").select("text").orderBy("position").execute()).map(
    ({ text }) => text,
  );
const live = async () =>
  (
    await store.rows
      .selectFrom("chunks")
      .select("text")
      .where("state", "=", "live")
      .orderBy("text")
      .execute()
  ).map(({ text }) => text);
const count = async (
  table: "conversations" | "chunks" | "batches" | "message_origins" | "uploads",
) => (await store.rows.selectFrom(table).selectAll().execute()).length;

describe("erasing an upload", () => {
  it("that shares nothing with others leaves no row of it", async () => {
    await erase(await brought("monday", [{ text: "a" }, { text: "b" }]));
    expect(await texts()).toEqual([]);
    for (const table of [
      "conversations",
      "chunks",
      "batches",
      "message_origins",
      "uploads",
    ] as const)
      expect(await count(table), table).toBe(0);
  });

  it("assigns what a later one contains too to that one, with the conversation", async () => {
    const first = await brought("monday", [{ text: "a" }, { text: "b" }]);
    const second = await brought("monday", [{ text: "a" }]);
    await erase(first);
    expect(await texts()).toEqual(["a"]);
    expect(await live()).toEqual(["a"]);
    const holders = await store.rows.selectFrom("messages").select("origin_id").execute();
    expect(holders).toEqual([{ origin_id: second }]);
    const [talk] = await store.rows.selectFrom("conversations").selectAll().execute();
    expect(talk).toMatchObject({ origin_id: second, message_count: 1 });
    expect(await count("message_origins")).toBe(0);
    expect(await count("batches")).toBe(1);
  });

  it("of the later one deletes nothing of the first", async () => {
    await brought("monday", [{ text: "a" }]);
    await erase(await brought("monday", [{ text: "a" }, { text: "b" }]));
    expect(await texts()).toEqual(["a"]);
    expect(await live()).toEqual(["a"]);
  });

  it("assigns nothing to an upload that is being erased too", async () => {
    const first = await brought("monday", [{ text: "a" }]);
    const second = await brought("monday", [{ text: "a" }]);
    await requestOriginErasure(store, second);
    await erase(first);
    expect(await texts()).toEqual([]);
  });

  it("undoes the edit that came from it, so that the text before is shown again", async () => {
    const said = (text: string, editedAt?: number) => [
      { text, sourceId: "m1", ...(editedAt === undefined ? {} : { editedAt }) },
    ];
    await brought("monday", said("frost tonihgt"));
    await erase(await brought("monday", said("frost tonight", 5)));
    expect(await texts()).toEqual(["frost tonihgt"]);
    expect(await live()).toEqual(["frost tonihgt"]);
  });

  it("is requested once, and hides the upload at once", async () => {
    const id = await brought("monday", [{ text: "a" }]);
    await requestOriginErasure(store, id);
    await expect(requestOriginErasure(store, id)).rejects.toMatchObject({ code: "unknown-upload" });
    const jobs = await store.rows
      .selectFrom("jobs")
      .select("job_key")
      .where("name", "=", "erase.requested")
      .execute();
    expect(jobs).toEqual([{ job_key: id }]);
  });
});

describe("erasing a collection", () => {
  it("continues until no row is left, and changes no other collection", async () => {
    const other = await aCollection(store, "Other");
    const of = { collection: other, upload: await anUpload(store, other) };
    await bring(store, of, [aPart(of, "kept", [{ text: "kept" }])]);
    const many = { collection, upload: await anUpload(store, collection) };
    await bring(
      store,
      many,
      Array.from({ length: 45 }, (_, n) => aPart(many, `talk ${n}`, [{ text: `gone ${n}` }])),
    );
    await requestCollectionErasure(store, collection);
    expect(await findCollection(store.rows, collection)).toBeUndefined();
    let pieces = 1;
    while (await deletePiece(store, collection)) pieces++;
    expect(pieces).toBe(4);
    expect(await texts()).toEqual(["kept"]);
    expect(await live()).toEqual(["kept"]);
    expect(await count("uploads")).toBe(1);
  });

  it("frees its name at once, and is refused the second time", async () => {
    await requestCollectionErasure(store, collection);
    expect(await aCollection(store)).not.toBe(collection);
    await expect(requestCollectionErasure(store, collection)).rejects.toMatchObject({
      code: "unknown-collection",
    });
  });
});
