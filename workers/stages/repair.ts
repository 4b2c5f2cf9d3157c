// Repair: the files of a collection's newest version are checked; what is damaged is built again from the rows.
import type { DamagedSegment, IndexStore } from "#index-store/index-store.ts";
import type { Delivery } from "#services/bus/bus.ts";
import type { CollectionHealth } from "#services/contract/common.ts";
import { unavailable } from "#services/domain/errors.ts";
import { type ChunkId, readChunkId, readCollectionId } from "#services/domain/ids.ts";
import { reasonsOfKinds } from "#services/indexes/indexes.ts";
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

interface Repairing {
  readonly belt: Belt;
  readonly collection: CollectionRow;
  readonly index: IndexStore;
  readonly delivery: Delivery<"index.repair">;
}

interface Damage {
  readonly segments: readonly DamagedSegment[];
  readonly reasons: CollectionHealth["reasons"];
}

/** Where the newest version's own record is damaged, the id of the older one that counts as the newest. */
const olderOne = async (index: IndexStore): Promise<string | undefined> => {
  const searcher = await index.searcher();
  const isOlder = searcher.degraded?.damage.some(({ kind }) => kind === "version");
  const { id } = searcher.version;
  searcher.close();
  return isOlder ? id : undefined;
};

/** Reads every file of the newest version. */
const damageOf = async (index: IndexStore): Promise<Damage> => {
  const segments = await index.damagedSegments();
  const kinds = segments.flatMap(({ files }) => files);
  // Damaged columns make a whole version unreadable: only where there are none is its record to blame.
  const record = !kinds.includes("columns") && (await olderOne(index)) !== undefined;
  return { segments, reasons: reasonsOfKinds(record ? [...kinds, "version"] : kinds) };
};

/**
 * Makes the newest version one that can be read: segments without their columns are dropped, and where its record is damaged a
 * new version is made of the one before.
 */
const makeReadable = async (
  index: IndexStore,
  segments: readonly DamagedSegment[],
): Promise<void> => {
  const nothing = { ids: [], texts: [], columns: {} };
  for (const { id, ids } of segments)
    if (ids === null)
      await index.rebuildSegment(id, {
        ...nothing,
        vectors: { dim: index.dim, rows: 0, data: new Float32Array() },
      });
  const older = await olderOne(index);
  if (older !== undefined) await index.rollBack(older);
};

const onlyWords = ({ files }: DamagedSegment): boolean => files.every((file) => file === "words");

/** Ids of live rows; those of segments that are to be built again from the rows are left out. */
const soundIds = async (index: IndexStore, left: ReadonlySet<string>) => {
  const [held, sound] = [new Set<string>(), new Set<string>()];
  for await (const { segment, ids } of index.liveIds())
    for (const id of ids) {
      held.add(id);
      if (!left.has(segment)) sound.add(id);
    }
  return { held, sound };
};

/**
 * Embeds chunks again and adds them to the index, some thousands in a version. They take the place of the rows of a damaged
 * segment, which goes with the last of them; until then it answers with what is left of it.
 */
const addAgain = async (
  { belt, collection, index, delivery }: Repairing,
  missing: readonly ChunkId[],
): Promise<void> => {
  const { store } = belt.parlance;
  if (missing.length === 0) return;
  const embedder = await belt.parlance.embedder();
  if (collection.model_fingerprint !== embedder.model.fingerprint)
    throw unavailable(
      `The index must be built again with ${collection.model_id}, and ${embedder.model.id} is running.`,
      { code: "other-model" },
    );
  for (let from = 0; from < missing.length; from += AT_ONCE) {
    const chunks = await chunksByIds(store.rows, missing.slice(from, from + AT_ONCE));
    if (chunks.length === 0) continue;
    const { vectors } = await embedder.embed(chunks.map(embeddingTextOf), {
      inputType: "document",
      truncate: true,
      signal: delivery.signal,
    });
    const message = "Build again what was damaged";
    await index.commit({ add: [documentsOf(chunks, vectors)] }, { message });
    await belt.reached("repair.added");
    await delivery.progressed(delivery.checkpoint + from + chunks.length);
  }
};

const chunkIds = (ids: readonly string[]): ChunkId[] =>
  ids.map(readChunkId).filter((id) => id !== undefined);

/** Brings the rows of the index to those that the database says are in it, those of damaged segments anew. */
const fillFromRows = async (
  repairing: Repairing,
  segments: readonly DamagedSegment[],
): Promise<void> => {
  const { belt, collection, index } = repairing;
  const { store } = belt.parlance;
  const { held, sound } = await soundIds(index, new Set(segments.map(({ id }) => id)));
  const { indexed, coming } = await liveChunks(store.rows, collection.id);
  const missing = [...indexed].filter((id) => !sound.has(id)).sort();
  const over = chunkIds([...held].filter((id) => !indexed.has(id) && !coming.has(id)));
  await addAgain(repairing, chunkIds(missing));
  if (over.length > 0) await index.commit({ remove: over }, { message: "Remove what is gone" });
  const [newest] = await index.versions({ limit: 1 });
  await committedVersion(store, {
    collection: collection.id,
    number: newest?.number ?? 0,
    rows: newest?.rows ?? 0,
    batches: [],
    removed: over,
  });
};

const repairOne = async (repairing: Repairing): Promise<void> => {
  const { belt, collection, index } = repairing;
  const { store } = belt.parlance;
  const { segments, reasons } = await damageOf(index);
  const before = healthOf(collection);
  if (reasons.length === 0 && before.state === "ok") return;
  await saveHealth(store, collection.id, {
    state: "rebuilding",
    reasons: reasons.length > 0 ? reasons : before.reasons,
  });
  await belt.reached("repair.begun");
  await makeReadable(index, segments);
  const whole = segments.filter(({ ids }) => ids !== null);
  for (const { id } of whole.filter(onlyWords)) await index.rebuildSegment(id);
  await fillFromRows(
    repairing,
    whole.filter((segment) => !onlyWords(segment)),
  );
  if ((await damageOf(index)).reasons.length > 0)
    throw unavailable("The index was damaged again while it was built.", { code: "index-damaged" });
  await saveHealth(store, collection.id, { state: "ok", reasons: [] });
};

/** Checks the newest version and repairs it; a second delivery finds it whole. */
export const repair = async (belt: Belt, delivery: Delivery<"index.repair">): Promise<void> => {
  const { store, indexes, bus } = belt.parlance;
  const id = readCollectionId(delivery.payload.collection);
  if (!id) return;
  await belt.locks.hold(id, async () => {
    const collection = await findCollection(store.rows, id);
    if (!collection || collection.version === null) return;
    // What this process holds in memory would pass for what is on the disk.
    await indexes.forget(id);
    await repairOne({ belt, collection, index: await indexes.open(id), delivery });
    // What waited for the index meanwhile goes on, and the segments that were added are merged.
    await store.transaction((rows) =>
      enqueue(store, rows, { name: "index.due", payload: { collection: id }, key: id }),
    );
  });
  bus.wake();
};
