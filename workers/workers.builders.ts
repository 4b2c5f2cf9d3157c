// Builders for tests of the belt: a home in a folder of its own, invented chats as files, and what is left when all is done.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readConfig } from "#services/config/config.ts";
import type { JobName } from "#services/contract/jobs.ts";
import type { Upload } from "#services/contract/uploads.ts";
import { type CollectionId, readChunkId, type UploadId } from "#services/domain/ids.ts";
import { defaultScope } from "#services/domain/scope.ts";
import { openHashEmbedder } from "#services/embed/embed.ts";
import type { Instance, Parlance } from "#services/parlance.ts";
import { hydrateHits } from "#services/store/hits.ts";
import { putMigratedFile } from "#services/store/migrated-file.builders.ts";
import { blobPrefix, createUpload, receivedUpload } from "#services/store/uploads.ts";
import { cleaner } from "#services/text/text.ts";
import { watchUpload } from "#services/views/views.ts";
import { type Overrides, openParlance } from "#services/wire.ts";

export const aHome = async () => {
  const folder = await mkdtemp(join(tmpdir(), "parlance-belt-"));
  await putMigratedFile(join(folder, "parlance.db"));
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
};

/** An opened Parlance as the default organization has it. */
export interface TestParlance extends Parlance {
  readonly instance: Instance;
  close(): Promise<void>;
}

export const asDefault = (instance: Instance): TestParlance => ({
  ...instance.within(defaultScope),
  instance,
  close: () => instance.close(),
});

/** The real thing on a real folder; with the embedder of tests unless told otherwise. */
export const openHome = async (folder: string, overrides: Overrides = {}): Promise<TestParlance> =>
  asDefault(
    await openParlance(readConfig({ PARLANCE_HOME: folder, PARLANCE_INDEX_ENGINE: "flat" }), {
      embedder: async () => openHashEmbedder(),
      ...overrides,
    }),
  );

/** Numbers that look random and are the same every time (mulberry32). */
export const seeded = (seed: number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

const words =
  "frost beans cover tonight seed compost rain tomato slug fence gate shed water early late spring market honey bee hive".split(
    " ",
  );

/** OpenAI-style JSONL: `conversations` chats of `messages` turns each. The same arguments give the same bytes. */
export const aChatLog = (conversations: number, messages: number, seed = 1): string => {
  const random = seeded(seed);
  const sentence = () =>
    Array.from(
      { length: 6 + Math.floor(random() * 12) },
      () => words[Math.floor(random() * words.length)],
    ).join(" ");
  return Array.from({ length: conversations }, (_, n) =>
    JSON.stringify({
      id: `chat-${seed}-${n}`,
      messages: Array.from({ length: messages }, (__, m) => ({
        role: m % 2 === 0 ? "user" : "assistant",
        content: `${sentence()} ${n}.${m}`,
      })),
    }),
  )
    .join("\n")
    .concat("\n");
};

/** Keeps the bytes and queues the upload, as the API does. */
export const send = async (
  parlance: Parlance,
  collection: CollectionId,
  file: { readonly name: string; readonly text: string | Uint8Array },
  isToBeConfirmed = false,
): Promise<UploadId> => {
  const { name: filename } = file;
  const id = await createUpload(parlance.store, {
    cleaner,
    collection,
    filename,
    isToBeConfirmed,
  });
  const bytes = (async function* () {
    yield Buffer.from(file.text);
  })();
  await receivedUpload(parlance.store, id, await parlance.blobs.put(blobPrefix(id), bytes));
  parlance.bus.wake();
  return id;
};

/** Waits for the end of an upload. */
export const ended = async (parlance: Parlance, id: UploadId): Promise<Upload> => {
  let last: Upload | undefined;
  for await (const upload of watchUpload(parlance.store, id, { every: () => 20 })) last = upload;
  if (!last) throw new Error(`${id} is gone`);
  return last;
};

/** What follows from an import, and is taken only where a test starts the stages for it. */
const afterwards: readonly JobName[] = ["analysis.due", "watch.due", "alert.due"];

/** Waits until no job waits or is in hand, but for those that nobody takes. */
export const atRest = async (parlance: Parlance, untaken = afterwards): Promise<void> => {
  for (;;) {
    const counts = (await parlance.jobs.counts("everybody")).filter(
      ({ name }) => !untaken.includes(name),
    );
    if (counts.every(({ waiting, active }) => waiting + active === 0)) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

/** The ids that the newest version of the index answers with. */
export const indexedIds = async (
  parlance: Parlance,
  collection: CollectionId,
): Promise<string[]> => {
  const index = await parlance.indexes.open(collection);
  if ((await index.head()) === null) return [];
  const searcher = await index.searcher();
  const ids: string[] = [];
  for await (const batch of searcher.scan(1000)) ids.push(...batch.ids);
  searcher.close();
  return ids.sort();
};

/** Everything that an import leaves behind, but for the names that chance gives. */
export const leftBehind = async (parlance: Parlance, collection: CollectionId) => {
  const { rows } = parlance.store;
  const messages = await rows
    .selectFrom("messages")
    .select(["id", "conversation_id", "parent_id", "position", "author", "text"])
    .where("collection_id", "=", collection)
    .orderBy("id")
    .execute();
  const chunks = await rows
    .selectFrom("chunks")
    .select(["id", "message_id", "text", "state"])
    .where("collection_id", "=", collection)
    .orderBy("id")
    .execute();
  const conversations = await rows
    .selectFrom("conversations")
    .select(["id", "message_count", "participants"])
    .where("collection_id", "=", collection)
    .orderBy("id")
    .execute();
  const batches = await rows
    .selectFrom("batches")
    .select(["state", (make) => make.fn.sum<number>("chunks").as("chunks")])
    .where("collection_id", "=", collection)
    .groupBy("state")
    .execute();
  const plain = <T extends object>(list: readonly T[]) => list.map((row) => ({ ...row }));
  return {
    messages: plain(messages),
    chunks: plain(chunks),
    conversations: plain(conversations),
    batches: plain(batches),
    indexed: await indexedIds(parlance, collection),
  };
};

/** Searches by meaning and hydrates, as the API does. */
export const ask = async (parlance: Parlance, collection: CollectionId, question: string) => {
  const embedder = await parlance.embedder();
  const { vectors } = await embedder.embed([question], { inputType: "query" });
  const index = await parlance.indexes.open(collection);
  const searcher = await index.searcher();
  const found = await searcher.semantic(vectors.data, { k: 5 });
  searcher.close();
  const ids = found.map((hit) => readChunkId(hit.id)).filter((id) => id !== undefined);
  return hydrateHits(parlance.store.rows, ids, 1);
};
