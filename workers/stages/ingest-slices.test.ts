// Long uploads that yield: a small upload queued behind them is read long before they are, and everything is saved exactly once.
import { createHash } from "node:crypto";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { type CollectionId, organizationId, type UploadId } from "#services/domain/ids.ts";
import { workerScope } from "#services/domain/scope.ts";
import type { Parlance } from "#services/parlance.ts";
import { cancelUpload, createCollection, findUpload, retryUpload } from "#services/store/store.ts";
import { startBelt } from "../belt.ts";
import {
  aChatLog,
  aHome,
  atRest,
  ended,
  indexedIds,
  openHome,
  send,
  type TestParlance,
} from "../workers.builders.ts";

const homes: (() => Promise<void>)[] = [];
const opened = async (): Promise<TestParlance> => {
  const { folder, remove } = await aHome();
  const parlance = await openHome(folder);
  homes.push(async () => {
    await parlance.close();
    await remove();
  });
  return parlance;
};

/** Runs the stages; what was reached is counted by place. */
const run = async (
  parlance: TestParlance,
  options: { sliceMs: number; reached?: (place: string) => Promise<void> },
) => {
  const places = new Map<string, number>();
  const belt = await startBelt(parlance.instance, {
    stages: ["ingest", "embed", "commit"],
    sliceMs: options.sliceMs,
    reached: async (place) => {
      places.set(place, (places.get(place) ?? 0) + 1);
      await options.reached?.(place);
    },
  });
  homes.push(() => belt.stop());
  return { times: (place: string) => places.get(place) ?? 0 };
};

const closeAll = async () => {
  for (const close of homes.splice(0).reverse()) await close();
};
afterEach(closeAll);

interface Long {
  readonly name: string;
  readonly text: string;
  readonly messages: number;
  readonly problems: number;
}

/** Days of a channel, the first one in two parts; every hundredth line is of no layout that is known. */
const irc: Long = {
  name: "#bees/2024-05-01.log",
  text: Array.from({ length: 8000 }, (_, n) => {
    if (n % 100 === 99) return `?? ${n}`;
    const line = `[10:00] <p${n % 7}> ${n} bees in hive ${(n * 7919) % 8000}`;
    const day = n > 6000 && n % 500 === 0 ? (n - 6000) / 500 + 1 : 0;
    return day > 0 ? `--- Day changed Thu May 0${day} 2024\n${line}` : line;
  }).join("\n"),
  messages: 8000 - 80,
  problems: 80,
};
/** Many conversations; lines between them that are none. */
const chatsOf = (seed: number): Long => ({
  name: "a.jsonl",
  text: aChatLog(250, 10, seed).replaceAll("\n", "\n{}\n"),
  messages: 2500,
  problems: 250,
});
const [chats, others] = [chatsOf(1), chatsOf(2)];
const small = { name: "b.jsonl", text: aChatLog(5, 4, 3) };

const aCollection = async (parlance: Parlance, name: string) =>
  (await createCollection(parlance.store, { name })).id;

/** Long lists are compared by their sums: a difference is one line, not a megabyte. */
const sumOf = (texts: readonly string[]) =>
  `${texts.length} of ${createHash("sha256")
    .update([...texts].sort().join("\n"))
    .digest("hex")}`;

/** What an import left, without the ids that are made from the collection's. */
const contents = async (parlance: Parlance, collection: CollectionId) => {
  const { rows } = parlance.store;
  const texts = async (table: "messages" | "chunks") =>
    sumOf(
      (
        await rows
          .selectFrom(table)
          .select("text")
          .where("collection_id", "=", collection)
          .execute()
      ).map(({ text }) => text),
    );
  const conversations = await rows
    .selectFrom("conversations")
    .select(["source_id", "message_count", "participants"])
    .where("collection_id", "=", collection)
    .execute();
  return {
    messages: await texts("messages"),
    chunks: await texts("chunks"),
    conversations: sumOf(conversations.map((row) => JSON.stringify(row))),
    indexed: (await indexedIds(parlance, collection)).length,
  };
};

type Contents = Awaited<ReturnType<typeof contents>>;
const undisturbed = new Map<Long, Contents>();

const isWhole = async (
  parlance: Parlance,
  at: { collection: CollectionId; upload: UploadId },
  file: Long,
) => {
  const upload = await ended(parlance, at.upload);
  expect(upload).toMatchObject({
    state: "done",
    error: null,
    problemCount: file.problems,
    progress: { newMessages: file.messages, knownMessages: 0, changedMessages: 0 },
  });
  expect(upload.progress.indexed).toBe(upload.progress.chunks);
  await atRest(parlance);
  return contents(parlance, at.collection);
};

const sendInto = async (parlance: Parlance, name: string, file: { name: string; text: string }) => {
  const collection = await aCollection(parlance, name);
  return { collection, upload: await send(parlance, collection, file) };
};

beforeAll(async () => {
  const parlance = await opened();
  await run(parlance, { sliceMs: 1e9 });
  for (const [name, file] of Object.entries({ irc, chats, others }))
    undisturbed.set(file, await isWhole(parlance, await sendInto(parlance, name, file), file));
  await closeAll();
}, 120_000);

describe("long uploads of two collections and a small one behind them", () => {
  it.each(["the same organization", "another organization"])(
    "of %s: it is read long before they are, and they end as undisturbed ones do",
    async (whose) => {
      const parlance = await opened();
      const first = await sendInto(parlance, "Chats", chats);
      const second = await sendInto(parlance, "Others", others);
      const other =
        whose === "another organization"
          ? parlance.instance.within(workerScope(organizationId("other")))
          : parlance;
      const { upload } = await sendInto(other, "Small", small);
      const readOf = async (of: Parlance, id: UploadId) =>
        (await findUpload(of.store.rows, id))?.new_messages ?? 0;
      let atFirstEnd: number[] | undefined;
      await run(parlance, {
        sliceMs: 20,
        reached: async (place) => {
          if (place !== "ingest.read" || atFirstEnd !== undefined) return;
          atFirstEnd = [
            await readOf(other, upload),
            await readOf(parlance, first.upload),
            await readOf(parlance, second.upload),
          ];
        },
      });
      expect(await ended(other, upload)).toMatchObject({ state: "done" });
      const [ofSmall, ofFirst, ofSecond] = atFirstEnd ?? [];
      expect(ofSmall).toBe(20);
      expect(ofFirst).toBeLessThan(chats.messages);
      expect(ofSecond).toBeLessThan(others.messages);
      // Whether one of them had to yield for that depends on the machine: one that waits for embedding leaves its place as well.
      expect(await isWhole(parlance, first, chats)).toEqual(undisturbed.get(chats));
      expect(await isWhole(parlance, second, others)).toEqual(undisturbed.get(others));
    },
    120_000,
  );
});

describe("uploads that yield to each other all the time", () => {
  it("lose and double nothing, also if something fails just before they yield", async () => {
    const parlance = await opened();
    let failures = 0;
    const files = { irc, chats, others };
    const sent = await Promise.all(
      Object.entries(files).map(async ([name, file]) => ({
        file,
        at: await sendInto(parlance, name, file),
      })),
    );
    const { times } = await run(parlance, {
      sliceMs: 20,
      reached: async (place) => {
        if (place === "ingest.yielded" && ++failures <= 2) throw new Error("as if it were killed");
      },
    });
    for (const { file, at } of sent)
      expect(await isWhole(parlance, at, file)).toEqual(undisturbed.get(file));
    // How often depends on the machine: a fast one has read most of it before anybody is asked.
    expect(times("ingest.yielded")).toBeGreaterThan(0);
  }, 120_000);
});

describe("an upload that has yielded", () => {
  it("is cancelled when its turn comes, and continues when it is retried", async () => {
    const parlance = await opened();
    const sent = await Promise.all([
      sendInto(parlance, "Others", others),
      sendInto(parlance, "Chats", chats),
      sendInto(parlance, "Others too", others),
    ]);
    let cancelled: UploadId | undefined;
    let read = 0;
    const belt = await run(parlance, {
      sliceMs: 20,
      reached: async (place) => {
        if (place !== "ingest.yielded" || cancelled !== undefined) return;
        // The upload that has just yielded is among those that have saved something.
        const rows = await parlance.store.rows.selectFrom("uploads").selectAll().execute();
        const row = rows.find(({ id, parts_done }) => id === sent[1].upload && parts_done > 0);
        if (!row) return;
        cancelled = row.id;
        read = row.new_messages;
        await cancelUpload(parlance.store, row.id);
      },
    });
    const stopped = await ended(parlance, sent[1].upload);
    expect(stopped.state).toBe("cancelled");
    expect(stopped.progress.newMessages).toBeGreaterThanOrEqual(read);
    expect(stopped.progress.newMessages).toBeLessThan(chats.messages);
    expect(belt.times("ingest.yielded")).toBeGreaterThan(0);
    await retryUpload(parlance.store, sent[1].upload);
    parlance.bus.wake();
    expect(await isWhole(parlance, sent[1], chats)).toEqual(undisturbed.get(chats));
    expect(await isWhole(parlance, sent[0], others)).toEqual(undisturbed.get(others));
    expect(await isWhole(parlance, sent[2], others)).toEqual(undisturbed.get(others));
  }, 120_000);
});

describe("an upload of which another reader has saved parts", () => {
  it("is read once more from its start, and ends as an undisturbed one does, its problems counted once", async () => {
    const parlance = await opened();
    const at = await sendInto(parlance, "Chats", chats);
    let saved = 0;
    await run(parlance, {
      sliceMs: 1e9,
      reached: async (place) => {
        if (place !== "ingest.parts" || saved > 0) return;
        saved = (await findUpload(parlance.store.rows, at.upload))?.parts_done ?? 0;
        // Those that it counted are others than the first ones of this reader, and none was cut yet.
        await parlance.store.rows
          .updateTable("uploads")
          .set({ reader: 0, parts_done: saved + 20, conversations: 20 })
          .where("id", "=", at.upload)
          .execute();
        throw new Error("killed");
      },
    });
    const upload = await ended(parlance, at.upload);
    expect(upload).toMatchObject({
      state: "done",
      problemCount: chats.problems,
      progress: { newMessages: chats.messages, knownMessages: saved * 10, changedMessages: 0 },
    });
    expect(saved).toBeGreaterThan(0);
    expect(upload.progress.indexed).toBe(upload.progress.chunks);
    await atRest(parlance);
    expect(await contents(parlance, at.collection)).toEqual(undisturbed.get(chats));
  }, 120_000);
});

describe("an upload in which nothing is found for long", () => {
  it("is not interrupted while others wait: to yield with nothing saved would count as a failure", async () => {
    const parlance = await opened();
    const barren = {
      name: "c.jsonl",
      text: `${aChatLog(1, 2)}${"{}\n".repeat(40_000)}${aChatLog(1, 2, 9)}`,
    };
    const sent = await Promise.all(
      ["One", "Two", "Three"].map((name) => sendInto(parlance, name, barren)),
    );
    const { times } = await run(parlance, { sliceMs: 1 });
    for (const { upload } of sent)
      expect(await ended(parlance, upload)).toMatchObject({
        state: "done",
        attempt: 1,
        lastProblem: null,
        problemCount: 40_000,
        progress: { newMessages: 4 },
      });
    // Each may yield after the first chat's messages and after its end, and not again before the second chat.
    expect(times("ingest.yielded")).toBeLessThanOrEqual(6);
  }, 120_000);
});
