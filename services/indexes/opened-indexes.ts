// The open indexes of this process: each collection's index is opened once, for all callers.
import type { IndexStore } from "#index-store/index-store.ts";
import type { CollectionId } from "#services/domain/ids.ts";

export interface OpenedIndexes {
  /** Returns the open index, or opens it; after a failure the next call tries again. */
  open(collection: CollectionId): Promise<IndexStore>;
  /** Waits until an index that is being opened is open, then closes it. */
  close(collection: CollectionId): Promise<void>;
  collections(): readonly CollectionId[];
}

/** An open index asks its history at every question, and so sees what other processes write; it stays open until it is dropped. */
export const openedIndexes = (
  openOne: (collection: CollectionId) => Promise<IndexStore>,
): OpenedIndexes => {
  const opened = new Map<CollectionId, Promise<IndexStore>>();
  return {
    open(collection) {
      const known = opened.get(collection);
      if (known) return known;
      const opening = openOne(collection);
      opened.set(collection, opening);
      opening.catch(() => {
        if (opened.get(collection) === opening) opened.delete(collection);
      });
      return opening;
    },
    async close(collection) {
      const opening = opened.get(collection);
      opened.delete(collection);
      // An index that could not be opened needs no closing; the caller got the error.
      const index = await opening?.catch((): undefined => undefined);
      await index?.close();
    },
    collections: () => [...opened.keys()],
  };
};
