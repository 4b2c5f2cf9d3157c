// Tests of the warm start: topics keep their members while data grows, follow them within a bound, are born and die.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openKMeans, seededRandom } from "#index-store/kmeans/kmeans.ts";
import { dot, row, type Vectors } from "#services/domain/vectors.ts";
import {
  type CarryOptions,
  carryOver,
  outside,
  type Placed,
  type Prototypes,
  unitMeans,
  unknown,
} from "./prototypes.ts";
import { misfitsOf, settle } from "./prototypes-births.ts";

const dim = 32;
const kmeans = openKMeans({ faiss: "off" });

const bell = (random: () => number): number =>
  (random() + random() + random() + random() - 2) * Math.sqrt(3);
const unit = (vector: Float32Array): Float32Array => {
  const length = Math.hypot(...vector) || 1;
  return vector.map((value) => value / length);
};
const centresOf = (count: number, random: () => number): Float32Array[] =>
  Array.from({ length: count }, () => unit(Float32Array.from({ length: dim }, () => bell(random))));

const rowsAround = (
  centres: readonly Float32Array[],
  each: number,
  random: () => number,
): Float32Array[] =>
  centres.flatMap((centre) =>
    Array.from({ length: each }, () =>
      unit(centre.map((value) => value + (0.9 * bell(random)) / Math.sqrt(dim))),
    ),
  );

const stack = (rows: readonly Float32Array[]): Vectors => {
  const data = new Float32Array(rows.length * dim);
  for (const [at, each] of rows.entries()) data.set(each, at * dim);
  return { dim, rows: rows.length, data };
};

/** Rows more than three standard deviations further from their cluster's centre than its mean member. */
const outliers = ({ labels, similarities }: Placed) => {
  const members = new Map<number, number[]>();
  for (const [at, label] of labels.entries())
    members.set(label, [...(members.get(label) ?? []), similarities[at] ?? 0]);
  const bars = new Map(
    [...members].map(([label, near]) => {
      const mean = near.reduce((sum, value) => sum + value, 0) / near.length;
      const squares = near.reduce((sum, value) => sum + (value - mean) ** 2, 0);
      return [label, mean - 3 * Math.sqrt(squares / near.length)] as const;
    }),
  );
  return Uint8Array.from(labels, (label, at) =>
    (similarities[at] ?? 0) < (bars.get(label) ?? 0) ? 1 : 0,
  );
};
/** Rows whose cosine is below this belong to no topic: members of well-found clusters have about 0.75. */
const farOut = ({ similarities }: Placed) =>
  Uint8Array.from(similarities, (near) => (near < 0.5 ? 1 : 0));
const options: CarryOptions = { outliers };

const settled = async (
  start: { prototypes: Prototypes<string>; rows: Vectors; before: Int32Array },
  carry: CarryOptions = options,
) => {
  const carried = carryOver(start, carry);
  const misfits = misfitsOf(carried);
  const clusters =
    misfits.k === 0
      ? new Int32Array(misfits.rows.length).fill(outside)
      : (await kmeans.cluster(misfits.vectors, { k: misfits.k, seed: 3 })).labels;
  let count = 0;
  return settle(carried, { misfits, clusters }, { newId: () => `new${count++}` });
};

/** Prototypes as k-means leaves them, and the prototype of each row. */
const trained = async (rows: Vectors, k: number) => {
  const { centroids, labels } = await kmeans.cluster(rows, { k, seed: 1 });
  const origins = Array.from({ length: centroids.rows }, (_, at) => `t${at}`);
  return { prototypes: { vectors: centroids, origins }, labels };
};

const grownBy = (labels: Int32Array, count: number): Int32Array => {
  const before = new Int32Array(labels.length + count).fill(unknown);
  before.set(labels);
  return before;
};

describe("a warm update", () => {
  it("leaves 95 % of old members where they were after 1 % new data, whatever the clusters", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(1e6), fc.integer({ min: 2, max: 12 }), async (seed, k) => {
        const random = seededRandom(seed);
        // More and fewer clusters than k-means is asked for: its borders then run through dense areas.
        const centres = centresOf(8, random);
        const old = rowsAround(centres, 100, random);
        const { prototypes, labels } = await trained(stack(old), k);
        const fresh = rowsAround(centres, 1, random);
        const rows = stack([...old, ...fresh]);
        const after = await settled({ prototypes, rows, before: grownBy(labels, fresh.length) });
        let stayed = 0;
        for (const [at, label] of labels.entries())
          if (after.prototypes.origins[after.labels[at] ?? -1] === prototypes.origins[label])
            stayed++;
        // Rows that became outliers have not changed topics; they are few.
        const left = after.labels.subarray(0, labels.length).filter((label) => label < 0).length;
        expect(stayed + left).toBeGreaterThanOrEqual(0.95 * labels.length);
      }),
      { numRuns: 12 },
    );
  });

  it("makes one topic of new rows that fit no topic, and none of scattered ones", async () => {
    const random = seededRandom(5);
    const centres = centresOf(7, random);
    const known = centres.slice(0, 6);
    const old = rowsAround(known, 80, random);
    const { prototypes, labels } = await trained(stack(old), 6);
    const fresh = [...rowsAround(centres.slice(6), 60, random), ...centresOf(20, random)];
    const after = await settled(
      { prototypes, rows: stack([...old, ...fresh]), before: grownBy(labels, fresh.length) },
      { outliers: farOut },
    );
    expect(after.born).toEqual(["new0"]);
    const birth = after.prototypes.origins.indexOf("new0");
    const members = after.labels.subarray(old.length, old.length + 60);
    expect(members.filter((label) => label === birth).length).toBeGreaterThan(50);
    expect(
      dot(row(after.prototypes.vectors, birth), centres[6] ?? new Float32Array(dim)),
    ).toBeGreaterThan(0.95);
    expect(after.died).toEqual([]);
  });

  it("lets a prototype follow its members, but not beyond the bound", () => {
    const from = unit(Float32Array.from({ length: dim }, (_, d) => (d === 0 ? 1 : 0)));
    const to = unit(Float32Array.from({ length: dim }, (_, d) => (d < 2 ? 1 : 0)));
    const start = {
      prototypes: { vectors: stack([from]), origins: ["t0"] },
      rows: stack(Array.from({ length: 9 }, () => to)),
      before: new Int32Array(9),
    };
    const [near = from, far = from] = [0.98, 0.5].map((leastKept) =>
      row(carryOver(start, { ...options, leastKept }).prototypes.vectors, 0),
    );
    expect(dot(near, from)).toBeCloseTo(0.98, 5);
    expect(dot(near, near)).toBeCloseTo(1, 5);
    expect(dot(far, to)).toBeCloseTo(1, 5);
  });

  it("lets topics without rows die", async () => {
    const random = seededRandom(9);
    const centres = centresOf(3, random);
    const rows = stack(rowsAround(centres.slice(0, 2), 30, random));
    const prototypes = { vectors: stack(centres), origins: ["a", "b", "gone"] };
    const after = await settled({ prototypes, rows, before: new Int32Array(60).fill(unknown) });
    expect(after.died).toEqual(["gone"]);
    expect(after.prototypes.origins).toEqual(["a", "b"]);
    expect(Math.max(...after.labels)).toBe(1);
  });

  it("starts without prototypes, and continues without rows", async () => {
    const random = seededRandom(2);
    const none: Prototypes<string> = {
      vectors: { dim, rows: 0, data: new Float32Array() },
      origins: [],
    };
    const rows = stack(rowsAround(centresOf(1, random), 40, random));
    const first = await settled({
      prototypes: none,
      rows,
      before: new Int32Array(40).fill(unknown),
    });
    expect(first.prototypes.origins.length).toBe(first.born.length);
    expect(first.labels.every((label) => label >= outside)).toBe(true);
    const last = await settled({
      prototypes: first.prototypes,
      rows: { dim, rows: 0, data: new Float32Array() },
      before: new Int32Array(),
    });
    expect(last.prototypes.origins).toEqual([]);
    expect(last.died).toEqual(first.prototypes.origins);
  });

  it("gives no NaN where all rows are equal or zero", async () => {
    const random = seededRandom(4);
    const [centre = new Float32Array(dim)] = centresOf(1, random);
    for (const value of [centre, new Float32Array(dim)]) {
      const rows = stack(Array.from({ length: 30 }, () => value));
      const prototypes = { vectors: stack([centre, centre]), origins: ["a", "b"] };
      const after = await settled({ prototypes, rows, before: new Int32Array(30).fill(unknown) });
      expect(after.prototypes.vectors.data.every(Number.isFinite)).toBe(true);
      expect(after.similarities.every(Number.isFinite)).toBe(true);
    }
  });
});

describe("unitMeans", () => {
  it("keeps the old vector where no row is left", () => {
    const were = stack([unit(new Float32Array(dim).fill(1))]);
    expect(unitMeans(stack([]), [], were).data).toEqual(were.data);
  });
});
