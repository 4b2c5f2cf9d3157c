// Tests of erasing from long conversations: no transaction is long, and one that is cut short leaves nothing hidden or lost for good.
import { setImmediate } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CollectionId, UploadId } from "#services/domain/ids.ts";
import { type Cut, conversationsOf, deletePiece, eraseFromConversation } from "./erase.ts";
import { requestCollectionErasure, requestOriginErasure } from "./erase-requests.ts";
import { saveParts } from "./ingest.ts";
import { findOrigin } from "./origins.ts";
import { cutAgain } from "./recut.ts";
import type { Store } from "./rows.ts";
import {
  aCollection,
  anUpload,
  aPart,
  aStore,
  asItCame,
  bring,
  eraseRequested,
  plainChunks,
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

const brought = async (texts: readonly string[]): Promise<UploadId> => {
  const of = { collection, upload: await anUpload(store, collection) };
  await bring(store, of, [
    aPart(
      of,
      "channel",
      texts.map((text) => ({ text })),
    ),
  ]);
  return of.upload;
};
const numbered = (word: string, count: number) =>
  Array.from({ length: count }, (_, n) => `${word} ${n}`);

/** The store, with what is told before each transaction, and whether one is open. */
const watched = (before: (nth: number) => void = () => undefined) => {
  const seen = { open: false, count: 0 };
  const transaction: Store["transaction"] = async (work) => {
    before(++seen.count);
    return store.transaction(async (rows) => {
      seen.open = true;
      try {
        return await work(rows);
      } finally {
        seen.open = false;
      }
    });
  };
  return { seen, through: { ...store, transaction } };
};

const begin = async (upload: UploadId) => {
  await requestOriginErasure(store, upload);
  const origin = await findOrigin(store.rows, upload);
  const [conversation] = await conversationsOf(store.rows, upload);
  if (!origin || !conversation) throw new Error("nothing to erase");
  return { origin, conversation };
};
const cut: Cut = (row, messages) => plainChunks(row.id, messages);
const live = async () =>
  (
    await store.rows
      .selectFrom("chunks")
      .select("text")
      .where("state", "=", "live")
      .orderBy("text")
      .execute()
  ).map(({ text }) => text);

describe("erasing from a long conversation", () => {
  it("takes back a thousand messages a transaction, and makes chunks between two of them", async () => {
    await brought(["kept"]);
    const { origin, conversation } = await begin(
      await brought(["kept", ...numbered("gone", 2500)]),
    );
    const { seen, through } = watched();
    const openWhileCut: boolean[] = [];
    await eraseFromConversation(through, origin, conversation, () => (row, messages) => {
      openWhileCut.push(seen.open);
      return cut(row, messages);
    });
    expect(openWhileCut).toEqual([false]);
    // The first one notes the authors.
    expect(seen.count).toBe(5);
    expect(await live()).toEqual(["kept"]);
    const [row] = await store.rows.selectFrom("conversations").selectAll().execute();
    expect(row?.message_count).toBe(1);
  });

  it("makes them again where the conversation grew meanwhile, the third time in the transaction", async () => {
    await brought(["kept"]);
    const { origin, conversation } = await begin(await brought(["kept", "gone"]));
    const of = { collection, upload: await anUpload(store, collection) };
    const open: boolean[] = [];
    const { seen, through } = watched();
    const growing: Store = {
      ...through,
      transaction: async (work) => {
        if (open.length > 0)
          await saveParts(
            store,
            { ...of, after: open.length - 1, bytesRead: 1 },
            [aPart(of, "channel", [{ text: "kept" }, { text: `more ${open.length}` }])],
            asItCame,
          );
        return through.transaction(work);
      },
    };
    await eraseFromConversation(growing, origin, conversation, () => (row, messages) => {
      open.push(seen.open);
      return cut(row, messages);
    });
    // Only the last one holds others up.
    expect(open.slice(0, 4)).toEqual([false, false, false, true]);
    expect(await live()).toEqual(["kept", "more 1", "more 2", "more 3"]);
  });

  it("goes on where it was cut short, whatever the transaction", async () => {
    for (const last of [1, 2, 3]) {
      await brought(["kept"]);
      const upload = await brought(["kept", ...numbered("gone", 1200)]);
      // One chunk covers a message that stays and one that goes.
      const ids = await store.rows
        .selectFrom("messages")
        .select("id")
        .where("text", "in", ["kept", "gone 0"])
        .execute();
      await store.rows
        .updateTable("chunks")
        .set({ message_ids: JSON.stringify(ids.map(({ id }) => id)) })
        .where("text", "=", "kept")
        .execute();
      const { origin, conversation } = await begin(upload);
      const { through } = watched((nth) => {
        if (nth === last) throw new Error("cut short");
      });
      await expect(eraseFromConversation(through, origin, conversation, () => cut)).rejects.toThrow(
        "cut short",
      );
      await eraseRequested(store, upload);
      expect(await live()).toEqual(["kept"]);
      expect(await store.rows.selectFrom("messages").select("text").execute()).toEqual([
        { text: "kept" },
      ]);
      await requestCollectionErasure(store, collection);
      while (await deletePiece(store, collection));
      collection = await aCollection(store);
    }
  });
});

describe("erasing a long conversation that nobody else brought", () => {
  it("deletes a thousand rows a transaction, and makes no chunks", async () => {
    const { origin, conversation } = await begin(await brought(numbered("gone", 2500)));
    const { seen, through } = watched();
    await eraseFromConversation(through, origin, conversation, () => {
      throw new Error("nothing is left to cut");
    });
    // One with the authors, three with chunks and one that finds no more of them, the same for messages, and the end.
    expect(seen.count).toBe(10);
    expect(await store.rows.selectFrom("messages").select("id").execute()).toEqual([]);
    expect(await live()).toEqual([]);
    const [row] = await store.rows.selectFrom("conversations").selectAll().execute();
    expect(row).toMatchObject({ message_count: 0, other_count: 0 });
  });

  it("keeps what another upload brings of it meanwhile, at whichever step", async () => {
    for (const at of [1, 2, 3, 4, 5, 6, 7]) {
      const { origin, conversation } = await begin(await brought(numbered("word", 1500)));
      const again = numbered("word", 1500).filter((_, n) => n % 10 === 0);
      let later: Promise<UploadId> | undefined;
      const { through } = watched();
      let count = 0;
      const meanwhile: Store = {
        ...through,
        transaction: async (work) => {
          if (++count === at) {
            later = brought(again);
            await later;
          }
          return through.transaction(work);
        },
      };
      await eraseFromConversation(meanwhile, origin, conversation, () => cut);
      expect(later, `step ${at}`).toBeDefined();
      const texts = (await store.rows.selectFrom("messages").select("text").execute()).map(
        ({ text }) => text,
      );
      expect(texts.toSorted()).toEqual(again.toSorted());
      expect(await live()).toEqual(again.toSorted());
      await requestCollectionErasure(store, collection);
      while (await deletePiece(store, collection));
      collection = await aCollection(store);
    }
  });

  it("leaves no chunk that was made of it meanwhile", async () => {
    for (const at of [1, 2, 3, 4, 5]) {
      const { origin, conversation } = await begin(await brought(numbered("secret", 5)));
      await store.rows
        .updateTable("collections")
        .set({ recut_after: "" as never })
        .execute();
      const written = Promise.withResolvers<void>();
      const waiting: Store = {
        ...store,
        transaction: async (work) => {
          await written.promise;
          return store.transaction(work);
        },
      };
      // It has made chunks of the whole conversation, and waits to write them.
      const recutting = cutAgain(waiting, collection, { cut: () => cut, cleaner: asItCame });
      await setImmediate();
      const { through } = watched();
      let count = 0;
      const erasing: Store = {
        ...through,
        transaction: async (work) => {
          if (++count === at) {
            written.resolve();
            await recutting;
          }
          return through.transaction(work);
        },
      };
      await eraseFromConversation(erasing, origin, conversation, () => cut);
      expect(count).toBeGreaterThanOrEqual(at);
      expect(await live()).toEqual([]);
      await requestCollectionErasure(store, collection);
      while (await deletePiece(store, collection));
      collection = await aCollection(store);
    }
  });

  it("goes on where it was cut short, whatever the transaction", async () => {
    for (const last of [1, 2, 3, 4, 5]) {
      const upload = await brought(numbered("gone", 1200));
      const { origin, conversation } = await begin(upload);
      const { through } = watched((nth) => {
        if (nth === last) throw new Error("cut short");
      });
      await expect(eraseFromConversation(through, origin, conversation, () => cut)).rejects.toThrow(
        "cut short",
      );
      await eraseRequested(store, upload);
      expect(await live()).toEqual([]);
      expect(await store.rows.selectFrom("messages").select("text").execute()).toEqual([]);
    }
  });
});

it("a collection with a long conversation is deleted a bounded number of rows at a time", async () => {
  await brought(numbered("gone", 2500));
  await requestCollectionErasure(store, collection);
  const left: number[] = [];
  const count = async (table: "messages" | "chunks") =>
    (await store.rows.selectFrom(table).select("id").execute()).length;
  do left.push((await count("messages")) + (await count("chunks")));
  while (await deletePiece(store, collection));
  expect(left).toEqual([5000, 3000, 1000, 0]);
});
