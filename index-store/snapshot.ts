// One version, loaded: its segments side by side with a common numbering of rows.
import type { AnnIndex, RowBitmap } from "./ann/ann.ts";
import { complement, fullBitmap, hasBit, wordsFor } from "./bitmap.ts";
import type { Columns } from "./columns.ts";
import { type Damage, type Degraded, degradedBy } from "./degraded.ts";
import type { Schema } from "./documents.ts";
import { isDamage } from "./head.ts";
import type { Version } from "./history/history.ts";
import { type IdKey, idKey } from "./id-column.ts";
import type { LexicalIndex, LexicalStatistics } from "./lexical/lexical.ts";
import { documentFrequency } from "./lexical/terms-of-all.ts";
import type { SegmentEntry } from "./manifest.ts";
import { SnapshotRows } from "./row-set.ts";
import type { Segment, SegmentCache } from "./segment.ts";
import type { VersionState } from "./version-state.ts";

/** A segment of a snapshot. Ordinals of its rows are `base + row`; bases are multiples of 32. */
export interface Place {
  readonly entry: SegmentEntry;
  readonly segment: Segment;
  readonly base: number;
  readonly columns: Columns;
  /** undefined where the file is damaged. */
  readonly vectors: AnnIndex | undefined;
  readonly words: LexicalIndex | undefined;
  /** Rows that are live; a view of the snapshot's bitmap. */
  readonly live: RowBitmap;
}

export interface SnapshotOf {
  readonly version: Version;
  readonly state: VersionState;
  /** Number of the version that was wanted, and why it is not this one. */
  readonly wanted: number;
  readonly damage: readonly Damage[];
  /** Whether rows were erased from the history since it was read for this snapshot. */
  isErased(): Promise<boolean>;
}

/** A part of a segment; undefined, and noted as damage, where its file is damaged. */
const openPart = async <T>(
  { id, rows, deleted }: SegmentEntry,
  kind: "vectors" | "words",
  { open, damage }: { readonly open: () => Promise<T>; readonly damage: Damage[] },
): Promise<T | undefined> => {
  try {
    return await open();
  } catch (error) {
    if (!isDamage(error)) throw error;
    damage.push({ kind, segment: id, rows: rows - deleted, reason: error.message });
    return undefined;
  }
};

export class Snapshot {
  readonly version: Version;
  readonly schema: Schema;
  readonly annotations: Readonly<Record<string, unknown>>;
  readonly dim: number;
  readonly places: readonly Place[];
  /** The word indexes of all segments that have theirs. */
  readonly words: readonly LexicalIndex[];
  readonly live: SnapshotRows;
  readonly degraded: Degraded | null;
  readonly isErased: () => Promise<boolean>;
  readonly #cache: SegmentCache;
  readonly #memory = new Map<string, unknown>();
  #users = 0;

  private constructor(
    of: SnapshotOf,
    parts: { places: readonly Place[]; live: RowBitmap; damage: readonly Damage[] },
    cache: SegmentCache,
  ) {
    const { manifest } = of.state;
    this.version = of.version;
    this.schema = manifest.schema;
    this.annotations = manifest.annotations;
    this.dim = manifest.dim;
    this.places = parts.places;
    this.words = parts.places.flatMap(({ words }) => words ?? []);
    this.live = new SnapshotRows(this, parts.live, manifest.counts.rows);
    const versions = { newest: of.wanted, served: of.version.number };
    this.degraded = degradedBy([...of.damage, ...parts.damage], versions);
    this.isErased = () => of.isErased();
    this.#cache = cache;
  }

  /**
   * Loads every segment. Where only vectors or words of one are damaged, the snapshot is degraded.
   * @throws what damaged columns throw: without ids no row of the segment can be named; nothing stays open then
   */
  static async open(cache: SegmentCache, of: SnapshotOf): Promise<Snapshot> {
    const { manifest, deleted } = of.state;
    const { segments } = manifest;
    const words = segments.reduce((sum, { rows }) => sum + wordsFor(rows), 0);
    const live = new Uint32Array(words);
    const held: Segment[] = [];
    const places: Place[] = [];
    const damage: Damage[] = [];
    try {
      let word = 0;
      for (const entry of segments) {
        const segment = cache.acquire(entry);
        held.push(segment);
        const dead = deleted.get(entry.id);
        const alive = live.subarray(word, word + wordsFor(entry.rows));
        alive.set(dead ? complement(dead, entry.rows) : fullBitmap(entry.rows));
        const columns = await segment.columns();
        const open = { vectors: () => segment.vectors(), words: () => segment.words() };
        places.push({
          entry,
          segment,
          base: word * 32,
          columns,
          vectors: await openPart(entry, "vectors", { open: open.vectors, damage }),
          words: await openPart(entry, "words", { open: open.words, damage }),
          live: alive,
        });
        word += wordsFor(entry.rows);
      }
    } catch (error) {
      for (const segment of held) await cache.release(segment);
      throw error;
    }
    return new Snapshot(of, { places, live, damage }, cache);
  }

  /** Its segments stay open until every user has released it. */
  retain(): void {
    this.#users++;
  }

  release(): void {
    this.#users--;
    if (this.#users > 0) return;
    for (const { segment } of this.places) void this.#cache.release(segment);
  }

  /** The part of a bitmap over all rows that belongs to one segment. */
  slice(bits: RowBitmap, { base, entry }: Pick<Place, "base" | "entry">): RowBitmap {
    return bits.subarray(base >>> 5, (base >>> 5) + wordsFor(entry.rows));
  }

  /** The segment that an ordinal belongs to. */
  placeOf(ordinal: number): Place | undefined {
    let low = 0;
    let high = this.places.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((this.places[middle]?.base ?? 0) <= ordinal) low = middle;
      else high = middle - 1;
    }
    return this.places[low];
  }

  /** The live row with this id. */
  find(id: string): { place: Place; row: number } | undefined {
    const key: IdKey = idKey(id);
    // Newest first: an id that was replaced is live in the last segment that has it.
    for (let at = this.places.length - 1; at >= 0; at--) {
      const place = this.places[at];
      const row = place?.columns.ids.find(key);
      if (place && row !== undefined && hasBit(place.live, row)) return { place, row };
    }
    return undefined;
  }

  /** Frequencies and lengths over all segments, so that scores of different segments compare. */
  statistics(): LexicalStatistics {
    const known = new Map<string, number>();
    const indexes = this.words;
    return {
      rows: indexes.reduce((sum, { rows }) => sum + rows, 0),
      totalLength: indexes.reduce((sum, { totalLength }) => sum + totalLength, 0),
      documentFrequency: (term) => {
        const found = known.get(term) ?? documentFrequency(indexes, term);
        known.set(term, found);
        return found;
      },
    };
  }

  /** Makes a value at the first call with this name and keeps it with the snapshot. A name always stands for the same type. */
  remembered<T>(name: string, make: () => T): T {
    if (!this.#memory.has(name)) this.#memory.set(name, make());
    return this.#memory.get(name) as T;
  }
}
