// What a running erasure hides: all of it, at whichever moment its steps come between the reads.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CollectionId, UploadId } from "#services/domain/ids.ts";
import { hiddenRows } from "./being-erased.ts";
import { conversationsOf, eraseFromConversation } from "./erase.ts";
import { requestOriginErasure } from "./erase-requests.ts";
import { findOrigin } from "./origins.ts";
import { Rows } from "./rows.ts";
import {
  aCollection,
  anUpload,
  aPart,
  aStore,
  bring,
  plainChunks,
  type TestStore,
} from "./store.builders.ts";

let store: TestStore;
let remove: () => Promise<void>;
let collection: CollectionId;
let upload: UploadId;
beforeEach(async () => {
  ({ store, remove } = await aStore());
  collection = await aCollection(store);
  upload = await anUpload(store, collection);
  const of = { collection, upload };
  await bring(store, of, [
    aPart(of, "monday", [{ text: "a" }]),
    aPart(of, "friday", [{ text: "b" }]),
  ]);
});
afterEach(() => remove());

const eraseConversations = async () => {
  const origin = await findOrigin(store.rows, upload);
  if (!origin) throw new Error("no origin");
  for (const conversation of await conversationsOf(store.rows, upload))
    await eraseFromConversation(
      store,
      origin,
      conversation,
      () => (talk, messages) => plainChunks(talk.id, messages),
    );
};

/** The rows, with something done after the nth query that is answered from them. */
const rowsThat = (nth: number, work: () => Promise<void>) => {
  let asked = 0;
  const all = store.database.system.rows.withPlugin({
    transformQuery: ({ node }) => node,
    transformResult: async ({ result }) => {
      if (++asked === nth) await work();
      return result;
    },
  });
  return { rows: new Rows(all, store.scope), asked: () => asked };
};

/** The chunks that are hidden by themselves or with their conversations. */
const hiddenChunks = async (rows: Rows): Promise<string[]> => {
  const { chunks, conversations } = await hiddenRows(rows, collection);
  const all = await store.rows.selectFrom("chunks").select(["id", "conversation_id"]).execute();
  return all
    .filter(
      ({ id, conversation_id }) => chunks.includes(id) || conversations.includes(conversation_id),
    )
    .map(({ id }) => id);
};

describe("the chunks that a running erasure hides", () => {
  it("are the same whenever their messages are deleted while they are read", async () => {
    const chunks = (await store.rows.selectFrom("chunks").select("id").execute()).map(
      ({ id }) => id,
    );
    expect(chunks).toHaveLength(2);
    await requestOriginErasure(store, upload);
    const { rows, asked } = rowsThat(0, async () => undefined);
    expect((await hiddenChunks(rows)).sort()).toEqual(chunks.sort());
    expect(asked()).toBeGreaterThan(2);
  });

  it.each([1, 2, 3, 4, 5])("are all there where that happens after read %i", async (nth) => {
    await requestOriginErasure(store, upload);
    const { rows } = rowsThat(nth, eraseConversations);
    expect(await hiddenChunks(rows)).toHaveLength(2);
  });
});
