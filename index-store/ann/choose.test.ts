// Which engine is chosen for which size and machine.
import { describe, expect, it } from "vitest";
import { choose, engines } from "./choose.ts";

const all = ["flat", "scan", "faiss"] as const;

describe("choose", () => {
  it("scans what a scan's memory holds and leaves more to FAISS", () => {
    expect(choose({ rows: 0, dim: 256, available: all })).toBe("scan");
    expect(choose({ rows: 4_000_000, dim: 256, available: all })).toBe("scan");
    expect(choose({ rows: 16_000_000, dim: 256, available: all })).toBe("faiss");
  });

  it("does without FAISS", () => {
    const available = ["flat", "scan"] as const;
    expect(choose({ rows: 3_000_000, dim: 256, available })).toBe("scan");
    expect(choose({ rows: 90_000_000, dim: 256, available })).toBe("flat");
  });

  it("takes the engine that is asked for", () => {
    expect(choose({ rows: 10, dim: 256, available: all, engine: "faiss" })).toBe("faiss");
    expect(choose({ rows: 9e6, dim: 256, available: all, engine: "flat" })).toBe("flat");
  });

  it("names every engine and why one cannot be used", () => {
    const found = engines({ faiss: "off" });
    expect(Object.keys(found)).toEqual([...all, "pgvector"]);
    expect(found.scan.unavailable()).toBeUndefined();
    expect(found.faiss.unavailable()).toMatch(/switched off/);
    expect(found.pgvector.unavailable()).toMatch(/No server/);
  });
});
