// The scan keeps the port's promises, and yields while it loads.
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { annSuite } from "./ann.suite.ts";
import { loadFaiss } from "./faiss.ts";
import { openFlatReader } from "./flat.ts";
import { scanEngine } from "./scan.ts";
import { clusteredRows, questionNear } from "./seeded.builders.ts";

annSuite("scan", scanEngine(), { recall: 0.99, tolerance: 5e-4 });
annSuite("scan of float32", scanEngine(), { factory: "Flat" });
annSuite("scan with a prefilter", scanEngine({ estimateAllBelow: 200 }), {
  recall: 0.98,
  tolerance: 5e-4,
});

describe("scan", () => {
  it("lets others run while it loads, and answers the same from one seed", async () => {
    const folder = await mkdtemp(join(tmpdir(), "parlance-scan-"));
    const path = join(folder, "rows.faiss");
    const rows = clusteredRows({ rows: 9000, dim: 200 });
    const engine = scanEngine();
    const recipe = await engine.build(rows, path, { seed: 5 });
    let turns = 0;
    let loading = true;
    const count = () => {
      turns++;
      if (loading) setImmediate(count);
    };
    setImmediate(count);
    const one = await engine.open(path, recipe);
    loading = false;
    expect(turns).toBeGreaterThan(5);
    const two = await engine.open(path, recipe);
    for (let number = 0; number < 10; number++) {
      const query = questionNear(rows, number);
      expect(await one.search(query, { k: 10 })).toEqual(await two.search(query, { k: 10 }));
    }
    one.close();
    two.close();
    await rm(folder, { recursive: true, force: true });
  });

  it("keeps rows as float16, in half the bytes, which are the same however often they are copied", async () => {
    const folder = await mkdtemp(join(tmpdir(), "parlance-scan-"));
    const [path, copied, whole] = ["a", "b", "c"].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    const rows = clusteredRows({ rows: 700, dim: 24 });
    const engine = scanEngine();
    const recipe = await engine.build(rows, path);
    expect(recipe.factory).toBe("SQfp16");
    await engine.build(rows, whole, { factory: "Flat" });
    expect((await stat(path)).size).toBe(81 + 700 * 24 * 2);
    expect((await stat(whole)).size).toBe(45 + 700 * 24 * 4);
    const reader = await openFlatReader(path, recipe);
    const read = new Float32Array(700 * 24);
    for (let row = 0; row < 700; row++) read.set(reader.vector(row), row * 24);
    reader.close();
    for (const [at, value] of read.entries())
      expect(Math.abs(value - (rows.data[at] ?? 9))).toBeLessThan(0.0005);
    await engine.build({ dim: 24, rows: 700, data: read }, copied);
    expect(await readFile(copied)).toEqual(await readFile(path));
    await rm(folder, { recursive: true, force: true });
  });

  it("writes float16 that FAISS reads, row by row", async (context) => {
    const faiss = loadFaiss();
    if (!("binding" in faiss)) context.skip(faiss.reason);
    else {
      const folder = await mkdtemp(join(tmpdir(), "parlance-scan-"));
      const path = join(folder, "rows.faiss");
      const rows = clusteredRows({ rows: 300, dim: 24 });
      const engine = scanEngine();
      const index = await engine.open(path, await engine.build(rows, path));
      const native = await faiss.binding.load(path, false);
      expect([native.rows, native.dim]).toEqual([300, 24]);
      for (const row of [0, 7, 299]) expect(native.reconstruct(row)).toEqual(index.vector(row));
      const query = questionNear(rows, 3);
      const [theirs, ours] = [
        await native.search(query, { k: 5 }),
        await index.search(query, { k: 5 }),
      ];
      expect([...theirs.rows]).toEqual([...ours.rows]);
      native.close();
      index.close();
      await rm(folder, { recursive: true, force: true });
    }
  });

  it("refuses numbers that float16 does not hold", async () => {
    const folder = await mkdtemp(join(tmpdir(), "parlance-scan-"));
    const rows = { dim: 2, rows: 1, data: Float32Array.of(1, 70_000) };
    await expect(scanEngine().build(rows, join(folder, "rows"))).rejects.toMatchObject({
      code: "bad-rows",
    });
    await rm(folder, { recursive: true, force: true });
  });
});
