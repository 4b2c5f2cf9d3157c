// The optimal assignment: pairs two sets so that the sum of the gains is greatest and each member is used at most once.
import { linearSumAssignment } from "linear-sum-assignment";

/**
 * Pairs each of `rows` things with at most one of `columns` others so that the sum of gains is greatest (Jonker and
 * Volgenant's shortest augmenting paths, O(n³)).
 *
 * `gains`: rows × columns, row-major, finite; a pair whose gain is not above 0 is never made. Returns the column of each
 * row, −1 where it is not paired.
 * @throws RangeError where `gains` has another shape.
 */
export function bestPairs(gains: Float64Array, rows: number, columns: number): Int32Array {
  if (gains.length !== rows * columns)
    throw new RangeError(`${gains.length} gains are not ${rows} × ${columns}.`);
  const pairs = new Int32Array(rows).fill(-1);
  if (rows === 0 || columns === 0) return pairs;
  const matrix = Array.from({ length: rows }, (_, row) =>
    gains.slice(row * columns, (row + 1) * columns).map((gain) => Math.max(0, gain)),
  );
  const { rowAssignments } = linearSumAssignment(matrix);
  for (let row = 0; row < rows; row++) {
    const column = rowAssignments[row] ?? -1;
    if (column >= 0 && (gains[row * columns + column] ?? 0) > 0) pairs[row] = column;
  }
  return pairs;
}
