// Cleaning in the pipeline: rules that change while it works, a crash at any place, bots, live sessions, edits that came before.
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type CleaningRules, noCleaning } from "#services/domain/cleaning.ts";
import type { CollectionId } from "#services/domain/ids.ts";
import { appendMessages, endSession, openSession } from "#services/sessions/sessions.ts";
import { unpacked } from "#services/store/raw-record.ts";
import { createCollection, foundIn, saveCleaning } from "#services/store/store.ts";
import { cancelUpload, retryUpload } from "#services/store/uploads.ts";
import { startBelt } from "./belt.ts";
import { reconcile } from "./reconcile.ts";
import { tracesOf } from "./traces.builders.ts";
import {
  aHome,
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

beforeEach(async () => {
  ({ folder, remove } = await aHome());
  parlance = await openHome(folder);
  collection = (await createCollection(parlance.store, { name: "Garden" })).id;
  reached = async () => undefined;
  const belt = await startBelt(parlance.instance, {
    stages: ["ingest", "chunk", "recut", "embed", "commit", "erase"],
    reached: (place) => reached(place),
    onError: () => undefined,
  });
  stop = () => belt.stop();
});
afterEach(async () => {
  await stop();
  await parlance.close();
  await remove();
});

const rules = (
  found: Partial<CleaningRules["found"]>,
  leaveOut: Partial<CleaningRules["leaveOut"]> = {},
): CleaningRules => ({
  leaveOut: { ...noCleaning.leaveOut, ...leaveOut },
  found: { ...noCleaning.found, ...found },
});

const rest = async () => {
  parlance.bus.wake();
  await atRest(parlance);
};
const set = async (wanted: CleaningRules) => {
  await saveCleaning(parlance.store, collection, wanted);
  await rest();
};
const bring = async (name: string, text: string) => {
  await ended(parlance, await send(parlance, collection, { name, text }));
  await rest();
};
const conversation = (id: string, said: readonly string[], edited = 0) =>
  JSON.stringify({
    id,
    messages: said.map((content) => ({ role: "user", content })),
    ...(edited === 0 ? {} : { updated_at: edited }),
  });
const chats = (count: number) =>
  Array.from({ length: count }, (_, n) =>
    conversation(`c${n}`, [`slug number ${n} wrote to gardener${n}@slugs.example at dawn`]),
  ).join("\n");

const texts = async (table: "messages" | "chunks") => {
  const { rows } = parlance.store;
  const found =
    table === "messages"
      ? await rows.selectFrom("messages").select("text").execute()
      : await rows.selectFrom("chunks").select("text").where("state", "=", "live").execute();
  return found.map(({ text }) => text).toSorted();
};
const isCleanIndex = async () => {
  const { rows } = parlance.store;
  const chunks = await rows.selectFrom("chunks").select(["id", "state"]).execute();
  const live = chunks.filter(({ state }) => state === "live").map(({ id }) => id as string);
  expect(chunks.filter(({ state }) => state === "purge")).toEqual([]);
  expect(await indexedIds(parlance, collection)).toEqual(live.toSorted());
};

it.each(["recut.piece", "erase.purged", "erase.noted"])(
  "goes on where it was cut short at %s",
  async (place) => {
    await bring("a.jsonl", chats(120));
    let crashes = 0;
    reached = async (at) => {
      if (at === place && crashes++ < 2) throw new Error("crash");
    };
    await set(rules({ email: "mask" }));
    await reconcile(parlance.instance);
    await rest();
    expect(crashes).toBeGreaterThanOrEqual(2);
    expect((await texts("messages")).every((text) => text.includes("«e-mail»"))).toBe(true);
    expect((await texts("chunks")).filter((text) => text.includes("@"))).toEqual([]);
    expect(await foundIn(parlance.store.rows, collection)).toEqual([
      { kind: "email", action: "mask", places: 120, messages: 120 },
    ]);
    await isCleanIndex();
    expect((await tracesOf(`${folder}/collections`, "gardener7@slugs.example")).length).toBe(0);
  },
);

it("ends with the rules that were set last, whatever it was doing", async () => {
  await bring("a.jsonl", chats(120));
  let changed = false;
  reached = async (at) => {
    if (at !== "recut.piece" || changed) return;
    changed = true;
    await saveCleaning(parlance.store, collection, rules({ email: "mark" }));
  };
  await set(rules({ email: "mask" }));
  expect(changed).toBe(true);
  expect((await texts("messages")).filter((text) => text.includes("«"))).toEqual([]);
  expect(await foundIn(parlance.store.rows, collection)).toEqual([
    { kind: "email", action: "mark", places: 120, messages: 120 },
  ]);
  await isCleanIndex();
});

it("cleans what an import brings while the rules change", async () => {
  let changed = false;
  reached = async (at) => {
    if (at !== "ingest.parts" || changed) return;
    changed = true;
    await saveCleaning(parlance.store, collection, rules({ email: "mask" }));
  };
  await bring("a.jsonl", chats(350));
  expect(changed).toBe(true);
  expect((await texts("messages")).filter((text) => !text.includes("«e-mail»"))).toEqual([]);
  expect((await texts("chunks")).filter((text) => text.includes("@"))).toEqual([]);
  await isCleanIndex();
});

it("reads an upload to its end that was cancelled after a message was refused", async () => {
  await set(rules({ email: "refuse" }));
  let cancelled = false;
  reached = async (at) => {
    if (at !== "ingest.parts" || cancelled) return;
    cancelled = true;
    const { id } = await parlance.store.rows
      .selectFrom("uploads")
      .select("id")
      .executeTakeFirstOrThrow();
    await cancelUpload(parlance.store, id);
  };
  const id = await send(parlance, collection, { name: "a.jsonl", text: chats(2000) });
  expect((await ended(parlance, id)).state).toBe("cancelled");
  await rest();
  await retryUpload(parlance.store, id);
  await rest();
  expect(await ended(parlance, id)).toMatchObject({
    state: "done",
    progress: { newMessages: 2000 },
    fileDeleted: true,
  });
});

it("leaves only what has changed to be indexed again", async () => {
  await bring(
    "a.jsonl",
    [chats(20), conversation("x", ["nothing to hide here at all"])].join("\n"),
  );
  const { rows } = parlance.store;
  const of = () =>
    rows
      .selectFrom("chunks")
      .select(["id", "batch_id"])
      .where("text", "like", "nothing to hide%")
      .execute();
  const before = await of();
  expect(before.length).toBeGreaterThan(0);
  await set(rules({ email: "mask" }));
  expect(await of()).toEqual(before);
});

const keptFiles = async () =>
  (await parlance.store.rows.selectFrom("uploads").select("blob_key").execute()).filter(
    ({ blob_key }) => blob_key !== "",
  );

it("deletes a refused file after a kill at the end of reading", async () => {
  await set(rules({ email: "refuse" }));
  let crashed = false;
  reached = async (at) => {
    if (at !== "ingest.ended" || crashed) return;
    crashed = true;
    throw new Error("crash");
  };
  await bring("a.jsonl", chats(3));
  expect(crashed).toBe(true);
  expect(await keptFiles()).toEqual([]);
});

it("deletes a refused file that no job knows of any more", async () => {
  const { rows } = parlance.store;
  await bring("a.jsonl", chats(3));
  await rows.updateTable("uploads").set({ state: "failed" }).execute();
  await set(rules({ email: "refuse" }));
  expect(await keptFiles()).toHaveLength(1);
  await rows.updateTable("uploads").set({ state: "done" }).execute();
  await reconcile(parlance.instance);
  expect(await keptFiles()).toEqual([]);
});

it("empties the log and deletes copies where only a message without a passage is refused", async () => {
  const copies = join(folder, "backups");
  await set(rules({}, { kinds: ["thinking"] }));
  await bring("session.jsonl", agentLine("nothing", "mail ann@slugs.example"));
  await mkdir(copies);
  await set(rules({ email: "refuse" }, { kinds: ["thinking"] }));
  expect(existsSync(copies)).toBe(false);
});

it("purges again where the log could not be emptied", async () => {
  await bring("a.jsonl", chats(3));
  const left = () =>
    parlance.store.rows.selectFrom("collections").select("changed_texts").executeTakeFirst();
  let crashed = false;
  reached = async (at) => {
    if (at !== "recut.purged" || crashed) return;
    crashed = true;
    expect(await left()).toEqual({ changed_texts: 1 });
    throw new Error("crash");
  };
  await set(rules({ email: "mask" }));
  expect(crashed).toBe(true);
  expect(await left()).toEqual({ changed_texts: 0 });
});

/** A line of a Claude Code session: one record that becomes thinking and text. */
const agentLine = (said: string, thought = "where does the slug mail go") =>
  `${JSON.stringify({
    type: "assistant",
    uuid: "22222222-2222-4222-8222-222222222222",
    parentUuid: null,
    sessionId: "11111111-1111-4111-8111-111111111111",
    timestamp: "2026-03-07T10:00:00.000Z",
    message: {
      role: "assistant",
      content: [
        { type: "thinking", thinking: thought },
        { type: "text", text: said },
      ],
    },
  })}\n`;

it.each(["before", "after"])(
  "takes a refused record from all messages of it, with rules set %s",
  async (when) => {
    const secret = "slug.keeper@slugs.example";
    if (when === "before") await set(rules({ email: "refuse" }));
    await bring("session.jsonl", agentLine(`write to ${secret}`));
    if (when === "after") await set(rules({ email: "refuse" }));
    expect(await texts("messages")).toEqual(["", "where does the slug mail go"]);
    const kept = await parlance.store.rows
      .selectFrom("messages")
      .select(["raw", "text", "unmasked"])
      .execute();
    expect(kept.map((row) => unpacked(row).raw)).toEqual(["", ""]);
  },
);

it.each(["before", "after"])(
  "cleans the words of which a title is the beginning, with rules set %s",
  async (when) => {
    const words = `${"slugs ".repeat(11)}eat 4111 1111 1111 1111 leaves`;
    if (when === "before") await set(rules({ card: "mask" }));
    await bring("a.jsonl", conversation("c", [words]));
    if (when === "after") await set(rules({ card: "mask" }));
    const found = await parlance.store.rows.selectFrom("conversations").select("title").execute();
    expect(found).toEqual([{ title: `${"slugs ".repeat(11)}eat «card» …` }]);
  },
);

it("leaves bots out of the index, and has them back", async () => {
  const log = "[09:00] <anna> where is the rake\n[09:01] <toolbot> the rake is in the shed\n";
  await bring("#garden.2024-05-01.txt", log);
  await parlance.store.rows
    .insertInto("person_names")
    .values({ collection_id: collection, source: "", name: "toolbot", shown: null, bot: 1 })
    .execute();
  const withBots = await texts("chunks");
  expect(withBots).toContain("the rake is in the shed");
  await set(rules({}, { bots: true }));
  expect(await texts("chunks")).toEqual(["where is the rake"]);
  await isCleanIndex();
  await set(noCleaning);
  expect(await texts("chunks")).toEqual(withBots);
});

it("cleans live sessions, their titles and records", async () => {
  await set(rules({ email: "mask", key: "refuse" }));
  const session = await openSession(parlance.store, {
    collection,
    externalId: "room",
    title: "for ann@slugs.example",
  });
  const key = "-----BEGIN PRIVATE KEY-----\nMIIEvQ\n-----END PRIVATE KEY-----";
  await appendMessages(parlance.store, session.id, [
    { id: "1", author: "ann", role: "user", text: "it is ann@slugs.example" },
    { id: "2", author: "ann", role: "user", text: `and ${key}` },
  ]);
  await endSession(parlance.store, session.id);
  await rest();
  expect(session.title).toBe("for «e-mail»");
  expect(await texts("messages")).toEqual(["", "it is «e-mail»"]);
  expect(await tracesOf(folder, "MIIEvQ")).toEqual([]);
  // The same again is what is there.
  await openSession(parlance.store, { collection, externalId: "room" });
  const again = await appendMessages(parlance.store, session.id, [
    { id: "1", author: "ann", role: "user", text: "it is ann@slugs.example" },
    { id: "2", author: "ann", role: "user", text: `and ${key}` },
  ]);
  expect(again).toMatchObject({ newMessages: 0, changedMessages: 0, knownMessages: 2 });
});

it("cleans what a message said before it was edited", async () => {
  const session = await openSession(parlance.store, { collection, externalId: "room" });
  const say = (text: string) =>
    appendMessages(parlance.store, session.id, [{ id: "1", author: "ann", role: "user", text }]);
  await say("old ann@slugs.example");
  await say("new bea@slugs.example");
  await endSession(parlance.store, session.id);
  await rest();
  const { rows } = parlance.store;
  const states = () => rows.selectFrom("message_states").select(["text", "unmasked"]).execute();
  await set(rules({ email: "mask" }));
  expect(await states()).toEqual([{ text: "old «e-mail»", unmasked: "old ann@slugs.example" }]);
  await set(rules({ email: "refuse" }));
  expect(await states()).toEqual([{ text: "", unmasked: null }]);
  expect(await tracesOf(folder, "ann@slugs.example")).toEqual([]);
});
