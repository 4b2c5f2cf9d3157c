// Snapshots that are not followed (any more): closed after a while in which nobody was given them, when all who ask them have an answer.
import type { Searcher } from "#index-store/index-store.ts";
import type { CollectionId } from "#services/domain/ids.ts";
import { isSame, type OpenedSnapshot } from "./open-snapshot.ts";

export interface Lingering {
  /** Closes the snapshot later. */
  letGo(collection: CollectionId, snapshot: OpenedSnapshot): void;
  /** One that has not been closed and shows the same as this one; its time begins anew. */
  find(collection: CollectionId, like: OpenedSnapshot): Searcher | undefined;
  /** Gives out none of this collection's any more: their index is closed. */
  forget(collection: CollectionId): void;
  /** Closes those that are left, at once. */
  closeAll(): void;
}

interface Left {
  readonly snapshot: OpenedSnapshot;
  /** Undefined once it is not given out any more. */
  collection: CollectionId | undefined;
  readonly timer: NodeJS.Timeout;
}

export const openLingering = (afterMs: number): Lingering => {
  const left = new Set<Left>();
  const close = (one: Left) => {
    clearTimeout(one.timer);
    left.delete(one);
    one.snapshot.searcher.close();
  };
  return {
    letGo(collection, snapshot) {
      const one: Left = {
        snapshot,
        collection,
        timer: setTimeout(() => close(one), afterMs).unref(),
      };
      left.add(one);
    },
    find(collection, like) {
      for (const one of left) {
        if (one.collection !== collection || !isSame(one.snapshot, like)) continue;
        one.timer.refresh();
        return one.snapshot.searcher;
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
