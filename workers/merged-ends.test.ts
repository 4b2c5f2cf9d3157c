// Tests of the ends of conversations that are merged: what is shown of them has all that an import brought.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CollectionId, ConversationId, UploadId } from "#services/domain/ids.ts";
import { bringChat, onTheOther, settleAll, talk } from "#services/store/merged/merged.builders.ts";
import {
  aCollection,
  anUpload,
  aPart,
  aStore,
  asItCame,
  plainChunks,
  type TestStore,
} from "#services/store/store.builders.ts";
import {
  askToMerge,
  findUpload,
  type IngestPart,
  saveParts,
  type UploadRow,
} from "#services/store/store.ts";
import { Ends } from "./ends.ts";

let store: TestStore;
let remove: () => Promise<void>;
let collection: CollectionId;
beforeEach(async () => {
  ({ store, remove } = await aStore());
  collection = await aCollection(store);
});
afterEach(() => remove());

const pace = { isAhead: async () => false, wait: async () => undefined };

/** The ends of an upload, as an attempt to read it finds them. */
const openEnds = async (id: UploadId): Promise<Ends> => {
  const upload = await findUpload(store.rows, id);
  if (!upload) throw new Error("no upload");
  return new Ends(
    { parlance: { store, bus: { wake: () => undefined } }, reached: async () => undefined },
    upload,
    () => (row, messages) => plainChunks(row.id, messages),
  );
};

const save = (upload: UploadId, after: number, part: IngestPart) =>
  saveParts(store, { collection, upload, after, bytesRead: 1 }, [part], asItCame);

const merge = async (ids: readonly ConversationId[]): Promise<ConversationId> => {
  const { id } = await askToMerge(store, collection, ids);
  await settleAll(store, collection);
  return id;
};

describe("a merged conversation", () => {
  it("is known to come from an import too that says the same again", async () => {
    const mine = await bringChat(store, collection, "Ben", talk);
    const theirs = await bringChat(store, collection, "Mum", onTheOther(talk));
    const id = await merge([mine.id, theirs.id]);
    const upload = await anUpload(store, collection);
    const part = aPart({ collection, upload }, "Ben", talk);
    const ends = await openEnds(upload);
    const saved = await save(upload, 0, part);
    expect(saved.touched.size).toBe(0);
    ends.tookParts([part], saved);
    ends.add({ conversation: part.conversation, unsure: false });
    await ends.save(pace);
    const brought = await store.rows
      .selectFrom("message_origins as o")
      .innerJoin("messages as m", "m.id", "o.message_id")
      .select("m.id")
      .where("m.conversation_id", "=", id)
      .where("o.origin_id", "=", upload)
      .execute();
    expect(brought).toHaveLength(talk.length);
  });

  it("has the end of a long one that was merged while its upload waited to be read on", async () => {
    const upload = await anUpload(store, collection);
    const said = Array.from({ length: 10 }, (_, n) => ({ text: `line ${n}` }));
    const all = aPart({ collection, upload }, "long", said);
    await save(upload, 0, { ...all, messages: all.messages.slice(0, 8) });
    const is = (changes: Partial<UploadRow>) =>
      store.rows.updateTable("uploads").set(changes).where("id", "=", upload).execute();
    // As after an attempt that has cut its beginning and then let others go first.
    await is({ state: "queued", cut_conversation: all.conversation.id, cut_from: 5 });
    const other = await bringChat(store, collection, "Mum", talk);
    const id = await merge([all.conversation.id, other.id]);
    await is({ state: "reading" });
    const ends = await openEnds(upload);
    const rest = { ...all, messages: all.messages.slice(8) };
    ends.tookParts([rest], await save(upload, 1, rest));
    ends.add({ conversation: rest.conversation, unsure: false });
    await ends.save(pace);
    const shown = await store.rows
      .selectFrom("messages")
      .select("text")
      .where("conversation_id", "=", id)
      .execute();
    expect(shown.map(({ text }) => text).sort()).toEqual(
      [...said, ...talk].map(({ text }) => text).sort(),
    );
  });
});
