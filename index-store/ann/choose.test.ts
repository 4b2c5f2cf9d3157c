// Which engine is chosen for which size and machine.
import { describe, expect, it } from "vitest";
import { choose, engines } from "./choose.ts";

const all = ["flat", "scan", "faiss"] as const;

describe("choose", () => {
  it("scans up to a million rows and leaves more to FAISS", () => {
    expect(choose({ rows: 0, dim: 256, available: all }).engine).toBe("scan");
    expect(choose({ rows: 1_000_000, dim: 256, available: all }).engine).toBe("scan");
    const large = choose({ rows: 4_000_000, dim: 256, available: all });
    expect(large).toEqual({ engine: "faiss", factory: "IVF4000,SQ8" });
  });

  it("does without FAISS", () => {
    const available = ["flat", "scan"] as const;
    expect(choose({ rows: 3_000_000, dim: 256, available }).engine).toBe("scan");
    expect(choose({ rows: 90_000_000, dim: 256, available }).engine).toBe("flat");
  });

  it("takes the engine that is asked for", () => {
    const forced = choose({ rows: 10, dim: 256, available: all, engine: "faiss" });
    expect(forced).toEqual({ engine: "faiss", factory: "Flat" });
    expect(choose({ rows: 9e6, dim: 256, available: all, engine: "flat" }).engine).toBe("flat");
  });

  it("names every engine and why one cannot be used", () => {
    const found = engines({ faiss: "off" });
    expect(Object.keys(found)).toEqual([...all]);
    expect(found.scan.unavailable()).toBeUndefined();
    expect(found.faiss.unavailable()).toMatch(/switched off/);
  });
});
