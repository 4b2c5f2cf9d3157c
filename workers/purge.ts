// Purges the index of what is in no row any more: chunks that wait for it are erased from every version, with the analyses that knew them.
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { unavailable } from "#services/domain/errors.ts";
import type { ChunkId, CollectionId } from "#services/domain/ids.ts";
import {
  chunksToPurge,
  findCollection,
  forgetErased,
  purgedChunks,
  purgedIndex,
} from "#services/store/store.ts";
import type { Belt } from "./stage.ts";

/** Removes deleted text from the write-ahead log, and the copies of the database made before migrations. */
export const eraseTraces = async (belt: Belt): Promise<void> => {
  const { config } = belt.parlance;
  await rm(join(config.home, "backups"), { recursive: true, force: true });
  if (!(await belt.truncateLog()))
    throw unavailable("The database's log could not be emptied: another process holds it.", {
      code: "log-held",
    });
};

/**
 * The files of analyses are removed even where no chunk has to be: they contain names, times and places of every message.
 * @returns the newest version afterwards; undefined where there is none
 */
const purgeIndex = async (belt: Belt, collection: CollectionId, ids: readonly ChunkId[]) => {
  const { store, indexes } = belt.parlance;
  // Nothing was ever embedded for it, so it has no index; opening one would create it.
  if ((await findCollection(store.rows, collection))?.dim == null) return undefined;
  const index = await indexes.open(collection);
  if ((await index.head()) === null) return undefined;
  if (ids.length === 0) await index.eraseAttachments();
  else await index.purge(ids);
  await belt.reached("erase.purged");
  const [newest] = await index.versions({ limit: 1 });
  return newest;
};

/** While neither a commit nor a merge of the collection's index is under way. */
export const alone = (
  belt: Belt,
  collection: CollectionId,
  work: () => Promise<void>,
): Promise<void> => belt.merges.without(collection, () => belt.locks.hold(collection, work));

/** Call it `alone`. Chunks and analyses of what is erased are gone from rows and index afterwards. */
export const purge = async (belt: Belt, collection: CollectionId): Promise<void> => {
  const { store } = belt.parlance;
  // Before the purge, because it reads which chunks are to be erased.
  await forgetErased(store, collection);
  const ids = await chunksToPurge(store.rows, collection);
  await purgedIndex(store, collection, await purgeIndex(belt, collection, ids));
  await belt.reached("erase.noted");
  await purgedChunks(store, ids);
  // Again after the purge, for rows that another stage wrote in between.
  await forgetErased(store, collection);
};
