// Tests of what a collection keeps of its texts beside the messages: headings and first rows of tables, what was chosen, errors.
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Cleaner, noCleaning } from "#services/domain/cleaning.ts";
import type { SeenTable } from "#services/domain/columns.ts";
import type { AttachmentId, CollectionId } from "#services/domain/ids.ts";
import { saveAttachments } from "../attachments.ts";
import { saveParts } from "../ingest.ts";
import { storedBytes } from "../reserved-bytes.ts";
import { aCollection, anUpload, aPart, aStore, type TestStore } from "../store.builders.ts";
import { cleanCopies, forgetAttachments, keepColumns, saveCleaning } from "../store.ts";
import { cleanTables } from "./copies.ts";

/** Addresses are words with an "@" and a point behind it. */
const cleaner: Cleaner = {
  message: () => expect.fail("no message is cleaned here"),
  name: (name) => name,
  title: (title) => title.replaceAll(/[\w.]+@\w+\.\w+/gu, "«e-mail»"),
  isRefused: () => false,
};
const rules = { ...noCleaning, found: { ...noCleaning.found, email: "mask" } } as const;

const table: SeenTable = {
  place: "a.csv",
  sheet: null,
  columns: ["Wer", "ann@a.example", "bo@b.example"],
  headings: "row",
  rows: [["Ida", "x", "y"]],
  mapping: { text: [{ column: "bo@b.example" }], author: "Wer", time: "ann@a.example" },
  origin: "chosen",
  confidence: "sure",
  reasons: ["“ann@a.example” is odd."],
  isRead: true,
};
const cleaned = {
  columns: ["Wer", "«e-mail»", "«e-mail» (2)"],
  mapping: { text: [{ column: "«e-mail» (2)" }], author: "Wer", time: "«e-mail»" },
  reasons: ["“«e-mail»” is odd."],
};

let store: TestStore;
let remove: () => Promise<void>;
let collection: CollectionId;
beforeEach(async () => {
  ({ store, remove } = await aStore());
  collection = await aCollection(store);
});
afterEach(() => remove());

it("cleans headings, and calls columns by them, once or twice", () => {
  const [once] = cleanTables([table], rules, cleaner);
  expect(once).toMatchObject(cleaned);
  expect(cleanTables([once as SeenTable], rules, cleaner)).toEqual([once]);
});

it("cuts a cell after it is cleaned: what is cut is not recognised", () => {
  const cell = `${"a ".repeat(75)}ann.berg@harbour.example ${"b ".repeat(75)}`;
  const [one] = cleanTables([{ ...table, rows: [[cell]] }], rules, cleaner);
  expect(one?.rows).toEqual([[`${"a ".repeat(75)}«e-mail» b…`]]);
});

it("cleans what is kept of uploads, and forgets what is kept for headings that are cleaned", async () => {
  const { columns, mapping } = table;
  const uploads = [await anUpload(store, collection), await anUpload(store, collection)] as const;
  await keepColumns(store, collection, { columns, mapping });
  await keepColumns(store, collection, { columns: ["a", "b"], mapping: { text: [] } });
  const kept = async () =>
    (await store.rows.selectFrom("collections").select("kept_columns").executeTakeFirstOrThrow())
      .kept_columns;
  for (const [at, state] of (["done", "failed"] as const).entries())
    await store.rows
      .updateTable("uploads")
      .set({
        state,
        seen_tables: JSON.stringify([table]),
        chosen_columns: JSON.stringify(mapping),
        used_columns: await kept(),
        error_message: "“ann@a.example” is in no column.",
      })
      .where("id", "=", uploads[at] ?? uploads[0])
      .execute();
  await saveCleaning(store, collection, rules);
  await cleanCopies(store, collection, cleaner);
  const read = async (nth: 0 | 1) =>
    store.rows
      .selectFrom("uploads")
      .select(["seen_tables", "chosen_columns", "used_columns", "error_message"])
      .where("id", "=", uploads[nth])
      .executeTakeFirstOrThrow();
  const done = await read(0);
  expect(JSON.stringify(done)).not.toContain("@");
  expect(JSON.parse(done.chosen_columns ?? "")).toEqual(cleaned.mapping);
  expect(JSON.parse((await kept()) ?? "")).toMatchObject([{ columns: ["a", "b"] }]);
  // Read again, it has to find its columns.
  const failed = await read(1);
  expect(JSON.parse(failed.chosen_columns ?? "")).toEqual(mapping);
  expect(failed.seen_tables).not.toContain("@");
  expect(failed.error_message).toBe("“«e-mail»” is in no column.");
});

it("cleans the names of kept files of messages", async () => {
  const upload = await anUpload(store, collection);
  const of = { collection, upload };
  const part = aPart(of, "files", [{ text: "see" }]);
  await saveParts(store, { ...of, after: 0, bytesRead: 1 }, [part], cleaner);
  const message = part.messages[0]?.id ?? expect.fail("there is a message");
  const kept = Array.from({ length: 501 }, (_, place) => ({
    id: `${place}`.padStart(16, "0") as AttachmentId,
    collection_id: collection,
    upload_id: upload,
    message_id: message,
    place,
    name: `${place} of ann@a.example`,
    media_type: "image/png",
    size: 1,
    sha256: "",
    blob_key: "key",
  }));
  await store.transaction((rows) =>
    saveAttachments(rows, [{ kept, stored: new Map(), characters: 0, large: 0, missing: 0 }]),
  );
  const names = async () => {
    const kept = await store.rows.selectFrom("attachments").select("name").execute();
    return kept.map(({ name }) => name);
  };
  await cleanCopies(store, collection, cleaner);
  expect((await names()).filter((name) => name.includes("@"))).toHaveLength(501);
  await saveCleaning(store, collection, rules);
  await cleanCopies(store, collection, cleaner);
  expect((await names()).filter((name) => !name.endsWith(" of «e-mail»"))).toEqual([]);
});

it("counts bytes of deleted files of messages for nothing, once no message has them", async () => {
  const upload = await anUpload(store, collection);
  const of = { collection, upload };
  const part = aPart(of, "files", [{ text: "see" }]);
  await saveParts(store, { ...of, after: 0, bytesRead: 1 }, [part], cleaner);
  const message = part.messages[0]?.id ?? expect.fail("there is a message");
  const kept = ["one", "one", "two"].map((key, place) => ({
    id: `bytes${place}`.padStart(16, "0") as AttachmentId,
    collection_id: collection,
    upload_id: upload,
    message_id: message,
    place,
    name: key,
    media_type: "image/png",
    size: key === "one" ? 30 : 4,
    sha256: "",
    blob_key: `${upload}/${key}`,
  }));
  const [first, second, third] = kept.map(({ id }) => id);
  const stored = new Map(kept.map((row) => [row.blob_key, row.size]));
  await store.transaction(async (rows) => {
    const { bytes } = await saveAttachments(rows, [
      { kept, stored, characters: 0, large: 0, missing: 0 },
    ]);
    await rows
      .updateTable("uploads")
      .set({ attachment_bytes: bytes })
      .where("id", "=", upload)
      .execute();
  });
  const before = await storedBytes(store.rows);
  const lessAfter = async (ids: readonly (AttachmentId | undefined)[]) => {
    const known = ids.filter((id) => id !== undefined);
    await store.transaction((rows) => forgetAttachments(rows, known));
    return before - (await storedBytes(store.rows));
  };
  expect(await lessAfter([first])).toBe(0);
  expect(await lessAfter([first, second])).toBe(30);
  expect(await lessAfter([second, third])).toBe(34);
});
