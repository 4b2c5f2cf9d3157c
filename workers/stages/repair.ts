// Repair: the files of a collection's newest version are checked; segments that are damaged are built again from the rows.
import type { Damage, IndexStore } from "#index-store/index-store.ts";
import type { Delivery } from "#services/bus/bus.ts";
import type { CollectionHealth } from "#services/contract/common.ts";
import { unavailable } from "#services/domain/errors.ts";
import {
  type ChunkId,
  type CollectionId,
  readChunkId,
  readCollectionId,
} from "#services/domain/ids.ts";
import {
  type CollectionRow,
  chunksByIds,
  committedVersion,
  enqueue,
  findCollection,
  healthOf,
  liveChunks,
  saveHealth,
} from "#services/store/store.ts";
import { embeddingTextOf } from "../chunk-text.ts";
import { documentsOf } from "../documents.ts";
import type { Belt } from "../stage.ts";

/** Chunks embedded and committed at once: a repair that is killed goes on after the last of them. */
const AT_ONCE = 4096;

const partNames = {
  vectors: "vectors",
  words: "word lists",
  columns: "columns",
  texts: "texts",
} as const;

/** A code for each kind of file, and a sentence that counts the segments it was found in. */
const reasonsOf = ({ record, segments }: Damage): CollectionHealth["reasons"] => {
  const reasons = Object.entries(partNames).flatMap(([part, name]) => {
    const count = segments.filter(({ files }) => files.some((file) => file === part)).length;
    return count === 0
      ? []
      : [
          {
            code: `${part}-damaged`,
            message: `The ${name} of ${count} segment${count === 1 ? "" : "s"} of the index are damaged; they are built again from the database.`,
          },
        ];
  });
  if (record !== null)
    reasons.push({
      code: "version-damaged",
      message:
        "The record of the newest version of the index cannot be read: an older one is used, and the rest is built again from the database.",
    });
  return reasons;
};

interface Repairing {
  readonly belt: Belt;
  readonly collection: CollectionRow;
  readonly index: IndexStore;
  readonly delivery: Delivery<"index.repair">;
}

const heldIds = async (index: IndexStore): Promise<Set<string>> => {
  const searcher = await index.searcher();
  try {
    if (searcher.degraded !== null)
      throw unavailable(`The index was damaged again: ${searcher.degraded}`, {
        code: "index-damaged",
      });
    return new Set(searcher.list(searcher.select(undefined)).map(({ id }) => id));
  } finally {
    searcher.close();
  }
};

/** Embeds chunks again and adds them to the index, some thousands in a version. */
const addAgain = async (
  { belt, collection, index, delivery }: Repairing,
  missing: readonly ChunkId[],
): Promise<void> => {
  const { store } = belt.parlance;
  const embedder = await belt.parlance.embedder();
  if (missing.length > 0 && collection.model_fingerprint !== embedder.model.fingerprint)
    throw unavailable(
      `The index must be built again with ${collection.model_id}, and ${embedder.model.id} is running.`,
      { code: "other-model" },
    );
  for (let from = 0; from < missing.length; from += AT_ONCE) {
    const chunks = await chunksByIds(store.db, missing.slice(from, from + AT_ONCE));
    if (chunks.length === 0) continue;
    const { vectors } = await embedder.embed(chunks.map(embeddingTextOf), {
      inputType: "document",
      truncate: true,
      signal: delivery.signal,
    });
    const message = "Add again what was damaged";
    await index.commit({ add: [documentsOf(chunks, vectors)] }, { message });
    await belt.reached("repair.added");
    await delivery.progressed();
  }
};

/** Brings the rows of the index to those that the database says are in it. */
const fillFromRows = async (repairing: Repairing): Promise<void> => {
  const { belt, collection, index } = repairing;
  const { store } = belt.parlance;
  const held = await heldIds(index);
  const { indexed, coming } = await liveChunks(store.db, collection.id);
  const missing = [...indexed].filter((id) => !held.has(id)).sort();
  const over = [...held].filter((id) => !indexed.has(id) && !coming.has(id));
  await addAgain(
    repairing,
    missing.map(readChunkId).filter((id) => id !== undefined),
  );
  const ids = over.map(readChunkId).filter((id) => id !== undefined);
  if (ids.length > 0) await index.commit({ remove: ids }, { message: "Remove what is gone" });
  const [newest] = await index.versions({ limit: 1 });
  await committedVersion(store, {
    collection: collection.id,
    number: newest?.number ?? 0,
    rows: newest?.rows ?? 0,
    batches: [],
    removed: ids,
  });
};

const repairOne = async (repairing: Repairing): Promise<void> => {
  const { belt, collection, index } = repairing;
  const { store } = belt.parlance;
  const damage = await index.damage();
  const reasons = reasonsOf(damage);
  if (reasons.length === 0 && healthOf(collection).state === "ok") return;
  await saveHealth(store, collection.id, {
    state: "rebuilding",
    reasons: reasons.length > 0 ? reasons : healthOf(collection).reasons,
  });
  if (reasons.length > 0) await index.dropSegments(damage.segments.map(({ id }) => id));
  await belt.reached("repair.dropped");
  await fillFromRows(repairing);
  const left = reasonsOf(await index.damage());
  if (left.length > 0)
    throw unavailable("The index was damaged again while it was built.", { code: "index-damaged" });
  await saveHealth(store, collection.id, { state: "ok", reasons: [] });
};

const repairWaits = (belt: Belt, collection: CollectionId): Promise<void> =>
  belt.parlance.store.transaction((rows) =>
    // What waited for the index meanwhile goes on, and the segments that were added are merged.
    enqueue(belt.parlance.store, rows, {
      name: "index.due",
      payload: { collection },
      key: collection,
    }),
  );

/** Checks the newest version and repairs it; a second delivery finds it whole. */
export const repair = async (belt: Belt, delivery: Delivery<"index.repair">): Promise<void> => {
  const { store, indexes, bus } = belt.parlance;
  const id = readCollectionId(delivery.payload.collection);
  if (!id) return;
  await belt.locks.hold(id, async () => {
    const collection = await findCollection(store.db, id);
    if (!collection || collection.version === null) return;
    const index = await indexes.open(id);
    await repairOne({ belt, collection, index, delivery });
    await repairWaits(belt, id);
  });
  bus.wake();
};
