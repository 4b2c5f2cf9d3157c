// The belt, in one process: from a file to a hit; everything twice; cancelled and continued; edited; erased without a trace.
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CollectionId } from "#services/domain/ids.ts";
import { millis } from "#services/domain/units.ts";
import { createCollection, findCollection } from "#services/store/collections.ts";
import { requestCollectionErasure, requestOriginErasure } from "#services/store/erase-requests.ts";
import { enqueue } from "#services/store/jobs.ts";
import { readUpload } from "#services/store/upload-views.ts";
import { cancelUpload, retryUpload } from "#services/store/uploads.ts";
import { startBelt } from "./belt.ts";
import { collectGarbage, reconcile } from "./reconcile.ts";
import {
  aChatLog,
  aHome,
  ask,
  atRest,
  ended,
  indexedIds,
  leftBehind,
  openHome,
  send,
  type TestParlance,
} from "./workers.builders.ts";

let folder: string;
let remove: () => Promise<void>;
let parlance: TestParlance;
let collection: CollectionId;
let stop: () => Promise<void>;

const errors: unknown[] = [];
const run = async (reached?: (place: string) => Promise<void>) => {
  const belt = await startBelt(parlance.instance, {
    stages: ["ingest", "embed", "commit", "erase"],
    onError: (_stage, error) => errors.push(error),
    ...(reached ? { reached } : {}),
  });
  stop = () => belt.stop();
};

beforeEach(async () => {
  ({ folder, remove } = await aHome());
  parlance = await openHome(folder);
  collection = (await createCollection(parlance.store, { name: "Garden" })).id;
  errors.length = 0;
  stop = async () => undefined;
});
afterEach(async () => {
  await stop();
  await parlance.close();
  await remove();
});

const chat = (id: string, ...contents: string[]) =>
  `${JSON.stringify({
    id,
    messages: contents.map((content, n) => ({ role: n % 2 === 0 ? "user" : "assistant", content })),
  })}\n`;

/** Every file of the home that holds the text, compressed git objects aside: the index keeps none of it in them. */
const filesWith = async (text: string): Promise<string[]> => {
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const found: string[] = [];
  for (const entry of names.filter((name) => name.isFile())) {
    const path = join(entry.parentPath, entry.name);
    if ((await readFile(path)).includes(text)) found.push(path);
  }
  return found;
};

describe("the belt", () => {
  it("turns a file into hits", async () => {
    await run();
    const text = aChatLog(40, 6) + chat("c", "how do I keep slugs off", "with coffee grounds");
    const upload = await ended(
      parlance,
      await send(parlance, collection, { name: "a.jsonl", text }),
    );
    expect(upload).toMatchObject({
      state: "done",
      source: "openai",
      error: null,
      progress: { newMessages: 242, knownMessages: 0, conversations: 41 },
    });
    expect(upload.progress.indexed).toBe(upload.progress.chunks);
    const [best] = await ask(parlance, collection, "with coffee grounds");
    expect(best).toMatchObject({ text: "with coffee grounds", role: "assistant" });
    expect(best?.before.map((message) => message.text)).toEqual(["how do I keep slugs off"]);
    expect(await findCollection(parlance.store.rows, collection)).toMatchObject({
      indexed_chunks: upload.progress.chunks,
      dim: 64,
    });
    expect(await readdir(join(folder, "blobs"))).not.toContain("vectors");
    expect(errors).toEqual([]);
  });

  it("leaves one segment when all is at rest, and gives way to what comes", async () => {
    const merged: string[] = [];
    await run(async (place) => {
      if (place === "commit.merged") merged.push(place);
    });
    const first = send(parlance, collection, { name: "a.jsonl", text: aChatLog(300, 10) });
    const second = send(parlance, collection, { name: "b.jsonl", text: aChatLog(300, 10, 2) });
    await ended(parlance, await first);
    await ended(parlance, await second);
    await atRest(parlance);
    const index = await parlance.indexes.open(collection);
    const [newest] = await index.versions({ limit: 1 });
    expect(newest).toMatchObject({ segments: 1, message: "Merge segments" });
    expect(merged).not.toEqual([]);
    // The log of the database was emptied: what came after it are the ends of jobs.
    expect((await stat(join(folder, "parlance.db-wal"))).size).toBeLessThan(500_000);
    expect(await findCollection(parlance.store.rows, collection)).toMatchObject({
      version: newest?.number,
      indexed_chunks: newest?.rows,
    });
    const left = await leftBehind(parlance, collection);
    expect(left.indexed).toEqual(left.chunks.map((chunk) => chunk.id));
    expect(errors).toEqual([]);
  });

  it("brings nothing twice: the same file again, and every job delivered again", async () => {
    await run();
    const file = { name: "a.jsonl", text: aChatLog(30, 8) };
    const first = await send(parlance, collection, file);
    await ended(parlance, first);
    const before = await leftBehind(parlance, collection);
    const again = await ended(parlance, await send(parlance, collection, file));
    expect(again.progress).toMatchObject({ newMessages: 0, knownMessages: 240, chunks: 0 });
    const { store } = parlance;
    const batches = await store.rows.selectFrom("batches").select("id").execute();
    await store.transaction(async (rows) => {
      await enqueue(store, rows, { name: "upload.received", payload: { upload: first } });
      for (const { id } of batches)
        await enqueue(store, rows, { name: "chunks.ready", payload: { batch: id } });
      await enqueue(store, rows, { name: "index.due", payload: { collection } });
    });
    await atRest(parlance);
    expect(await leftBehind(parlance, collection)).toEqual(before);
    expect(errors).toEqual([]);
  });

  it("keeps what was read when it is cancelled, and goes on when it is retried", async () => {
    let cancelled = false;
    await run(async (place) => {
      if (place !== "ingest.parts" || cancelled) return;
      cancelled = true;
      const [row] = await parlance.store.rows.selectFrom("uploads").select("id").execute();
      if (row) await cancelUpload(parlance.store, row.id);
    });
    const id = await send(parlance, collection, { name: "a.jsonl", text: aChatLog(400, 10) });
    const stopped = await ended(parlance, id);
    expect(stopped.state).toBe("cancelled");
    expect(stopped.progress.newMessages).toBeGreaterThan(0);
    expect(stopped.progress.newMessages).toBeLessThan(4000);
    await atRest(parlance);
    expect((await indexedIds(parlance, collection)).length).toBeGreaterThan(0);
    await retryUpload(parlance.store, id);
    parlance.bus.wake();
    const done = await ended(parlance, id);
    expect(done).toMatchObject({
      state: "done",
      progress: { newMessages: 4000, knownMessages: 0 },
    });
    expect((await leftBehind(parlance, collection)).messages).toHaveLength(4000);
  });

  it("says why a file cannot be read", async () => {
    await run();
    const text = "this is no chat log, only a line of text\n";
    const upload = await ended(parlance, await send(parlance, collection, { name: "a.txt", text }));
    expect(upload).toMatchObject({ state: "failed", error: { code: "not-a-chat-log" } });
  });

  it("forgets an upload, and keeps what another one holds too", async () => {
    await run();
    const canary = "the heron keeps its secret under the willow";
    const shared = chat("shared", "we both were there", "so we were");
    const first = await send(parlance, collection, {
      name: "a.jsonl",
      text: chat("mine", canary, "I shall tell nobody") + shared,
    });
    await ended(parlance, first);
    const second = await send(parlance, collection, { name: "b.jsonl", text: shared });
    await ended(parlance, second);
    expect(await filesWith(canary)).not.toEqual([]);
    await requestOriginErasure(parlance.store, first);
    expect(await readUpload(parlance.store.rows, first)).toBeUndefined();
    parlance.bus.wake();
    await atRest(parlance);
    expect(errors).toEqual([]);
    expect(await filesWith(canary)).toEqual([]);
    expect(await filesWith("heron")).toEqual([]);
    const left = await leftBehind(parlance, collection);
    expect(left.messages.map((message) => message.text).sort()).toEqual([
      "so we were",
      "we both were there",
    ]);
    expect(left.indexed).toEqual(left.chunks.map((chunk) => chunk.id));
    expect(left.conversations).toHaveLength(1);
    expect((await ask(parlance, collection, "we both were there"))[0]?.text).toContain("we both");
  });

  it("forgets a collection", async () => {
    await run();
    const canary = "the heron keeps its secret under the willow";
    await ended(
      parlance,
      await send(parlance, collection, { name: "a.jsonl", text: chat("mine", canary) }),
    );
    await requestCollectionErasure(parlance.store, collection);
    expect(await findCollection(parlance.store.rows, collection)).toBeUndefined();
    parlance.bus.wake();
    await atRest(parlance);
    expect(errors).toEqual([]);
    expect(await filesWith("heron")).toEqual([]);
    expect(await readdir(join(folder, "collections"))).toEqual([]);
    for (const table of ["collections", "uploads", "conversations", "messages", "chunks"] as const)
      expect(await parlance.store.rows.selectFrom(table).selectAll().execute()).toEqual([]);
  });

  it("takes away what a killed commit left, and nothing that a version names", async () => {
    await run();
    const file = { name: "a.jsonl", text: aChatLog(20, 6) };
    await ended(parlance, await send(parlance, collection, file));
    await atRest(parlance);
    await stop();
    const before = await leftBehind(parlance, collection);
    await parlance.close();
    // Two hours later: whoever wrote it is not about to name it any more.
    parlance = await openHome(folder, { now: () => millis(Date.now() + 7_200_000) });
    const sha256 = "ab".repeat(32);
    const place = join(
      folder,
      "collections",
      collection,
      "index.git",
      "lfs",
      "objects",
      "ab",
      "ab",
    );
    await mkdir(place, { recursive: true });
    await writeFile(join(place, sha256), "left behind");
    expect(await collectGarbage(parlance.instance)).toEqual({ failed: [] });
    expect(await readdir(place)).toEqual([]);
    expect(await leftBehind(parlance, collection)).toEqual(before);
    const index = await parlance.indexes.open(collection);
    expect((await index.verify()).damaged).toEqual([]);
  });

  it("repairs its view of an index from the manifest", async () => {
    await run();
    await ended(
      parlance,
      await send(parlance, collection, { name: "a.jsonl", text: aChatLog(60, 8) }),
    );
    await stop();
    const before = await leftBehind(parlance, collection);
    // As if the process had died between the commit and the telling, and a batch's job had been lost.
    await parlance.store.rows.updateTable("batches").set({ state: "embedded" }).execute();
    await parlance.store.rows
      .updateTable("collections")
      .set({ version: null, indexed_chunks: 0 })
      .execute();
    await parlance.store.rows.updateTable("uploads").set({ state: "indexing" }).execute();
    await reconcile(parlance.instance);
    expect(await leftBehind(parlance, collection)).toEqual(before);
    const [upload] = await parlance.store.rows.selectFrom("uploads").select("state").execute();
    expect(upload?.state).toBe("done");
  });
});
