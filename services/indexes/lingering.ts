// Searchers of replaced or older versions are closed after a while, when everyone who still used them has an answer.
import type { Searcher } from "#index-store/index-store.ts";
import type { CollectionId } from "#services/domain/ids.ts";
import { isSame, type OpenedSearcher } from "./open-searcher.ts";

export interface Lingering {
  /** Closes the searcher later. */
  letGo(collection: CollectionId, opened: OpenedSearcher): void;
  /** One that is still open and answers the same as this one; from now on it stays open for the whole time again. */
  find(collection: CollectionId, like: OpenedSearcher): Searcher | undefined;
  /** From now on finds none of this collection: its index is closed. */
  forget(collection: CollectionId): void;
  /** Closes all remaining ones at once. */
  closeAll(): void;
}

interface Left {
  readonly opened: OpenedSearcher;
  /** Undefined once it may not be found any more. */
  collection: CollectionId | undefined;
  readonly timer: NodeJS.Timeout;
}

export const openLingering = (afterMs: number): Lingering => {
  const left = new Set<Left>();
  const close = (one: Left) => {
    clearTimeout(one.timer);
    left.delete(one);
    one.opened.searcher.close();
  };
  return {
    letGo(collection, opened) {
      const one: Left = {
        opened,
        collection,
        timer: setTimeout(() => close(one), afterMs).unref(),
      };
      left.add(one);
    },
    find(collection, like) {
      for (const one of left) {
        if (one.collection !== collection || !isSame(one.opened, like)) continue;
        one.timer.refresh();
        return one.opened.searcher;
      }
      return undefined;
    },
    forget(collection) {
      for (const one of left) if (one.collection === collection) one.collection = undefined;
    },
    closeAll() {
      for (const one of [...left]) close(one);
    },
  };
};
