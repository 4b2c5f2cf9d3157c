// Tests of the logistic fit: its gradient is zero at the end, and it starts at the prior.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seededRandom } from "#index-store/kmeans/kmeans.ts";
import { fitLogistic, logitOf, sigmoid } from "./logistic.ts";

const problemOf = (seed: number, count: number, dim: number) => {
  const random = seededRandom(seed);
  const data = Float32Array.from({ length: count * dim }, () => random() * 2 - 1);
  return {
    examples: {
      rows: { dim, rows: count, data },
      targets: Float64Array.from({ length: count }, () => Math.round(random())),
      weights: Float64Array.from({ length: count }, () => random() * 3),
    },
    prior: {
      weights: Float64Array.from({ length: dim }, () => random() * 4 - 2),
      bias: random(),
      strength: 0.05 + random(),
      biasStrength: 0.05 + random(),
    },
  };
};

describe("fitLogistic", () => {
  it("ends where the gradients of examples and prior cancel out", () => {
    fc.assert(
      fc.property(fc.nat(1e6), fc.nat(30), fc.integer({ min: 1, max: 9 }), (seed, count, dim) => {
        const { examples, prior } = problemOf(seed, count, dim);
        const model = fitLogistic(examples, prior);
        const pulls = new Float64Array(dim + 1);
        for (let at = 0; at < count; at++) {
          const chance = sigmoid(logitOf(model, examples.rows, at));
          const slope = (examples.weights[at] ?? 0) * (chance - (examples.targets[at] ?? 0));
          for (let d = 0; d < dim; d++)
            pulls[d] = (pulls[d] ?? 0) + slope * (examples.rows.data[at * dim + d] ?? 0);
          pulls[dim] = (pulls[dim] ?? 0) + slope;
        }
        for (let d = 0; d < dim; d++)
          expect(pulls[d]).toBeCloseTo(
            -prior.strength * ((model.weights[d] ?? 0) - (prior.weights[d] ?? 0)),
            3,
          );
        expect(pulls[dim]).toBeCloseTo(-prior.biasStrength * (model.bias - prior.bias), 3);
      }),
    );
  });

  it("is the prior without examples", () => {
    const { examples, prior } = problemOf(1, 0, 4);
    expect(fitLogistic(examples, prior).weights).toEqual(prior.weights);
  });

  it("gives the same result from another start", () => {
    const { examples, prior } = problemOf(3, 40, 6);
    const far = { weights: new Float64Array(6).fill(9), bias: -9 };
    const [one, other] = [
      fitLogistic(examples, prior),
      fitLogistic(examples, prior, { from: far }),
    ];
    for (const [d, weight] of one.weights.entries())
      expect(other.weights[d]).toBeCloseTo(weight, 3);
  });

  it("refuses a prior with a strength of 0", () => {
    const { examples, prior } = problemOf(1, 5, 2);
    expect(() => fitLogistic(examples, { ...prior, strength: 0 })).toThrow(RangeError);
  });
});
