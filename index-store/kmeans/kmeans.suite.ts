// When a k-means driver is done: planted clusters are found, equal seeds give equal answers, odd rows do no harm.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Rows } from "../ann/ann.ts";
import { clusteredRows, rowOf, seededRandom, unit } from "../ann/seeded.builders.ts";
import type { KMeans } from "./kmeans.ts";

/** Unit rows close around `clusters` directions, one after the other in turn. */
function plantedRows(shape: {
  readonly rows: number;
  readonly dim: number;
  readonly clusters: number;
  readonly spread?: number;
}): Rows & { readonly planted: Int32Array } {
  const { rows, dim, clusters, spread = 0.15 } = shape;
  const random = seededRandom(11);
  const bell = () => random() + random() + random() + random() - 2;
  const centres = Array.from({ length: clusters }, () =>
    unit(Float32Array.from({ length: dim }, bell)),
  );
  const data = new Float32Array(rows * dim);
  const planted = Int32Array.from({ length: rows }, (_, row) => row % clusters);
  for (let row = 0; row < rows; row++) {
    const centre = centres[row % clusters] ?? new Float32Array(dim);
    data.set(unit(centre.map((value) => value + spread * bell())), row * dim);
  }
  return { dim, rows, data, planted };
}

const lengthOf = (vector: Float32Array) => Math.hypot(...vector);

const dot = (a: Float32Array, b: Float32Array) =>
  a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);

export function kmeansSuite(title: string, kmeans: KMeans): void {
  describe(title, () => {
    it("finds planted clusters", async () => {
      const rows = plantedRows({ rows: 1200, dim: 32, clusters: 12 });
      const { labels, centroids } = await kmeans.cluster(rows, { k: 12, seed: 5 });
      expect(centroids).toMatchObject({ dim: 32, rows: 12 });
      const together = new Map<number, Set<number>>();
      for (const [row, label] of labels.entries())
        together.set(label, (together.get(label) ?? new Set()).add(rows.planted[row] ?? -1));
      expect(together.size).toBe(12);
      for (const planted of together.values()) expect(planted.size).toBe(1);
    });

    it("gives each row its nearest centroid, of unit length, and says how near", async () => {
      const rows = clusteredRows({ rows: 900, dim: 24, clusters: 9 });
      const found = await kmeans.cluster(rows, { k: 14 });
      const centroids = Array.from({ length: found.centroids.rows }, (_, at) =>
        rowOf(found.centroids, at),
      );
      for (const centroid of centroids) expect(lengthOf(centroid)).toBeCloseTo(1, 5);
      let inertia = 0;
      for (let row = 0; row < rows.rows; row++) {
        const cosines = centroids.map((centroid) => dot(rowOf(rows, row), centroid));
        expect(found.similarities[row]).toBeCloseTo(Math.max(...cosines), 5);
        expect(cosines[found.labels[row] ?? -1]).toBeCloseTo(Math.max(...cosines), 5);
        inertia += 2 - 2 * Math.max(...cosines);
      }
      expect(found.inertia).toBeCloseTo(inertia, 2);
    });

    it("answers equal seeds equally, and lets another seed start elsewhere", async () => {
      const rows = clusteredRows({ rows: 2000, dim: 16, clusters: 60 });
      const one = await kmeans.cluster(rows, { k: 20, seed: 3 });
      expect(await kmeans.cluster(rows, { k: 20, seed: 3 })).toEqual(one);
      expect((await kmeans.cluster(rows, { k: 20, seed: 4 })).labels).not.toEqual(one.labels);
    });

    it("comes no farther from the rows with more centroids or more starts", async () => {
      const rows = clusteredRows({ rows: 1500, dim: 16, clusters: 40 });
      const inertia = async (k: number, starts: number) =>
        (await kmeans.cluster(rows, { k, starts, tolerance: 0, iterations: 60 })).inertia;
      const few = await inertia(5, 1);
      const many = await inertia(40, 1);
      expect(many).toBeLessThan(few);
      expect(await inertia(40, 8)).toBeLessThanOrEqual(many * 1.02);
    });

    it("makes one cluster of all rows, about their common direction", async () => {
      const rows = plantedRows({ rows: 50, dim: 8, clusters: 1 });
      const { centroids, labels } = await kmeans.cluster(rows, { k: 1 });
      const sum = new Float32Array(8);
      for (let row = 0; row < 50; row++)
        for (let at = 0; at < 8; at++) sum[at] = (sum[at] ?? 0) + (rows.data[row * 8 + at] ?? 0);
      expect(dot(unit(sum), rowOf(centroids, 0))).toBeCloseTo(1, 5);
      expect(new Set(labels)).toEqual(new Set([0]));
    });

    it.each([7, 8, 100])(
      "gives each of seven rows a cluster of its own for a k of %d",
      async (k) => {
        const rows = clusteredRows({ rows: 7, dim: 12, clusters: 7 });
        const { centroids, labels, inertia } = await kmeans.cluster(rows, { k });
        expect(centroids.rows).toBe(7);
        expect(new Set(labels).size).toBe(7);
        expect(inertia).toBeLessThan(1e-4);
      },
    );

    it("makes no more clusters than there are different rows", async () => {
      const three = clusteredRows({ rows: 3, dim: 10, clusters: 3 });
      const data = new Float32Array(90 * 10);
      for (let row = 0; row < 90; row++) data.set(rowOf(three, row % 3), row * 10);
      const { centroids, labels } = await kmeans.cluster({ dim: 10, rows: 90, data }, { k: 9 });
      expect(centroids.rows).toBe(3);
      for (const [row, label] of labels.entries()) expect(label).toBe(labels[row % 3]);
    });

    it("puts rows of zeros somewhere, with a similarity of nothing, and lets them pull nowhere", async () => {
      const rows = plantedRows({ rows: 60, dim: 8, clusters: 3 });
      const data = rows.data.slice();
      data.fill(0, 0, 4 * 8);
      const found = await kmeans.cluster({ ...rows, data }, { k: 3 });
      expect([...found.similarities.subarray(0, 4)]).toEqual([0, 0, 0, 0]);
      expect(Math.min(...found.similarities.subarray(4))).toBeGreaterThan(0.7);
      const zeros = { dim: 8, rows: 5, data: new Float32Array(40) };
      const nothing = await kmeans.cluster(zeros, { k: 3 });
      expect(nothing.centroids.rows).toBe(1);
      expect(lengthOf(rowOf(nothing.centroids, 0))).toBeCloseTo(1, 6);
      expect([...nothing.labels]).toEqual([0, 0, 0, 0, 0]);
    });

    it("gives nothing for nothing", async () => {
      const found = await kmeans.cluster({ dim: 8, rows: 0, data: new Float32Array(0) }, { k: 3 });
      expect(found.centroids.rows + found.labels.length + found.inertia).toBe(0);
    });

    it("keeps the numbers of the prototypes it starts from, and those that have no rows", async () => {
      const rows = plantedRows({ rows: 400, dim: 16, clusters: 4 });
      const cold = await kmeans.cluster(rows, { k: 4 });
      const order = [2, 0, 3, 1];
      const far = unit(rowOf(cold.centroids, 0).map((value) => -value));
      const data = new Float32Array(5 * 16);
      for (const [at, old] of order.entries()) data.set(rowOf(cold.centroids, old), at * 16);
      data.set(far, 4 * 16);
      const initial = { dim: 16, rows: 5, data };
      const warm = await kmeans.cluster(rows, { k: 5, initial });
      for (const [row, label] of warm.labels.entries())
        expect(order[label]).toBe(cold.labels[row] ?? -1);
      expect(warm.centroids.rows).toBe(5);
      expect(dot(rowOf(warm.centroids, 4), far)).toBeCloseTo(1, 5);
      expect(warm.inertia).toBeLessThanOrEqual(cold.inertia * 1.001);
      const still = await kmeans.cluster(rows, { k: 5, initial, iterations: 0 });
      expect(still.centroids.data).toEqual(initial.data);
    });

    it("stops when it is told to, and lets others run meanwhile", async () => {
      const rows = clusteredRows({ rows: 20_000, dim: 32, clusters: 50 });
      const stop = new AbortController();
      let turns = 0;
      const clock = setInterval(() => {
        turns++;
        stop.abort(new Error("enough"));
      }, 1);
      await expect(
        kmeans.cluster(rows, { k: 50, tolerance: 0, iterations: 500, signal: stop.signal }),
      ).rejects.toThrow("enough");
      clearInterval(clock);
      expect(turns).toBeGreaterThan(0);
    });

    it("refuses what is no number of clusters, no number, or of another shape", async () => {
      const rows = clusteredRows({ rows: 20, dim: 8 });
      for (const k of [0, -1, 1.5, Number.NaN])
        await expect(kmeans.cluster(rows, { k })).rejects.toThrow(RangeError);
      const data = rows.data.with(13, Number.NaN);
      await expect(kmeans.cluster({ ...rows, data }, { k: 2 })).rejects.toThrow(/Row 1 /);
      await expect(kmeans.cluster({ ...rows, rows: 21 }, { k: 2 })).rejects.toThrow(RangeError);
      const initial = clusteredRows({ rows: 2, dim: 9 });
      await expect(kmeans.cluster(rows, { k: 2, initial })).rejects.toThrow(RangeError);
    });

    it("never invents numbers, whatever the rows", async () => {
      const shape = fc.record({
        dim: fc.integer({ min: 1, max: 9 }),
        rows: fc.integer({ min: 1, max: 30 }),
        k: fc.integer({ min: 1, max: 40 }),
        values: fc.array(fc.constantFrom(0, 1, -1, 0.5), { minLength: 270, maxLength: 270 }),
      });
      await fc.assert(
        fc.asyncProperty(shape, async ({ dim, rows, k, values }) => {
          const data = new Float32Array(rows * dim);
          for (let row = 0; row < rows; row++)
            data.set(unit(Float32Array.from(values.slice(row * dim, (row + 1) * dim))), row * dim);
          const found = await kmeans.cluster({ dim, rows, data }, { k, starts: 1 });
          expect(found.centroids.rows).toBeLessThanOrEqual(Math.min(k, rows));
          expect(found.centroids.data.every((value) => Number.isFinite(value))).toBe(true);
          const used = new Set(found.labels);
          expect(used.size).toBe(found.centroids.rows);
          expect(Math.max(...used)).toBe(found.centroids.rows - 1);
          expect(found.inertia).toBeGreaterThanOrEqual(0);
        }),
        { numRuns: 60 },
      );
    });
  });
}
