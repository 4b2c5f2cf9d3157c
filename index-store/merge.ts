// Rewrites the live rows of segments as one new segment in ascending order of ids: merges, and the filtered copies of an erasure.
import { setImmediate } from "node:timers/promises";
import type { RowBitmap, RowReader, RowStream } from "./ann/ann.ts";
import { countBits, emptyBitmap, forEachRow, hasBit, setBit } from "./bitmap.ts";
import type { Column } from "./columns.ts";
import type { ColumnKind, ColumnValues, Schema } from "./documents.ts";
import type { IdColumn } from "./id-column.ts";
import type { Segment, SegmentSource } from "./segment.ts";

const ROWS_PER_TURN = 4096;

/** A segment and the rows of it that are kept. */
export interface Part {
  readonly segment: Segment;
  readonly keep: RowBitmap;
}

/** Where the kept rows of a segment go: row `rows[n]` becomes row `to[n]` of the new segment. `rows` ascends. */
export interface PlacedPart {
  readonly segment: Segment;
  readonly rows: Uint32Array;
  readonly to: Uint32Array;
}

export interface Arrangement {
  readonly parts: readonly PlacedPart[];
  readonly total: number;
}

/** A set of rows of the segment, as rows of the new one; rows that are not kept fall out. */
export const movedBits = (bits: RowBitmap, { rows, to }: PlacedPart, total: number): RowBitmap => {
  const moved = emptyBitmap(total);
  for (const [at, row] of rows.entries()) if (hasBit(bits, row)) setBit(moved, to[at] ?? 0);
  return moved;
};

const rowsOf = (keep: RowBitmap): Uint32Array => {
  const rows = new Uint32Array(countBits(keep));
  let at = 0;
  forEachRow(keep, (row) => {
    rows[at++] = row;
  });
  return rows;
};

/** Places in `rows` by ascending id. Segments are written in that order, except those of version 0.1, which are sorted here. */
const placesInOrder = async (ids: IdColumn, rows: Uint32Array): Promise<Uint32Array> => {
  const places = Uint32Array.from(rows.keys());
  let isOrdered = true;
  let before = "";
  for (let at = 0; at < rows.length && isOrdered; at++) {
    if (at % ROWS_PER_TURN === ROWS_PER_TURN - 1) await setImmediate();
    const id = ids.at(rows[at] ?? 0);
    isOrdered = at === 0 || before < id;
    before = id;
  }
  if (isOrdered) return places;
  const texts = Array.from(rows, (row) => ids.at(row));
  const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  return places.sort((a, b) => compare(texts[a] ?? "", texts[b] ?? ""));
};

/** The rows of one segment as they are met in order of ids. */
class Queue {
  readonly #ids: IdColumn;
  readonly #places: Uint32Array;
  readonly part: PlacedPart;
  #next = 0;
  /** The next id; undefined at the end. */
  head: string | undefined;

  constructor(part: PlacedPart, ids: IdColumn, places: Uint32Array) {
    this.part = part;
    this.#ids = ids;
    this.#places = places;
    this.#look();
  }

  /** Gives the next row this place. */
  take(to: number): void {
    this.part.to[this.#places[this.#next] ?? 0] = to;
    this.#next++;
    this.#look();
  }

  #look(): void {
    const place = this.#places[this.#next];
    this.head = place === undefined ? undefined : this.#ids.at(this.part.rows[place] ?? 0);
  }
}

const smallest = (queues: readonly Queue[]): Queue | undefined => {
  let found: Queue | undefined;
  for (const queue of queues) {
    const { head } = queue;
    if (head !== undefined && (found?.head === undefined || head < found.head)) found = queue;
  }
  return found;
};

/** Decides the order of the kept rows: by ascending id. @throws the signal's reason */
export const arrange = async (
  parts: readonly Part[],
  signal?: AbortSignal,
): Promise<Arrangement> => {
  const queues: Queue[] = [];
  for (const { segment, keep } of parts) {
    signal?.throwIfAborted();
    const { ids } = await segment.columns();
    const rows = rowsOf(keep);
    const placed = { segment, rows, to: new Uint32Array(rows.length) };
    queues.push(new Queue(placed, ids, await placesInOrder(ids, rows)));
  }
  let total = 0;
  for (let next = smallest(queues); next !== undefined; next = smallest(queues)) {
    next.take(total++);
    if (total % ROWS_PER_TURN !== 0) continue;
    signal?.throwIfAborted();
    await setImmediate();
  }
  return { parts: queues.map(({ part }) => part), total };
};

const keywordAt = (column: Column | undefined, row: number): string | null =>
  column?.kind === "keyword" ? (column.dictionary[column.codes[row] ?? -1] ?? null) : null;

type ColumnPart = { readonly column: Column | undefined } & Pick<PlacedPart, "rows" | "to">;

/** Values of one column in the new order; absent where a segment does not have the column. */
const gatherColumn = (
  kind: ColumnKind,
  parts: readonly ColumnPart[],
  total: number,
): ColumnValues => {
  if (kind === "number") {
    const values = new Float64Array(total).fill(Number.NaN);
    for (const { column, rows, to } of parts)
      if (column?.kind === "number")
        for (const [at, row] of rows.entries())
          values[to[at] ?? 0] = column.values[row] ?? Number.NaN;
    return values;
  }
  const values = new Array<string | null>(total).fill(null);
  for (const { column, rows, to } of parts)
    for (const [at, row] of rows.entries()) values[to[at] ?? 0] = keywordAt(column, row);
  return values;
};

const PIECE_BYTES = 4 * 1024 * 1024;

/** Vectors in the new order, read from all segments side by side, so that none of them is in memory whole. */
const streamed = (
  parts: readonly PlacedPart[],
  { dim, total, signal }: { dim: number; total: number; signal: AbortSignal | undefined },
): RowStream => ({
  dim,
  rows: total,
  async *pieces() {
    const partOf = new Uint16Array(total);
    const rowOf = new Uint32Array(total);
    for (const [number, { rows, to }] of parts.entries())
      for (const [at, row] of rows.entries()) {
        partOf[to[at] ?? 0] = number;
        rowOf[to[at] ?? 0] = row;
      }
    const readers: RowReader[] = [];
    try {
      for (const { segment } of parts) readers.push(await segment.openToRead());
      const most = Math.max(1, Math.floor(PIECE_BYTES / (dim * 4)));
      const piece = new Float32Array(Math.min(most, total) * dim);
      for (let from = 0; from < total; from += most) {
        signal?.throwIfAborted();
        const count = Math.min(most, total - from);
        for (let at = 0; at < count; at++) {
          const vector = readers[partOf[from + at] ?? 0]?.vector(rowOf[from + at] ?? 0);
          if (vector !== undefined) piece.set(vector, at * dim);
        }
        yield piece.subarray(0, count * dim);
        await setImmediate();
      }
    } finally {
      for (const reader of readers) reader.close();
    }
  },
});

/** The rows as arranged; vectors are the stored ones. Each segment is read from front to back. `signal` stops it between two. */
export const gather = (
  { parts, total }: Arrangement,
  { dim, schema, signal }: { dim: number; schema: Schema; signal?: AbortSignal | undefined },
): SegmentSource => {
  const each = async (read: (part: PlacedPart) => Promise<void>): Promise<void> => {
    for (const part of parts) {
      signal?.throwIfAborted();
      await read(part);
    }
  };
  return {
    vectors: async () => streamed(parts, { dim, total, signal }),
    async texts() {
      const texts = new Array<string>(total).fill("");
      await each(async ({ segment, rows, to }) => {
        const stored = await segment.texts();
        for (const [at, row] of rows.entries()) texts[to[at] ?? 0] = stored[row] ?? "";
      });
      return texts;
    },
    async columns() {
      const ids = new Array<string>(total).fill("");
      const opened: (PlacedPart & { get(name: string): Column | undefined })[] = [];
      await each(async (part) => {
        const columns = await part.segment.columns();
        for (const [at, row] of part.rows.entries()) ids[part.to[at] ?? 0] = columns.ids.at(row);
        opened.push({ ...part, get: (name) => columns.get(name) });
        await setImmediate();
      });
      const columns: Record<string, ColumnValues> = {};
      for (const [name, kind] of Object.entries(schema)) {
        const inParts = opened.map(({ rows, to, get }) => ({ column: get(name), rows, to }));
        columns[name] = gatherColumn(kind, inParts, total);
        await setImmediate();
      }
      return { ids, columns };
    },
  };
};
