// Tests of inspections that end late: one that was cancelled does not end as the next one, which has other columns.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { UploadInspection } from "#services/contract/inspections.ts";
import { type CleaningRules, noCleaning } from "#services/domain/cleaning.ts";
import type { SeenTable } from "#services/domain/columns.ts";
import type { UploadId } from "#services/domain/ids.ts";
import { saveCleaning } from "./cleaning/rules.ts";
import { changeCollection } from "./collections.ts";
import { keepColumns, readWithColumns } from "./columns.ts";
import { openSession } from "./sessions.ts";
import { aCollection, aStore, asItCame, type TestStore } from "./store.builders.ts";
import {
  failInspection,
  saveInspected,
  saveInspectedTables,
  saveInspection,
  startInspection,
} from "./unconfirmed.ts";
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
  upload = await createUpload(store, {
    cleaner: asItCame,
    collection,
    filename: "a.csv",
    isToBeConfirmed: true,
  });
  await receivedUpload(store, upload, { key: "k", sha256: "s", size: 3 });
});
afterEach(() => remove());

const begun = async () => {
  const row = await startInspection(store, upload);
  if (row === undefined) throw new Error("It is not wanted.");
  return row;
};
const report: UploadInspection = {
  filename: "a.csv",
  bytes: 3,
  inspectedAt: 0,
  formats: [],
  conversations: 0,
  branched: 0,
  messages: 0,
  others: { notices: 0, thinking: 0, tool: 0, offMainPath: 0 },
  authors: { count: 0, first: [] },
  models: [],
  from: null,
  to: null,
  withoutTime: 0,
  assumedZone: 0,
  languages: [],
  attachments: 0,
  tables: [],
  problems: [],
  preview: {
    conversations: { new: 0, extended: 0, changed: 0, unchanged: 0 },
    entries: { new: 0, known: 0, changed: 0, gone: 0 },
  },
};
const stateOf = async () => (await findUpload(store.rows, upload))?.state;

it("cleans what it shows by the rules that were set since it began", async () => {
  const before = await begun();
  const rules = { ...noCleaning, found: { ...noCleaning.found, email: "mask" } } as const;
  await saveCleaning(store, before.collection_id, rules);
  const table: SeenTable = {
    place: "a.csv",
    sheet: null,
    columns: ["What"],
    headings: "row",
    rows: [["ann@slugs.example"]],
    mapping: { text: [{ column: "What" }] },
    origin: "guessed",
    confidence: "sure",
    reasons: [],
    isRead: true,
  };
  const masking = {
    ...asItCame,
    title: (title: string, { found: { email } }: CleaningRules) =>
      email === "mask" ? title.replaceAll("ann@slugs.example", "-") : title,
  };
  await saveInspectedTables(store, before, [table], masking);
  expect((await findUpload(store.rows, upload))?.seen_tables).not.toContain("@");
  await saveInspection(store, before, { ...report, tables: [table] }, masking);
  expect((await findUpload(store.rows, upload))?.inspection).not.toContain("@");
  const room = { collection: before.collection_id, conversation: "cnv_1" as never };
  const session = await openSession(
    store,
    { ...room, source: "live", externalId: "r", title: "for ann@slugs.example", channel: null },
    masking,
  );
  expect(session.title).toBe("for -");
});

describe("an inspection that was cancelled", () => {
  it("says nothing of the next one, which has other columns", async () => {
    const before = await begun();
    await cancelUpload(store, upload);
    expect(await saveInspected(store, before, { bytes_read: 1 })).toBe(false);
    await readWithColumns(store, upload, { text: [{ column: "What" }] });
    const after = await begun();
    expect(await saveInspected(store, before, { attempt: 2 })).toBe(false);
    const error = { kind: "rejected", code: "no", message: "No.", data: {} } as const;
    expect(await failInspection(store, before, error)).toBe(false);
    expect(await saveInspection(store, before, report, asItCame)).toBe(false);
    expect(await stateOf()).toBe("inspecting");
    expect(await saveInspection(store, after, report, asItCame)).toBe(true);
    expect(await stateOf()).toBe("unconfirmed");
  });

  it("says nothing of the next one, for which the collection keeps other columns", async () => {
    const before = await begun();
    await cancelUpload(store, upload);
    await keep();
    await retryUpload(store, upload);
    const after = await begun();
    expect(await saveInspection(store, before, report, asItCame)).toBe(false);
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
