// Tests of vectors: products, cosines that do not depend on length, copied rows.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  blocksOf,
  cosine,
  dot,
  gather,
  type ManyVectors,
  numbersOf,
  roomFor,
  row,
  rowsWithin,
  rowThrough,
  setRow,
  vectors,
} from "./vectors.ts";

const number = fc.float({ noNaN: true, min: -10, max: 10 });
const pair = fc
  .integer({ min: 0, max: 40 })
  .chain((dim) =>
    fc.tuple(
      fc.float32Array({ noNaN: true, min: -10, max: 10, minLength: dim, maxLength: dim }),
      fc.float32Array({ noNaN: true, min: -10, max: 10, minLength: dim, maxLength: dim }),
    ),
  );

describe("vectors", () => {
  it("have as product the sum of the products of their numbers, whatever their length", () => {
    fc.assert(
      fc.property(pair, ([a, b]) => {
        const sum = a.reduce((so, value, at) => so + value * (b[at] ?? 0), 0);
        expect(dot(a, b)).toBeCloseTo(sum, 8);
      }),
    );
  });

  it("have a cosine from −1 to 1 that does not depend on their lengths", () => {
    fc.assert(
      fc.property(pair, fc.integer({ min: 1, max: 1024 }), ([a, b], times) => {
        const near = cosine(a, b);
        expect(Math.abs(near)).toBeLessThanOrEqual(1 + 1e-12);
        expect(cosine(b, a)).toBe(near);
        // Powers of two only, so that scaling does not round any number.
        const factor = 2 ** (times % 8);
        expect(
          cosine(
            a.map((value) => value * factor),
            b,
          ),
        ).toBeCloseTo(near, 6);
      }),
    );
    expect(cosine(Float32Array.of(2, 0), Float32Array.of(3, 3))).toBeCloseTo(Math.SQRT1_2, 12);
    expect(cosine(new Float32Array(3), Float32Array.of(1, 2, 3))).toBe(0);
    expect(cosine(new Float32Array(), new Float32Array())).toBe(0);
  });

  it("are gathered in the given order, and repeated where a number is repeated", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(number, number, number), { minLength: 1, maxLength: 20 }),
        fc.array(fc.nat(19), { maxLength: 30 }),
        (rows, asked) => {
          const all = vectors(3, Float32Array.from(rows.flat()));
          const numbers = Uint32Array.from(asked, (one) => one % rows.length);
          const some = gather(all, numbers);
          expect([some.dim, some.rows]).toEqual([3, numbers.length]);
          for (const [at, from] of numbers.entries())
            expect([...row(some, at)]).toEqual([...row(all, from)]);
          some.data.fill(0);
          expect([...all.data]).toEqual([...Float32Array.from(rows.flat())]);
        },
      ),
    );
  });
});

describe.each([
  ["float32", 10],
  ["float16", 9],
])("many vectors as %s", (_, whole) => {
  /** Row n has the numbers 4 n … 4 n + 3, which float16 holds exactly. */
  const many = (): ManyVectors => {
    const made = roomFor(4, 10, whole);
    for (let at = 0; at < 10; at++)
      setRow(
        made,
        at,
        Float32Array.of(0, 1, 2, 3).map((d) => 4 * at + d),
      );
    return made;
  };

  it("have that kind of numbers", () => {
    expect("halves" in many()).toBe(whole < 10);
    expect([...numbersOf(many())]).toEqual([...Array(40).keys()]);
  });

  it("are read one by one, some of them, a part of them, and in blocks", () => {
    expect([...row(many(), 2)]).toEqual([8, 9, 10, 11]);
    expect([...rowThrough(many(), 9, new Float32Array(4))]).toEqual([36, 37, 38, 39]);
    expect([...gather(many(), [3, 0, 3]).data]).toEqual([
      12, 13, 14, 15, 0, 1, 2, 3, 12, 13, 14, 15,
    ]);
    const part = rowsWithin(many(), 3, 10);
    expect([part.rows, ...row(part, 0)]).toEqual([7, 12, 13, 14, 15]);
    const blocks = Array.from(blocksOf(part, 3), ({ from, to, data }) => [from, to, ...data]);
    expect(blocks.map(([from, to]) => [from, to])).toEqual([
      [0, 3],
      [3, 6],
      [6, 7],
    ]);
    expect(blocks.flatMap(([, , ...data]) => data)).toEqual(
      [...Array(28).keys()].map((n) => n + 12),
    );
  });
});
