// Tests of concepts: a query and thumbs give a ranking, a probability and a threshold.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seededRandom } from "#index-store/kmeans/kmeans.ts";
import { row, type Vectors } from "#services/domain/vectors.ts";
import {
  type ConceptExamples,
  directionOf,
  probabilityAt,
  probabilityOf,
  similarityAt,
  trainConcept,
} from "./concept.ts";

const dim = 64;
const bell = (random: () => number): number =>
  (random() + random() + random() + random() - 2) * Math.sqrt(3);
const unit = (vector: Float32Array): Float32Array => {
  const length = Math.hypot(...vector) || 1;
  return vector.map((value) => value / length);
};
const anyUnit = (random: () => number) =>
  unit(Float32Array.from({ length: dim }, () => bell(random)));
const stack = (rows: readonly Float32Array[]): Vectors => {
  const data = new Float32Array(rows.length * dim);
  for (const [at, each] of rows.entries()) data.set(each, at * dim);
  return { dim, rows: rows.length, data };
};
const none = stack([]);
const around = (centre: Float32Array, count: number, random: () => number) =>
  Array.from({ length: count }, () =>
    unit(centre.map((value) => value + (0.8 * bell(random)) / Math.sqrt(dim))),
  );
const dot = (a: Float32Array, b: Float32Array) =>
  a.reduce((sum, value, d) => sum + value * (b[d] ?? 0), 0);

/** A topic that the query half describes, another that it describes as well, and other messages. */
const worldOf = (seed: number) => {
  const random = seededRandom(seed);
  const wanted = anyUnit(random);
  const mistaken = anyUnit(random);
  const query = unit(wanted.map((value, d) => value + 1.1 * (mistaken[d] ?? 0)));
  const background = stack(Array.from({ length: 120 }, () => anyUnit(random)));
  return { random, wanted, mistaken, query, background };
};

/** Share of the pairs of a wanted and an unwanted row that are in the right order. */
const rightlyOrdered = (
  score: (vector: Float32Array) => number,
  wanted: readonly Float32Array[],
  unwanted: readonly Float32Array[],
) => {
  let right = 0;
  for (const one of wanted) for (const other of unwanted) if (score(one) > score(other)) right++;
  return right / (wanted.length * unwanted.length);
};

describe("a concept without thumbs", () => {
  it("ranks like its query", () => {
    fc.assert(
      fc.property(fc.nat(1e6), (seed) => {
        const { random, query, background } = worldOf(seed);
        const concept = trainConcept({ query, up: none, down: none, background });
        const rows = Array.from({ length: 20 }, () => anyUnit(random));
        const byQuery = rows.toSorted((a, b) => dot(b, query) - dot(a, query));
        const byConcept = rows.toSorted(
          (a, b) => dot(b, directionOf(concept)) - dot(a, directionOf(concept)),
        );
        expect(byConcept).toEqual(byQuery);
        expect(dot(directionOf(concept), query)).toBeCloseTo(1, 5);
      }),
      { numRuns: 30 },
    );
  });

  it("gives a row like the background's mean a probability of 0.01, and no accuracy", () => {
    const { query, background } = worldOf(1);
    const concept = trainConcept({ query, up: none, down: none, background });
    const middle = new Float32Array(dim);
    for (let at = 0; at < background.rows; at++)
      for (const [d, value] of row(background, at).entries())
        middle[d] = (middle[d] ?? 0) + value / background.rows;
    expect(probabilityOf(concept, middle)).toBeCloseTo(0.01, 3);
    expect(concept).toMatchObject({ threshold: 0.5, accuracy: null });
  });
});

describe("a concept with thumbs", () => {
  it("separates what its query confuses, and says how accurately", () => {
    const { random, wanted, mistaken, query, background } = worldOf(2);
    const [up, down] = [around(wanted, 5, random), around(mistaken, 5, random)];
    const concept = trainConcept({ query, up: stack(up), down: stack(down), background });
    const [ones, others] = [around(wanted, 60, random), around(mistaken, 60, random)];
    const alone = rightlyOrdered((vector) => dot(vector, query), ones, others);
    const trained = rightlyOrdered((vector) => probabilityOf(concept, vector), ones, others);
    expect(alone).toBeLessThan(0.8);
    expect(trained).toBeGreaterThan(0.97);
    expect(concept.accuracy).toBeGreaterThanOrEqual(0.9);
    const taken = [...ones, ...others].filter(
      (vector) => probabilityOf(concept, vector) >= concept.threshold,
    );
    expect(taken.filter((vector) => ones.includes(vector)).length).toBeGreaterThan(50);
    expect(taken.length).toBeLessThan(65);
  });

  it("learns from thumbs up alone, against the background", () => {
    const { random, wanted, mistaken, query, background } = worldOf(3);
    const up = stack(around(wanted, 6, random));
    const concept = trainConcept({ query, up, down: none, background });
    const [ones, others] = [around(wanted, 40, random), around(mistaken, 40, random)];
    const before = rightlyOrdered((vector) => dot(vector, query), ones, others);
    const after = rightlyOrdered((vector) => probabilityOf(concept, vector), ones, others);
    expect(after).toBeGreaterThan(before);
    expect(concept).toMatchObject({ threshold: 0.5, accuracy: null });
  });

  it("is uncertain where thumbs contradict each other", () => {
    const { random, wanted, query, background } = worldOf(4);
    const same = stack(around(wanted, 5, random));
    const concept = trainConcept({ query, up: same, down: same, background });
    for (let at = 0; at < same.rows; at++)
      expect(Math.abs(probabilityOf(concept, row(same, at)) - 0.5)).toBeLessThan(0.25);
    expect(concept.accuracy ?? 1).toBeLessThanOrEqual(0.7);
  });

  it("does not count duplicates as evidence", () => {
    const { random, wanted, query, background } = worldOf(5);
    const [one, other] = [around(wanted, 1, random), around(wanted, 1, random)];
    const six = (rows: readonly Float32Array[]) =>
      stack(Array.from({ length: 6 }, () => rows[0] ?? query));
    const concept = trainConcept({ query, up: six(one), down: six(other), background });
    // Equal rows with opposite thumbs are left out together, so the check cannot be right about both.
    expect(concept.accuracy ?? 1).toBeLessThanOrEqual(0.5);
  });

  it("is the same each time, and finite for any input", () => {
    fc.assert(
      fc.property(
        fc.record({ seed: fc.nat(1e6), up: fc.nat(8), down: fc.nat(8), background: fc.nat(30) }),
        ({ seed, up, down, background }) => {
          const { random, wanted, query } = worldOf(seed);
          const examples: ConceptExamples = {
            query,
            up: stack(around(wanted, up, random)),
            down: stack([
              ...around(wanted, down, random).slice(1),
              ...(down > 0 ? [new Float32Array(dim)] : []),
            ]),
            background: stack(Array.from({ length: background }, () => anyUnit(random))),
          };
          const concept = trainConcept(examples);
          expect(trainConcept(examples)).toEqual(concept);
          expect(concept.weights.every(Number.isFinite)).toBe(true);
          expect(Number.isFinite(concept.bias)).toBe(true);
          expect(concept.threshold).toBeGreaterThanOrEqual(0.1);
          expect(concept.threshold).toBeLessThanOrEqual(0.9);
        },
      ),
      { numRuns: 40 },
    );
  });

  it("ranks by an inner product that maps to the probability", () => {
    const { random, wanted, mistaken, query, background } = worldOf(7);
    const concept = trainConcept({
      query,
      up: stack(around(wanted, 4, random)),
      down: stack(around(mistaken, 4, random)),
      background,
    });
    const vector = anyUnit(random);
    const similarity = dot(vector, directionOf(concept));
    expect(probabilityAt(concept, similarity)).toBeCloseTo(probabilityOf(concept, vector), 4);
    expect(probabilityAt(concept, similarityAt(concept, 0.3))).toBeCloseTo(0.3, 6);
  });

  it("refuses vectors of another dimension or with NaN", () => {
    const { query, background } = worldOf(8);
    const short = { dim: 3, rows: 1, data: Float32Array.of(1, 0, 0) };
    expect(() => trainConcept({ query, up: short, down: none, background })).toThrow(RangeError);
    const broken = stack([new Float32Array(dim).fill(Number.NaN)]);
    expect(() => trainConcept({ query, up: broken, down: none, background })).toThrow(RangeError);
  });
});
