// Tests of rehearsals on every database: an import is counted on a copy, and the collection stays as it is.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CollectionId } from "#services/domain/ids.ts";
import { openRehearsal } from "./rehearsal.ts";
import {
  aCollection,
  anUpload,
  aPart,
  aStore,
  asItCame,
  bring,
  type TestStore,
} from "./store.builders.ts";
import { findUpload } from "./uploads.ts";

let store: TestStore;
let remove: () => Promise<void>;
let collection: CollectionId;
let folder: string;

beforeEach(async () => {
  ({ store, remove } = await aStore());
  collection = await aCollection(store);
  folder = await mkdtemp(join(tmpdir(), "parlance-rehearsal-"));
});
afterEach(async () => {
  await remove();
  await rm(folder, { recursive: true, force: true });
});

const upload = async () => ({ collection, upload: await anUpload(store, collection) });
const keptTexts = async () =>
  (await store.rows.selectFrom("messages").select("text").orderBy("text").execute()).map(
    ({ text }) => text,
  );

describe("a rehearsal", () => {
  it("counts what an import would do, twice the same, and changes nothing", async () => {
    const first = await upload();
    const old = [
      { text: "frost tonight", sourceId: "m1" },
      { text: "cover the beans", sourceId: "m2" },
    ];
    // Edited once, so that the message has an older state.
    await bring(store, first, [aPart(first, "monday", old), aPart(first, "tuesday", old)]);
    const second = await upload();
    const edited = [{ text: "frost today", sourceId: "m1", editedAt: 1_700_000_100_000 }];
    await bring(store, second, [aPart(second, "monday", edited)]);
    const before = await keptTexts();

    const of = await upload();
    const row = await findUpload(store.rows, of.upload);
    if (row === undefined) throw new Error("no upload");
    const again = [
      { text: "frost this night", sourceId: "m1", editedAt: 1_700_000_200_000 },
      { text: "cover the beans", sourceId: "m2" },
      { text: "thanks", sourceId: "m3" },
    ];
    const parts = [
      aPart(of, "monday", again),
      aPart(of, "tuesday", old),
      aPart(of, "friday", [{ text: "rain" }]),
    ];
    const rehearsal = await openRehearsal(store, { folder, upload: row, cleaner: asItCame });
    await rehearsal.take(parts);
    for (const { conversation } of parts) await rehearsal.end(conversation.id);
    const preview = rehearsal.result();
    await rehearsal.close();
    expect(preview).toEqual({
      conversations: { new: 1, extended: 1, changed: 0, unchanged: 1 },
      entries: { new: 2, known: 3, changed: 1, gone: 0 },
    });
    expect(await keptTexts()).toEqual(before);
    const saved = await bring(store, of, parts);
    expect(saved).toMatchObject({ newMessages: 2, knownMessages: 3, changedMessages: 1 });
  });
});
