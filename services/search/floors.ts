// The similarity that hits by meaning must have in a collection: from its version's manifest, or measured and remembered.
import type { Searcher } from "#index-store/index-store.ts";
import type { Embedder } from "#services/embed/embed.ts";
import { type Floor, isCurrent, measureFloor, readFloor } from "#services/floor/floor.ts";
import { type Lru, openLru } from "./lru.ts";

const COLLECTIONS = 500;

/** Floors of collections; null: too small to have one. */
export type Floors = Pick<Lru<Promise<Floor | null>>, "get" | "set">;

export const openFloors = (): Lru<Promise<Floor | null>> =>
  openLru<Promise<Floor | null>>(COLLECTIONS);

/**
 * The floor for a searcher. Where the manifest has none that holds (an index of an earlier version of Parlance, or one of a single
 * commit), it is measured once, which takes as long as 160 searches, and again when the rows have grown by half.
 */
export const floorOf = async (
  known: Floors,
  { collection, searcher }: { readonly collection: string; readonly searcher: Searcher },
  embedder: Embedder,
): Promise<Floor | null> => {
  const { fingerprint } = embedder.model;
  const kept = readFloor(searcher.annotations);
  if (kept !== undefined && isCurrent(kept, searcher.rows, fingerprint)) return kept;
  const key = `${collection} ${fingerprint}`;
  const before = await known.get(key);
  if (before && isCurrent(before, searcher.rows, fingerprint)) return before;
  const measuring = measureFloor(searcher, embedder);
  known.set(key, measuring);
  return measuring;
};
