// Tests of uploads from the first byte to done, failed or cancelled; each step by compare-and-set, so that late steps change nothing.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CollectionId, UploadId } from "#services/domain/ids.ts";
import { millis } from "#services/domain/units.ts";
import { isAtRest, isReading } from "./at-rest.ts";
import { embeddedBatch, findBatch } from "./batches.ts";
import { requestOriginErasure } from "./erase-requests.ts";
import { committedVersion } from "./indexed.ts";
import {
  aCollection,
  anUpload,
  aPart,
  aStore,
  asItCame,
  bring,
  eraseRequested,
  eraseUpload,
  type TestStore,
} from "./store.builders.ts";
import { abandonStale } from "./unfinished-uploads.ts";
import { readUpload } from "./upload-views.ts";
import {
  abandonUpload,
  cancelUpload,
  createUpload,
  failUpload,
  findUpload,
  findUploadByKey,
  finishReading,
  receivedUpload,
  startReading,
} from "./uploads.ts";

let store: TestStore;
let remove: () => Promise<void>;
let collection: CollectionId;
beforeEach(async () => {
  ({ store, remove } = await aStore());
  collection = await aCollection(store);
});
afterEach(() => remove());

const stateOf = async (id: UploadId) => (await findUpload(store.rows, id))?.state;
const jobsNamed = (name: string) =>
  store.rows.selectFrom("jobs").select("job_key").where("name", "=", name).execute();
const blob = { key: "uploads/x/y", sha256: "y", size: 10 };

describe("an upload", () => {
  it("is read only once its bytes are stored, and queued once", async () => {
    const id = await createUpload(store, { cleaner: asItCame, collection, filename: "a.jsonl" });
    expect(await startReading(store, id, 1)).toBeUndefined();
    expect(await jobsNamed("upload.received")).toEqual([]);
    expect(await receivedUpload(store, id, blob)).toBe(true);
    expect(await receivedUpload(store, id, { ...blob, size: 99 })).toBe(false);
    expect(await findUpload(store.rows, id)).toMatchObject({ state: "queued", bytes: 10 });
    expect(await jobsNamed("upload.received")).toEqual([{ job_key: id }]);
  });

  it("counts each attempt, and keeps the start of the first one", async () => {
    const id = await anUpload(store, collection);
    const first = await findUpload(store.rows, id);
    const again = await startReading(store, id, 2);
    expect(again).toMatchObject({ attempt: 2, started_at: first?.started_at, state: "reading" });
  });

  it("whose transfer broke off is deleted; a complete one stays", async () => {
    const [gone, came] = [
      await createUpload(store, { cleaner: asItCame, collection, filename: "a" }),
      await anUpload(store, collection),
    ];
    expect(await abandonUpload(store, gone)).toBe(true);
    expect(await abandonUpload(store, came)).toBe(false);
    expect(await stateOf(gone)).toBeUndefined();
    expect(await stateOf(came)).toBe("reading");
  });

  it("whose transfer stopped a day ago is deleted", async () => {
    const old = await createUpload(
      { ...store, now: () => millis(store.now() - 25 * 3_600_000) },
      { cleaner: asItCame, collection, filename: "old" },
    );
    const fresh = await createUpload(store, { cleaner: asItCame, collection, filename: "fresh" });
    await abandonStale(store);
    expect([await stateOf(old), await stateOf(fresh)]).toEqual([undefined, "receiving"]);
  });

  it("is found by the key it was sent with, in its own collection, until it is erased", async () => {
    const other = await aCollection(store, "Other");
    const id = await createUpload(store, {
      cleaner: asItCame,
      collection,
      filename: "a",
      idempotencyKey: "k",
    });
    const find = (of: CollectionId) => findUploadByKey(store.rows, of, "k");
    expect((await find(collection))?.id).toBe(id);
    expect(await find(other)).toBeUndefined();
    await store.rows.updateTable("uploads").set({ state: "erasing" }).execute();
    expect(await find(collection)).toBeUndefined();
    expect(await readUpload(store.rows, id)).toBeUndefined();
  });

  it("is made once of those that come with one key at once, and for nobody's collection not at all", async () => {
    const made = await Promise.allSettled(
      Array.from({ length: 5 }, () =>
        createUpload(store, { cleaner: asItCame, collection, filename: "a", idempotencyKey: "k" }),
      ),
    );
    expect(made.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const one of made)
      if (one.status === "rejected")
        expect(one.reason).toMatchObject({ code: "upload-under-way", status: 409 });
    await store.rows.updateTable("collections").set({ state: "erasing" }).execute();
    await expect(
      createUpload(store, { cleaner: asItCame, collection, filename: "b" }),
    ).rejects.toMatchObject({
      code: "unknown-collection",
    });
  });

  it("that is done or failed can no longer be cancelled or fail", async () => {
    const id = await anUpload(store, collection);
    await finishReading(store, id, "read");
    expect(await stateOf(id)).toBe("done");
    await expect(cancelUpload(store, id)).rejects.toMatchObject({ code: "wrong-state" });
    const error = { kind: "rejected", code: "no", message: "No.", data: {} } as const;
    await store.transaction((rows) => failUpload(store, rows, id, error));
    expect(await stateOf(id)).toBe("done");
  });

  it("that failed has a reason, and its open batch is closed", async () => {
    const of = { collection, upload: await anUpload(store, collection) };
    await bring(store, of, [aPart(of, "monday", [{ text: "a" }])]);
    const error = { kind: "rejected", code: "no", message: "No.", hint: "Try.", data: {} } as const;
    await store.transaction((rows) => failUpload(store, rows, of.upload, error));
    expect(await readUpload(store.rows, of.upload)).toMatchObject({
      state: "failed",
      error: { code: "no", message: "No.", hint: "Try." },
    });
    expect(await jobsNamed("chunks.ready")).toHaveLength(1);
  });

  it("that takes another's place does so once it is read and has brought messages, and alone", async () => {
    const of = { collection, upload: await anUpload(store, collection) };
    await bring(store, of, [aPart(of, "monday", [{ text: "a" }])]);
    const replacing = () =>
      createUpload(store, { cleaner: asItCame, collection, filename: "a", replaces: of.upload });
    await expect(replacing()).rejects.toMatchObject({ code: "wrong-state", status: 409 });
    await finishReading(store, of.upload, "read");
    await store.rows.updateTable("uploads").set({ state: "done" }).execute();
    const [first, second] = await Promise.allSettled([replacing(), replacing()]);
    expect([first.status, second.status].sort()).toEqual(["fulfilled", "rejected"]);
    await expect(replacing()).rejects.toMatchObject({ code: "being-replaced", status: 409 });
    const made = [first, second].find((one) => one.status === "fulfilled");
    const empty = made?.status === "fulfilled" ? made.value : of.upload;
    expect(await receivedUpload(store, empty, blob)).toBe(true);
    await startReading(store, empty, 1);
    await finishReading(store, empty, "read");
    expect([await stateOf(empty), await stateOf(of.upload)]).toEqual(["done", "done"]);
    const full = { collection, upload: await replacing() };
    await receivedUpload(store, full.upload, blob);
    await startReading(store, full.upload, 1);
    await bring(store, full, [aPart(full, "tuesday", [{ text: "b" }])]);
    expect(await stateOf(of.upload)).toBe("done");
    await finishReading(store, full.upload, "read");
    expect(await stateOf(of.upload)).toBe("erasing");
    expect(await jobsNamed("erase.requested")).toEqual([{ job_key: of.upload }]);
  });

  it.each(["being erased", "erased"])(
    "takes the place of all before it, where the one between was deleted and is %s",
    async (how) => {
      const first = { collection, upload: await anUpload(store, collection) };
      await bring(store, first, [aPart(first, "monday", [{ text: "a" }])]);
      await finishReading(store, first.upload, "read");
      await store.rows.updateTable("uploads").set({ state: "done" }).execute();
      const replacing = async (replaces: UploadId) => {
        const upload = await createUpload(store, {
          cleaner: asItCame,
          collection,
          filename: "a",
          replaces,
        });
        await receivedUpload(store, upload, blob);
        await startReading(store, upload, 1);
        return { collection, upload };
      };
      const second = await replacing(first.upload);
      await bring(store, second, [aPart(second, "tuesday", [{ text: "b" }])]);
      await cancelUpload(store, second.upload);
      await finishReading(store, second.upload, "cancelled");
      const third = await replacing(second.upload);
      await bring(store, third, [aPart(third, "wednesday", [{ text: "c" }])]);
      if (how === "erased") await eraseUpload(store, second.upload);
      else await requestOriginErasure(store, second.upload);
      expect(await stateOf(first.upload)).toBe("done");
      await finishReading(store, third.upload, "read");
      expect(await stateOf(first.upload)).toBe("erasing");
      expect(await stateOf(third.upload)).toBe("indexing");
      await eraseRequested(store, first.upload);
      if (how === "being erased") await eraseRequested(store, second.upload);
      const left = await store.rows.selectFrom("messages").select("origin_id").execute();
      expect(left).toEqual([{ origin_id: third.upload }]);
    },
  );

  it("is done when its last batch is in a version, and its collection at rest", async () => {
    const of = { collection, upload: await anUpload(store, collection) };
    await bring(store, of, [aPart(of, "monday", [{ text: "a" }])]);
    expect(await isReading(store.rows, collection)).toBe(true);
    await finishReading(store, of.upload, "read");
    expect(await isReading(store.rows, collection)).toBe(false);
    expect([await stateOf(of.upload), await isAtRest(store.rows, collection)]).toEqual([
      "indexing",
      false,
    ]);
    const [row] = await store.rows.selectFrom("batches").selectAll().execute();
    if (!row) throw new Error("no batch");
    expect(await embeddedBatch(store, row, "vectors/x")).toBe(true);
    expect(await embeddedBatch(store, row, "vectors/late")).toBe(false);
    const version = { collection, number: 1, rows: 1, batches: [row.id], removed: [] };
    expect(await committedVersion(store, version)).toEqual(["vectors/x"]);
    expect(await findBatch(store.rows, row.id)).toMatchObject({
      state: "committed",
      vectors_key: null,
    });
    expect([await stateOf(of.upload), await isAtRest(store.rows, collection)]).toEqual([
      "done",
      true,
    ]);
  });
});
