// Tests that new rows are placed beside rows like them, and that the drift of a map is noticed.
import { describe, expect, it } from "vitest";
import { clusteredRows } from "#index-store/ann/seeded.builders.ts";
import { row, vectors } from "#services/domain/vectors.ts";
import { fitLayout } from "./fit-map.ts";
import { place } from "./place.ts";
import { driftOf } from "./place-fit.ts";

const all = clusteredRows({ rows: 900, dim: 32, clusters: 8 });
const known = vectors(32, all.data.slice(0, 800 * 32));
const fresh = vectors(32, all.data.slice(800 * 32));
const layout = await fitLayout(known, { epochs: 100, threads: 1 });
const positions = Float32Array.from({ length: layout.fitted.length * 2 }, (_, at) => {
  const one = layout.fitted[at >> 1] ?? 0;
  return layout.positions[2 * one + (at & 1)] ?? 0;
});
const fittedRows = new Float32Array(layout.fitted.length * 32);
for (const [at, one] of layout.fitted.entries()) fittedRows.set(row(known, one), at * 32);
const fitted = { vectors: vectors(32, fittedRows), positions, unit: layout.unit };

describe("place", () => {
  it("places new rows beside the fitted rows that they resemble", async () => {
    const placed = await place({ fitted, vectors: fresh });
    const { verdict, far, strewn } = driftOf({ ...placed, fittedRows: 800 }, layout.expected);
    expect(verdict).toBe("stays");
    expect(far).toBeLessThan(0.15);
    expect(strewn).toBeLessThan(0.15);
  });

  it("places a row at the same place alone and among others", async () => {
    const together = await place({ fitted, vectors: fresh });
    const alone = await place({ fitted, vectors: vectors(32, fresh.data.slice(0, 32)) });
    expect(alone.positions).toEqual(together.positions.slice(0, 2));
  });

  it("accepts no rows and an empty map", async () => {
    const none = await place({ fitted, vectors: vectors(32, new Float32Array(0)) });
    expect(none.positions.length).toBe(0);
    const empty = {
      vectors: vectors(32, new Float32Array(0)),
      positions: new Float32Array(0),
      unit: 1,
    };
    const placed = await place({ fitted: empty, vectors: fresh });
    expect(placed.positions).toEqual(new Float32Array(200));
    const one = {
      vectors: vectors(32, fresh.data.slice(0, 32)),
      positions: Float32Array.of(0.5, 0.5),
      unit: 0.1,
    };
    const beside = await place({ fitted: one, vectors: fresh });
    expect(beside.positions.every(Number.isFinite)).toBe(true);
  });
});

describe("driftOf", () => {
  it("asks for a refit when new rows are unlike all fitted rows", async () => {
    const strangers = clusteredRows({ rows: 100, dim: 32, clusters: 3, seed: 99 });
    const placed = await place({ fitted, vectors: strangers });
    const drift = driftOf({ ...placed, fittedRows: 800 }, layout.expected);
    expect(drift.far).toBeGreaterThan(0.5);
    expect(drift.verdict).toBe("refit");
  });

  it("does not judge by a few rows, and asks for a refit when the map has doubled", () => {
    const far = { spans: new Float32Array(20).fill(2), scatters: new Float32Array(20) };
    expect(driftOf({ ...far, fittedRows: 800 }, layout.expected).verdict).toBe("stays");
    expect(driftOf({ ...far, fittedRows: 20 }, layout.expected).verdict).toBe("refit");
    const nothing = { spans: new Float32Array(0), scatters: new Float32Array(0), fittedRows: 0 };
    expect(driftOf(nothing, layout.expected)).toMatchObject({
      far: 0,
      strewn: 0,
      verdict: "stays",
    });
  });
});
