// The live rows of the newest version, read from the files of its segments: ids, and vectors a batch at a time; nothing is loaded to search.
import { setImmediate } from "node:timers/promises";
import type { RowReader, Rows } from "./ann/ann.ts";
import { complement, forEachRow, fullBitmap, without } from "./bitmap.ts";
import type { Schema } from "./documents.ts";
import { type Filter, matchingRows } from "./filter.ts";
import { asIndexError, asked, isDamage, stateOf } from "./head.ts";
import type { HistoryReader, Version } from "./history/history.ts";
import { IdTable } from "./id-table.ts";
import { IndexError } from "./index-error.ts";
import type { SegmentEntry } from "./manifest.ts";
import type { Segment, SegmentCache } from "./segment.ts";
import { emptyState, type VersionState } from "./version-state.ts";

/** How often a version is opened again because a writer changed the history meanwhile. */
const TRIES = 4;
const ROWS_PER_TURN = 32_768;

/** Ids of rows, in the order in which `scan` gives their vectors. */
export interface RowIds {
  readonly length: number;
  /** "" where there is no such row. */
  at(row: number): string;
  find(id: string): number | undefined;
}

/** The rows of one version; files that are removed meanwhile stay readable until `close`. */
export interface VersionRows {
  /** Number 0 before the first commit. */
  readonly version: Version;
  readonly dim: number;
  readonly ids: RowIds;
  /** The vectors in the order of `Searcher.scan`: those of rows `from` up to `from + vectors.rows`. The array is used again for the next batch. */
  scan(batchRows: number): AsyncIterableIterator<{ readonly from: number; readonly vectors: Rows }>;
  close(): void;
}

export interface VersionRowsOptions {
  /** Rows of which this is true are left out; a column that a version does not have is absent in all of its rows. */
  readonly without?: Extract<Filter, { kind: "in" }>;
}

interface Home {
  readonly history: HistoryReader;
  readonly cache: SegmentCache;
  readonly empty: { readonly dim: number; readonly schema: Schema };
}

/** The chosen rows of a segment, and its vectors. */
interface Part {
  readonly reader: RowReader;
  readonly rows: Uint32Array;
}

/** The rows of a segment that are live and wanted, with their ids in the table. */
const openPart = async (
  segment: Segment,
  dead: Uint32Array | undefined,
  { ids, without: left }: { readonly ids: IdTable } & VersionRowsOptions,
): Promise<Part> => {
  const { entry } = segment;
  await segment.check("words");
  const reader = await segment.openToRead();
  try {
    const columns = await segment.someColumns(left === undefined ? [] : [left.column]);
    const live = dead ? complement(dead, entry.rows) : fullBitmap(entry.rows);
    if (left !== undefined) without(live, matchingRows(segment, columns, left));
    const chosen: number[] = [];
    forEachRow(live, (row) => chosen.push(row));
    const rows = Uint32Array.from(chosen);
    for (const [at, row] of rows.entries()) {
      if (at % ROWS_PER_TURN === ROWS_PER_TURN - 1) await setImmediate();
      ids.add(columns.ids.at(row));
    }
    return { reader, rows };
  } catch (error) {
    reader.close();
    throw error;
  }
};

const openParts = async (
  cache: SegmentCache,
  { manifest, deleted }: VersionState,
  chosen: { readonly ids: IdTable } & VersionRowsOptions,
): Promise<Part[]> => {
  const parts: Part[] = [];
  const open = async (entry: SegmentEntry) => {
    const segment = cache.acquire(entry);
    try {
      parts.push(await openPart(segment, deleted.get(entry.id), chosen));
    } finally {
      await cache.release(segment);
    }
  };
  try {
    for (const entry of manifest.segments) await open(entry);
    const rows = parts.reduce((sum, part) => sum + part.rows.length, 0);
    if (rows !== chosen.ids.length)
      throw new IndexError("damaged", "An id is live in two segments of a version.");
    return parts;
  } catch (error) {
    for (const { reader } of parts) reader.close();
    throw error;
  }
};

async function* scan(
  parts: readonly Part[],
  dim: number,
  batchRows: number,
): AsyncIterableIterator<{ from: number; vectors: Rows }> {
  if (!Number.isSafeInteger(batchRows) || batchRows < 1)
    throw new IndexError("bad-query", `${batchRows} is no number of rows.`);
  const data = new Float32Array(batchRows * dim);
  let from = 0;
  let held = 0;
  const batch = () => ({ from, vectors: { dim, rows: held, data: data.subarray(0, held * dim) } });
  for (const { reader, rows } of parts)
    for (const row of rows) {
      reader.vector(row, data.subarray(held * dim, (held + 1) * dim));
      held++;
      if (held < batchRows) continue;
      yield batch();
      from += held;
      held = 0;
      await setImmediate();
    }
  if (held > 0) yield batch();
}

const openNow = async (
  { history, cache, empty }: Home,
  options: VersionRowsOptions,
): Promise<VersionRows> => {
  const version = await asked(history.head());
  const state =
    version === null ? emptyState(empty.dim, empty.schema) : await stateOf(history, version);
  const ids = new IdTable();
  const parts = await openParts(cache, state, { ids, ...options });
  const { dim } = state.manifest;
  return {
    version: version ?? { number: 0, id: "", parent: null, message: "", at: 0, tags: [] },
    dim,
    ids,
    scan: (batchRows) => scan(parts, dim, batchRows),
    close() {
      for (const { reader } of parts) reader.close();
    },
  };
};

/**
 * Opens the rows of the newest version. Where another process erased, merged or committed meanwhile, files may be gone without
 * damage: it is opened again.
 * @throws IndexError "damaged" where anything is that a whole searcher needs; no older version takes its place
 */
export const openVersionRows = async (
  home: Home,
  options: VersionRowsOptions = {},
): Promise<VersionRows> => {
  const { history } = home;
  const state = async () => {
    const head = await history.head().catch(() => null);
    return `${await asked(history.erasureMark())} ${head?.id ?? ""}`;
  };
  for (let attempt = 1; ; attempt++) {
    const before = await state();
    try {
      return await openNow(home, options);
    } catch (error) {
      if (!isDamage(error)) throw asIndexError(error);
      if (attempt === TRIES || (await state()) === before)
        throw new IndexError("damaged", error.message, { cause: error });
    }
  }
};
