// Tests of when cleaning is done: before the transaction that writes, by the rules of the transaction, a bounded length at once.
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Cleaner, type CleaningRules, noCleaning } from "#services/domain/cleaning.ts";
import type { CollectionId, UploadId } from "#services/domain/ids.ts";
import { saveParts } from "../ingest.ts";
import {
  aCollection,
  anUpload,
  aPart,
  aStore,
  plainChunks,
  type TestStore,
} from "../store.builders.ts";
import { cutAgain, saveCleaning } from "../store.ts";

/** "@" is masked as the sign of the kind that is masked; what is asked for is noted. */
let asked: string[];
let isWriting: boolean;
const cleaner: Cleaner = {
  message: ({ text, unmasked, attachments }, { found }) => {
    asked.push(isWriting ? "writing" : "before");
    const words = unmasked ?? text;
    const masked = words.replaceAll("@", found.email === "mask" ? "e" : "p");
    const isSame = masked === words;
    return {
      text: masked,
      unmasked: isSame ? null : words,
      attachments,
      isRefused: false,
      findings: [],
    };
  },
  name: (name) => name,
  title: (title) => title,
  isRefused: () => false,
};
const masking = (kind: "email" | "phone"): CleaningRules => ({
  ...noCleaning,
  found: { ...noCleaning.found, [kind]: "mask" },
});

let store: TestStore;
let remove: () => Promise<void>;
let collection: CollectionId;
let upload: UploadId;
beforeEach(async () => {
  ({ store, remove } = await aStore());
  collection = await aCollection(store);
  upload = await anUpload(store, collection);
  asked = [];
  isWriting = false;
});
afterEach(() => remove());

const bring = (names: readonly string[], texts: readonly string[], before = async () => {}) => {
  const watched: TestStore = {
    ...store,
    transaction: async (work) => {
      await before();
      return store.transaction(async (rows) => {
        isWriting = true;
        try {
          return await work(rows);
        } finally {
          isWriting = false;
        }
      });
    },
  };
  const of = { collection, upload };
  const parts = names.map((name) =>
    aPart(
      of,
      name,
      texts.map((text) => ({ text })),
    ),
  );
  return saveParts(watched, { ...of, after: 0, bytesRead: 1 }, parts, cleaner);
};
const texts = async () =>
  (await store.rows.selectFrom("messages").select("text").orderBy("position").execute()).map(
    ({ text }) => text,
  );

it("is done before the transaction, each message once", async () => {
  await saveCleaning(store, collection, masking("email"));
  await bring(["a"], ["x@", "y", "z@"]);
  expect(asked).toEqual(["before", "before", "before"]);
  expect(await texts()).toEqual(["xe", "y", "ze"]);
});

it("is done again where somebody changes the rules before the transaction", async () => {
  await saveCleaning(store, collection, masking("email"));
  await bring(["a"], ["x@", "y"], () => saveCleaning(store, collection, masking("phone")));
  // On a database server the work of a transaction may run several times.
  expect(asked.slice(0, 3)).toEqual(["before", "before", "writing"]);
  expect(await texts()).toEqual(["xp", "y"]);
});

it("of what is there goes on in steps of a bounded length", async () => {
  await bring(["a", "b", "c"], [`${"x ".repeat(600_000)}@`]);
  await saveCleaning(store, collection, masking("email"));
  const cut = () => (row: { readonly id: Parameters<typeof plainChunks>[0] }, messages: never) =>
    plainChunks(row.id, messages);
  const steps: number[] = [];
  for (let some = -1; some !== 0; ) {
    some = await cutAgain(store, collection, { cleaner, cut: cut as never });
    steps.push(some);
  }
  expect(steps).toEqual([2, 1, 0]);
  expect((await texts()).every((text) => text.endsWith("e"))).toBe(true);
});
