// Exports that say again what the newest one said are saved by their digests: to the same effect as message by message.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { noCleaning } from "#services/domain/cleaning.ts";
import type { CollectionId, UploadId } from "#services/domain/ids.ts";
import { saveCleaning } from "./cleaning/rules.ts";
import {
  aCollection,
  anUpload,
  aPart,
  aStore,
  bring,
  type Said,
  type TestStore,
} from "./store.builders.ts";

let store: TestStore;
let remove: () => Promise<void>;
let collection: CollectionId;

beforeEach(async () => {
  ({ store, remove } = await aStore());
  collection = await aCollection(store);
});
afterEach(() => remove());

type Chats = Readonly<Record<string, readonly Said[]>>;
interface Export {
  readonly chats: Chats;
  readonly asOf?: number;
}

const talk: readonly Said[] = [
  { text: "frost tonight", sourceId: "1" },
  { text: "cover the beans", author: "bob", sourceId: "2", parent: 0 },
];
const more: readonly Said[] = [...talk, { text: "they are covered", sourceId: "3", parent: 1 }];
const edited: readonly Said[] = talk.map((one, at) =>
  at === 0 ? { ...one, text: "no frost tonight" } : one,
);

/** Imports exports one after the other, and gives what is stored then, uploads by their order. */
const stored = async (into: CollectionId, exports: readonly Export[], forgets: boolean) => {
  const uploads: UploadId[] = [];
  const counts: unknown[] = [];
  for (const { chats, asOf } of exports) {
    const of = { collection: into, upload: await anUpload(store, into) };
    uploads.push(of.upload);
    if (forgets) await store.rows.updateTable("conversations").set({ said_key: null }).execute();
    const parts = Object.entries(chats).map(([name, said]) => {
      const part = aPart(of, name, said);
      const conversation = { ...part.conversation, source: "chatgpt", as_of: asOf ?? null };
      return { ...part, conversation };
    });
    const { newMessages, knownMessages, changedMessages } = await bring(store, of, parts);
    counts.push({ newMessages, knownMessages, changedMessages });
  }
  const named = (row: object): string =>
    uploads.reduce((text, id, at) => text.replaceAll(id, `upload ${at}`), JSON.stringify(row));
  const ids = new Map<string, string>();
  const messages = await store.rows
    .selectFrom("messages")
    .selectAll()
    .where("collection_id", "=", into)
    .execute();
  const conversations = await store.rows
    .selectFrom("conversations")
    .selectAll()
    .where("collection_id", "=", into)
    .execute();
  for (const { id, source_id: name } of conversations) {
    ids.set(id, `conversation ${name}`);
    for (const one of messages)
      if (one.conversation_id === id) ids.set(one.id, `message ${one.source_id} of ${name}`);
  }
  const plain = (rows: readonly object[]) =>
    rows
      .map((row) => [...ids].reduce((text, [id, name]) => text.replaceAll(id, name), named(row)))
      .map((text) => text.replaceAll(into, "collection"))
      .sort();
  const shown = conversations.map(
    ({ said_key: _, said_revision: __, revision: ___, ...row }) => row,
  );
  const [origins, told, states] = await Promise.all([
    store.rows.selectFrom("message_origins").selectAll().execute(),
    store.rows.selectFrom("conversation_origins").selectAll().execute(),
    store.rows.selectFrom("message_states").selectAll().execute(),
  ]);
  const own = new Set(messages.map(({ id }) => id));
  const ownChats = new Set(conversations.map(({ id }) => id));
  return {
    counts,
    messages: plain(messages),
    conversations: plain(shown),
    origins: plain(origins.filter(({ message_id }) => own.has(message_id))),
    told: plain(told.filter(({ conversation_id }) => ownChats.has(conversation_id))),
    states: plain(states.filter(({ message_id }) => own.has(message_id))),
  };
};

const histories: Readonly<Record<string, readonly Export[]>> = {
  "the same export three times": [
    { chats: { a: talk } },
    { chats: { a: talk } },
    { chats: { a: talk } },
  ],
  "an export that has grown, and then not": [
    { chats: { a: talk, b: talk }, asOf: 1 },
    { chats: { a: talk, b: more }, asOf: 2 },
    { chats: { a: talk, b: more }, asOf: 3 },
  ],
  "an older one after a newer one, and the newer one again": [
    { chats: { a: more }, asOf: 2 },
    { chats: { a: talk }, asOf: 1 },
    { chats: { a: more }, asOf: 2 },
    { chats: { a: talk }, asOf: 3 },
    { chats: { a: talk }, asOf: 4 },
  ],
  "an edit, taken back and made again": [
    { chats: { a: talk }, asOf: 1 },
    { chats: { a: edited }, asOf: 2 },
    { chats: { a: edited }, asOf: 3 },
    { chats: { a: talk }, asOf: 4 },
    { chats: { a: edited }, asOf: 5 },
  ],
};

const keysOf = async () =>
  (
    await store.rows
      .selectFrom("conversations")
      .select(["said_key", "said_revision", "revision"])
      .execute()
  ).map((row) => row.said_key !== null && row.said_revision === row.revision);

describe("an export that says again what the newest one said", () => {
  it.each(Object.keys(histories))(
    "of %s leaves what comparing each message leaves",
    async (name) => {
      const history = histories[name] ?? [];
      const compared = await stored(collection, history, true);
      const other = await aCollection(store, "Other");
      expect(await stored(other, history, false)).toEqual(compared);
    },
  );

  it("raises no revision, so that the next one is known by its digest too", async () => {
    await stored(collection, [{ chats: { a: talk } }, { chats: { a: talk } }], false);
    const [row] = await store.rows.selectFrom("conversations").select("revision").execute();
    expect(row?.revision).toBe(0);
    expect(await keysOf()).toEqual([true]);
  });

  it("is compared message by message once rules were set that clean texts", async () => {
    await stored(collection, [{ chats: { a: talk } }], false);
    await saveCleaning(store, collection, {
      ...noCleaning,
      found: { ...noCleaning.found, email: "mask" },
    });
    expect(await keysOf()).toEqual([false]);
    await stored(collection, [{ chats: { a: talk } }], false);
    expect(await keysOf()).toEqual([false]);
  });
});
