// Erase: removes an upload, a live session or a collection from rows, files, vectors, every version of the index, logs and copies.
import type { Delivery } from "#services/bus/bus.ts";
import {
  type CollectionId,
  readCollectionId,
  readOriginId,
  readUploadId,
} from "#services/domain/ids.ts";
import {
  blobPrefix,
  conversationsOf,
  deleteOrigin,
  deletePiece,
  erasedTogether,
  eraseFromAny,
  findOrigin,
  forgetErasedAuthors,
  modelOfCollection,
  type Origin,
} from "#services/store/store.ts";
import { cleaner } from "#services/text/text.ts";
import { analyseWhatIsLeft } from "#services/workflow/workflow.ts";
import { openChunker } from "../chunking.ts";
import { untilDamaged } from "../damage.ts";
import { alone, eraseTraces, purge } from "../purge.ts";
import type { Belt } from "../stage.ts";
import { vectorsPrefix } from "./embed.ts";

const batchesOf = (belt: Belt, by: "origin_id" | "collection_id", id: string) =>
  belt.parlance.store.rows
    .selectFrom("batches")
    .select("id")
    .where(by, "=", id as never)
    .execute();

/** @returns how many conversations something was erased from */
const eraseConversations = async (
  belt: Belt,
  origin: Origin,
  { signal, progressed }: Pick<Delivery<"erase.requested">, "signal" | "progressed">,
): Promise<number> => {
  const { store } = belt.parlance;
  const chunker = openChunker(
    await belt.parlance.tokenCounter(await modelOfCollection(store.rows, origin.collection)),
  );
  let erased = 0;
  for (;;) {
    const conversations = await conversationsOf(store.rows, origin.id);
    if (conversations.length === 0) return erased;
    for (const conversation of await erasedTogether(store.rows, conversations)) {
      signal.throwIfAborted();
      await eraseFromAny(store, origin, conversation, { cut: chunker, cleaner });
      await belt.reached("erase.conversation");
    }
    erased += conversations.length;
    await progressed(erased);
  }
};

/** Nothing of it is in any conversation, version or analysis: only its file and its rows are erased. */
const eraseEmpty = async (belt: Belt, origin: Origin): Promise<void> => {
  const { store, blobs } = belt.parlance;
  const upload = readUploadId(origin.id);
  if (upload) await blobs.removeAll(blobPrefix(upload));
  await store.transaction((rows) => deleteOrigin(store, rows, origin));
};

const eraseOrigin = async (
  belt: Belt,
  origin: Origin,
  { signal, checkpoint, progressed }: Delivery<"erase.requested">,
): Promise<void> => {
  if (origin.isEmpty) return eraseEmpty(belt, origin);
  const { store, blobs } = belt.parlance;
  let erased = checkpoint;
  for (;;) {
    erased += await eraseConversations(belt, origin, {
      signal,
      progressed: (some) => progressed(erased + some),
    });
    await alone(belt, origin.collection, () => purge(belt, origin.collection));
    const batches = await batchesOf(belt, "origin_id", origin.id);
    const upload = readUploadId(origin.id);
    if (upload) await blobs.removeAll(blobPrefix(upload));
    await forgetErasedAuthors(store, origin);
    const free = await store.transaction(async (rows) => {
      // Another import may have brought one of its conversations again, before its title was taken back.
      if ((await conversationsOf(rows, origin.id)).length > 0) return undefined;
      // In one transaction: the origin's row is what a second delivery would know by that something is left to do.
      await analyseWhatIsLeft(store, rows, origin.collection);
      return deleteOrigin(store, rows, origin);
    });
    if (free === undefined) continue;
    for (const key of free) await blobs.remove(key);
    for (const batch of batches)
      if (
        !(await store.rows
          .selectFrom("batches")
          .select("id")
          .where("id", "=", batch.id)
          .executeTakeFirst())
      )
        await blobs.removeAll(vectorsPrefix(batch));
    return;
  }
};

const eraseCollection = async (
  belt: Belt,
  collection: CollectionId,
  { signal, checkpoint, progressed }: Delivery<"erase.requested">,
): Promise<void> => {
  const { store, blobs, indexes } = belt.parlance;
  const uploads = await store.rows
    .selectFrom("uploads")
    .select("id")
    .where("collection_id", "=", collection)
    .execute();
  for (const { id } of uploads) await blobs.removeAll(blobPrefix(id));
  for (const batch of await batchesOf(belt, "collection_id", collection))
    await blobs.removeAll(vectorsPrefix(batch));
  await alone(belt, collection, () => indexes.drop(collection));
  await belt.reached("erase.dropped");
  for (let pieces = 1; await deletePiece(store, collection); pieces++) {
    signal.throwIfAborted();
    await progressed(checkpoint + pieces);
  }
  // Another stage may have opened the index again in the meantime.
  await alone(belt, collection, () => indexes.drop(collection));
};

/**
 * Erases what a job names; a second delivery finds nothing to erase, and creates nothing either. Where the index is damaged, it is
 * repaired first: the repair requests this again.
 */
export const erase = async (belt: Belt, delivery: Delivery<"erase.requested">): Promise<void> => {
  const { store } = belt.parlance;
  const collection = readCollectionId(delivery.payload.collection);
  if (!collection) return;
  if (delivery.payload.origin === null) await eraseCollection(belt, collection, delivery);
  else {
    const id = readOriginId(delivery.payload.origin);
    const origin = id && (await findOrigin(store.rows, id));
    if (origin?.state === "erasing")
      await untilDamaged(belt, collection, () => eraseOrigin(belt, origin, delivery));
  }
  await eraseTraces(belt);
  belt.parlance.bus.wake();
};
