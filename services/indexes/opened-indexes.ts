// The indexes that this process has open: each collection's index is opened once, for all who ask.
import type { IndexStore } from "#index-store/index-store.ts";
import type { CollectionId } from "#services/domain/ids.ts";

export interface OpenedIndexes {
  /** The one that is open already, or is being opened; one that could not be opened is tried again by whoever asks next. */
  open(collection: CollectionId): Promise<IndexStore>;
  /** Waits until one that is being opened is open, then closes it. */
  close(collection: CollectionId): Promise<void>;
  collections(): readonly CollectionId[];
}

/** An opened index asks its history at every question, so that what other processes write is seen; it is closed when it is dropped. */
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
      // One that could not be opened needs no closing; whoever asked for it was told.
      const index = await opening?.catch((): undefined => undefined);
      await index?.close();
    },
    collections: () => [...opened.keys()],
  };
};
