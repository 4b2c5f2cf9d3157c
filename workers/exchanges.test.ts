// Tests of exchanges in the pipeline: embedded and indexed beside messages, hidden where messages are meant, erased and made later.
import { afterEach, beforeEach, expect, it } from "vitest";
import { type CollectionId, isExchangeId, readChunkId } from "#services/domain/ids.ts";
import { createCollection } from "#services/store/collections.ts";
import { requestOriginErasure } from "#services/store/erase-requests.ts";
import { chunkMessages } from "#services/store/frame-rows.ts";
import { startBelt } from "./belt.ts";
import { reconcile } from "./reconcile.ts";
import { tracesOf } from "./traces.builders.ts";
import {
  aHome,
  ask,
  atRest,
  ended,
  indexedIds,
  openHome,
  send,
  type TestParlance,
} from "./workers.builders.ts";

let folder: string;
let remove: () => Promise<void>;
let parlance: TestParlance;
let collection: CollectionId;
let stop: () => Promise<void>;
let reached: (place: string) => Promise<void>;
const errors: unknown[] = [];

beforeEach(async () => {
  ({ folder, remove } = await aHome());
  parlance = await openHome(folder);
  collection = (await createCollection(parlance.store, { name: "Garden" })).id;
  errors.length = 0;
  reached = async () => undefined;
  const belt = await startBelt(parlance.instance, {
    stages: ["ingest", "recut", "embed", "commit", "erase"],
    reached: (place) => reached(place),
    onError: (_, error) => errors.push(error),
  });
  stop = () => belt.stop();
});
afterEach(async () => {
  await stop();
  await parlance.close();
  await remove();
});

const day = [
  "[09:00] <anna> how do I keep slugs away from the lettuce?",
  "[09:02] <bert> anna: put copper tape around the bed",
  "[09:03] <carl> the pond is frozen",
  "[09:04] <dora> anna: or invite a hedgehog under the willow",
  "[09:06] <anna> dora: thanks, that worked",
];
/** The day's log as it is after so many lines. */
const bring = async (lines: number) => {
  const text = `${day.slice(0, lines).join("\n")}\n`;
  const id = await send(parlance, collection, { name: "#garden.2024-05-01.txt", text });
  await ended(parlance, id);
  await atRest(parlance);
  return id;
};

const exchanges = async () =>
  (
    await parlance.store.rows
      .selectFrom("chunks")
      .select(["id", "text", "answers", "best_id", "message_ids"])
      .where("unit", "=", "exchange")
      .where("state", "=", "live")
      .execute()
  ).map((row) => ({ ...row }));

it("an exchange is one chunk, with its answers and the best of them, and is found by meaning", async () => {
  await bring(5);
  const [exchange, ...others] = await exchanges();
  expect(others).toEqual([]);
  expect(exchange).toMatchObject({
    text: [
      "how do I keep slugs away from the lettuce?",
      "thanks, that worked",
      "put copper tape around the bed",
      "or invite a hedgehog under the willow",
    ].join("\n"),
    answers: 2,
  });
  expect(JSON.parse(exchange?.message_ids ?? "")).toHaveLength(4);
  const best = await parlance.store.rows
    .selectFrom("messages")
    .select("text")
    .where("id", "=", exchange?.best_id as never)
    .executeTakeFirst();
  expect(best?.text).toBe(day[3]?.slice(15));
  expect(await indexedIds(parlance, collection)).toContain(exchange?.id);
  const found = await ask(parlance, collection, exchange?.text ?? "");
  expect(found[0]?.chunk).toBe(exchange?.id);
});

it("where messages are meant, exchanges are neither counted nor found", async () => {
  await bring(5);
  const [exchange] = await exchanges();
  const messages = await parlance.indexes.searcher(collection);
  const all = await parlance.indexes.searcher(collection, undefined, "all");
  expect([messages?.rows, all?.rows]).toEqual([5, 6]);
  expect(await parlance.indexes.searcher(collection)).toBe(messages);
  const ids: string[] = [];
  for await (const batch of messages?.scan(2) ?? []) ids.push(...batch.ids);
  expect(ids).toHaveLength(5);
  expect(ids.some(isExchangeId)).toBe(false);
  const vector = all?.vector(exchange?.id ?? "") ?? new Float32Array();
  expect(messages?.vector(exchange?.id ?? "")).toBeUndefined();
  expect(await messages?.semantic(vector, { k: 10 })).toHaveLength(5);
  expect(all?.facet("unit", undefined, 5)).toEqual([
    { value: "message", count: 5 },
    { value: "exchange", count: 1 },
  ]);
  const chunks: string[] = [];
  for await (const page of chunkMessages(parlance.store.rows, collection))
    chunks.push(...page.map(({ id }) => id));
  expect(chunks.sort()).toEqual(ids.sort());
});

it("the same day brought again changes nothing, and a longer one replaces the exchange that grew", async () => {
  await bring(2);
  const [before] = await exchanges();
  await bring(2);
  expect(await exchanges()).toEqual([before]);
  await bring(5);
  const [after, ...others] = await exchanges();
  expect(others).toEqual([]);
  expect(after?.answers).toBe(2);
  const indexed = await indexedIds(parlance, collection);
  expect(indexed).toContain(after?.id);
  expect(indexed).not.toContain(before?.id);
});

it("no word of an erased answer is left in an exchange, nor the exchange that held it", async () => {
  await bring(2);
  const longer = await bring(5);
  const [held] = await exchanges();
  expect((await tracesOf(folder, "hedgehog")).length).toBeGreaterThan(0);
  await requestOriginErasure(parlance.store, longer);
  parlance.bus.wake();
  await atRest(parlance);
  expect(errors).toEqual([]);
  expect(await tracesOf(folder, "hedgehog")).toEqual([]);
  expect(await exchanges()).toMatchObject([{ answers: 1 }]);
  const indexed = await indexedIds(parlance, collection);
  expect(indexed).not.toContain(held?.id);
  expect(indexed.filter(isExchangeId)).toEqual((await exchanges()).map(({ id }) => id));
});

it("conversations that were cut before there were exchanges get theirs, also after a crash, and keep their other chunks", async () => {
  await bring(5);
  const whole = await indexedIds(parlance, collection);
  const { rows } = parlance.store;
  // As version 0.1 left it.
  await rows.deleteFrom("chunks").where("unit", "=", "exchange").execute();
  const index = await parlance.indexes.open(collection);
  const made = whole.filter(isExchangeId).map(readChunkId);
  await index.commit({ remove: made.filter((id) => id !== undefined) }, { message: "before" });
  await rows.updateTable("collections").set({ recut_after: "" }).execute();
  let crashes = 0;
  reached = async (place) => {
    if (place === "recut.piece" && crashes++ === 0) throw new Error("crash");
  };
  await reconcile(parlance.instance);
  await atRest(parlance);
  expect(crashes).toBe(1);
  expect(await exchanges()).toMatchObject([{ answers: 2 }]);
  expect(await indexedIds(parlance, collection)).toEqual(whole);
  const kept = await rows.selectFrom("collections").select("recut_after").executeTakeFirst();
  expect(kept?.recut_after).toBeNull();
});
