// When a vector engine is done: the promises of ann.ts, held against the exact answer.
import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type AnnEngine, AnnError, type AnnIndex, type AnnRecipe, type Rows } from "./ann.ts";
import { flatIndex } from "./flat.ts";
import {
  bitmapOf,
  clusteredRows,
  questionNear,
  rowOf,
  seededRandom,
  unit,
} from "./seeded.builders.ts";

export interface SuiteOptions {
  /** What to build; the engine's own choice by default. */
  readonly factory?: string;
  /** Rows of the large set; large enough that the engine's shortcuts are taken. */
  readonly rows?: number;
  /** The least recall@10; 1 for an exact engine. */
  readonly recall?: number;
  /** How far a reported similarity may be off: an engine that stores rows roughly says so. */
  readonly tolerance?: number;
  /** The engine searches on another server, so that this process holds no rows in memory. */
  readonly isElsewhere?: boolean;
}

const python = "/usr/bin/python3";
const pythonReads =
  "import sys, faiss, numpy\n" +
  "index = faiss.read_index(sys.argv[1])\n" +
  "index.nprobe = 1 << 20\n" +
  "query = numpy.frombuffer(sys.stdin.buffer.read(), dtype='<f4').reshape(1, -1)\n" +
  "similarities, rows = index.search(query, 3)\n" +
  "print(index.ntotal, index.d, rows[0][0], similarities[0][0])\n";

export function annSuite(title: string, engine: AnnEngine, options: SuiteOptions = {}): void {
  const { recall = 1, tolerance = 1e-5 } = options;
  const build = options.factory === undefined ? {} : { factory: options.factory };
  const small = clusteredRows({ rows: 300, dim: 24, clusters: 4, seed: 3 });
  const smallBuild = /^IVF/.test(options.factory ?? "") ? { factory: "IVF8,SQ8" } : build;
  let folder: string;
  let large: Rows;
  let path: string;
  let recipe: AnnRecipe;
  let index: AnnIndex;

  /** Share of found rows that are as near as the tenth exact one. */
  const recallOf = async (filter: Uint32Array | undefined, questions: number) => {
    const exact = flatIndex(large);
    let found = 0;
    let wanted = 0;
    for (let number = 0; number < questions; number++) {
      const query = questionNear(large, number);
      const search = { k: 10, ...(filter === undefined ? {} : { filter }) };
      const truth = await exact.search(query, search);
      const bar = (truth.similarities.at(-1) ?? 1) - 1e-5;
      const answer = await index.search(query, search);
      expect(answer.rows.length).toBe(truth.rows.length);
      expect(new Set(answer.rows).size).toBe(answer.rows.length);
      wanted += truth.rows.length;
      for (const [at, row] of answer.rows.entries()) {
        if (filter !== undefined)
          expect(((filter[row >>> 5] ?? 0) >>> (row & 31)) & 1, `row ${row} passes`).toBe(1);
        const similarity = dot(query, rowOf(large, row));
        expect(Math.abs(similarity - (answer.similarities[at] ?? 9))).toBeLessThan(tolerance);
        if (similarity >= bar) found++;
      }
    }
    return found / wanted;
  };

  const openSmall = async (rows: Rows, name: string): Promise<AnnIndex> => {
    const file = join(folder, name);
    return await engine.open(
      file,
      await engine.build(rows, file, rows.rows < 300 ? {} : smallBuild),
    );
  };

  describe(title, () => {
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "parlance-ann-"));
      path = join(folder, "large.faiss");
      large = clusteredRows({ rows: options.rows ?? 12_000, dim: 64 });
      recipe = await engine.build(large, path, build);
      index = await engine.open(path, recipe);
    });
    afterAll(async () => {
      index?.close();
      await rm(folder, { recursive: true, force: true });
    });

    it("says what it is", () => {
      expect(index).toMatchObject({ engine: engine.name, dim: 64, rows: large.rows });
      if (options.isElsewhere) expect(index).toMatchObject({ memory: 0, isElsewhere: true });
      else expect(index.memory).toBeGreaterThan(large.rows * 8);
      if (recipe.measuredRecall !== undefined)
        expect(recipe.measuredRecall).toBeGreaterThanOrEqual(Math.min(recall, 0.98));
    });

    it("finds what is nearest", async () => {
      expect(await recallOf(undefined, 60)).toBeGreaterThanOrEqual(recall);
    });

    it.each([0.001, 0.01, 0.1, 0.5])("finds what is nearest among a share of %d", async (share) => {
      const random = seededRandom(5);
      const filter = bitmapOf(large.rows, () => random() < share);
      expect(await recallOf(filter, 30)).toBeGreaterThanOrEqual(recall);
    });

    it("finds what is nearest in a part that lies far from the question", async () => {
      const axis = rowOf(large, 0);
      const filter = bitmapOf(large.rows, (row) => dot(axis, rowOf(large, row)) < 0.3);
      expect(await recallOf(filter, 20)).toBeGreaterThanOrEqual(recall);
    });

    it("orders by similarity, then by row", async () => {
      const { rows, similarities } = await index.search(questionNear(large, 4), { k: 200 });
      for (let at = 1; at < rows.length; at++) {
        const before = similarities[at - 1] ?? 0;
        const here = similarities[at] ?? 0;
        expect(before > here || (before === here && (rows[at - 1] ?? 0) < (rows[at] ?? 0))).toBe(
          true,
        );
      }
    });

    it("gives equal rows equal similarities, the smaller row first", async () => {
      const dim = 16;
      const same = unit(Float32Array.from({ length: dim }, (_, at) => at + 1));
      const data = new Float32Array(40 * dim);
      for (let row = 0; row < 40; row++) data.set(same, row * dim);
      const equal = await openSmall({ dim, rows: 40, data }, "equal.faiss");
      const found = await equal.search(same, { k: 5 });
      expect([...found.rows]).toEqual([0, 1, 2, 3, 4]);
      expect(new Set(found.similarities).size).toBe(1);
      equal.close();
    });

    it("keeps the smallest of more equal rows than are wanted", async () => {
      const { dim, rows } = small;
      const data = small.data.slice();
      const same = rowOf(small, 0);
      for (let row = 100; row < rows; row += 2) data.set(same, row * dim);
      const opened = await openSmall({ dim, rows, data }, "copies.faiss");
      const within = { k: 9, filter: bitmapOf(rows, (row) => row > 107) };
      const wanted = Array.from({ length: 9 }, (_, at) => 108 + 2 * at);
      expect([...(await opened.search(same, within)).rows]).toEqual(wanted);
      expect([...(await opened.search(same, { k: 4 })).rows]).toEqual([0, 100, 102, 104]);
      opened.close();
    });

    it("answers with nothing from an empty index, an empty filter, or for k of nothing", async () => {
      const empty = await openSmall({ dim: 8, rows: 0, data: new Float32Array(0) }, "empty.faiss");
      expect((await empty.search(new Float32Array(8).fill(1), { k: 5 })).rows).toHaveLength(0);
      empty.close();
      const none = { k: 5, filter: new Uint32Array(Math.ceil(large.rows / 32)) };
      expect((await index.search(questionNear(large, 1), none)).rows).toHaveLength(0);
      expect((await index.search(questionNear(large, 1), { k: 0 })).rows).toHaveLength(0);
    });

    it("answers with every row where k is more than there are", async () => {
      const few = clusteredRows({ rows: 7, dim: 5, clusters: 2 });
      const tiny = await openSmall(few, "few.faiss");
      const found = await tiny.search(rowOf(few, 2), { k: 50 });
      expect([...found.rows].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6]);
      const filter = bitmapOf(7, (row) => row % 2 === 1);
      expect([...(await tiny.search(rowOf(few, 2), { k: 50, filter })).rows].sort()).toEqual([
        1, 3, 5,
      ]);
      tiny.close();
    });

    it("refuses questions that do not fit", async () => {
      const query = rowOf(large, 0);
      const broken = query.with(3, Number.NaN);
      await expect(index.search(broken, { k: 1 })).rejects.toThrow(RangeError);
      await expect(index.search(query.with(0, Infinity), { k: 1 })).rejects.toThrow(RangeError);
      await expect(index.search(query.subarray(1), { k: 1 })).rejects.toThrow(RangeError);
      await expect(index.search(query, { k: 1, filter: new Uint32Array(1) })).rejects.toThrow(
        RangeError,
      );
      expect(() => index.vector(large.rows)).toThrow(RangeError);
    });

    it.each([
      ["NaN", Number.NaN],
      ["an infinite number", Infinity],
      ["nothing but zeros", 0],
    ])("refuses rows with %s", async (_name, value) => {
      const data = new Float32Array(12).fill(1);
      data.fill(value, 4, 8);
      const rows = { dim: 4, rows: 3, data };
      await expect(engine.build(rows, join(folder, "bad.faiss"))).rejects.toMatchObject({
        name: "AnnError",
        code: "bad-rows",
      });
    });

    it("gives stored rows back", () => {
      for (const row of [0, 31, large.rows - 1])
        expect(dot(index.vector(row), rowOf(large, row))).toBeCloseTo(1, tolerance < 1e-4 ? 5 : 1);
    });

    it("answers many questions at once as it answers one", async () => {
      const questions = Array.from({ length: 24 }, (_, number) => questionNear(large, number));
      const alone = [];
      for (const query of questions) alone.push(await index.search(query, { k: 10 }));
      expect(await Promise.all(questions.map((query) => index.search(query, { k: 10 })))).toEqual(
        alone,
      );
    });

    it("opens the same file to the same answers, and none after it is closed", async () => {
      const again = await engine.open(path, recipe);
      const query = questionNear(large, 11);
      expect(await again.search(query, { k: 10 })).toEqual(await index.search(query, { k: 10 }));
      again.close();
      again.close();
      await expect(again.search(query, { k: 10 })).rejects.toThrow(AnnError);
    });

    it("survives 200 damaged files", { timeout: 60_000 }, async () => {
      const whole = join(folder, "whole.faiss");
      const damagedPath = join(folder, "damaged.faiss");
      const smallRecipe = await engine.build(small, whole, smallBuild);
      const bytes = await readFile(whole);
      const random = seededRandom(11);
      let refused = 0;
      for (let attempt = 0; attempt < 200; attempt++) {
        await writeFile(damagedPath, damage(bytes, attempt, random));
        try {
          const opened = await engine.open(damagedPath, smallRecipe);
          const filter = bitmapOf(small.rows, (row) => row % 3 === 0);
          await opened.search(rowOf(small, 1), { k: 10 });
          await opened.search(rowOf(small, 1), { k: 10, filter });
          opened.vector(5);
          opened.close();
        } catch (error) {
          expect(error).toBeInstanceOf(AnnError);
          refused++;
        }
      }
      expect(refused).toBeGreaterThan(66);
    });

    it("refuses a file that is not there or of another shape", async () => {
      const damaged = { name: "AnnError", code: "damaged" };
      await expect(engine.open(join(folder, "none.faiss"), recipe)).rejects.toMatchObject(damaged);
      await expect(engine.open(path, { ...recipe, rows: 3 })).rejects.toMatchObject(damaged);
      await expect(engine.open(path, { ...recipe, dim: 65 })).rejects.toMatchObject(damaged);
    });

    it("writes a file that FAISS for Python opens", (context) => {
      if (spawnSync(python, ["-c", "import faiss, numpy"]).status !== 0)
        context.skip("python3-faiss is not installed");
      const query = rowOf(large, 42);
      const input = Buffer.from(query.buffer, query.byteOffset, query.byteLength);
      const run = spawnSync(python, ["-c", pythonReads, path], { input, encoding: "utf8" });
      expect(run.stderr).toBe("");
      const [rows, dim, nearest, similarity] = run.stdout.trim().split(" ").map(Number);
      expect([rows, dim]).toEqual([large.rows, 64]);
      expect(dot(rowOf(large, nearest ?? 0), query)).toBeGreaterThan(0.99);
      expect(Math.abs((similarity ?? 0) - 1)).toBeLessThan(Math.max(tolerance, 1e-4));
    });
  });
}

/** A third cut short, a third with one changed byte near the start, a third with several anywhere. */
function damage(bytes: Buffer, attempt: number, random: () => number): Buffer {
  if (attempt % 3 === 0) return bytes.subarray(0, Math.floor(random() * bytes.length));
  const copy = Buffer.from(bytes);
  const reach = attempt % 3 === 1 ? Math.min(64, copy.length) : copy.length;
  const changes = attempt % 3 === 1 ? 1 : 8;
  for (let change = 0; change < changes; change++)
    copy[Math.floor(random() * reach)] = Math.floor(random() * 256);
  return copy;
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += (a[at] ?? 0) * (b[at] ?? 0);
  return sum;
}
