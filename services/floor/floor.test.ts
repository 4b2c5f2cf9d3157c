// Tests of the floor of similarity: measured on a collection, kept, read back, chosen by the length of a question.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type IndexStore, openIndexStore, type Searcher } from "#index-store/index-store.ts";
import { type Embedder, openOnnxEmbedder } from "#services/embed/embed.ts";
import { FLOOR_ANNOTATION, isCurrent, measureFloor, readFloor, stepOf } from "./floor.ts";

const subjects = "baker miller sailor farmer doctor teacher painter driver singer writer".split(
  " ",
);
const verbs = "mended carried washed counted painted borrowed measured dropped".split(" ");
const objects = "basket window anchor ladder bottle kettle blanket hammer lantern wagon".split(" ");
const texts = subjects.flatMap((who) =>
  verbs.flatMap((did) => objects.slice(0, 4).map((what) => `the ${who} ${did} a ${what}`)),
);

let folder: string;
let index: IndexStore;
let embedder: Embedder;
let searcher: Searcher;

const commit = async (rows: readonly string[], annotations = {}) => {
  const { vectors } = await embedder.embed(rows, { truncate: true });
  const ids = rows.map((_, row) => `row${String(row).padStart(4, "0")}`);
  await index.commit(
    { add: [{ ids, vectors, texts: rows, columns: { kind: ids.map(() => "text") } }] },
    { message: "floor", annotations },
  );
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "parlance-floor-"));
  const id = "parlance-static-en-v1";
  const path = join(import.meta.dirname, "..", "..", "models", id);
  embedder = await openOnnxEmbedder({ id, path });
  let made = 0;
  index = await openIndexStore({
    path: join(folder, "index.git"),
    dim: embedder.model.dim,
    schema: { kind: "keyword" },
    now: () => 0,
    newId: () => `id${made++}`,
  });
  await commit(texts);
  searcher = await index.searcher();
});
afterAll(async () => {
  searcher.close();
  await index.close();
  await embedder.close();
  await rm(folder, { recursive: true, force: true });
});

describe("the floor", () => {
  it("is above what nonsense reaches and below what a question about the collection does", async () => {
    // The words of this collection are too few to be read backwards 40 times over.
    expect(await measureFloor(searcher, embedder)).toBeNull();
    const more = Array.from(
      { length: 60 },
      (_, at) => `ba${"bdfgklmnpr"[at % 10]}${"aeiouy"[Math.floor(at / 10)]}st`,
    );
    await commit([...texts, ...more.map((word) => `the ${word} was sold`)]);
    const fuller = await index.searcher();
    try {
      const floor = await measureFloor(fuller, embedder);
      const [one] = floor?.steps ?? [];
      if (floor === null || one === undefined) throw new Error("There is no floor.");
      expect(floor).toMatchObject({ rows: fuller.rows, model: embedder.model.fingerprint });
      for (const { shown, sure } of floor.steps) expect(shown).toBeLessThan(sure);
      const { vectors } = await embedder.embed(["who mended the basket"], { inputType: "query" });
      const [best] = await fuller.semantic(vectors.data, { k: 1 });
      expect(best?.score).toBeGreaterThan(stepOf(floor, 4)?.sure ?? 1);
      expect(await measureFloor(fuller, embedder)).toEqual(floor);
    } finally {
      fuller.close();
    }
  });

  it("is read back from a version's annotations, and not from what is no floor", async () => {
    const floor = { model: "m", rows: 10, steps: [{ words: 1, shown: 0.2, sure: 0.4 }] };
    await index.commit({}, { message: "kept", annotations: { [FLOOR_ANNOTATION]: floor } });
    const kept = await index.searcher();
    expect(readFloor(kept.annotations)).toEqual(floor);
    kept.close();
    expect(readFloor({})).toBeUndefined();
    expect(readFloor({ [FLOOR_ANNOTATION]: { rows: 1 } })).toBeUndefined();
  });

  it("holds until the rows have grown by half, half are gone, or the model is another", () => {
    const floor = { model: "m", rows: 1000, steps: [{ words: 1, shown: 0.2, sure: 0.4 }] };
    expect(isCurrent(floor, 2000, "m")).toBe(true);
    expect(isCurrent(floor, 2001, "m")).toBe(false);
    expect(isCurrent(floor, 500, "m")).toBe(true);
    expect(isCurrent(floor, 499, "m")).toBe(false);
    expect(isCurrent(floor, 1000, "n")).toBe(false);
  });

  it("is that of the longest length that a question has", () => {
    const steps = [1, 2, 4].map((words) => ({ words, shown: 0, sure: words / 10 }));
    const floor = { model: "m", rows: 1, steps };
    expect([0, 1, 3, 4, 50].map((words) => stepOf(floor, words)?.words)).toEqual([1, 1, 2, 4, 4]);
  });
});
