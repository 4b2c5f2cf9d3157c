// The ids and vectors of a version, read segment by segment from its files: nothing is loaded that only searching needs.
import { setImmediate } from "node:timers/promises";
import type { Rows } from "./ann/ann.ts";
import { complement, forEachRow, fullBitmap } from "./bitmap.ts";
import type { Head } from "./head.ts";
import type { Version } from "./history/history.ts";
import type { SegmentCache } from "./segment.ts";

export interface VersionRows {
  /** null before the first commit. */
  readonly version: Version | null;
  /** Live rows. */
  readonly rows: number;
  readonly dim: number;
  /** Ids of all live rows, a segment at a time. @throws IndexError "damaged" */
  ids(): AsyncIterableIterator<string[]>;
  /**
   * Vectors of all live rows, or of those wanted, with their ids, a batch at a time, in the order of `ids`.
   * @throws IndexError "damaged" where a segment's vectors or columns are missing or not what was written
   */
  scan(
    batchRows: number,
    wanted?: (id: string) => boolean,
  ): AsyncIterableIterator<{ ids: string[]; vectors: Rows }>;
}

export const versionRowsOf = (cache: SegmentCache, { version, state }: Head): VersionRows => {
  const { dim, segments, counts } = state.manifest;
  /** Each segment with its live rows that are wanted, and their ids. */
  async function* parts(wanted: (id: string) => boolean) {
    for (const entry of segments) {
      const segment = cache.acquire(entry);
      try {
        const column = await segment.readIds();
        const dead = state.deleted.get(entry.id);
        const rows: number[] = [];
        const ids: string[] = [];
        forEachRow(dead ? complement(dead, entry.rows) : fullBitmap(entry.rows), (row) => {
          const id = column.at(row);
          if (!wanted(id)) return;
          rows.push(row);
          ids.push(id);
        });
        yield { segment, rows, ids };
      } finally {
        await cache.release(segment);
      }
    }
  }
  return {
    version,
    rows: counts.rows,
    dim,
    async *ids() {
      for await (const { ids } of parts(() => true)) yield ids;
    },
    async *scan(batchRows, wanted = () => true) {
      for await (const { segment, rows, ids } of parts(wanted)) {
        if (rows.length === 0) continue;
        const reader = await segment.openToRead();
        try {
          for (let from = 0; from < rows.length; from += batchRows) {
            const batch = rows.slice(from, from + batchRows);
            const data = new Float32Array(batch.length * dim);
            for (const [at, row] of batch.entries()) data.set(reader.vector(row), at * dim);
            yield {
              ids: ids.slice(from, from + batch.length),
              vectors: { dim, rows: batch.length, data },
            };
            await setImmediate();
          }
        } finally {
          reader.close();
        }
      }
    },
  };
};
