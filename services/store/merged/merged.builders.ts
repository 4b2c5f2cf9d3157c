// Builders for tests of merged conversations: two phones' exports of one chat, and the steps of the stages that merge and erase.
import type { CollectionId, ConversationId, UploadId } from "#services/domain/ids.ts";
import { chunksToPurge, conversationsOf, deleteOrigin, purgedChunks } from "../erase.ts";
import { requestOriginErasure } from "../erase-requests.ts";
import { findOrigin } from "../origins.ts";
import { forgetErasedAuthors } from "../people/forget.ts";
import type { Store } from "../rows.ts";
import { anUpload, aPart, asItCame, bring, plainChunks, type Said } from "../store.builders.ts";
import { erasedTogether, eraseFromAny } from "./erase-merged.ts";
import { mergedInto, unsettledIn } from "./rule.ts";
import { type Making, settleMerged } from "./settle.ts";

/** Nothing is cleaned, and each message is a chunk. */
export const plainly: Making = {
  cut: () => (row, messages) => plainChunks(row.id, messages),
  cleaner: asItCame,
};

export const HOUR = 3_600_000;
export const NINE = 1_700_000_000_000;

/** What Anna and Ben wrote, as Anna's phone has it. */
export const talk: readonly Said[] = [
  { text: "shall we row on sunday?", author: "Anna", at: NINE },
  { text: "ok", author: "Ben", at: NINE + 61_000 },
  { text: "at nine, by the bridge", author: "Anna", at: NINE + 122_000 },
  { text: "I bring the oars this time", author: "Ben", at: NINE + 300_000 },
];

/** The same on another phone: an hour behind, without seconds, under other names. */
export const onTheOther = (said: readonly Said[]): Said[] =>
  said.map(({ text, author, at = NINE }) => ({
    text,
    author: author === "Anna" ? "Mum" : "Benny",
    at: Math.floor((at - HOUR) / 60_000) * 60_000,
  }));

/** Imports a chat like the ingest stage, which brings what is shown of it up to date. */
export const bringChat = async (
  store: Store,
  collection: CollectionId,
  name: string,
  said: readonly Said[],
): Promise<{ readonly upload: UploadId; readonly id: ConversationId }> => {
  const of = { collection, upload: await anUpload(store, collection) };
  const part = aPart(of, name, said);
  const { id } = part.conversation;
  const merged = await mergedInto(store.rows, id);
  await bring(store, of, [part], merged === undefined ? undefined : () => []);
  if (merged !== undefined) await settleMerged(store, merged, plainly);
  return { upload: of.upload, id };
};

/** What the stage does that merges what was asked for. */
export const settleAll = async (store: Store, collection: CollectionId): Promise<void> => {
  for (const id of await unsettledIn(store.rows, collection))
    await settleMerged(store, id, plainly);
};

/** What the erase stage does, without the index. */
export const eraseMergedUpload = async (store: Store, upload: UploadId): Promise<void> => {
  if ((await findOrigin(store.rows, upload))?.state !== "erasing")
    await requestOriginErasure(store, upload);
  const origin = await findOrigin(store.rows, upload);
  if (!origin) throw new Error("no origin");
  for (;;) {
    const left = await conversationsOf(store.rows, upload);
    if (left.length === 0) break;
    for (const id of await erasedTogether(store.rows, left))
      await eraseFromAny(store, origin, id, plainly);
  }
  await purgedChunks(store, await chunksToPurge(store.rows, origin.collection));
  await forgetErasedAuthors(store, origin);
  await store.transaction((rows) => deleteOrigin(store, rows, origin));
};
