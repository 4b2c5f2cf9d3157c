// Tests of saving uploads: everything is written once, however often it comes: new, known and changed messages, and changed chunks.
import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CollectionId } from "#services/domain/ids.ts";
import { collectionStats } from "./collections.ts";
import { saveParts } from "./ingest.ts";
import {
  aCollection,
  anUpload,
  aPart,
  aStore,
  asItCame,
  bring,
  type TestStore,
} from "./store.builders.ts";
import { readUpload } from "./upload-views.ts";
import { finishReading } from "./uploads.ts";

let store: TestStore;
let remove: () => Promise<void>;
let collection: CollectionId;

beforeEach(async () => {
  ({ store, remove } = await aStore());
  collection = await aCollection(store);
});
afterEach(() => remove());

const upload = async () => ({ collection, upload: await anUpload(store, collection) });
const talk = [{ text: "frost tonight" }, { text: "cover the beans", author: "bob" }];
const chunks = (state = "live") =>
  store.rows.selectFrom("chunks").select(["id", "text", "batch_id"]).where("state", "=", state);

describe("saving what an upload contains", () => {
  it("counts messages as new, and sums them up for the collection", async () => {
    const of = await upload();
    const saved = await bring(store, of, [aPart(of, "monday", talk)]);
    expect(saved).toMatchObject({ newMessages: 2, knownMessages: 0, changedMessages: 0 });
    expect(await collectionStats(store.rows, collection)).toMatchObject({
      conversations: 1,
      messages: 2,
      pending: 2,
      firstAt: 1_700_000_000_000,
      lastAt: 1_700_000_060_000,
      sources: [{ source: "irc", conversations: 1 }],
      languages: [{ language: "en", share: 1 }],
    });
  });

  it("adds only the new messages of an overlapping upload, and counts the known ones", async () => {
    const first = await upload();
    await bring(store, first, [aPart(first, "monday", talk)]);
    const second = await upload();
    const more = [...talk, { text: "they are covered" }];
    const saved = await bring(store, second, [aPart(second, "monday", more)]);
    expect(saved).toMatchObject({ newMessages: 1, knownMessages: 2, changedMessages: 0 });
    const rows = await store.rows.selectFrom("messages").select("origin_id").execute();
    expect(rows.filter((row) => row.origin_id === first.upload)).toHaveLength(2);
    const shared = await store.rows.selectFrom("message_origins").selectAll().execute();
    expect(shared.every((row) => row.origin_id === second.upload)).toBe(true);
    expect(shared).toHaveLength(2);
    expect(await chunks().execute()).toHaveLength(3);
  });

  it("keeps the chunks of version 0.1, whose ids were derived differently", async () => {
    const first = await upload();
    await bring(store, first, [aPart(first, "monday", talk)]);
    const [old] = await chunks().orderBy("text").execute();
    const inOldWay = `chk_${"0".repeat(26)}`;
    await sql`update chunks set id = ${inOldWay} where id = ${old?.id}`.execute(
      store.database.system.rows,
    );
    const second = await upload();
    await bring(store, second, [aPart(second, "monday", [...talk, { text: "they are covered" }])]);
    const now = await chunks().orderBy("text").execute();
    expect(now.map(({ text }) => text)).toEqual([
      "cover the beans",
      "frost tonight",
      "they are covered",
    ]);
    expect(now[0]).toEqual({ ...old, id: inOldWay });
    expect(await chunks("removed").execute()).toEqual([]);
  });

  it("keeps texts that edits replaced, and an older export does not undo an edit", async () => {
    const said = (text: string, editedAt?: number) => [
      { text, sourceId: "m1", ...(editedAt === undefined ? {} : { editedAt }) },
    ];
    const before = await upload();
    await bring(store, before, [aPart(before, "monday", said("frost tonihgt"))]);
    const after = await upload();
    const edited = await bring(store, after, [aPart(after, "monday", said("frost tonight", 5))]);
    expect(edited).toMatchObject({ newMessages: 0, knownMessages: 0, changedMessages: 1 });
    const again = await upload();
    const old = await bring(store, again, [aPart(again, "monday", said("frost tonihgt"))]);
    expect(old).toMatchObject({ changedMessages: 0, knownMessages: 1 });
    const message = await store.rows.selectFrom("messages").selectAll().executeTakeFirstOrThrow();
    expect(message.text).toBe("frost tonight");
    expect(
      await store.rows
        .selectFrom("message_states")
        .select(["text", "edited_at"])
        .where("message_id", "=", message.id)
        .execute(),
    ).toEqual([{ text: "frost tonihgt", edited_at: null }]);
    expect((await chunks().execute()).map((chunk) => chunk.text)).toEqual(["frost tonight"]);
    expect((await chunks("removed").execute()).map((chunk) => chunk.text)).toEqual([
      "frost tonihgt",
    ]);
    const due = await store.rows.selectFrom("jobs").select("name").execute();
    expect(due.map((job) => job.name)).toContain("index.due");
  });

  it("stops a worker when another one has done more", async () => {
    const of = await upload();
    const parts = [aPart(of, "monday", talk)];
    await saveParts(store, { ...of, after: 0, bytesRead: 1 }, parts, asItCame);
    await expect(
      saveParts(store, { ...of, after: 0, bytesRead: 1 }, parts, asItCame),
    ).rejects.toMatchObject({
      code: "superseded",
    });
    expect((await readUpload(store.rows, of.upload))?.progress.newMessages).toBe(2);
  });

  it("gives a chunk that exists again a new place in a batch", async () => {
    const first = await upload();
    const said = (text: string, editedAt: number) => [{ text, sourceId: "m1", editedAt }];
    await bring(store, first, [aPart(first, "monday", said("one", 1))]);
    await finishReading(store, first.upload, "read");
    const second = await upload();
    await bring(store, second, [aPart(second, "monday", said("two", 2))]);
    const message = await store.rows.selectFrom("messages").select("id").executeTakeFirstOrThrow();
    await store.rows.deleteFrom("message_states").where("message_id", "=", message.id).execute();
    const third = await upload();
    await bring(store, third, [aPart(third, "monday", said("one", 3))]);
    const live = await chunks().execute();
    expect(live.map((chunk) => chunk.text)).toEqual(["one"]);
    expect(live[0]?.batch_id).toContain(third.upload.slice(4));
  });

  it("closes a batch when it is full, and adds one job for it", async () => {
    const of = await upload();
    const many = Array.from({ length: 300 }, (_, n) => ({ text: `seed number ${n}` }));
    await bring(store, of, [aPart(of, "monday", many)]);
    const batches = await store.rows
      .selectFrom("batches")
      .select(["ordinal", "state", "chunks"])
      .orderBy("ordinal")
      .execute();
    expect(batches.map((batch) => ({ ...batch }))).toEqual([
      { ordinal: 0, state: "chunked", chunks: 256 },
      { ordinal: 1, state: "open", chunks: 44 },
    ]);
    await finishReading(store, of.upload, "read");
    const jobs = await store.rows
      .selectFrom("jobs")
      .select("job_key")
      .where("name", "=", "chunks.ready")
      .execute();
    expect(jobs).toHaveLength(2);
    expect((await readUpload(store.rows, of.upload))?.state).toBe("indexing");
  });

  it("is done at once where everything is known", async () => {
    const of = await upload();
    await finishReading(store, of.upload, "read");
    expect((await readUpload(store.rows, of.upload))?.state).toBe("done");
  });
});
