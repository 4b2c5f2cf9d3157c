// Reading waits for the index: until few batches wait or none waits long, until it is told to stop waiting, or nothing moves.

import { afterEach, beforeEach, expect, it } from "vitest";
import { batchId, type CollectionId } from "#services/domain/ids.ts";
import { createCollection } from "#services/store/collections.ts";
import { createUpload } from "#services/store/uploads.ts";
import { cleaner } from "#services/text/text.ts";
import { waitForIndex } from "./ahead.ts";
import { aHome, openHome, type TestParlance } from "./workers.builders.ts";

let remove: () => Promise<void>;
let parlance: TestParlance;
let collection: CollectionId;
/** Batches that are embedded since 1970 and not committed. */
const embedded: string[] = [];

beforeEach(async () => {
  const home = await aHome();
  ({ remove } = home);
  parlance = await openHome(home.folder);
  collection = (await createCollection(parlance.store, { name: "Garden" })).id;
  const upload = await createUpload(parlance.store, {
    cleaner,
    collection,
    filename: "a.log",
  });
  embedded.length = 0;
  for (const ordinal of [0, 1, 2, 3]) {
    const id = batchId(upload, ordinal);
    embedded.push(id);
    await parlance.store.transaction((rows) =>
      rows
        .insertInto("batches")
        .values({
          id,
          collection_id: collection,
          origin_id: upload,
          chunks: 4096,
          ordinal,
          state: "embedded",
          languages: "{}",
          vectors_key: null,
          created_at: 0,
        })
        .execute(),
    );
  }
});
afterEach(async () => {
  await parlance.close();
  await remove();
});

const commit = (id: string | undefined) =>
  parlance.store.transaction((rows) =>
    rows
      .updateTable("batches")
      .set({ state: "committed" })
      .where("id", "=", id as never)
      .execute(),
  );
const wait = (unless: () => Promise<boolean>, signal = new AbortController().signal) =>
  waitForIndex(parlance.store, collection, { signal, unless });

it("waits until few enough chunks are on their way to the index", async () => {
  let looks = 0;
  await wait(async () => {
    await commit(embedded[looks++]);
    return false;
  });
  expect(looks).toBe(2);
});

it("does not wait for batches that came just now", async () => {
  const { store } = parlance;
  await store.transaction((rows) =>
    rows.updateTable("batches").set({ created_at: store.now() }).execute(),
  );
  let looks = 0;
  await wait(async () => ++looks > 0);
  expect(looks).toBe(0);
});

it("stops waiting when it is told to, or aborted", async () => {
  let looks = 0;
  await wait(async () => ++looks === 2);
  expect(looks).toBe(2);
  const stopped = new Error("stopped");
  await expect(wait(async () => false, AbortSignal.abort(stopped))).rejects.toMatchObject({
    cause: stopped,
  });
});
