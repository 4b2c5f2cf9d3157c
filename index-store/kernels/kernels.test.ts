// The kernels compute what plain loops compute, and the committed WASM is the build of its source.
import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
// @ts-expect-error plain JavaScript: the install runs it before there is a TypeScript to check it
import { compileKernels, wasmPath } from "./build.js";
import { openAssigner, openKernels } from "./kernels.ts";

/** Numbers in [−1, 1) from a seed (a linear congruential generator). */
const numbers = (length: number, seed: number): Float32Array => {
  let state = seed;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 31 - 1;
  });
};

const dot = (a: Float32Array, b: Float32Array) =>
  a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);

describe("kernels", () => {
  it("are committed as they compile", async () => {
    expect(Buffer.compare(await compileKernels(), await readFile(wasmPath))).toBe(0);
  });

  it.each([
    [1, 1],
    [7, 3],
    [30, 9],
    [256, 17],
  ])("assign rows of %d numbers to the nearest of %d vectors", (dim, k) => {
    const rows = numbers(1001 * dim, 1);
    const vectors = numbers(k * dim, 2);
    const bias = numbers(k, 3);
    const assigner = openAssigner(dim, k);
    assigner.setVectors(vectors, bias);
    const { labels, scores } = assigner.assign(rows);
    for (let row = 0; row < 1001; row += 50) {
      const line = rows.subarray(row * dim, (row + 1) * dim);
      const exact = Array.from(
        { length: k },
        (_, c) => dot(line, vectors.subarray(c * dim, (c + 1) * dim)) + (bias[c] ?? 0),
      );
      expect(scores[row]).toBeCloseTo(Math.max(...exact), 3);
      expect(exact[labels[row] ?? -1]).toBeCloseTo(Math.max(...exact), 3);
    }
  });

  it.each([128, 256, 384, 640])("rotate %d numbers without changing lengths or angles", (size) => {
    const kernels = openKernels();
    const at = kernels.reserve(2 * size * 4);
    const signs = kernels.reserve(3 * size * 4);
    kernels
      .words(signs, 3 * size)
      .set(numbers(3 * size, 9).map((value) => (value < 0 ? 2 ** 31 : 0)));
    const before = numbers(2 * size, 4);
    kernels.floats(at, 2 * size).set(before);
    kernels.run.rotate(at, size, signs, 3);
    kernels.run.rotate(at + size * 4, size, signs, 3);
    const after = kernels.floats(at, 2 * size);
    for (const [one, other] of [
      [0, 0],
      [0, size],
      [size, size],
    ] as const)
      expect(dot(after.slice(one, one + size), after.slice(other, other + size))).toBeCloseTo(
        dot(before.slice(one, one + size), before.slice(other, other + size)),
        3,
      );
    expect(after[0]).not.toBeCloseTo(before[0] ?? 0, 5);
  });

  it.each([2, 4, 6])("find the codes of %d words within a distance", (words) => {
    const rows = 1003;
    const kernels = openKernels();
    const codes = kernels.reserve(rows * words * 8);
    const query = kernels.reserve(words * 8);
    const mask = kernels.reserve(128);
    const distances = kernels.reserve(1024 * 2);
    const bins = kernels.reserve((words * 64 + 1) * 16);
    const list = kernels.reserve(rows * 4);
    const bits = numbers(rows * words * 8, 5).map((value) => Math.floor((value + 1) * 128));
    kernels.bytes(codes, rows * words * 8).set(bits);
    kernels.bytes(query, words * 8).set(bits.subarray(80, 80 + words * 8));
    const masked = kernels.words(mask, 32);
    masked.set(numbers(32, 6).map((value) => (value + 1) * 2 ** 31));
    masked[3] = 0xffffffff;
    const distance = (row: number) => {
      let sum = 0;
      for (let at = 0; at < words * 8; at++) {
        let left = (bits[row * words * 8 + at] ?? 0) ^ (bits[80 + at] ?? 0);
        for (; left > 0; left >>>= 1) sum += left & 1;
      }
      return sum;
    };
    for (const by of [0, mask]) {
      const passing = Array.from({ length: rows }, (_, row) => row).filter(
        (row) => by === 0 || (((masked[row >>> 5] ?? 0) >>> (row & 31)) & 1) === 1,
      );
      kernels.run.hammingAll(codes, words, rows, query, by, distances, bins);
      const tables = kernels.words(bins, (words * 64 + 1) * 4);
      for (const [from, to] of [
        [0, 0],
        [0, words * 30],
        [words * 30 + 1, words * 33],
        [0, words * 64],
      ] as const) {
        const count = kernels.run.listWithin(distances, rows, from, to, list);
        const expected = passing.filter((row) => distance(row) >= from && distance(row) <= to);
        expect([...kernels.words(list, count)]).toEqual(expected);
        const counted = tables.reduce((sum, value, at) => {
          const far = at % (words * 64 + 1);
          return far >= from && far <= to ? sum + value : sum;
        }, 0);
        expect(counted).toBe(expected.length);
      }
    }
  });

  it.each([
    [2, 5],
    [4, 1],
    [4, 40],
    [6, 333],
    [4, 1000],
  ])("find the nearest codes of %d words, %d of them", (words, n) => {
    const rows = 1000;
    const kernels = openKernels();
    const codes = kernels.reserve(rows * words * 8);
    const query = kernels.reserve(words * 8);
    const mask = kernels.reserve(128);
    const entries = kernels.reserve(n * 32 + 256);
    const bins = kernels.reserve((words * 64 + 1) * 4);
    const list = kernels.reserve(n * 4);
    const bits = numbers(rows * words * 8, 5).map((value) => Math.floor((value + 1) * 128));
    kernels.bytes(codes, rows * words * 8).set(bits);
    kernels.bytes(query, words * 8).set(bits.subarray(80, 80 + words * 8));
    const masked = kernels.words(mask, 32);
    masked.set(numbers(32, 6).map((value) => (value + 1) * 2 ** 31));
    const distance = (row: number) => {
      let sum = 0;
      for (let at = 0; at < words * 8; at++) {
        let left = (bits[row * words * 8 + at] ?? 0) ^ (bits[80 + at] ?? 0);
        for (; left > 0; left >>>= 1) sum += left & 1;
      }
      return sum;
    };
    for (const by of [0, mask]) {
      const passing = Array.from({ length: rows }, (_, row) => row).filter(
        (row) => by === 0 || (((masked[row >>> 5] ?? 0) >>> (row & 31)) & 1) === 1,
      );
      const expected = passing
        .map((row) => ({ row, far: distance(row) }))
        .sort((a, b) => a.far - b.far || a.row - b.row)
        .slice(0, n)
        .map(({ row }) => row)
        .sort((a, b) => a - b);
      const count = kernels.run.hammingTop(codes, words, rows, query, by, n, entries, bins, list);
      expect([...kernels.words(list, count)]).toEqual(expected);
    }
  });

  it.each([128, 256, 384])("weigh the signs of %d numbers", (size) => {
    const rows = 50;
    const kernels = openKernels();
    const at = {
      raw: kernels.reserve(rows * size * 4),
      centre: kernels.reserve(size * 4),
      scratch: kernels.reserve(size * 4),
      codes: kernels.reserve((rows * size) / 8),
      ints: kernels.reserve(rows * size),
      scales: kernels.reserve(rows * 4),
      factors: kernels.reserve(rows * 4),
      planes: kernels.reserve(size / 2),
      list: kernels.reserve(rows * 4),
      weights: kernels.reserve(rows * 4),
    };
    const raw = numbers(rows * size, 7);
    kernels.floats(at.raw, raw.length).set(raw);
    const { encode, weighListed } = kernels.run;
    encode(
      at.raw,
      rows,
      size,
      size,
      at.centre,
      0,
      0,
      at.scratch,
      at.codes,
      at.ints,
      at.scales,
      at.factors,
    );
    const levels = Array.from({ length: size }, (_, number) => (number * 7) % 16);
    const question = Float32Array.from(levels, (level) => level * 0.25 - 2);
    const planes = kernels.bytes(at.planes, size / 2);
    for (const [number, level] of levels.entries())
      for (let plane = 0; plane < 4; plane++)
        if (((level >> plane) & 1) === 1) {
          const byte = (plane * size) / 8 + (number >> 3);
          planes[byte] = (planes[byte] ?? 0) | (1 << (number & 7));
        }
    const listed = [0, 3, 49];
    kernels.words(at.list, 3).set(listed);
    const sum = question.reduce((all, value) => all + value, 0);
    weighListed(at.codes, size / 64, at.factors, at.list, 3, at.planes, -2, 0.25, sum, at.weights);
    const weights = kernels.floats(at.weights, 3);
    for (const [place, row] of listed.entries()) {
      const line = raw.subarray(row * size, (row + 1) * size);
      const signs = line.map((value) => (value < 0 ? -1 : 1));
      const factor = dot(line, line) / dot(line, signs);
      expect(weights[place]).toBeCloseTo(factor * dot(signs, question), 2);
    }
  });
});
