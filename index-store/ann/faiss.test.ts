// The FAISS engine keeps the port's promises with every kind of index; skipped where the binding has not been built.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { annSuite } from "./ann.suite.ts";
import { faissEngine, loadFaiss } from "./faiss.ts";
import { clusteredRows } from "./seeded.builders.ts";

const engine = faissEngine({ faiss: "auto" });
const reason = engine.unavailable();

if (reason === undefined) {
  // A small bound, so that filters are followed through graphs and lists and not only past them.
  const following = faissEngine({ faiss: "auto", exactBelow: 300 });
  annSuite("faiss Flat", engine, { rows: 3000, factory: "Flat" });
  annSuite("faiss HNSW32", following, { rows: 5000, factory: "HNSW32", recall: 0.98 });
  annSuite("faiss IVF64,Flat", following, { rows: 5000, factory: "IVF64,Flat", recall: 0.98 });
  // Eight bits a number are too few to tell this set's near twins apart: the engine's own choice then falls back to Flat.
  annSuite("faiss IVF64,SQ8", following, {
    rows: 5000,
    factory: "IVF64,SQ8",
    recall: 0.95,
    tolerance: 0.02,
  });
  annSuite("faiss HNSW32,SQ8", following, {
    rows: 3000,
    factory: "HNSW32,SQ8",
    recall: 0.95,
    tolerance: 0.02,
  });
} else it.skip(`faiss: ${reason}`);

describe("faiss", () => {
  it("stays away where it is switched off", async () => {
    const off = faissEngine({ faiss: "off" });
    expect(off.unavailable()).toMatch(/switched off/);
    const rows = clusteredRows({ rows: 10, dim: 4 });
    await expect(off.build(rows, "/nowhere")).rejects.toMatchObject({ code: "unavailable" });
  });

  it.skipIf(reason !== undefined)("turns FAISS's failures into rejections", async () => {
    const rows = clusteredRows({ rows: 50, dim: 4 });
    const write = engine.build(rows, "/nowhere/at/all.faiss");
    await expect(write).rejects.toMatchObject({ name: "AnnError", code: "engine" });
    const strange = engine.build(rows, "/nowhere", { factory: "PQ4" });
    await expect(strange).rejects.toThrow(/not used here/);
  });

  it.skipIf(reason !== undefined)("keeps no lists that must nearly all be visited", async () => {
    // Directions without any clusters: the nearest rows of a question lie in most of the lists.
    const rows = clusteredRows({ rows: 20_000, dim: 48, clusters: 20_000 });
    const folder = await mkdtemp(join(tmpdir(), "parlance-faiss-"));
    try {
      const recipe = await engine.build(rows, join(folder, "rows.faiss"), { recallTarget: 0.9999 });
      expect(recipe).toEqual({ engine: "faiss", factory: "Flat", dim: 48, rows: 20_000 });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it.skipIf(reason !== undefined)("clusters, the same from one seed", async () => {
    const state = loadFaiss();
    if ("reason" in state) throw new Error(state.reason);
    const { kmeans } = state.binding;
    const { data } = clusteredRows({ rows: 600, dim: 16, clusters: 5 });
    const options = { seed: 3, niter: 20, nredo: 3, spherical: true };
    const one = await kmeans(data, 16, 5, options);
    const two = await kmeans(data, 16, 5, options);
    expect(one).toEqual(two);
    expect(one.centroids).toHaveLength(5 * 16);
    expect(new Set(one.assignments).size).toBe(5);
    const coarse = await kmeans(data, 16, 2, options);
    expect(one.inertia).toBeLessThan(coarse.inertia);
    await expect(kmeans(data.with(7, Number.NaN), 16, 5, options)).rejects.toThrow(/finite/);
    expect(() => kmeans(data, 16, 601, options)).toThrow(RangeError);
  });
});
