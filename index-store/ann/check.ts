// Checks of rows, query vectors and filters, shared by all engines.
import { AnnError, type AnnSearch, type RowBitmap, type Rows } from "./ann.ts";
import { maxDim, maxRows } from "./faiss-file.ts";

/** @throws AnnError "bad-rows" where a row has NaN, an infinite number or no direction, or the shape is wrong. */
export function checkRows(rows: Rows): void {
  const { dim, data } = rows;
  if (!Number.isInteger(dim) || dim < 1 || dim > maxDim)
    throw new AnnError("bad-rows", `Vectors need 1 to ${maxDim} dimensions, not ${dim}.`);
  if (!Number.isInteger(rows.rows) || rows.rows < 0 || rows.rows > maxRows)
    throw new AnnError("bad-rows", `${rows.rows} is not a number of rows that an index can hold.`);
  if (data.length < rows.rows * dim)
    throw new AnnError("bad-rows", `${data.length} numbers are too few for ${rows.rows} × ${dim}.`);
  for (let row = 0; row < rows.rows; row++) {
    let sum = 0;
    const start = row * dim;
    for (let at = start; at < start + dim; at++) {
      const value = data[at] ?? 0;
      sum += value * value;
    }
    if (!Number.isFinite(sum))
      throw new AnnError("bad-rows", `Row ${row} holds a number that is not finite.`);
    if (sum === 0)
      throw new AnnError("bad-rows", `Row ${row} is all zeros, so it has no direction.`);
  }
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
