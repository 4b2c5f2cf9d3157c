// The FAISS driver keeps the promises of clustering, and comes as near to the rows as the WASM kernel does.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { clusteredRows } from "../ann/seeded.builders.ts";
import { faissMissing } from "./faiss.ts";
import { kmeansSuite } from "./kmeans.suite.ts";
import { openKMeans } from "./kmeans.ts";

const missing = faissMissing();
if (missing === undefined) {
  const kmeans = openKMeans({ faiss: "auto" });
  kmeansSuite("k-means through FAISS", kmeans);

  describe("k-means through FAISS", () => {
    it("is taken where it is there", () => {
      expect(kmeans.name).toBe("faiss");
    });

    it("goes on while the process starts others", async () => {
      // In a process of its own: a deadlock in native code stops timers and tests too.
      const program = fileURLToPath(new URL("./spawn-while-training.builders.ts", import.meta.url));
      const { stdout } = await promisify(execFile)(process.execPath, [program], {
        timeout: 100_000,
      });
      expect(stdout).toBe("trained\n");
    }, 120_000);

    it("comes to the inertia that the WASM kernel comes to", async () => {
      const rows = clusteredRows({ rows: 6000, dim: 32, clusters: 80 });
      const options = { k: 30, seed: 2 };
      const one = await kmeans.cluster(rows, options);
      const other = await openKMeans({ faiss: "off" }).cluster(rows, options);
      expect(Math.abs(one.inertia / other.inertia - 1)).toBeLessThan(0.02);
    });
  });
} else
  describe("k-means through FAISS", () => {
    it("keeps the promises of clustering", (context) => {
      context.skip(missing);
    });
  });
