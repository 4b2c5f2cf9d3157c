// Live sessions on rows: opened once, appended to once and in order, by several at a time, counted and cut as imports are.
import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  type CollectionId,
  collectionId,
  organizationId,
  type SessionId,
} from "#services/domain/ids.ts";
import { workerScope } from "#services/domain/scope.ts";
import { millis } from "#services/domain/units.ts";
import {
  aCollection,
  aStore,
  plainChunks,
  type TestStore,
} from "#services/store/store.builders.ts";
import {
  type ConversationRow,
  collectionStats,
  cutSession,
  findSession,
  findShownConversation,
  pageOfMessages,
  pendingSessions,
  requestOriginErasure,
  type Store,
  type StoredMessage,
  sumsOf,
} from "#services/store/store.ts";
import { appendMessages, endSession, type LiveMessage, openSession, waitOf } from "./sessions.ts";

let store: TestStore;
let remove: () => Promise<void>;
let collection: CollectionId;
let session: SessionId;
let now: number;
beforeEach(async () => {
  ({ store, remove } = await aStore());
  now = 1_800_000_000_000;
  store = { ...store, now: () => millis(now) };
  collection = await aCollection(store);
  session = (await openSession(store, { collection, externalId: "room-1", title: "Frost" })).id;
});
afterEach(() => remove());

const says = (
  id: string,
  text = `message ${id}`,
  rest: Partial<LiveMessage> = {},
): LiveMessage => ({
  id,
  author: "ada",
  role: "person",
  text,
  ...rest,
});
const append = (...messages: LiveMessage[]) => appendMessages(store, session, messages);
const counted = ({
  newMessages,
  knownMessages,
  changedMessages,
}: Awaited<ReturnType<typeof append>>) => [newMessages, knownMessages, changedMessages];

const shown = async (of: Store = store) => {
  const { conversation_id } = (await findSession(of.rows, session)) ?? {};
  if (!conversation_id) return [];
  const page = await pageOfMessages(of.rows, conversation_id, {
    path: "main",
    kinds: "all",
    gone: "hide",
    limit: 5000,
  });
  return page.messages.map(({ text }) => text);
};

const conversationOf = async (): Promise<ConversationRow> => {
  const { conversation_id } = (await findSession(store.rows, session)) ?? {};
  const row = conversation_id && (await findShownConversation(store.rows, conversation_id));
  if (!row) throw new Error("there is no conversation");
  return row;
};

const jobs = () =>
  store.rows
    .selectFrom("jobs")
    .select(["name", "payload", "state", "run_at"])
    .orderBy("ordinal")
    .execute();

describe("opening a session", () => {
  it("again gives the same one, and opens it where it had ended", async () => {
    const wish = { collection, externalId: "room-1" };
    expect((await openSession(store, wish)).id).toBe(session);
    await endSession(store, session);
    expect(await openSession(store, wish)).toMatchObject({ id: session, state: "open" });
    await append(says("1"));
    expect(await shown()).toEqual(["message 1"]);
  });

  it("under another id, source or collection makes another one", async () => {
    const other = await aCollection(store, "Letters");
    const ids = [
      session,
      (await openSession(store, { collection, externalId: "room-2" })).id,
      (await openSession(store, { collection, externalId: "room-1", source: "slack" })).id,
      (await openSession(store, { collection: other, externalId: "room-1" })).id,
    ];
    expect(new Set(ids).size).toBe(4);
  });

  it("makes another one while the one before is being erased", async () => {
    await append(says("1"));
    await requestOriginErasure(store, session);
    const again = await openSession(store, { collection, externalId: "room-1" });
    expect(again.id).not.toBe(session);
    await expect(append(says("2"))).rejects.toMatchObject({ code: "unknown-session", status: 404 });
  });

  it("needs a collection that is there, and an id", async () => {
    const nowhere = { collection: collectionId("nowhere0"), externalId: "a" };
    await expect(openSession(store, nowhere)).rejects.toMatchObject({ code: "unknown-collection" });
    for (const externalId of ["", " ", "x".repeat(301)])
      expect(() => openSession(store, { collection, externalId })).toThrow("external id");
  });
});

describe("appending", () => {
  it("keeps the order, and shows and counts the messages at once", async () => {
    expect(counted(await append(says("1"), says("2")))).toEqual([2, 0, 0]);
    now += 1000;
    await append(says("3", "later", { author: "bob" }));
    expect(await shown()).toEqual(["message 1", "message 2", "later"]);
    expect(await conversationOf()).toMatchObject({
      source: "live",
      source_id: "room-1",
      title: "Frost",
      message_count: 3,
      first_at: now - 1000,
      last_at: now,
    });
    expect(await collectionStats(store.rows, collection)).toMatchObject({
      conversations: 1,
      messages: 3,
      sources: [{ source: "live", conversations: 1 }],
    });
  });

  it("the same message again adds nothing, within a call and in another one", async () => {
    expect(counted(await append(says("1"), says("1"), says("2")))).toEqual([2, 1, 0]);
    const before = await store.rows.selectFrom("messages").selectAll().orderBy("id").execute();
    now += 5000;
    expect(counted(await append(says("2"), says("1")))).toEqual([0, 2, 0]);
    expect(await store.rows.selectFrom("messages").selectAll().orderBy("id").execute()).toEqual(
      before,
    );
    expect((await conversationOf()).message_count).toBe(2);
  });

  it("another text of a message is an edit; the text before, sent again, changes nothing", async () => {
    await append(says("1", "frost tonite"), says("2"));
    expect(counted(await append(says("1", "frost tonight")))).toEqual([0, 0, 1]);
    expect(counted(await append(says("1", "frost tonite")))).toEqual([0, 1, 0]);
    expect(await shown()).toEqual(["frost tonight", "message 2"]);
  });

  it("finds the message that one answers, of this call or before, and leaves out what is not there", async () => {
    await append(says("1"));
    await append(
      says("2", "yes", { replyTo: "1" }),
      says("3", "no", { replyTo: "2" }),
      says("4", "what", { replyTo: "gone" }),
    );
    const rows = await store.rows
      .selectFrom("messages")
      .select(["id", "reply_to_id"])
      .orderBy("position")
      .execute();
    expect(rows.map((row) => row.reply_to_id)).toEqual([null, rows[0]?.id, rows[1]?.id, null]);
  });

  it("is refused once the session has ended, and for too many at once; nothing of a refused call is kept", async () => {
    await expect(append(says("1"), says(""))).rejects.toMatchObject({ code: "bad-external-id" });
    const many = Array.from({ length: 1001 }, (_, n) => says(`${n}`));
    await expect(append(...many)).rejects.toMatchObject({ code: "too-many-messages" });
    await endSession(store, session);
    await expect(append(says("1"))).rejects.toMatchObject({ code: "session-ended", status: 409 });
    expect(await store.rows.selectFrom("messages").selectAll().execute()).toEqual([]);
  });

  it("from two processes at a time loses nothing, doubles nothing, and keeps the order of each", async () => {
    const program = fileURLToPath(new URL("./append-process.builders.ts", import.meta.url));
    const path = join(store.folder, "parlance.db");
    const ends = ["ada", "bob"].map((author) =>
      once(
        fork(program, [path, session, author, "40", store.url ?? ""], {
          execArgv: ["--no-warnings"],
        }),
        "exit",
      ),
    );
    expect((await Promise.all(ends)).map(([code]) => code)).toEqual([0, 0]);
    const texts = await shown();
    expect(texts).toHaveLength(120);
    for (const author of ["ada", "bob", "both"])
      expect(texts.filter((text) => text.startsWith(`${author} `))).toEqual(
        Array.from({ length: 40 }, (_, n) => `${author} ${n}`),
      );
    expect(await conversationOf()).toMatchObject({ message_count: 120 });
  });

  it("counts people as an import does, however many they are", async () => {
    for (let round = 0; round < 3; round++)
      await append(
        ...Array.from({ length: 60 }, (_, n) =>
          says(`${round}.${n}`, "hello", { author: `person ${n % (40 + round * 20)}` }),
        ),
        says(`${round}.joined`, "joined", { kind: "system" }),
      );
    const row = await conversationOf();
    const all = await store.rows.selectFrom("messages").selectAll().orderBy("position").execute();
    expect(row).toMatchObject(sumsOf(all));
  });
});

describe("messages that wait", () => {
  const waits = async () => (await jobs()).map((job) => [job.name, job.run_at - now]);

  it("are due after a quiet moment, once for all sessions of a collection", async () => {
    await append(says("1"));
    const second = await openSession(store, { collection, externalId: "room-2" });
    await appendMessages(store, second.id, [says("1")]);
    expect(await waits()).toEqual([["sessions.due", 2000]]);
    await append(says("1"));
    expect(await pendingSessions(store.rows, collection)).toHaveLength(2);
  });

  it("are due at once when they are many, or the session ends", async () => {
    await append(...Array.from({ length: 256 }, (_, n) => says(`${n}`)));
    expect(await waits()).toEqual([["sessions.due", 0]]);
    await store.rows.deleteFrom("jobs").execute();
    await append(says("one more"));
    await endSession(store, session);
    expect(await waits()).toEqual([["sessions.due", 0]]);
  });

  const wait = (pending: number, since: number, last: number, state = "open") => ({
    state,
    pending,
    pending_since: since,
    appended_at: last,
  });
  it.each([
    ["the rest of two quiet seconds", [wait(1, 0, 500)], 1000, 1500],
    ["nothing after them", [wait(1, 0, 500)], 2500, 0],
    ["for the last one of all sessions", [wait(1, 0, 500), wait(1, 900, 900)], 1000, 1900],
    ["ten seconds at most", [wait(100, 0, 9500)], 9600, 400],
    ["nothing where they are enough", [wait(200, 0, 999), wait(56, 0, 999)], 1000, 0],
    ["nothing where one has ended", [wait(1, 0, 999), wait(1, 0, 999, "ended")], 1000, 0],
  ])("wait %s", (_, sessions, at, expected) => {
    expect(waitOf(sessions, at)).toBe(expected);
  });
});

describe("cutting", () => {
  let seen: number[];
  const cutter = {
    beginning: {
      message: (_: unknown, __: unknown, changed: number) => (changed === 0 ? undefined : 1),
      exchange: () => 0,
    },
    cut: {
      message: (row: ConversationRow, messages: readonly StoredMessage[]) => {
        seen.push(messages.length);
        return plainChunks(row.id, messages);
      },
      exchange: () => [],
    },
  };
  const cutAll = async () => {
    while ((await cutSession(store, session, () => cutter)) === "more");
  };
  const live = () =>
    store.rows
      .selectFrom("chunks")
      .select(["id", "text", "batch_id"])
      .where("state", "=", "live")
      .execute();
  beforeEach(() => {
    seen = [];
  });

  it("looks at the end of a conversation only, and puts what is new into a batch of its own", async () => {
    await append(...Array.from({ length: 900 }, (_, n) => says(`${n}`)));
    await cutAll();
    // A piece of 500, then the rest with those just before it.
    expect([...new Set(seen)]).toEqual([500, 400 + 31]);
    const before = await live();
    expect(before).toHaveLength(900);
    now += 1000;
    await append(says("new"));
    seen = [];
    await cutAll();
    expect([...new Set(seen)]).toEqual([1 + 31]);
    const after = await live();
    expect(after.filter(({ id }) => !before.some((chunk) => chunk.id === id))).toMatchObject([
      { text: "message new" },
    ]);
    const batches = await store.rows
      .selectFrom("batches")
      .select(["id", "origin_id", "state", "chunks"])
      .orderBy("ordinal")
      .execute();
    expect(batches.map(({ chunks }) => chunks)).toEqual([256, 644, 1]);
    expect(new Set(batches.map(({ origin_id, state }) => `${origin_id} ${state}`))).toEqual(
      new Set([`${session} chunked`]),
    );
    expect(await pendingSessions(store.rows, collection)).toEqual([]);
  });

  it("replaces the chunk of a message that was edited, wherever it stands", async () => {
    await append(...Array.from({ length: 80 }, (_, n) => says(`${n}`)));
    await cutAll();
    await append(says("3", "frost after all"));
    await cutAll();
    const texts = (await live()).map(({ text }) => text);
    expect(texts).toHaveLength(80);
    expect(texts).toContain("frost after all");
    expect(texts).not.toContain("message 3");
  });

  it("cuts messages that share a place together, however many they are", async () => {
    await append(...Array.from({ length: 700 }, (_, n) => says(`${n}`)));
    await store.rows.updateTable("messages").set({ position: 7 }).execute();
    await append(says("last"));
    await store.rows.updateTable("sessions").set({ pending_from: 7 }).execute();
    await cutAll();
    expect([...new Set(seen)]).toEqual([700, 1 + 31]);
    expect(await live()).toHaveLength(701);
  });

  it("of a session that is being erased writes nothing", async () => {
    await append(says("1"));
    await requestOriginErasure(store, session);
    await cutAll();
    expect(await live()).toEqual([]);
  });
});

describe("two organizations", () => {
  it("see nothing of each other's sessions", async () => {
    const other = store.database.within(workerScope(organizationId("other")));
    await append(says("1"));
    await expect(openSession(other, { collection, externalId: "room-1" })).rejects.toMatchObject({
      code: "unknown-collection",
    });
    await expect(appendMessages(other, session, [says("2")])).rejects.toMatchObject({
      code: "unknown-session",
    });
    await expect(endSession(other, session)).rejects.toMatchObject({ code: "unknown-session" });
    await expect(requestOriginErasure(other, session)).rejects.toMatchObject({
      code: "unknown-session",
    });
    expect(await findSession(other.rows, session)).toBeUndefined();
    expect(await pendingSessions(other.rows, collection)).toEqual([]);
    expect(await shown()).toEqual(["message 1"]);
  });
});
