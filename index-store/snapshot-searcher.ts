// Answers questions from a snapshot: asks each of its segments about the rows that are live and pass, and merges what they find.
import { setImmediate } from "node:timers/promises";
import type { AnnIndex, RowBitmap, Rows } from "./ann/ann.ts";
import { and, countBits, countBoth, forEachRow, or, setBit, without } from "./bitmap.ts";
import type { Degraded } from "./degraded.ts";
import type { Schema } from "./documents.ts";
import { extent, type FacetCount, facet, histogram } from "./facets.ts";
import { checkColumn, checkFilter, type Filter, matchingRows } from "./filter.ts";
import { type Groups, type GroupWord, groupRows, rankGroups, spreadOver } from "./grouped.ts";
import { asked } from "./head.ts";
import type { Version } from "./history/history.ts";
import { massOfRows } from "./hit-mass.ts";
import { IndexError } from "./index-error.ts";
import { sampleOf, seededRandom } from "./kmeans/random.ts";
import type { LexicalIndex, LexicalQuery, TermFrequency, WordMass } from "./lexical/lexical.ts";
import { documentFrequency, similarTerms, termsWithPrefix } from "./lexical/terms-of-all.ts";
import { bitsOf, type RowSet, SnapshotRows } from "./row-set.ts";
import { best, kthBest, type Scored } from "./scored.ts";
import type { Found, GroupsFound, LexicalFound, Searcher } from "./searcher.ts";
import type { Place, Snapshot } from "./snapshot.ts";

/** Ordinals of the live rows whose vectors can be read. */
const rowsWithVectors = (snapshot: Snapshot, rows: RowBitmap): number[] => {
  const ordinals: number[] = [];
  for (const place of snapshot.places)
    if (place.vectors !== undefined)
      forEachRow(snapshot.slice(rows, place), (row) => ordinals.push(place.base + row));
  return ordinals;
};

const checkLimit = (k: number): void => {
  if (!Number.isSafeInteger(k) || k < 0)
    throw new IndexError("bad-query", `${k} is no number of hits.`);
};

/** Texts of several rows whose spread is measured. */
const SPREAD_OF = 5;

export class SnapshotSearcher implements Searcher {
  #snapshot: Snapshot | undefined;
  readonly #meanLengths = new WeakMap<RowSet, number>();
  /** Groups by the rows that they are of, then by column and bound. */
  readonly #groups = new WeakMap<RowSet, Map<string, Groups>>();

  /** Takes the snapshot over: it is released when this searcher is closed. */
  constructor(snapshot: Snapshot) {
    this.#snapshot = snapshot;
  }

  get #open(): Snapshot {
    if (this.#snapshot === undefined)
      throw new IndexError("closed", "This searcher has been closed.");
    return this.#snapshot;
  }

  get #words(): readonly LexicalIndex[] {
    return this.#open.words;
  }

  get version(): Version {
    return this.#open.version;
  }
  get rows(): number {
    return this.#open.live.count;
  }
  get dim(): number {
    return this.#open.dim;
  }
  get schema(): Schema {
    return this.#open.schema;
  }
  get annotations(): Readonly<Record<string, unknown>> {
    return this.#open.annotations;
  }
  get degraded(): Degraded | null {
    return this.#open.degraded;
  }

  isErased(): Promise<boolean> {
    return this.#open.isErased();
  }

  select(filter: Filter | undefined): RowSet {
    const snapshot = this.#open;
    if (filter === undefined) return snapshot.live;
    checkFilter(filter, snapshot.schema);
    const bits = snapshot.live.bits.slice();
    for (const place of snapshot.places)
      and(snapshot.slice(bits, place), matchingRows(place.segment, place.columns, filter));
    return new SnapshotRows(snapshot, bits);
  }

  union(sets: readonly RowSet[]): RowSet {
    const snapshot = this.#open;
    const bits = new Uint32Array(snapshot.live.bits.length);
    for (const set of sets) or(bits, bitsOf(snapshot, set));
    return new SnapshotRows(snapshot, bits);
  }

  intersect(sets: readonly RowSet[]): RowSet {
    const snapshot = this.#open;
    const bits = snapshot.live.bits.slice();
    for (const set of sets) and(bits, bitsOf(snapshot, set));
    return new SnapshotRows(snapshot, bits);
  }

  overlaps(sets: readonly RowSet[], other: RowSet): number[] {
    const snapshot = this.#open;
    return countBoth(
      sets.map((set) => bitsOf(snapshot, set)),
      bitsOf(snapshot, other),
    );
  }

  without(set: RowSet, other: RowSet): RowSet {
    const snapshot = this.#open;
    const bits = bitsOf(snapshot, set).slice();
    return new SnapshotRows(snapshot, without(bits, bitsOf(snapshot, other)));
  }

  async semantic(
    query: Float32Array,
    { k, within }: { k: number; within?: RowSet },
  ): Promise<Found[]> {
    const snapshot = this.#open;
    checkLimit(k);
    if (query.length !== snapshot.dim)
      throw new IndexError(
        "bad-query",
        `The question has ${query.length} dimensions, this index has ${snapshot.dim}.`,
      );
    if (k === 0) return [];
    // The searcher may be closed while engines still search.
    snapshot.retain();
    try {
      const scored: Scored[] = [];
      const ask = async (place: Place, vectors: AnnIndex): Promise<void> => {
        const filter = this.#filterOf(snapshot, place, within);
        const { rows, similarities } = await vectors.search(query, {
          k,
          atLeast: kthBest(scored, k),
          ...(filter === undefined ? {} : { filter }),
        });
        for (let at = 0; at < rows.length; at++)
          scored.push({ place, row: rows[at] ?? 0, score: similarities[at] ?? 0 });
      };
      const there: (() => Promise<void>)[] = [];
      // The largest segment first: the more similar its k best, the less of the others has to be looked at.
      for (const place of snapshot.places.toSorted((a, b) => b.entry.rows - a.entry.rows)) {
        const { vectors } = place;
        if (vectors?.isElsewhere) there.push(() => ask(place, vectors));
        else if (vectors !== undefined) await ask(place, vectors);
      }
      await asked(Promise.all(there.map((one) => one())));
      return best(scored, k);
    } finally {
      snapshot.release();
    }
  }

  lexical(
    query: LexicalQuery,
    { k, within, lengthsOf }: { k: number; within?: RowSet; lengthsOf?: RowSet },
  ): LexicalFound {
    const snapshot = this.#open;
    checkLimit(k);
    const all = snapshot.statistics();
    const statistics =
      lengthsOf === undefined
        ? all
        : { ...all, totalLength: this.#meanLength(snapshot, lengthsOf) * all.rows };
    const scored: Scored[] = [];
    let total = 0;
    for (const place of snapshot.places) {
      if (place.words === undefined) continue;
      const filter = this.#filterOf(snapshot, place, within);
      const found = place.words.search(query, {
        k,
        statistics,
        ...(filter === undefined ? {} : { filter }),
      });
      total += found.total;
      for (let at = 0; at < found.rows.length; at++)
        scored.push({ place, row: found.rows[at] ?? 0, score: found.scores[at] ?? 0 });
    }
    return { hits: best(scored, k), total };
  }

  /** Words of a row of the set on average, counted once for each set. */
  #meanLength(snapshot: Snapshot, set: RowSet): number {
    const known = this.#meanLengths.get(set);
    if (known !== undefined) return known;
    const bits = bitsOf(snapshot, set);
    let length = 0;
    let rows = 0;
    for (const place of snapshot.places) {
      if (place.words === undefined) continue;
      const here = snapshot.slice(bits, place);
      length += place.words.lengthOf(here);
      rows += countBits(here);
    }
    const mean = rows > 0 ? length / rows : 0;
    this.#meanLengths.set(set, mean);
    return mean;
  }

  lexicalGroups(
    words: readonly GroupWord[],
    { column, of, mostWords, k }: { column: string; of: RowSet; mostWords: number; k: number },
  ): GroupsFound {
    const snapshot = this.#open;
    checkLimit(k);
    checkColumn(column, "keyword", snapshot.schema);
    const rows = bitsOf(snapshot, of);
    const known = this.#groups.get(of) ?? new Map<string, Groups>();
    this.#groups.set(of, known);
    const key = `${mostWords} ${column}`;
    const groups = known.get(key) ?? groupRows(snapshot, { column, rows, mostWords });
    known.set(key, groups);
    if (groups.count === 0) return { found: [], spread: 0 };
    const { top, masses } = rankGroups(snapshot, groups, { words, k });
    return {
      found: top.map(({ group, score }) => ({ value: groups.values[group] ?? "", score })),
      spread: spreadOver(snapshot, groups, { top: top.slice(0, SPREAD_OF), masses }),
    };
  }

  matching(query: LexicalQuery, within?: RowSet): RowSet {
    const snapshot = this.#open;
    const statistics = snapshot.statistics();
    const bits = new Uint32Array(snapshot.live.bits.length);
    for (const place of snapshot.places) {
      if (place.words === undefined) continue;
      const filter = within ? snapshot.slice(bitsOf(snapshot, within), place) : place.live;
      const found = place.words.search(query, { k: 0, filter, statistics, countAll: true });
      if (found.matches) or(snapshot.slice(bits, place), found.matches);
    }
    return new SnapshotRows(snapshot, and(bits, snapshot.live.bits));
  }

  holding(words: readonly WordMass[], least: number, within?: RowSet): RowSet {
    const snapshot = this.#open;
    const bits = new Uint32Array(snapshot.live.bits.length);
    for (const place of snapshot.places) {
      if (place.words === undefined) continue;
      const filter = this.#filterOf(snapshot, place, within);
      or(snapshot.slice(bits, place), place.words.rowsWithMass(words, least, filter));
    }
    return new SnapshotRows(snapshot, and(bits, this.#bits(snapshot, within)));
  }

  massOf(words: readonly WordMass[], hits: readonly Found[]): Float64Array {
    return massOfRows(this.#open, words, hits);
  }

  rowsOf(ids: readonly string[]): RowSet {
    const snapshot = this.#open;
    const bits = new Uint32Array(snapshot.live.bits.length);
    for (const id of ids) {
      const found = snapshot.find(id);
      if (found) setBit(bits, found.place.base + found.row);
    }
    return new SnapshotRows(snapshot, bits);
  }

  list(rows: RowSet): Found[] {
    const snapshot = this.#open;
    const bits = bitsOf(snapshot, rows);
    const found: Found[] = [];
    for (const { base, columns, entry } of snapshot.places)
      forEachRow(snapshot.slice(bits, { base, entry }), (row) =>
        found.push({ id: columns.ids.at(row), ordinal: base + row, score: 0 }),
      );
    return found;
  }

  facet(column: string, within: RowSet | undefined, limit: number): FacetCount[] {
    const snapshot = this.#open;
    checkColumn(column, "keyword", snapshot.schema);
    return facet(snapshot, column, this.#bits(snapshot, within), limit);
  }

  histogram(column: string, within: RowSet | undefined, width: number) {
    const snapshot = this.#open;
    checkColumn(column, "number", snapshot.schema);
    if (!(width > 0 && Number.isFinite(width)))
      throw new IndexError("bad-query", `${width} is no width of a bin.`);
    return histogram(snapshot, column, this.#bits(snapshot, within), width);
  }

  extent(column: string, within?: RowSet): { min: number; max: number } | null {
    const snapshot = this.#open;
    checkColumn(column, "number", snapshot.schema);
    return extent(snapshot, column, this.#bits(snapshot, within));
  }

  read(hits: readonly Found[], columns: readonly string[]) {
    const snapshot = this.#open;
    for (const name of columns)
      if (!Object.hasOwn(snapshot.schema, name))
        throw new IndexError("bad-query", `This index has no column "${name}".`);
    return hits.map(({ ordinal }) => {
      const place = snapshot.placeOf(ordinal);
      const values: Record<string, string | number | null> = {};
      for (const name of columns) values[name] = place ? valueAt(place, ordinal, name) : null;
      return values;
    });
  }

  vector(id: string): Float32Array | undefined {
    const found = this.#open.find(id);
    return found?.place.vectors?.vector(found.row);
  }

  async *scan(
    batchRows: number,
    within?: RowSet,
  ): AsyncIterableIterator<{ ids: string[]; vectors: Rows }> {
    const snapshot = this.#open;
    const { dim } = snapshot;
    if (!Number.isSafeInteger(batchRows) || batchRows < 1)
      throw new IndexError("bad-query", `${batchRows} is no number of rows.`);
    snapshot.retain();
    try {
      const rows = rowsWithVectors(snapshot, this.#bits(snapshot, within));
      for (let from = 0; from < rows.length; from += batchRows) {
        const batch = rows.slice(from, from + batchRows);
        const data = new Float32Array(batch.length * dim);
        const ids = batch.map((ordinal, at) => {
          const place = snapshot.placeOf(ordinal);
          if (!place?.vectors) return "";
          data.set(place.vectors.vector(ordinal - place.base), at * dim);
          return place.columns.ids.at(ordinal - place.base);
        });
        yield { ids, vectors: { dim, rows: batch.length, data } };
        await setImmediate();
      }
    } finally {
      snapshot.release();
    }
  }

  sample(count: number, seed: number, within?: RowSet): Rows {
    const snapshot = this.#open;
    const ordinals = rowsWithVectors(snapshot, this.#bits(snapshot, within));
    const random = seededRandom(seed);
    const chosen = Uint32Array.from(sampleOf(ordinals.length, count, random));
    const data = new Float32Array(chosen.length * snapshot.dim);
    for (const [at, row] of chosen.entries()) {
      const ordinal = ordinals[row] ?? 0;
      const place = snapshot.placeOf(ordinal);
      if (place?.vectors) data.set(place.vectors.vector(ordinal - place.base), at * snapshot.dim);
    }
    return { dim: snapshot.dim, rows: chosen.length, data };
  }

  documentFrequency(term: string): number {
    return documentFrequency(this.#words, term);
  }

  termsWithPrefix(prefix: string, limit: number): TermFrequency[] {
    return termsWithPrefix(this.#words, prefix, limit);
  }

  similarTerms(term: string, maxEdits: 1 | 2, limit: number) {
    return similarTerms(this.#words, { term, maxEdits }, limit);
  }

  close(): void {
    this.#snapshot?.release();
    this.#snapshot = undefined;
  }

  /** undefined where every row of the segment may be found, so that the engine need not look at a filter. */
  #filterOf(snapshot: Snapshot, place: Place, within: RowSet | undefined): RowBitmap | undefined {
    if (within !== undefined && within !== snapshot.live)
      return snapshot.slice(bitsOf(snapshot, within), place);
    return place.entry.deleted === 0 ? undefined : place.live;
  }

  #bits(snapshot: Snapshot, within: RowSet | undefined): RowBitmap {
    return within === undefined ? snapshot.live.bits : bitsOf(snapshot, within);
  }
}

const valueAt = (place: Place, ordinal: number, name: string): string | number | null => {
  const column = place.columns.get(name);
  const row = ordinal - place.base;
  if (column === undefined) return null;
  if (column.kind === "keyword") return column.dictionary[column.codes[row] ?? -1] ?? null;
  const value = column.values[row] ?? Number.NaN;
  return Number.isNaN(value) ? null : value;
};
