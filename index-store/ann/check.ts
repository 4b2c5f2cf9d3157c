// Checks of rows, query vectors and filters, shared by all engines.
import { AnnError, type AnnSearch, type RowBitmap, type RowStream, type Rows } from "./ann.ts";
import { maxDim, maxRows } from "./faiss-file.ts";
import { streamOf } from "./row-stream.ts";

/** @throws AnnError "bad-rows" where a row has NaN, an infinite number or no direction, or the shape is wrong. */
export function checkRows(rows: Rows): void {
  checkShape(rows);
  if (rows.data.length < rows.rows * rows.dim)
    throw new AnnError(
      "bad-rows",
      `${rows.data.length} numbers are too few for ${rows.rows} × ${rows.dim}.`,
    );
  checkPiece(rows.data.subarray(0, rows.rows * rows.dim), rows.dim, 0);
}

/** @throws AnnError "bad-rows" where no index can have this shape */
export function checkShape({ dim, rows }: Pick<Rows, "dim" | "rows">): void {
  if (!Number.isInteger(dim) || dim < 1 || dim > maxDim)
    throw new AnnError("bad-rows", `Vectors need 1 to ${maxDim} dimensions, not ${dim}.`);
  if (!Number.isInteger(rows) || rows < 0 || rows > maxRows)
    throw new AnnError("bad-rows", `${rows} is not a number of rows that an index can hold.`);
}

/**
 * @param data whole rows, the first of which is row `first`
 * @throws AnnError "bad-rows" where one has NaN, an infinite number or no direction
 */
export function checkPiece(data: Float32Array, dim: number, first: number): void {
  for (let start = 0; start < data.length; start += dim) {
    let sum = 0;
    for (let at = start; at < start + dim; at++) {
      const value = data[at] ?? 0;
      sum += value * value;
    }
    const row = first + start / dim;
    if (!Number.isFinite(sum))
      throw new AnnError("bad-rows", `Row ${row} holds a number that is not finite.`);
    if (sum === 0)
      throw new AnnError("bad-rows", `Row ${row} is all zeros, so it has no direction.`);
  }
}

/** The rows, of which each piece is checked before it is handed on. @throws AnnError "bad-rows", at once or by a piece */
export function checkedStream(given: Rows | RowStream): RowStream {
  checkShape(given);
  if ("data" in given) checkRows(given);
  const stream = streamOf(given);
  const { dim, rows } = stream;
  return {
    dim,
    rows,
    async *pieces() {
      let first = 0;
      for await (const piece of stream.pieces()) {
        if (!("data" in given)) checkPiece(piece, dim, first);
        first += piece.length / dim;
        yield piece;
      }
    },
  };
}

/** @throws RangeError where the query vector, k, effort or filter does not fit the index. */
export function checkQuery(
  index: { readonly dim: number; readonly rows: number },
  query: Float32Array,
  search: AnnSearch,
): void {
  if (query.length !== index.dim)
    throw new RangeError(`The question has ${query.length} dimensions, the index ${index.dim}.`);
  for (const value of query)
    if (!Number.isFinite(value))
      throw new RangeError("The question's vector holds a number that is not finite.");
  if (!Number.isInteger(search.k) || search.k < 0)
    throw new RangeError(`k must be a whole number of 0 or more, not ${search.k}.`);
  if (search.effort !== undefined && !(search.effort > 0))
    throw new RangeError(`effort must be more than 0, not ${search.effort}.`);
  if (search.filter !== undefined && search.filter.length * 32 < index.rows)
    throw new RangeError(
      `The filter covers ${search.filter.length * 32} rows, the index has ${index.rows}.`,
    );
}

export function checkRow(index: { readonly rows: number }, row: number): void {
  if (!Number.isInteger(row) || row < 0 || row >= index.rows)
    throw new RangeError(`There is no row ${row}: the index has ${index.rows}.`);
}

export const passes = (filter: RowBitmap, row: number): boolean =>
  (((filter[row >>> 5] ?? 0) >>> (row & 31)) & 1) === 1;

/** How many of the first `rows` bits are set. */
export function countPassing(filter: RowBitmap, rows: number): number {
  let count = 0;
  const whole = rows >>> 5;
  for (let word = 0; word < whole; word++) count += bitsIn(filter[word] ?? 0);
  const rest = rows & 31;
  if (rest > 0) count += bitsIn((filter[whole] ?? 0) & ((1 << rest) - 1));
  return count;
}

/** Bits set in a 32-bit word, added up in ever wider fields (Warren, Hacker's Delight, 5-1). */
function bitsIn(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
