// A long conversation is cut while it is read: its chunks, sums and messages are those of the whole, also after faults on the way.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CollectionId } from "#services/domain/ids.ts";
import { messagesToChunk } from "#services/store/rechunk.ts";
import { createCollection, indexRulesOf, sumsOf } from "#services/store/store.ts";
import { startBelt } from "./belt.ts";
import { openChunker } from "./chunking.ts";
import {
  aHome,
  atRest,
  ended,
  indexedIds,
  openHome,
  send,
  type TestParlance,
} from "./workers.builders.ts";

const MESSAGES = 18_000;

/** One chat of many messages; its id stands after them. */
const chat = (count: number) =>
  `{"messages":[${Array.from({ length: count }, (_, n) =>
    JSON.stringify({
      role: n % 3 === 0 ? "user" : "assistant",
      content: `${n % 5 === 0 ? "ok" : `what grows in bed number ${n} of the garden?`}`,
    }),
  ).join(",")}],"id":"long"}\n`;

/** One day of a channel, in which somebody pauses for ten minutes now and then. */
const channel = (count: number) =>
  Array.from({ length: count }, (_, n) => {
    const second = Math.floor(n * 2.5) + Math.floor(n / 3000) * 900;
    const clock = new Date(second * 1000).toISOString().slice(11, 19);
    return `[${clock}] <p${n % 70}> ${n % 4 === 0 ? "how do I fix" : "p3: try"} pump ${n}`;
  }).join("\n");

const files = {
  chat: (count: number) => ({ name: "a.jsonl", text: chat(count) }),
  channel: (count: number) => ({ name: "#pumps_20240101.log", text: channel(count) }),
};

let remove: () => Promise<void>;
let parlance: TestParlance;
let collection: CollectionId;
let stop: () => Promise<void>;

beforeEach(async () => {
  const home = await aHome();
  remove = home.remove;
  parlance = await openHome(home.folder);
  collection = (await createCollection(parlance.store, { name: "Garden" })).id;
  stop = async () => undefined;
});
afterEach(async () => {
  await stop();
  await parlance.close();
  await remove();
});

const entriesInSums = async (): Promise<number> => {
  const { message_count, other_count } = await parlance.store.rows
    .selectFrom("conversations")
    .select(["message_count", "other_count"])
    .executeTakeFirstOrThrow();
  return message_count + other_count;
};

/** How many entries the conversation's sums have after each segment. */
let sumsSoFar: number[] = [];

/** Runs the stages. The nth time that a place is reached, something fails. */
const run = async (faults: Readonly<Record<string, number>> = {}) => {
  const times = new Map<string, number>();
  sumsSoFar = [];
  const belt = await startBelt(parlance.instance, {
    stages: ["ingest", "embed", "commit"],
    reached: async (place) => {
      const count = (times.get(place) ?? 0) + 1;
      times.set(place, count);
      if (place === "ingest.segment") sumsSoFar.push(await entriesInSums());
      if (faults[place] === count) throw new Error("as if it were killed");
    },
  });
  stop = () => belt.stop();
  return times;
};

const isAsTheWhole = async (messages: number) => {
  await atRest(parlance);
  const { rows } = parlance.store;
  const [row, ...others] = await rows.selectFrom("conversations").selectAll().execute();
  if (!row) throw new Error("no conversation");
  expect(others).toEqual([]);
  const stored = await messagesToChunk(rows, row.id);
  expect(stored).toHaveLength(messages);
  expect(row).toMatchObject(sumsOf(stored));
  const chunks = openChunker(await parlance.tokenCounter())(await indexRulesOf(rows, collection))(
    row,
    stored,
  );
  const live = await rows
    .selectFrom("chunks")
    .select("id")
    .where("state", "=", "live")
    .orderBy("id")
    .execute();
  const wanted = chunks.map(({ id }) => id as string).toSorted();
  expect(live.map(({ id }) => id)).toEqual(wanted);
  expect(await indexedIds(parlance, collection)).toEqual(wanted);
};

describe.each(["chat", "channel"] as const)("a long %s", (kind) => {
  it("is cut in segments while it is read, into the chunks of the whole", async () => {
    const times = await run();
    const id = await send(parlance, collection, files[kind](MESSAGES));
    expect(await ended(parlance, id)).toMatchObject({
      state: "done",
      progress: { newMessages: MESSAGES, conversations: 1 },
    });
    expect(times.get("ingest.segment")).toBeGreaterThan(2);
    // What is shown of it grows with what is cut.
    expect(sumsSoFar[0]).toBeGreaterThan(0);
    expect(sumsSoFar[1]).toBeGreaterThan(sumsSoFar[0] ?? 0);
    expect(sumsSoFar.at(-1)).toBe(MESSAGES);
    await isAsTheWhole(MESSAGES);
  }, 150_000);

  it("loses and doubles nothing where reading and cutting fail on the way", async () => {
    await run({ "ingest.parts": 3, "ingest.segment": 2 });
    const id = await send(parlance, collection, files[kind](MESSAGES));
    expect(await ended(parlance, id)).toMatchObject({
      state: "done",
      progress: { newMessages: MESSAGES, knownMessages: 0 },
    });
    await isAsTheWhole(MESSAGES);
  }, 150_000);

  it("that has grown when it is imported again has the chunks of the whole", async () => {
    await run();
    await ended(parlance, await send(parlance, collection, files[kind](9_000)));
    const id = await send(parlance, collection, files[kind](MESSAGES));
    expect(await ended(parlance, id)).toMatchObject({
      progress: { newMessages: MESSAGES - 9_000, knownMessages: 9_000 },
    });
    await isAsTheWhole(MESSAGES);
  }, 150_000);
});
