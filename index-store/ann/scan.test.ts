// The scan keeps the port's promises, and yields while it loads.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { annSuite } from "./ann.suite.ts";
import { scanEngine } from "./scan.ts";
import { clusteredRows, questionNear } from "./seeded.builders.ts";

annSuite("scan", scanEngine());
annSuite("scan with a prefilter", scanEngine({ estimateAllBelow: 200 }), { recall: 0.98 });

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
});
