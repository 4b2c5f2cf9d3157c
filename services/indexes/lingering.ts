// Snapshots that have been replaced: closed after a while, when whoever still asks them has long had an answer.
import type { Searcher } from "#index-store/index-store.ts";

export interface Lingering {
  /** Closes the snapshot later. */
  letGo(searcher: Searcher): void;
  /** Closes those that are left, at once. */
  closeAll(): void;
}

export const openLingering = (afterMs: number): Lingering => {
  const left = new Map<Searcher, NodeJS.Timeout>();
  const close = (searcher: Searcher) => {
    clearTimeout(left.get(searcher));
    left.delete(searcher);
    searcher.close();
  };
  return {
    letGo(searcher) {
      left.set(searcher, setTimeout(() => close(searcher), afterMs).unref());
    },
    closeAll() {
      for (const searcher of [...left.keys()]) close(searcher);
    },
  };
};
