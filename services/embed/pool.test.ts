// Tests of several models at once: opened when they are asked for, kept within a budget, closed when nobody asks, broken alone.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import type { Embedder } from "./embedder.ts";
import { writeModelFolder } from "./model-folder.builders.ts";
import { openOnnxEmbedder } from "./onnx.ts";
import { type ModelPool, openModelPool } from "./pool.ts";

let root = "";
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "parlance-pool-"));
  for (const name of ["a", "b", "c"]) await writeModelFolder(join(root, name));
});
afterAll(() => rm(root, { recursive: true }));

const pools: ModelPool[] = [];
afterEach(async () => {
  for (const pool of pools.splice(0)) await pool.close();
});

const openPool = (options: { budgetBytes?: number; idleMs?: number } = {}) => {
  const opened: string[] = [];
  const pool = openModelPool({
    find: async (name = "a") => ({ id: name, path: join(root, name) }),
    open: (model) => {
      opened.push(model.id);
      return openOnnxEmbedder({ ...model, threads: 1 });
    },
    budgetBytes: 1e9,
    idleMs: 600_000,
    ...options,
  });
  pools.push(pool);
  return { pool, opened };
};
const embeds = async (embedder: Embedder) =>
  (await embedder.embed(["mount the drive"])).vectors.rows === 1;

it("opens a model once for all who ask, and the default one under its name too", async () => {
  const { pool, opened } = openPool();
  const [one, other] = await Promise.all([pool.open(), pool.open("a")]);
  expect(one?.model.fingerprint).toBe(other?.model.fingerprint);
  expect(opened).toEqual(["a"]);
  expect(pool.loaded()).toEqual(["a"]);
});

it("closes those that were used longest ago where all are too large together, and opens them again when they are asked", async () => {
  const { pool, opened } = openPool({ budgetBytes: 1 });
  const a = await pool.open("a");
  const b = await pool.open("b");
  expect(pool.loaded()).toEqual(["b"]);
  expect(await embeds(a)).toBe(true);
  expect(pool.loaded()).toEqual(["a"]);
  expect(await embeds(b)).toBe(true);
  expect(opened).toEqual(["a", "b", "a", "b"]);
});

it("closes no model while it works", async () => {
  const { pool } = openPool({ budgetBytes: 1 });
  const a = await pool.open("a");
  const working = Promise.all(Array.from({ length: 20 }, () => embeds(a)));
  const b = await pool.open("b");
  expect([await working, await embeds(b)]).toEqual([Array(20).fill(true), true]);
});

it("closes a model that nobody asks, but not the default one", async () => {
  const { pool } = openPool({ idleMs: 40 });
  await pool.open();
  const b = await pool.open("b");
  while (pool.loaded().length > 1) await pause(10);
  expect(pool.loaded()).toEqual(["a"]);
  expect(await embeds(b)).toBe(true);
});

it("fails for a broken model only, and does not try it again at once", async () => {
  const { pool, opened } = openPool();
  await expect(pool.open("none")).rejects.toMatchObject({ code: "missing-model-file" });
  await expect(pool.open("none")).rejects.toMatchObject({ code: "missing-model-file" });
  expect(opened).toEqual(["none"]);
  expect(await embeds(await pool.open())).toBe(true);
});

it("counts tokens without opening a model", async () => {
  const { pool, opened } = openPool();
  const { countTokens } = await pool.counter("b");
  expect(countTokens("mount the drive")).toBe(5);
  expect(opened).toEqual([]);
});
