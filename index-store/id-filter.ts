// Which segments may hold an id, without their columns in memory: a writer asks this of every segment at every commit.
import { type IdColumn, type IdKey, idKey } from "./id-column.ts";
import type { SegmentEntry } from "./manifest.ts";

/** Hashes of the ids of a segment, ascending: 8 bytes a row. */
type Hashes = Float64Array;

/** FNV-1a with another start: with the key's own hash 53 bits, so that two ids in a thousand million million share them. */
const wideHash = ({ bytes, hash }: IdKey): number => {
  let second = 0x2f0b4d27;
  for (const byte of bytes) second = Math.imul(second ^ byte, 0x01000193);
  second = Math.imul(second ^ (second >>> 15), 0x846ca68b);
  return hash * 2 ** 21 + ((second ^ (second >>> 13)) >>> 11);
};

const has = (hashes: Hashes, wanted: number): boolean => {
  let low = 0;
  let high = hashes.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((hashes[middle] ?? 0) < wanted) low = middle + 1;
    else high = middle;
  }
  return hashes[low] === wanted;
};

const keyOf = ({ files }: SegmentEntry) => files.columns.sha256;

/** The hashes of the segments of one index; those of segments that are gone are dropped. */
export class IdFilters {
  readonly #known = new Map<string, Hashes>();

  /** Notes the ids of a segment that was just written. */
  add(entry: SegmentEntry, ids: readonly string[]): void {
    this.#known.set(keyOf(entry), Float64Array.from(ids, (id) => wideHash(idKey(id))).sort());
  }

  /** Whether the segment may hold one of the ids; undefined where its ids are not known yet: see `learn`. */
  mayHold(entry: SegmentEntry, ids: readonly IdKey[]): boolean | undefined {
    const hashes = this.#known.get(keyOf(entry));
    return hashes && ids.some((id) => has(hashes, wideHash(id)));
  }

  learn(entry: SegmentEntry, ids: IdColumn): void {
    const hashes = new Float64Array(ids.rows);
    for (let row = 0; row < ids.rows; row++) hashes[row] = wideHash(idKey(ids.at(row)));
    this.#known.set(keyOf(entry), hashes.sort());
  }

  /** Forgets all segments but these. */
  keep(entries: readonly SegmentEntry[]): void {
    const kept = new Set(entries.map(keyOf));
    for (const key of [...this.#known.keys()]) if (!kept.has(key)) this.#known.delete(key);
  }
}
