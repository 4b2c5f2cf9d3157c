// Damage of a collection's index: what of the newest version is damaged, and work that meets it ends and goes on after the repair.
import {
  type DamagedSegment,
  IndexError,
  type IndexStore,
  type Searcher,
} from "#index-store/index-store.ts";
import type { CollectionHealth } from "#services/contract/common.ts";
import type { CollectionId } from "#services/domain/ids.ts";
import { reasonsOfKinds } from "#services/indexes/indexes.ts";
import { reportDamage } from "#services/store/store.ts";
import type { Belt } from "./stage.ts";

export interface Damage {
  readonly segments: readonly DamagedSegment[];
  readonly reasons: CollectionHealth["reasons"];
}

/** Whether an error says that stored bytes of an index are not what was written. */
export const isDamage = (error: unknown): error is IndexError =>
  error instanceof IndexError && error.code === "damaged";

/** Where the manifest of the newest version is damaged, the id of the older version that is used in its place. */
export const olderOne = async (index: IndexStore): Promise<string | undefined> => {
  const searcher = await index.searcher();
  const isOlder = searcher.degraded?.damage.some(({ kind }) => kind === "version");
  const { id } = searcher.version;
  searcher.close();
  return isOlder ? id : undefined;
};

/** Reads every file of the newest version. @throws IndexError "damaged" where no version can be read */
export const damageOf = async (index: IndexStore): Promise<Damage> => {
  const segments = await index.damagedSegments();
  const kinds = segments.flatMap(({ files }) => files);
  const isWhole = await index.isRecordWhole();
  return { segments, reasons: reasonsOfKinds(isWhole ? kinds : [...kinds, "version"]) };
};

/** @throws IndexError "damaged" where the searcher does not answer with every row of the newest version */
export const requireWhole = ({ degraded }: Searcher): void => {
  if (degraded !== null) throw new IndexError("damaged", degraded.reason);
};

const reasonsNow = async (index: IndexStore): Promise<CollectionHealth["reasons"]> => {
  try {
    return (await damageOf(index)).reasons;
  } catch (error) {
    if (!isDamage(error)) throw error;
    return reasonsOfKinds(["nothing"]);
  }
};

/**
 * Does work on an index that is to be whole. Where the work meets damage of the newest version, it ends there and no attempt is
 * counted: the damage is reported, so that it is repaired, and the end of the repair requests the work again.
 * @throws whatever else the work throws, also damage that a repair does not mend: of older versions only
 */
export const untilDamaged = async (
  { parlance }: Belt,
  collection: CollectionId,
  work: () => Promise<void>,
): Promise<void> => {
  try {
    await work();
  } catch (error) {
    if (!isDamage(error)) throw error;
    const reasons = await reasonsNow(await parlance.indexes.open(collection));
    if (reasons.length === 0) throw error;
    for (const reason of reasons) await reportDamage(parlance.store, collection, reason);
    parlance.bus.wake();
  }
};
