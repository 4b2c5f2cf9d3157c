// Builders for tests with rows: a store in a folder of its own, a collection, an upload, messages.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Chunk } from "#services/domain/chunk.ts";
import type { Cleaner } from "#services/domain/cleaning.ts";
import {
  type CollectionId,
  type ConversationId,
  chunkId,
  conversationId,
  messageIdByContent,
  type OriginId,
  type UploadId,
} from "#services/domain/ids.ts";
import { defaultScope } from "#services/domain/scope.ts";
import { millis } from "#services/domain/units.ts";
import { createCollection } from "./collections.ts";
import { type Database, openDatabase } from "./database.ts";
import { digest, randomName } from "./digest.ts";
import {
  chunksToPurge,
  conversationsOf,
  deleteOrigin,
  eraseFromConversation,
  purgedChunks,
} from "./erase.ts";
import { requestOriginErasure } from "./erase-requests.ts";
import { type IngestPart, saveParts } from "./ingest.ts";
import { putMigratedFile } from "./migrated-file.builders.ts";
import { findOrigin } from "./origins.ts";
import { forgetErasedAuthors } from "./people/forget.ts";
import { readToChunk, type StoredMessage, saveConversationEnds } from "./rechunk.ts";
import type { Store } from "./rows.ts";
import { aServerDatabase } from "./server/server.builders.ts";
import { sumsOf } from "./sums.ts";
import type { MessageRow } from "./tables.ts";
import { createUpload, receivedUpload, startReading } from "./uploads.ts";

export interface TestStore extends Store {
  readonly folder: string;
  /** Where its database is on a server. */
  readonly url: string | undefined;
  readonly database: Database;
}

/** Ends a rehearsal: what it wrote is undone. */
class Undone extends Error {}

/** A store whose transactions are run twice, as after a conflict: on a server, this may happen to each of them. */
const rehearsing = (store: Store): Store => ({
  ...store,
  async transaction(work) {
    await store
      .transaction(async (rows) => {
        await work(rows);
        throw new Undone();
      })
      .catch((error: unknown) => {
        if (!(error instanceof Undone)) throw error;
      });
    return store.transaction(work);
  },
});

/** The default organization's store in a database of its own: a real file, or on the server that the tests run against. */
export const aStore = async (): Promise<{ store: TestStore; remove: () => Promise<void> }> => {
  const folder = await mkdtemp(join(tmpdir(), "parlance-store-"));
  const server = await aServerDatabase();
  const path = join(folder, "parlance.db");
  if (server === undefined) await putMigratedFile(path);
  const database = await openDatabase({
    path,
    url: server?.url,
    backups: join(folder, "backups"),
    now: () => millis(Date.now()),
    newId: randomName,
  });
  return {
    store: {
      ...(server === undefined
        ? database.within(defaultScope)
        : rehearsing(database.within(defaultScope))),
      folder,
      url: server?.url,
      database,
    },
    remove: async () => {
      await database.close();
      await server?.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
};

/** An upload that is being read. */
export const anUpload = async (store: Store, collection: CollectionId): Promise<UploadId> => {
  const id = await createUpload(store, { cleaner: asItCame, collection, filename: "chat.jsonl" });
  await receivedUpload(store, id, { key: `uploads/${id}/x`, sha256: "x", size: 1000 });
  await startReading(store, id, 1);
  return id;
};

export const aCollection = async (store: Store, name = "Garden club") =>
  (await createCollection(store, { name })).id;

export interface Said {
  readonly text: string;
  readonly author?: string;
  readonly at?: number;
  readonly sourceId?: string;
  readonly editedAt?: number;
  readonly parent?: number;
  readonly offPath?: boolean;
  readonly kind?: string;
}

/** A conversation as one part; messages are identified by author, time and text, or by their source id. */
export const aPart = (
  of: { readonly collection: CollectionId; readonly upload: UploadId },
  name: string,
  said: readonly Said[],
): IngestPart => {
  const id = conversationId(digest, of.collection, "irc", name);
  const made: MessageRow[] = [];
  for (const [place, message] of said.entries()) {
    const at = message.at ?? 1_700_000_000_000 + place * 60_000;
    const author = message.author ?? "ada";
    const text = message.sourceId ?? message.text;
    made.push({
      id: messageIdByContent(digest, id, { at, author, text, ordinal: 0 }),
      collection_id: of.collection,
      conversation_id: id,
      origin_id: of.upload,
      parent_id: message.parent === undefined ? null : (made[message.parent]?.id ?? null),
      reply_to_id: null,
      on_main_path: message.offPath === true ? 0 : 1,
      gone: 0,
      position: place,
      role: "person",
      kind: message.kind ?? "text",
      at,
      zone_known: 1,
      edited_at: message.editedAt ?? null,
      source_id: message.sourceId ?? null,
      author,
      unmasked_author: null,
      author_id: null,
      local_time: null,
      model: null,
      text: message.text,
      unmasked: null,
      attachments: null,
      raw: JSON.stringify(message),
    });
  }
  return {
    conversation: {
      id,
      source: "irc",
      source_id: name,
      title: name,
      channel: "#garden",
      tree: said.some((message) => message.parent !== undefined) ? 1 : 0,
      raw: null,
      as_of: null,
      partial: 0,
      start_key: null,
      end_key: null,
    },
    messages: made,
  };
};

/** Finds nothing: for tests in which no rules are set. */
export const asItCame: Cleaner = {
  message: (message) => ({ ...message, isRefused: false, findings: [] }),
  name: (name) => name,
  title: (title) => title,
  isRefused: () => false,
};

/** One chunk per message: enough for tests of rows. */
export const plainChunks = (
  conversation: ConversationId,
  messages: readonly StoredMessage[],
): Chunk[] =>
  messages.map((message) => ({
    id: chunkId(digest, conversation, {
      messages: [message.id],
      at: message.at,
      author: message.author,
      part: 0,
      text: message.text,
    }),
    unit: "message",
    exchange: null,
    conversation,
    messages: [message.id],
    part: 0,
    start: 0,
    text: message.text,
    author: message.author,
    role: "person",
    kind: "text",
    at: message.at === null ? null : millis(message.at),
    source: "irc",
    channel: "#garden",
    language: "en",
  }));

/** Saves whole conversations like the ingest stage: first messages, then sums and chunks. */
export const bring = async (
  store: Store,
  of: { readonly collection: CollectionId; readonly upload: UploadId },
  parts: readonly IngestPart[],
  cut: (conversation: ConversationId, messages: readonly StoredMessage[]) => Chunk[] = plainChunks,
) => {
  const saved = await saveParts(store, { ...of, after: 0, bytesRead: 1000 }, parts, asItCame);
  const rechunked = [];
  for (const { conversation } of parts) {
    const { revision = -1, messages = [] } = (await readToChunk(store.rows, conversation.id)) ?? {};
    rechunked.push({
      conversation: conversation.id,
      revision,
      sums: sumsOf(messages),
      chunks: cut(conversation.id, messages),
    });
  }
  await saveConversationEnds(store, { ...of, after: 0 }, { done: parts.length, rechunked });
  return saved;
};

/** Requests the erasure of an upload, and takes the steps of the erase stage. @returns keys of blobs that are no longer needed */
export const eraseUpload = async (store: Store, id: UploadId): Promise<string[]> => {
  await requestOriginErasure(store, id);
  return eraseRequested(store, id);
};

/** The steps of the erase stage, without the index. @returns keys of blobs that are no longer needed */
export const eraseRequested = async (store: Store, id: OriginId): Promise<string[]> => {
  const origin = await findOrigin(store.rows, id);
  if (!origin) throw new Error("no origin");
  for (;;) {
    const left = await conversationsOf(store.rows, id);
    if (left.length === 0) break;
    for (const conversation of left)
      await eraseFromConversation(
        store,
        origin,
        conversation,
        () => (row, messages) => plainChunks(row.id, messages),
      );
  }
  await purgedChunks(store, await chunksToPurge(store.rows, origin.collection));
  await forgetErasedAuthors(store, origin);
  return store.transaction((rows) => deleteOrigin(store, rows, origin));
};
