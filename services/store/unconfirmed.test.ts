// Tests of inspections that end late: one that was cancelled does not end as the next one, which has other columns.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { UploadInspection } from "#services/contract/inspections.ts";
import type { UploadId } from "#services/domain/ids.ts";
import { changeCollection } from "./collections.ts";
import { keepColumns, readWithColumns } from "./columns.ts";
import { aCollection, aStore, type TestStore } from "./store.builders.ts";
import { failInspection, saveInspected, saveInspection, startInspection } from "./unconfirmed.ts";
import { cancelUpload, createUpload, findUpload, receivedUpload, retryUpload } from "./uploads.ts";

let store: TestStore;
let remove: () => Promise<void>;
let upload: UploadId;
let keep: () => Promise<unknown>;
beforeEach(async () => {
  ({ store, remove } = await aStore());
  const collection = await aCollection(store);
  keep = () =>
    keepColumns(store, collection, {
      columns: ["When", "What"],
      mapping: { text: [{ column: "What" }] },
    });
  await changeCollection(store, collection, { description: "Tables" });
  upload = await createUpload(store, { collection, filename: "a.csv", isToBeConfirmed: true });
  await receivedUpload(store, upload, { key: "k", sha256: "s", size: 3 });
});
afterEach(() => remove());

const begun = async () => {
  const row = await startInspection(store, upload);
  if (row === undefined) throw new Error("It is not wanted.");
  return row;
};
const report = { formats: [] } as unknown as UploadInspection;
const stateOf = async () => (await findUpload(store.rows, upload))?.state;

describe("an inspection that was cancelled", () => {
  it("says nothing of the next one, which has other columns", async () => {
    const before = await begun();
    await cancelUpload(store, upload);
    expect(await saveInspected(store, before, { bytes_read: 1 })).toBe(false);
    await readWithColumns(store, upload, { text: [{ column: "What" }] });
    const after = await begun();
    expect(await saveInspected(store, before, { seen_tables: "[]" })).toBe(false);
    const error = { kind: "rejected", code: "no", message: "No.", data: {} } as const;
    expect(await failInspection(store, before, error)).toBe(false);
    expect(await saveInspection(store, before, report)).toBe(false);
    expect(await stateOf()).toBe("inspecting");
    expect(await saveInspection(store, after, report)).toBe(true);
    expect(await stateOf()).toBe("unconfirmed");
  });

  it("says nothing of the next one, for which the collection keeps other columns", async () => {
    const before = await begun();
    await cancelUpload(store, upload);
    await keep();
    await retryUpload(store, upload);
    const after = await begun();
    expect(await saveInspection(store, before, report)).toBe(false);
    expect(
      await failInspection(store, after, {
        kind: "rejected",
        code: "no",
        message: "No.",
        data: {},
      }),
    ).toBe(true);
    expect(await stateOf()).toBe("failed");
  });
});
