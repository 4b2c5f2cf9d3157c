// Tests that the assignment is as good as the best of all pairings.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bestPairs } from "./assignment.ts";

/** The greatest sum of gains over all ways of pairing, each taken at most once. */
const bestByTrying = (gains: readonly (readonly number[])[], from = 0, used = 0): number => {
  const row = gains[from];
  if (row === undefined) return 0;
  let best = bestByTrying(gains, from + 1, used);
  for (const [column, gain] of row.entries())
    if ((used & (1 << column)) === 0)
      best = Math.max(best, gain + bestByTrying(gains, from + 1, used | (1 << column)));
  return best;
};

const matrices = fc
  .record({ rows: fc.integer({ min: 0, max: 5 }), columns: fc.integer({ min: 0, max: 5 }) })
  .chain(({ rows, columns }) =>
    fc.array(
      fc.array(fc.oneof(fc.constant(0), fc.double({ min: -1, max: 1, noNaN: true })), {
        minLength: columns,
        maxLength: columns,
      }),
      { minLength: rows, maxLength: rows },
    ),
  );

describe("bestPairs", () => {
  it("gains as much as the best of all pairings, and uses nothing twice", () => {
    fc.assert(
      fc.property(matrices, (gains) => {
        const columns = gains[0]?.length ?? 0;
        const pairs = bestPairs(Float64Array.from(gains.flat()), gains.length, columns);
        const taken = [...pairs].filter((column) => column >= 0);
        expect(new Set(taken).size).toBe(taken.length);
        let sum = 0;
        for (const [row, column] of pairs.entries()) sum += gains[row]?.[column] ?? 0;
        expect(sum).toBeCloseTo(bestByTrying(gains), 9);
      }),
    );
  });

  it("makes no pair that gains nothing", () => {
    expect([...bestPairs(Float64Array.of(0, -1, 0, 0.5), 2, 2)]).toEqual([-1, 1]);
  });

  it("refuses a list of another shape", () => {
    expect(() => bestPairs(Float64Array.of(1, 2, 3), 2, 2)).toThrow(RangeError);
  });
});
