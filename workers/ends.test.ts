// Tests of the ends of long conversations: every message is in a chunk, whatever changes meanwhile, and nothing is cut twice.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CollectionId, UploadId } from "#services/domain/ids.ts";
import {
  aCollection,
  anUpload,
  aPart,
  aStore,
  asItCame,
  plainChunks,
  type TestStore,
} from "#services/store/store.builders.ts";
import { findUpload, type IngestPart, saveParts } from "#services/store/store.ts";
import { Ends } from "./ends.ts";

let store: TestStore;
let remove: () => Promise<void>;
let of: { collection: CollectionId; upload: UploadId };
beforeEach(async () => {
  ({ store, remove } = await aStore());
  const collection = await aCollection(store);
  of = { collection, upload: await anUpload(store, collection) };
});
afterEach(() => remove());

const pace = { isAhead: async () => false, wait: async () => undefined };

/** @param before is called before the chunks of the nth piece are made */
const openEnds = async (before: (nth: number) => Promise<void> = async () => undefined) => {
  const upload = await findUpload(store.rows, of.upload);
  if (!upload) throw new Error("no upload");
  let pieces = 0;
  let waiting: Promise<void> = Promise.resolve();
  const transaction: TestStore["transaction"] = async (work) => {
    await waiting;
    return store.transaction(work);
  };
  const ends = new Ends(
    {
      parlance: { store: { ...store, transaction }, bus: { wake: () => undefined } },
      reached: async () => undefined,
    },
    upload,
    () =>
      ({ id }, messages) => {
        waiting = before(++pieces);
        return plainChunks(id, messages);
      },
  );
  return { ends, pieces: () => pieces };
};

const chunkCount = async (part: IngestPart): Promise<number> =>
  (
    await store.rows
      .selectFrom("chunks")
      .select("id")
      .where("conversation_id", "=", part.conversation.id)
      .where("state", "=", "live")
      .execute()
  ).length;

const lines = (name: string, from: number, to: number): IngestPart => {
  const part = aPart(
    of,
    name,
    Array.from({ length: to }, (_, n) => ({ text: `line ${n}`, at: 1_700_000_000_000 + n })),
  );
  return { ...part, messages: part.messages.slice(from) };
};

const save = (after: number, parts: readonly IngestPart[]) =>
  saveParts(store, { ...of, after, bytesRead: 1 }, parts, asItCame);

describe("a long conversation", () => {
  it("is cut to its end where it is changed while its last piece is cut", async () => {
    const part = lines("long", 0, 9000);
    const saved = await save(0, [part]);
    const { ends, pieces } = await openEnds(async (nth) => {
      if (nth === 2)
        await store.rows
          .updateTable("conversations")
          .set((value) => ({ revision: value("revision", "+", 1) }))
          .execute();
    });
    ends.tookParts([part], saved);
    ends.add({ conversation: part.conversation, unsure: false });
    await ends.save(pace);
    expect(pieces()).toBe(3);
    expect(await chunkCount(part)).toBe(9000);
  });

  it("is in chunks whole where more messages share a place than are read at once", async () => {
    const part = lines("wide", 0, 9000);
    const wide = { ...part, messages: part.messages.map((one) => ({ ...one, position: 0 })) };
    const saved = await save(0, [wide]);
    const { ends } = await openEnds();
    ends.tookParts([wide], saved);
    ends.add({ conversation: wide.conversation, unsure: false });
    await ends.save(pace);
    expect(await chunkCount(wide)).toBe(9000);
  });

  it("is not cut again where another one follows it at once", async () => {
    const all = lines("long", 0, 17_000);
    const [begun, rest] = [lines("long", 0, 16_500), lines("long", 16_500, 17_000)];
    const { ends, pieces } = await openEnds();
    ends.tookParts([begun], await save(0, [begun]));
    await ends.grow(begun.conversation, pace);
    expect(pieces()).toBe(2);
    const short = lines("short", 0, 4);
    ends.tookParts([rest, short], await save(1, [rest, short]));
    ends.add({ conversation: rest.conversation, unsure: false });
    ends.add({ conversation: short.conversation, unsure: false });
    await ends.save(pace);
    // One more of the long one, and the short one.
    expect(pieces()).toBe(4);
    expect(await chunkCount(all)).toBe(17_000);
    expect(await chunkCount(short)).toBe(4);
  });
});
