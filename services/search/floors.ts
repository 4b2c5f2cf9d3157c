// The similarity that hits by meaning must have in a collection: from its version's manifest, or measured and remembered.
import type { Searcher } from "#index-store/index-store.ts";
import type { Embedder } from "#services/embed/embed.ts";
import { type Floor, holdsFor, isCurrent, measureFloor, readFloor } from "#services/floor/floor.ts";
import { type Lru, openLru } from "./lru.ts";

const COLLECTIONS = 500;

/** A floor that was measured, or is being measured, on a version of so many rows; null: it has too few rows or words to have one. */
interface Measured {
  readonly rows: number;
  readonly floor: Promise<Floor | null>;
}

/** By collection and model. */
export type Floors = Pick<Lru<Measured>, "get" | "set" | "delete">;

export const openFloors = (): Lru<Measured> => openLru<Measured>(COLLECTIONS);

/**
 * The floor for a searcher. Where the manifest has none that holds (an index of an earlier version of Parlance, or one of a single
 * commit), it is measured once, which takes as long as 160 searches, and again when the rows have grown by half. A measurement that
 * fails is forgotten, so that the next search measures again.
 */
export const floorOf = async (
  known: Floors,
  { collection, searcher }: { readonly collection: string; readonly searcher: Searcher },
  embedder: Embedder,
): Promise<Floor | null> => {
  const { fingerprint } = embedder.model;
  const { rows } = searcher;
  const kept = readFloor(searcher.annotations);
  if (kept !== undefined && isCurrent(kept, rows, fingerprint)) return kept;
  const key = `${collection} ${fingerprint}`;
  const before = known.get(key);
  if (before !== undefined && holdsFor(before.rows, rows)) return before.floor;
  const measured = { rows, floor: measureFloor(searcher, embedder) };
  known.set(key, measured);
  try {
    return await measured.floor;
  } catch (error) {
    if (known.get(key) === measured) known.delete(key);
    throw error;
  }
};
