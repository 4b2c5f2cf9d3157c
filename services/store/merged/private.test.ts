// Tests that a merged conversation shows nobody what he was not to see: by a link, in older versions of the index, or as if it were new.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Cleaner, noCleaning } from "#services/domain/cleaning.ts";
import { type CollectionId, type ConversationId, shareId } from "#services/domain/ids.ts";
import { addShare, removeShare } from "../accounts/shares.ts";
import { chunkPlaces, raiseAlerts } from "../alerts.ts";
import { changedTexts } from "../cleaning/changed-texts.ts";
import { saveCleaning } from "../cleaning/rules.ts";
import { changeConcept, createConcept } from "../concepts.ts";
import { cutAgain } from "../recut.ts";
import { aCollection, aStore, asItCame, type TestStore } from "../store.builders.ts";
import { bringChat, NINE, onTheOther, plainly, settleAll, talk } from "./merged.builders.ts";
import { askToEndMerge, askToMerge } from "./requests.ts";
import { settleMerged } from "./settle.ts";

let store: TestStore;
let remove: () => Promise<void>;
let collection: CollectionId;
let mine: ConversationId;
let theirs: ConversationId;

beforeEach(async () => {
  ({ store, remove } = await aStore());
  collection = await aCollection(store);
  mine = (await bringChat(store, collection, "Ben", talk)).id;
  theirs = (await bringChat(store, collection, "Mum", onTheOther(talk))).id;
});
afterEach(() => remove());

const merge = async (ids: readonly ConversationId[]): Promise<ConversationId> => {
  const { id } = await askToMerge(store, collection, ids);
  await settleAll(store, collection);
  return id;
};

const undo = async (id: ConversationId): Promise<void> => {
  await askToEndMerge(store, collection, id);
  await settleAll(store, collection);
};

const chunksOf = (id: ConversationId) =>
  store.rows
    .selectFrom("chunks")
    .select(["id", "text", "state"])
    .where("conversation_id", "=", id)
    .orderBy("text")
    .execute();

const masking = { ...noCleaning, found: { ...noCleaning.found, email: "mask" } } as const;

describe("a merged conversation that is shared by a link", () => {
  const link = shareId("shr0000000001");
  const share = (conversation: ConversationId, until: number) =>
    addShare(store.rows, {
      id: link,
      collection_id: collection,
      hash: "hash",
      target: JSON.stringify({ kind: "conversation", conversation }),
      title: "Ben",
      made_by: "usr_ida" as never,
      password_hash: null,
      created_at: 1,
      until,
      opened: 0,
      opened_at: null,
    });
  const addPrivate = async () =>
    (await bringChat(store, collection, "Private", [{ text: "for nobody else" }])).id;

  it("gets nothing more before the link is withdrawn", async () => {
    const id = await merge([mine, theirs]);
    const other = await addPrivate();
    await share(id, store.now() + 1_000_000);
    await expect(merge([id, other])).rejects.toMatchObject({ code: "shared" });
    await undo(id);
    await expect(merge([mine, other])).rejects.toMatchObject({ code: "shared" });
    await removeShare(store.rows, collection, link);
    expect(await merge([mine, other])).toBe(id);
  });

  it("is as any other one where the link is over, or shares another conversation", async () => {
    const id = await merge([mine, theirs]);
    const other = await addPrivate();
    await share(id, store.now() - 1);
    expect(await merge([id, other])).toBe(id);
    await removeShare(store.rows, collection, link);
    await undo(id);
    await share(other, store.now() + 1_000_000);
    expect(await merge([mine, other])).toBe(id);
  });
});

describe("texts that the rules mask", () => {
  const cleaner: Cleaner = {
    ...asItCame,
    message: ({ text, unmasked, attachments }) => {
      const words = unmasked ?? text;
      const masked = words.replace("oars", "•");
      return {
        text: masked,
        unmasked: masked === words ? null : words,
        attachments,
        isRefused: false,
        findings: [],
      };
    },
  };

  it("are purged from every version though a settle masks them before it is their turn", async () => {
    const id = await merge([mine, theirs]);
    await saveCleaning(store, collection, masking);
    await settleMerged(store, id, { ...plainly, cleaner });
    const chunks = await chunksOf(id);
    expect(chunks.filter(({ text }) => /oars|•/u.test(text))).toMatchObject([
      { text: "I bring the oars this time", state: "purge" },
      { text: "I bring the • this time", state: "live" },
    ]);
    expect(chunks.filter(({ state }) => state === "live")).toHaveLength(4);
    expect(await changedTexts(store.rows, collection)).toBe(1);
  });

  it("are purged with all that a merge has left that was undone", async () => {
    const id = await merge([mine, theirs]);
    await undo(id);
    expect((await chunksOf(id)).map(({ state }) => state)).not.toContain("purge");
    await saveCleaning(store, collection, masking);
    while ((await cutAgain(store, collection, plainly)) > 0);
    expect((await chunksOf(id)).map(({ state }) => state)).toEqual(Array(4).fill("purge"));
    expect((await chunksOf(mine)).map(({ state }) => state)).toEqual(Array(4).fill("live"));
    expect(await changedTexts(store.rows, collection)).toBe(1);
  });
});

describe("a watched concept", () => {
  it("is told of what is imported into a merged conversation, not of what was there before", async () => {
    const { id: concept } = await createConcept(store, collection, {
      name: "Rowing",
      query: "row",
      examples: [],
    });
    await changeConcept(store, concept, { watch: true }, () => "secret");
    const id = await merge([mine, theirs]);
    const more = { text: "see you there", author: "Anna", at: NINE + 900_000 };
    await bringChat(store, collection, "Ben", [...talk, more]);
    const chunks = (await chunksOf(id)).filter(({ state }) => state === "live");
    expect(chunks).toHaveLength(5);
    const places = await chunkPlaces(
      store.rows,
      chunks.map((chunk) => chunk.id),
    );
    const alerts = [...places.values()].map((place) => ({ ...place, probability: 1 }));
    expect(await raiseAlerts(store, concept, { version: 1, alerts })).toBe(1);
    expect(await store.rows.selectFrom("alerts").select("chunk_id").execute()).toEqual([
      { chunk_id: chunks.find(({ text }) => text === more.text)?.id },
    ]);
  });
});
