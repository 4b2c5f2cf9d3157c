// Repair: checks the files of a collection's newest version, and rebuilds damaged ones from the rows.
import type { DamagedSegment, IndexStore } from "#index-store/index-store.ts";
import type { Delivery } from "#services/bus/bus.ts";
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
import { resumeAfterRepair } from "#services/workflow/workflow.ts";
import { embeddingTextOf } from "../chunk-text.ts";
import { type Damage, damageOf, isDamage, olderOne } from "../damage.ts";
import { documentsOf } from "../documents.ts";
import type { Held } from "../keyed-locks.ts";
import type { Belt } from "../stage.ts";

/** Chunks embedded and committed at once: a killed repair continues after the last of them. */
const AT_ONCE = 4096;

interface Repairing {
  readonly belt: Belt;
  readonly collection: CollectionRow;
  readonly index: IndexStore;
  readonly delivery: Delivery<"index.repair">;
  readonly held: Held;
}

/**
 * Makes the newest version readable: segments without columns are dropped, and where the manifest is damaged a
 * new version is made from the one before.
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

/** Ids of live rows, without those in the segments that are to be rebuilt. */
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
 * Embeds chunks again and adds them to the index, some thousands per version. They replace the rows of a damaged
 * segment, which is dropped with the last of them; until then it answers with the parts that are not damaged.
 * @param sound how many wanted rows are in the index and not damaged. With those added it is what this job has reached: built again
 * and damaged again is no progress
 */
const addAgain = async (
  { belt, collection, index, delivery, held }: Repairing,
  { missing, sound }: { readonly missing: readonly ChunkId[]; readonly sound: number },
): Promise<void> => {
  const { store } = belt.parlance;
  if (missing.length === 0) return;
  const embedder = await belt.parlance.embedder(collection.model_id ?? undefined);
  if (collection.model_fingerprint !== embedder.model.fingerprint)
    throw unavailable(
      `The index must be rebuilt with ${collection.model_id}, but ${embedder.model.id} is running.`,
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
    const message = "Rebuild damaged segments";
    await index.commit({ add: [documentsOf(chunks, vectors)] }, { message, check: held.check });
    await belt.reached("repair.added");
    await delivery.progressed(sound + from + chunks.length);
  }
};

const chunkIds = (ids: readonly string[]): ChunkId[] =>
  ids.map(readChunkId).filter((id) => id !== undefined);

/** Which batches the newest version names. Unknown where its record was damaged when the repair began: an older version took its place. */
interface Named {
  readonly batches: ReadonlySet<string>;
  readonly isWhole: boolean;
}

const recordDamaged: ReadonlySet<string> = new Set(
  reasonsOfKinds(["version", "nothing"]).map(({ code }) => code),
);

/**
 * Puts the rows of damaged segments into the index again, and removes rows that the database does not have. Of the database's rows
 * those are wanted that the newest version held: a person may have rolled the others back. Where its record was damaged, that is not
 * known, and all committed ones are wanted.
 */
const fillFromRows = async (
  repairing: Repairing,
  segments: readonly DamagedSegment[],
  named: Named,
): Promise<void> => {
  const { belt, collection, index } = repairing;
  const { store } = belt.parlance;
  const { held, sound } = await soundIds(index, new Set(segments.map(({ id }) => id)));
  const damaged = new Set(segments.flatMap(({ ids }) => ids ?? []));
  const live = await liveChunks(store.rows, collection.id);
  const wanted = [...live]
    .filter(
      ([id, { batch, committed }]) =>
        named.batches.has(batch) || damaged.has(id) || (committed && !named.isWhole),
    )
    .map(([id]) => id);
  const missing = wanted.filter((id) => !sound.has(id)).sort();
  await addAgain(repairing, { missing, sound: wanted.length - missing.length });
  const over = chunkIds([...held]).filter((id) => !live.has(id));
  const batches = new Set(wanted.flatMap((id) => live.get(id)?.batch ?? []));
  const unnamed = [...batches].filter((batch) => !named.batches.has(batch));
  if (over.length + unnamed.length > 0)
    await index.commit(
      { remove: over },
      { message: "Make the index match the database", batches: unnamed },
    );
  const [newest] = await index.versions({ limit: 1 });
  if (newest)
    await committedVersion(store, {
      collection: collection.id,
      number: newest.number,
      rows: newest.rows,
      batches: [],
      removed: over,
    });
};

/** Of an index of which no version can be read: everything is built again. */
const noVersion: Damage = { segments: [], reasons: reasonsOfKinds(["nothing"]) };

/** Undefined where no version can be read. */
const damageIfReadable = async (index: IndexStore): Promise<Damage | undefined> => {
  try {
    return await damageOf(index);
  } catch (error) {
    if (!isDamage(error)) throw error;
    return undefined;
  }
};

const repairOne = async (repairing: Repairing): Promise<void> => {
  const { belt, collection, index } = repairing;
  const { store } = belt.parlance;
  const { segments, reasons } = (await damageIfReadable(index)) ?? noVersion;
  const isGone = reasons === noVersion.reasons;
  const before = healthOf(collection);
  if (reasons.length === 0 && before.state === "ok") return;
  // Kept until the end: after the first attempt the record can be read again, and names less than it did.
  const record = before.reasons.filter(({ code }) => recordDamaged.has(code));
  const all = reasons.length > 0 ? [...record, ...reasons] : before.reasons;
  await store.transaction((rows) =>
    saveHealth(rows, collection.id, {
      state: "rebuilding",
      reasons: [...new Map(all.map((reason) => [reason.code, reason])).values()],
    }),
  );
  await belt.reached("repair.begun");
  const named = {
    batches: isGone ? new Set<string>() : await index.batches(),
    isWhole: !all.some(({ code }) => recordDamaged.has(code)),
  };
  if (isGone) await index.startAnew("Begin again: no version could be read");
  else await makeReadable(index, segments);
  const whole = segments.filter(({ ids }) => ids !== null);
  for (const { id } of whole.filter(onlyWords)) await index.rebuildSegment(id);
  await fillFromRows(
    repairing,
    whole.filter((segment) => !onlyWords(segment)),
    named,
  );
  if ((await damageOf(index)).reasons.length > 0)
    throw unavailable("The index was damaged again while it was rebuilt.", {
      code: "index-damaged",
    });
  await setRight(belt, collection);
};

/** In one transaction: work that meets damage ends without a further try because this requests it again. */
const setRight = (belt: Belt, { id }: CollectionRow): Promise<void> => {
  const { store } = belt.parlance;
  return store.transaction(async (rows) => {
    await saveHealth(rows, id, { state: "ok", reasons: [] });
    await resumeAfterRepair(store, rows, id);
  });
};

/** Checks the newest version and repairs it; a second delivery finds it undamaged. */
export const repair = async (belt: Belt, delivery: Delivery<"index.repair">): Promise<void> => {
  const { store, indexes, bus } = belt.parlance;
  const id = readCollectionId(delivery.payload.collection);
  if (!id) return;
  const alone = (work: (held: Held) => Promise<void>) =>
    belt.merges.without(id, () => belt.locks.hold(id, work));
  await alone(async (held) => {
    const collection = await findCollection(store.rows, id);
    if (!collection) return;
    // Nothing was ever embedded for it, so it has no index; opening one would create it.
    if (collection.dim === null) return setRight(belt, collection);
    // The data that this process holds in memory must not be taken for what is on the disk.
    await indexes.forget(id);
    const index = await indexes.open(id);
    await repairOne({ belt, collection, index, delivery, held });
    await index.restoreElsewhere();
    // Waiting work on the index continues, and the added segments are merged.
    await store.transaction((rows) =>
      enqueue(store, rows, { name: "index.due", payload: { collection: id }, key: id }),
    );
  });
  bus.wake();
};
