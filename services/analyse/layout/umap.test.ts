// Tests of UMAP: its parts follow the formulas of the paper, and the whole is as trustworthy as umap-js.
import { UMAP } from "umap-js";
import { describe, expect, it } from "vitest";
import { clusteredRows, seededRandom } from "#index-store/ann/seeded.builders.ts";
import { row } from "#services/domain/vectors.ts";
import { fitLayout } from "./fit-map.ts";
import { findNeighbours } from "./neighbours.ts";
import { atOnce } from "./pace.ts";
import { measureTrust } from "./trustworthiness.ts";
import { fitCurve, tabulateForces } from "./umap-curve.ts";
import { fuzzyGraph, memberships } from "./umap-graph.ts";
import { mainAxes, smoothAlong, startingPositions } from "./umap-start.ts";

describe("fitCurve", () => {
  it("finds umap-learn's a and b", () => {
    const usual = fitCurve(0.1, 1);
    expect(usual.a).toBeCloseTo(1.577, 2);
    expect(usual.b).toBeCloseTo(0.895, 2);
    const tight = fitCurve(0.001, 1);
    expect(tight.a).toBeCloseTo(1.929, 2);
    expect(tight.b).toBeCloseTo(0.7915, 2);
  });

  it("has tables within a few per cent of its forces", () => {
    const { a, b } = fitCurve(0.1, 1);
    const { attraction, repulsion, shift, first } = tabulateForces({ a, b }, 2);
    const bits = new Int32Array(1);
    const float = new Float32Array(bits.buffer);
    for (const squared of [1e-5, 0.01, 0.3, 1, 7, 90]) {
      float[0] = squared;
      const entry = ((bits[0] ?? 0) >> shift) - first;
      const pull = (-2 * a * b * squared ** (b - 1)) / (1 + a * squared ** b);
      const push = (2 * 2 * b) / ((0.001 + squared) * (1 + a * squared ** b));
      expect((attraction[entry] ?? 0) / pull).toBeCloseTo(1, 1);
      expect((repulsion[entry] ?? 0) / push).toBeCloseTo(1, 1);
    }
  });
});

describe("the fuzzy graph", () => {
  it("has memberships that sum to log2 k, the greatest for the nearest", async () => {
    const found = await findNeighbours({ base: clusteredRows({ rows: 300, dim: 32 }) });
    const strengths = atOnce(memberships(found));
    for (let one = 0; one < 300; one++) {
      const line = strengths.subarray(one * 15, (one + 1) * 15);
      expect(line).toEqual(line.slice().sort().reverse());
      expect(line[0]).toBeLessThanOrEqual(1);
      const sum = line.reduce((total, strength) => total + strength, 0);
      expect(sum).toBeCloseTo(Math.log2(15), 3);
    }
  });

  it("is symmetric and joins both directions as p + q − pq", async () => {
    const found = await findNeighbours({ base: clusteredRows({ rows: 200, dim: 16 }) }, { k: 6 });
    const strengths = atOnce(memberships(found));
    const directed = new Map<string, number>();
    for (const [edge, target] of found.indices.entries())
      directed.set(`${Math.floor(edge / 6)} ${target}`, strengths[edge] ?? 0);
    const { starts, targets, weights } = atOnce(fuzzyGraph(found));
    let edges = 0;
    for (let one = 0; one < 200; one++)
      for (let edge = starts[one] ?? 0; edge < (starts[one + 1] ?? 0); edge++) {
        const p = directed.get(`${one} ${targets[edge]}`) ?? 0;
        const q = directed.get(`${targets[edge]} ${one}`) ?? 0;
        expect(weights[edge]).toBeCloseTo(p + q - p * q, 6);
        edges++;
      }
    const pairs = new Set(
      [...directed.keys()].flatMap((key) => [key, key.split(" ").reverse().join(" ")]),
    );
    expect(edges).toBe(pairs.size);
  });
});

describe("the start", () => {
  it("lies along the axes of greatest variance", () => {
    const random = seededRandom(3);
    const data = new Float32Array(500 * 6);
    for (let one = 0; one < 500; one++) {
      data[one * 6 + 2] = (random() - 0.5) * 10;
      data[one * 6 + 4] = (random() - 0.5) * 3;
      data[one * 6] = 5 + (random() - 0.5) * 0.1;
    }
    const start = atOnce(mainAxes({ dim: 6, rows: 500, data }, 1));
    for (let one = 0; one < 500; one += 50) {
      expect(Math.abs(start[2 * one] ?? 0)).toBeCloseTo(Math.abs(data[one * 6 + 2] ?? 0), 0);
      expect(Math.abs(start[2 * one + 1] ?? 0)).toBeCloseTo(Math.abs(data[one * 6 + 4] ?? 0), 0);
    }
  });

  it("brings linked points together when it is smoothed, and stays within ten units", async () => {
    const base = clusteredRows({ rows: 300, dim: 32, clusters: 5 });
    const graph = atOnce(fuzzyGraph(await findNeighbours({ base })));
    const raw = atOnce(mainAxes(base, 1));
    const smooth = atOnce(smoothAlong(graph, raw, 30));
    const stress = (positions: Float32Array) => {
      const placed = startingPositions(positions, 1);
      expect(placed.every((value) => Math.abs(value) <= 10.01)).toBe(true);
      let linked = 0;
      for (let one = 0; one < 300; one++)
        for (let edge = graph.starts[one] ?? 0; edge < (graph.starts[one + 1] ?? 0); edge++) {
          const other = graph.targets[edge] ?? 0;
          linked +=
            ((placed[2 * one] ?? 0) - (placed[2 * other] ?? 0)) ** 2 +
            ((placed[2 * one + 1] ?? 0) - (placed[2 * other + 1] ?? 0)) ** 2;
        }
      return linked / placed.reduce((sum, value) => sum + value * value, 0);
    };
    expect(stress(smooth)).toBeLessThan(stress(raw));
  });
});

describe("a fitted layout", () => {
  it("is as trustworthy as umap-js' own", async () => {
    const base = clusteredRows({ rows: 500, dim: 48, clusters: 12 });
    const ours = await fitLayout(base);
    const rows = Array.from({ length: 500 }, (_, one) => Array.from(row(base, one)));
    const theirs = new UMAP({ nNeighbors: 15, random: seededRandom(1) }).fit(rows);
    const trust = (positions: Float32Array) =>
      atOnce(measureTrust(base, positions)).trustworthiness;
    expect(trust(ours.positions)).toBeGreaterThan(trust(Float32Array.from(theirs.flat())) - 0.01);
  });
});
