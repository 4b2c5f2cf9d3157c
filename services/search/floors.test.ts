// Tests of remembered floors: measured once for a collection, again after a failure.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type IndexStore, openIndexStore, type Searcher } from "#index-store/index-store.ts";
import type { Embedder } from "#services/embed/embed.ts";
import { openHashEmbedder } from "#services/embed/hash.ts";
import { floorOf, openFloors } from "./floors.ts";

let folder: string;
let index: IndexStore;
let searcher: Searcher;
const embedder = openHashEmbedder({ dim: 64 });

/** The embedder, counting how often it is asked; while `isBroken`, it fails. */
const watched = () => {
  const state = { asked: 0, isBroken: false };
  const embed: Embedder["embed"] = async (texts, options) => {
    state.asked += 1;
    if (state.isBroken) throw new Error("the model's thread has ended");
    return embedder.embed(texts, options);
  };
  return { state, embedder: { ...embedder, embed } };
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "parlance-floors-"));
  let made = 0;
  index = await openIndexStore({
    path: join(folder, "index.git"),
    dim: 64,
    schema: { kind: "keyword" },
    now: () => 0,
    newId: () => `id${made++}`,
  });
  const texts = Array.from(
    { length: 300 },
    (_, at) => `w${"abcdefghij"[at % 10]}${"klmnopqrst"[Math.floor(at / 10) % 10]}uv bread`,
  );
  const ids = texts.map((_, row) => `row${String(row).padStart(4, "0")}`);
  const { vectors } = await embedder.embed(texts, { truncate: true });
  await index.commit(
    { add: [{ ids, vectors, texts, columns: { kind: ids.map(() => "text") } }] },
    { message: "floors" },
  );
  searcher = await index.searcher();
});
afterAll(async () => {
  searcher.close();
  await index.close();
  await embedder.close();
  await rm(folder, { recursive: true, force: true });
});

const of = () => ({ collection: "col_garden", searcher });

it("is measured once, also where two searches come at the same time", async () => {
  const known = openFloors();
  const { state, embedder: asked } = watched();
  const [first, second] = await Promise.all([
    floorOf(known, of(), asked),
    floorOf(known, of(), asked),
  ]);
  expect(first).not.toBeNull();
  expect(second).toBe(first);
  expect(await floorOf(known, of(), asked)).toBe(first);
  expect(state.asked).toBe(1);
});

it("is measured again after a measurement that failed", async () => {
  const known = openFloors();
  const { state, embedder: asked } = watched();
  state.isBroken = true;
  await expect(floorOf(known, of(), asked)).rejects.toThrow("thread has ended");
  state.isBroken = false;
  expect(await floorOf(known, of(), asked)).not.toBeNull();
});
