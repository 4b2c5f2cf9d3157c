// An upload is watched until it has ended, or is gone.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CollectionId } from "#services/domain/ids.ts";
import { aCollection, anUpload, aStore, type TestStore } from "#services/store/store.builders.ts";
import { failUpload, requestOriginErasure } from "#services/store/store.ts";
import { watchUpload } from "./watch-upload.ts";

let store: TestStore;
let remove: () => Promise<void>;
let collection: CollectionId;
beforeEach(async () => {
  ({ store, remove } = await aStore());
  collection = await aCollection(store);
});
afterEach(() => remove());

describe("watching an upload", () => {
  it("says each state, and ends with a final one", async () => {
    const id = await anUpload(store, collection);
    const states: string[] = [];
    for await (const upload of watchUpload(store, id, { every: () => 1 })) {
      states.push(upload.state);
      if (upload.state === "reading")
        await store.transaction((rows) =>
          failUpload(store, rows, id, { kind: "rejected", code: "x", message: "no", data: {} }),
        );
    }
    expect(states).toEqual(["reading", "failed"]);
  });

  it("ends where the upload is being erased", async () => {
    const id = await anUpload(store, collection);
    const states: string[] = [];
    for await (const upload of watchUpload(store, id, { every: () => 1 })) {
      states.push(upload.state);
      await requestOriginErasure(store, id);
    }
    expect(states).toEqual(["reading"]);
  });
});
