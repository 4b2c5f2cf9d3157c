// Commit: embedded batches and tombstones of a collection → one new version of its index. One at a time for each collection.
import { readFile } from "node:fs/promises";
import { type Documents, IndexError, type IndexStore } from "#index-store/index-store.ts";
import type { Delivery } from "#services/bus/bus.ts";
import { isDiskFull } from "#services/domain/disk-full.ts";
import { ParlanceError } from "#services/domain/errors.ts";
import {
  type ChunkId,
  type CollectionId,
  isExchangeId,
  readCollectionId,
} from "#services/domain/ids.ts";
import { type Duration, milliseconds } from "#services/domain/units.ts";
import {
  FLOOR_ANNOTATION,
  type Floor,
  holdsFor,
  measureFloor,
  readFloor,
} from "#services/floor/floor.ts";
import { messagesOnly } from "#services/indexes/indexes.ts";
import { untilRest } from "#services/sessions/sessions.ts";
import {
  type BatchRow,
  batchesIn,
  type ChunkToIndex,
  type CollectionRow,
  chunksOfBatch,
  committedVersion,
  currentAnalysis,
  enqueue,
  findCollection,
  isAtRest,
  isReading,
  modelOfCollection,
  newestDone,
  removedChunks,
  requestAnalysis,
  settingsOf,
} from "#services/store/store.ts";
import { untilDamaged } from "../damage.ts";
import { documentsOf } from "../documents.ts";
import type { Held } from "../keyed-locks.ts";
import { MergeDied } from "../merge-process.ts";
import { noteVersion } from "../merges.ts";
import { dropOldVersions } from "../retention.ts";
import type { Belt } from "../stage.ts";
import { decodeVectors } from "../vector-file.ts";

/** Most rows that one version adds: this bounds the memory that building it takes. */
const MOST_ROWS = 32_768;
const MOST_REMOVED = 50_000;
/** While an import goes on, the next version waits for so many rows, for half of the rows already indexed, or for so long. */
const WORTHWHILE_ROWS = { least: 2000, most: 8192 };
const WAIT_MS = 3000;
const LOOK_AGAIN = milliseconds(250);
/** How often a running merge checks whether more chunks are on their way. */
const REST_LOOK_MS = 500;
const moreHasCome = new Error("More chunks are on their way.");

/** Bytes of a row in the index besides its vector: words, columns, text. Measured: 500 to 900. */
const ROW_BYTES = 1024;

const upTo = (batches: readonly BatchRow[]): BatchRow[] => {
  const some: BatchRow[] = [];
  let rows = 0;
  for (const batch of batches) {
    if (some.length > 0 && rows + batch.chunks > MOST_ROWS) break;
    some.push(batch);
    rows += batch.chunks;
  }
  return some;
};

const sum = (batches: readonly BatchRow[]) =>
  batches.reduce((rows, batch) => rows + batch.chunks, 0);

/** Whether nothing is on its way, and no live session is being talked in. */
const isResting = async ({ store }: Belt["parlance"], id: CollectionRow["id"]): Promise<boolean> =>
  (await isAtRest(store.rows, id)) && (await untilRest(store, id)) === 0;

/** A signal that is aborted as soon as more chunks are on their way into the collection. */
const untilMoreComes = (belt: Belt, collection: CollectionId) => {
  const more = new AbortController();
  const timer = setInterval(() => {
    isResting(belt.parlance, collection).then(
      (atRest) => {
        if (!atRest) more.abort(moreHasCome);
      },
      // The database could not be asked: the merge goes on, and the next check asks again.
      () => undefined,
    );
  }, REST_LOOK_MS);
  return { signal: more.signal, [Symbol.dispose]: () => clearInterval(timer) };
};

/**
 * After an import, segments are merged into one, or a few large ones, because every search looks at every segment. Uploads are
 * already done, and searches, commits and other jobs go on. A merge that is killed or stopped changes nothing; the next delivery
 * starts it again.
 * @returns whether nothing is left to be merged
 */
const mergeAtRest = async (
  belt: Belt,
  collection: CollectionId,
  delivery: Delivery<"index.due">,
): Promise<boolean> => {
  const { parlance, merges, locks } = belt;
  const index = await parlance.indexes.open(collection);
  using waiting = untilMoreComes(belt, collection);
  try {
    const signal = AbortSignal.any([delivery.signal, waiting.signal]);
    if (!(await delivery.pause(() => merges.atRest(parlance, collection, signal)))) return false;
  } catch (error) {
    // The new chunks queue a job of their own. Without disk space or memory the segments stay as they are, and searches still work.
    if (error instanceof MergeDied) belt.merges.report(error);
    else if (error !== moreHasCome && !isDiskFull(error)) throw error;
  }
  await noteVersion(parlance, index, { collection, locks });
  return true;
};

/** The first version comes at once; later ones seldom, because every version adds a segment. */
const isWorthwhile = async (
  belt: Belt,
  collection: CollectionRow,
  embedded: readonly BatchRow[],
): Promise<boolean> => {
  if (collection.indexed_chunks === 0) return true;
  const { least, most } = WORTHWHILE_ROWS;
  const worthwhile = Math.min(most, Math.max(least, collection.indexed_chunks / 2));
  if (sum(embedded) >= worthwhile) return true;
  const last = belt.committedAt.get(collection.id) ?? 0;
  if (performance.now() - last > WAIT_MS) return true;
  const { rows } = belt.parlance.store;
  const more =
    (await isReading(rows, collection.id)) ||
    (await batchesIn(rows, collection.id, "chunked")).length > 0;
  return !more;
};

/** The batch's chunks that are still live, each with its vector. */
const documentsOfBatch = async (belt: Belt, batch: BatchRow): Promise<Documents | undefined> => {
  if (batch.vectors_key === null) return undefined;
  await using file = await belt.parlance.blobs.local(batch.vectors_key);
  const { ids, vectors } = decodeVectors(await readFile(file.path));
  const live = new Map<string, ChunkToIndex>();
  for (const chunk of await chunksOfBatch(belt.parlance.store.rows, batch.id))
    live.set(chunk.id, chunk);
  const chunks: ChunkToIndex[] = [];
  const data = new Float32Array(live.size * vectors.dim);
  for (const [row, id] of ids.entries()) {
    const chunk = live.get(id);
    if (!chunk) continue;
    data.set(
      vectors.data.subarray(row * vectors.dim, (row + 1) * vectors.dim),
      chunks.length * vectors.dim,
    );
    chunks.push(chunk);
  }
  if (chunks.length === 0) return undefined;
  return documentsOf(chunks, {
    dim: vectors.dim,
    rows: chunks.length,
    data: data.subarray(0, chunks.length * vectors.dim),
  });
};

/** The message has no numbers: the version's own figures have them, and an erasure changes those. */
const title = (added: number, removed: number): string => {
  if (added === 0) return "Remove passages";
  return removed === 0 ? "Add passages" : "Add and remove passages";
};

/** Whether a floor cannot be measured now: the index cannot be read, or the model is not available. */
const isPassing = (error: unknown): boolean =>
  error instanceof IndexError || (error instanceof ParlanceError && error.kind === "unavailable");

/**
 * Rows of an index above which the floor is left to the first search that needs it: to measure it takes a searcher, which has a
 * kilobyte of each row in memory, and this process has no other use for one.
 */
const MOST_MEASURED_ROWS = 400_000;

/**
 * The floor of similarity, measured on the messages of the version before where its manifest has none that still holds; null where it
 * need not be written. It goes into the next version, so that it makes none of its own.
 */
const floorFor = async (
  belt: Belt,
  index: IndexStore,
  name: string | undefined,
): Promise<Floor | null> => {
  const { model, embedder } = belt.parlance;
  const [newest] = await index.versions({ limit: 1 });
  if (newest === undefined || newest.rows > MOST_MEASURED_ROWS) return null;
  const known = readFloor(newest.annotations);
  try {
    const isKnown = known?.allRows !== undefined && holdsFor(known.allRows, newest.rows);
    if (isKnown && known.model === (await model(name)).fingerprint) return null;
    const searcher = messagesOnly(await index.searcher());
    try {
      const floor = await measureFloor(searcher, await embedder(name));
      return floor && { ...floor, allRows: newest.rows };
    } finally {
      searcher.close();
      await index.release();
    }
  } catch (error) {
    // A search measures it as well: a version is not worth losing for it.
    if (isPassing(error)) return null;
    throw error;
  }
};

const makeVersion = async (
  belt: Belt,
  index: IndexStore,
  change: {
    readonly batches: readonly BatchRow[];
    readonly remove: readonly ChunkId[];
    readonly held: Held;
    /** The name of the collection's model. */
    readonly model: string | undefined;
  },
) => {
  const add: Documents[] = [];
  for (const batch of change.batches) {
    const documents = await documentsOfBatch(belt, batch);
    if (documents) add.push(documents);
  }
  const model = await belt.parlance.model(change.model);
  const floor = await floorFor(belt, index, change.model);
  const added = add.reduce((rows, documents) => rows + documents.ids.length, 0);
  return index.commit(
    { add, remove: change.remove },
    {
      message: title(added, change.remove.length),
      batches: change.batches.map((batch) => batch.id),
      // What was erased since the batches were read must not come back.
      check: change.held.check,
      annotations: {
        model: { id: model.id, fingerprint: model.fingerprint, dim: model.dim },
        ...(floor === null ? {} : { [FLOOR_ANNOTATION]: floor }),
      },
    },
  );
};

/** Requests an analysis when nothing is being imported, chunks changed since the last one, and the settings say "automatic". */
const askForAnalysis = async (belt: Belt, id: CollectionRow["id"]): Promise<void> => {
  const { store, bus, indexes } = belt.parlance;
  const collection = await findCollection(store.rows, id);
  if (!collection || collection.version === null || !(await isResting(belt.parlance, id))) return;
  if (!(await settingsOf(store.rows, id)).automatic) return;
  const now = await currentAnalysis(store.rows, id);
  // An analysis that waits, or that reads this version, covers the new chunks.
  if (now?.state === "waiting" || (now?.state === "running" && now.version === collection.version))
    return;
  const done = await newestDone(store.rows, id);
  if (done?.version != null) {
    const { added, removed } = await (await indexes.open(id))
      .diff(done.version, collection.version)
      // The analysed version cannot be read any more, so the analysis is repeated.
      .catch(() => ({ added: [""], removed: [] }));
    // Exchanges are not analysed.
    if ([...added, ...removed].every(isExchangeId)) return;
  }
  await requestAnalysis(store, { collection: id, mode: "update" });
  bus.wake();
};

/** Has this collection looked at again. */
const again = ({ parlance: { store } }: Belt, collection: CollectionId, delay: Duration) =>
  store.transaction((rows) =>
    enqueue(store, rows, {
      name: "index.due",
      payload: { collection },
      key: collection,
      delay,
    }),
  );

/** @returns whether there was nothing to commit, so that segments may be merged and an analysis requested */
const commitOnce = async (belt: Belt, collection: CollectionRow, held: Held): Promise<boolean> => {
  const { store, bus, blobs, indexes, space } = belt.parlance;
  const { id } = collection;
  const embedded = await batchesIn(store.rows, collection.id, "embedded");
  const remove = await removedChunks(store.rows, collection.id, MOST_REMOVED);
  if (embedded.length === 0 && remove.length === 0) return true;
  if (!(await isWorthwhile(belt, collection, embedded))) {
    await again(belt, id, LOOK_AGAIN);
    return false;
  }
  const index = await indexes.open(id);
  const named = await index.batches();
  const batches = upTo(embedded);
  await space.require(sum(batches) * ((collection.dim ?? 0) * 4 + ROW_BYTES));
  const model = await modelOfCollection(store.rows, id);
  await makeVersion(belt, index, {
    model,
    batches: batches.filter((batch) => !named.has(batch.id)),
    remove,
    held,
  });
  await belt.reached("commit.committed");
  const [newest] = await index.versions({ limit: 1 });
  const free = await committedVersion(store, {
    collection: collection.id,
    number: newest?.number ?? 0,
    rows: newest?.rows ?? 0,
    batches: batches.map((batch) => batch.id),
    removed: remove,
  });
  await belt.reached("commit.told");
  await store.transaction((rows) =>
    enqueue(store, rows, { name: "watch.due", payload: { collection: id }, key: id }),
  );
  for (const key of free) await blobs.remove(key);
  // From now on searches read the rows of what was committed.
  await belt.refreshStatistics();
  belt.committedAt.set(collection.id, performance.now());
  belt.merges.begin(belt.parlance, id);
  // The next delivery commits what has been embedded meanwhile, or merges segments where nothing has.
  const more = batches.length < embedded.length || remove.length === MOST_REMOVED;
  await again(belt, id, more ? milliseconds(0) : LOOK_AGAIN);
  bus.wake();
  return false;
};

/** What follows when nothing is left to commit. Called without a lock: a merge takes a while. */
const rest = async (belt: Belt, delivery: Delivery<"index.due">, id: CollectionId) => {
  const { store } = belt.parlance;
  const collection = await findCollection(store.rows, id);
  if (!collection) return;
  if (collection.version !== null && (await isResting(belt.parlance, id))) {
    const isDone = await mergeAtRest(belt, id, delivery);
    if (!isDone) return again(belt, id, LOOK_AGAIN);
    await dropOldVersions(belt.parlance, id);
    // An import leaves the log as large as it ever was. Where another process holds it, the next rest empties it.
    await belt.truncateLog();
  }
  await askForAnalysis(belt, id);
  const restless = await untilRest(store, id);
  if (restless > 0) await again(belt, id, restless);
};

/**
 * Brings the index up to date with the rows; a second delivery finds nothing to do. Where the index is damaged, it is
 * repaired first: the repair requests this again.
 */
export const commit = async (belt: Belt, delivery: Delivery<"index.due">): Promise<void> => {
  const id = readCollectionId(delivery.payload.collection);
  if (!id) return;
  await untilDamaged(belt, id, async () => {
    const hasNothing = await belt.locks.hold(id, async (held) => {
      const collection = await findCollection(belt.parlance.store.rows, id);
      return collection !== undefined && commitOnce(belt, collection, held);
    });
    if (hasNothing) await rest(belt, delivery, id);
  });
};
