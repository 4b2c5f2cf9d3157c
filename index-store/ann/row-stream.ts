// Rows as a stream, whether they are in memory or are read piece by piece.
import type { RowStream, Rows } from "./ann.ts";

const pieceBytes = 16 * 1024 * 1024;

/** Rows in memory in pieces of a few megabytes: Linux writes at most 2 GiB per call, and others have their turn between two. */
export const streamOf = (rows: Rows | RowStream): RowStream => {
  if (!("data" in rows)) return rows;
  const { dim, data } = rows;
  const step = Math.max(1, Math.floor(pieceBytes / (dim * 4))) * dim;
  return {
    dim,
    rows: rows.rows,
    async *pieces() {
      const end = rows.rows * dim;
      for (let at = 0; at < end; at += step) yield data.subarray(at, Math.min(end, at + step));
    },
  };
};

/** All rows in memory, for engines that need them at once. */
export const inMemory = async (rows: Rows | RowStream): Promise<Rows> => {
  if ("data" in rows) return rows;
  const data = new Float32Array(rows.rows * rows.dim);
  let at = 0;
  for await (const piece of rows.pieces()) {
    data.set(piece, at);
    at += piece.length;
  }
  return { dim: rows.dim, rows: rows.rows, data };
};
