// Reading waits while batches are on their way for long, and goes on when they are in a version.
import { afterEach, expect, it } from "vitest";
import { batchId } from "#services/domain/ids.ts";
import { aCollection, anUpload, aStore } from "#services/store/store.builders.ts";
import { openPace } from "./keep-pace.ts";
import type { InHand } from "./stage.ts";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

const aBacklog = async (batches: number, agoMs: number) => {
  const { store, remove } = await aStore();
  closers.push(remove);
  const collection = await aCollection(store);
  const upload = await anUpload(store, collection);
  for (let ordinal = 0; ordinal < batches; ordinal++)
    await store.rows
      .insertInto("batches")
      .values({
        id: batchId(upload, ordinal),
        collection_id: collection,
        origin_id: upload,
        ordinal,
        chunks: 4096,
        created_at: store.now() - agoMs,
        state: ordinal === 0 ? "embedded" : "chunked",
        vectors_key: null,
        languages: "{}",
      })
      .execute();
  const stop = new AbortController();
  let paused = 0;
  const delivery: InHand = {
    signal: stop.signal,
    pause: (wait) => {
      paused++;
      return wait();
    },
  };
  return { store, pace: openPace(store, collection), delivery, stop, paused: () => paused };
};

it("does not wait for a few batches, or for young ones", async () => {
  for (const [batches, agoMs] of [
    [2, 60_000],
    [8, 100],
  ] as const) {
    const { pace, delivery, paused } = await aBacklog(batches, agoMs);
    await pace(delivery);
    expect(paused()).toBe(0);
  }
});

it("waits for old ones until they are in a version, and gives its place to others meanwhile", async () => {
  const { store, pace, delivery, paused } = await aBacklog(4, 60_000);
  let went = false;
  const waiting = pace(delivery).then(() => {
    went = true;
  });
  await new Promise((wake) => setTimeout(wake, 250));
  expect([went, paused()]).toEqual([false, 1]);
  await store.rows.updateTable("batches").set({ state: "committed" }).execute();
  await waiting;
});

it("ends when the worker stops", async () => {
  const { pace, delivery, stop } = await aBacklog(4, 60_000);
  const waiting = pace(delivery);
  stop.abort(new Error("stopping"));
  await expect(waiting).rejects.toThrow();
});
