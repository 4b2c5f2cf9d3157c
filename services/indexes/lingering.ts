// Replaced searchers are closed after a while, when everyone who still used them has an answer.
import type { Searcher } from "#index-store/index-store.ts";

export interface Lingering {
  /** Closes the searcher later. */
  letGo(searcher: Searcher): void;
  /** Closes all remaining ones at once. */
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
