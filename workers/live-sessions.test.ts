// Live sessions through the belt: appended, found, batched into versions, overlapping with uploads, erased without a trace.
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  type CollectionId,
  type OriginId,
  organizationId,
  type SessionId,
} from "#services/domain/ids.ts";
import { defaultScope, workerScope } from "#services/domain/scope.ts";
import { millis } from "#services/domain/units.ts";
import {
  appendMessages,
  endSession,
  type LiveMessage,
  openSession,
} from "#services/sessions/sessions.ts";
import { createCollection } from "#services/store/collections.ts";
import { openDatabase } from "#services/store/database.ts";
import { randomName } from "#services/store/digest.ts";
import { requestCollectionErasure, requestOriginErasure } from "#services/store/erase-requests.ts";
import { messagesToChunk } from "#services/store/rechunk.ts";
import { indexRulesOf } from "#services/store/store.ts";
import { exportLines } from "#services/views/views.ts";
import { startBelt } from "./belt.ts";
import { openChunker } from "./chunking.ts";
import { reconcile } from "./reconcile.ts";
import { tracesOf } from "./traces.builders.ts";
import {
  aHome,
  ask,
  atRest,
  ended,
  indexedIds,
  leftBehind,
  openHome,
  seeded,
  send,
  type TestParlance,
} from "./workers.builders.ts";

let folder: string;
let remove: () => Promise<void>;
let parlance: TestParlance;
let collection: CollectionId;
let stop: () => Promise<void>;
let later: number;
const errors: unknown[] = [];

const run = async () => {
  const belt = await startBelt(parlance.instance, {
    stages: ["ingest", "chunk", "embed", "commit", "erase"],
    onError: (_stage, error) => errors.push(error),
  });
  stop = () => belt.stop();
};
const open = () => openHome(folder, { now: () => millis(Date.now() + later) });

beforeEach(async () => {
  ({ folder, remove } = await aHome());
  later = 0;
  parlance = await open();
  collection = (await createCollection(parlance.store, { name: "Garden" })).id;
  errors.length = 0;
  stop = async () => undefined;
});
afterEach(async () => {
  await stop();
  await parlance.close();
  await remove();
  expect(errors).toEqual([]);
});

const says = (id: string, text: string, author = "ada"): LiveMessage => ({
  id,
  author,
  role: "person",
  text,
});

const begin = async (externalId = "room-1", source: "live" | "openai" = "live") =>
  (await openSession(parlance.store, { collection, externalId, source })).id;
const append = async (session: SessionId, ...messages: LiveMessage[]) => {
  const appended = await appendMessages(parlance.store, session, messages);
  parlance.bus.wake();
  return appended;
};
/** Ends it, so that nothing waits for a quiet moment, and waits until all is indexed. */
const finish = async (session: SessionId) => {
  await endSession(parlance.store, session);
  parlance.bus.wake();
  await atRest(parlance);
};
const erase = async (origin: OriginId) => {
  await requestOriginErasure(parlance.store, origin);
  parlance.bus.wake();
  await atRest(parlance);
};

const versions = async () => (await (await parlance.indexes.open(collection)).versions()).length;
const textsFound = async (question: string) =>
  (await ask(parlance, collection, question)).map(({ text }) => text);
const messages = () =>
  parlance.store.rows
    .selectFrom("messages")
    .select(["text", "origin_id"])
    .where("collection_id", "=", collection)
    .orderBy("conversation_id")
    .orderBy("position")
    .execute();
const texts = async () => (await messages()).map(({ text }) => text);

/** Live chunks are those that the whole conversations are cut into, and the newest version has them and no other. */
const expectCutAsWhole = async () => {
  const { rows } = parlance.store;
  const chunker = openChunker(await parlance.tokenCounter())(await indexRulesOf(rows, collection));
  const wanted: string[] = [];
  for (const row of await rows
    .selectFrom("conversations")
    .selectAll()
    .where("collection_id", "=", collection)
    .execute())
    for (const { id } of chunker(row, await messagesToChunk(rows, row.id))) wanted.push(id);
  const { chunks, indexed } = await leftBehind(parlance, collection);
  const live = chunks.filter(({ state }) => state === "live").map(({ id }) => String(id));
  expect(live.sort()).toEqual(wanted.sort());
  expect(indexed).toEqual(wanted.sort());
};

describe("messages of a live session", () => {
  it("are found after a quiet moment, in one version however many calls brought them", async () => {
    await run();
    const session = await begin();
    for (let n = 0; n < 30; n++)
      await append(session, says(`${n}`, `frost comes tonight, cover bed number ${n}`));
    await expect.poll(() => indexedIds(parlance, collection), { timeout: 8000 }).toHaveLength(30);
    expect(await versions()).toBe(1);
    expect(await textsFound("cover bed number 7")).toContain(
      "frost comes tonight, cover bed number 7",
    );
    await finish(session);
    await expectCutAsWhole();
  });

  it("are cut as an import of the whole would be, in whatever pieces they come", async () => {
    await run();
    const session = await begin();
    const random = seeded(5);
    const said = Array.from({ length: 240 }, (_, n) =>
      says(
        `${n}`,
        random() < 0.5
          ? "hm"
          : `the bean row ${n} ${"needs water ".repeat(Math.floor(random() * 30))}`,
        random() < 0.7 ? "ada" : "bob",
      ),
    );
    for (let from = 0; from < said.length; ) {
      const count = 1 + Math.floor(random() * 60);
      await append(session, ...said.slice(from, from + count));
      from += count;
      await endSession(parlance.store, session);
      parlance.bus.wake();
      if (random() < 0.5) await atRest(parlance);
      await begin();
    }
    await append(session, says("17", "an edit far above the end"));
    await finish(session);
    expect(await texts()).toHaveLength(240);
    await expectCutAsWhole();
  });

  it("are found after a restart that lost every job", async () => {
    const session = await begin();
    await append(session, says("1", "frost comes tonight"));
    await parlance.store.rows.deleteFrom("jobs").execute();
    await parlance.close();
    parlance = await open();
    await run();
    await reconcile(parlance.instance);
    await expect.poll(() => indexedIds(parlance, collection), { timeout: 8000 }).toHaveLength(1);
    await finish(session);
    await expectCutAsWhole();
  });

  it("are in exports and in a copy of the database, where the session goes on", async () => {
    await run();
    const session = await begin();
    await append(session, says("1", "frost comes tonight"));
    await finish(session);
    const lines: string[] = [];
    for await (const line of exportLines(parlance.store.rows, collection, { format: "jsonl" }))
      lines.push(Buffer.from(line).toString());
    expect(lines.join("")).toContain("frost comes tonight");
    const path = join(folder, "copy.db");
    await parlance.instance.database.copyTo(path);
    const copy = await openDatabase({ path, now: () => millis(1), newId: randomName });
    const store = copy.within(defaultScope);
    const again = await openSession(store, { collection, externalId: "room-1" });
    expect(again.id).toBe(session);
    const more = [says("1", "frost comes tonight"), says("2", "cover the beans")];
    expect(await appendMessages(store, again.id, more)).toMatchObject({
      newMessages: 1,
      knownMessages: 1,
    });
    await copy.close();
  });

  it("keep a collection from rest until nothing is said for five minutes, or the session ends", async () => {
    await run();
    const analyses = () => parlance.store.rows.selectFrom("analyses").select("state").execute();
    const due = () =>
      parlance.store.rows
        .selectFrom("jobs")
        .select("run_at")
        .where("name", "=", "index.due")
        .where("state", "=", "waiting")
        .executeTakeFirst();
    const session = await begin();
    await append(session, ...Array.from({ length: 256 }, (_, n) => says(`${n}`, `bean row ${n}`)));
    await expect
      .poll(async () => ((await due())?.run_at ?? 0) - Date.now(), { timeout: 8000 })
      .toBeGreaterThan(200_000);
    expect(await analyses()).toEqual([]);
    later = 301_000;
    parlance.bus.wake();
    await expect.poll(analyses, { timeout: 8000 }).toHaveLength(1);
    await parlance.store.rows.deleteFrom("analyses").execute();
    await append(session, says("new", "a new bean row"));
    await finish(session);
    await expect.poll(analyses, { timeout: 8000 }).toHaveLength(1);
  });

  it("of two organizations are found in their own only", async () => {
    await run();
    const other = parlance.instance.within(workerScope(organizationId("other")));
    const theirs = (await createCollection(other.store, { name: "Garden" })).id;
    const session = await begin();
    const wish = { collection: theirs, externalId: "room-1" };
    const foreign = (await openSession(other.store, wish)).id;
    await append(session, says("1", "frost comes tonight"));
    await appendMessages(other.store, foreign, [says("1", "the heron keeps a secret")]);
    await endSession(other.store, foreign);
    await finish(session);
    expect(await textsFound("heron secret frost")).toEqual(["frost comes tonight"]);
    const found = await ask({ ...parlance, ...other }, theirs, "heron secret frost");
    expect(found.map(({ text }) => text)).toEqual(["the heron keeps a secret"]);
  });
});

describe("erasing", () => {
  it("a live session leaves no trace of it, and nothing of others goes", async () => {
    await run();
    const [session, other] = [await begin(), await begin("room-2")];
    await append(session, says("1", "the heron keeps its secret"), says("2", "under the wilow"));
    await append(session, says("2", "under the willow"));
    await append(other, says("1", "tomatoes want sun"));
    await endSession(parlance.store, session);
    await finish(other);
    expect((await tracesOf(folder, "heron")).length).toBeGreaterThan(1);
    await erase(session);
    for (const word of ["heron", "willow", "wilow", "room-1"])
      expect(await tracesOf(folder, word), word).toEqual([]);
    expect(await texts()).toEqual(["tomatoes want sun"]);
    for (const table of [
      "batches",
      "message_origins",
      "conversation_origins",
      "conversations",
    ] as const)
      expect(
        await parlance.store.rows
          .selectFrom(table)
          .selectAll()
          .where("origin_id", "=", session)
          .execute(),
        table,
      ).toEqual([]);
    const { conversations } = await leftBehind(parlance, collection);
    expect(conversations).toHaveLength(1);
    await expectCutAsWhole();
  });

  it("a session whose messages wait to be cut leaves no trace either", async () => {
    const session = await begin();
    await append(session, says("1", "the heron keeps its secret"));
    await run();
    await erase(session);
    expect(await tracesOf(folder, "heron")).toEqual([]);
    expect(await texts()).toEqual([]);
  });

  it("a collection takes its live sessions with it", async () => {
    await run();
    const session = await begin();
    await append(session, says("1", "the heron keeps its secret"));
    await requestCollectionErasure(parlance.store, collection);
    parlance.bus.wake();
    await atRest(parlance);
    expect(await tracesOf(folder, "heron")).toEqual([]);
    expect(await parlance.store.rows.selectFrom("sessions").selectAll().execute()).toEqual([]);
  });
});

describe("an upload and a live session of one conversation", () => {
  const said = [
    "frost comes tonight",
    "cover the beans",
    "and the peas",
    "they are covered",
    "good",
  ];
  /** An export that holds these of the messages. */
  const exported = (from: number, to: number) => ({
    name: "chat.jsonl",
    text: `${JSON.stringify({
      id: "chat-1",
      messages: said.map((content, n) => ({ id: `m${n}`, role: "user", content })).slice(from, to),
    })}\n`,
  });
  const live = (from: number, to: number) =>
    said
      .map((text, n): LiveMessage => ({ id: `m${n}`, author: "You", role: "user", text }))
      .slice(from, to);
  const upload = async (from: number, to: number) => {
    const id = await send(parlance, collection, exported(from, to));
    expect(await ended(parlance, id)).toMatchObject({ state: "done" });
    return id;
  };
  const session = async (from: number, to: number) => {
    const id = await begin("chat-1", "openai");
    await append(id, ...live(from, to));
    await finish(id);
    return id;
  };

  beforeEach(run);

  it.each(["upload first", "session first"])(
    "hold each message once, in order: %s",
    async (order) => {
      if (order === "upload first") {
        await upload(0, 3);
        await session(1, 5);
      } else {
        await session(1, 5);
        await upload(0, 3);
      }
      await atRest(parlance);
      expect(await texts()).toEqual(said);
      const { conversations } = await leftBehind(parlance, collection);
      expect(conversations).toMatchObject([{ message_count: 5 }]);
      await expectCutAsWhole();
    },
  );

  it.each(["upload", "session"])(
    "keep what the other one holds when the %s is erased",
    async (gone) => {
      const ids = { upload: await upload(0, 3), session: await session(1, 5) };
      await erase(ids[gone === "upload" ? "upload" : "session"]);
      expect(await texts()).toEqual(gone === "upload" ? said.slice(1) : said.slice(0, 3));
      await expectCutAsWhole();
      const left = gone === "upload" ? ids.session : ids.upload;
      expect(new Set((await messages()).map(({ origin_id }) => origin_id))).toEqual(
        new Set([left]),
      );
      await erase(left);
      expect(await texts()).toEqual([]);
      for (const text of said.slice(0, 4)) expect(await tracesOf(folder, text), text).toEqual([]);
    },
  );

  it("take each other's edits as edits", async () => {
    await upload(0, 3);
    const id = await begin("chat-1", "openai");
    await append(id, { ...(live(1, 2)[0] as LiveMessage), text: "cover all the beans" });
    await finish(id);
    expect(await texts()).toEqual([said[0], "cover all the beans", said[2]]);
    await expectCutAsWhole();
    await erase(id);
    expect(await texts()).toEqual(said.slice(0, 3));
    expect(await tracesOf(folder, "all the beans")).toEqual([]);
    await expectCutAsWhole();
  });
});
