// The index against a plain Map: whatever is added, replaced, removed, merged and rolled back, both answer the same.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openMemoryHistory } from "./history/memory.ts";
import { enginesFor } from "./open.ts";
import type { Searcher } from "./searcher.ts";
import { type IndexStore, storeOf } from "./store.ts";
import { authors, DIM, documentsOf, type Row, rowOf, schema } from "./testing/documents.ts";
import { anyOf } from "./testing/opened-index.ts";
import { temporaryFolder } from "./testing/temporary-folder.ts";

type Model = Map<string, Row>;

type Step =
  | { kind: "commit"; add: number[]; edition: number; remove: number[] }
  | { kind: "merge"; all: boolean }
  | { kind: "roll back"; to: number }
  | { kind: "purge"; id: number };

const id = fc.integer({ min: 0, max: 25 });
const steps = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant("commit" as const),
        add: fc.array(id, { maxLength: 8 }),
        edition: fc.integer({ min: 0, max: 2 }),
        remove: fc.array(id, { maxLength: 4 }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("merge" as const), all: fc.boolean() }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("roll back" as const), to: fc.nat(8) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("purge" as const), id }) },
  ),
  { minLength: 1, maxLength: 10 },
);

const nameOf = (n: number) => `id-${n}`;
const dot = (a: Float32Array, b: Float32Array) =>
  a.reduce((sum, x, at) => sum + x * (b[at] ?? 0), 0);

/** Does a step to both; `past` keeps the model as it was at each version. */
const take = async (store: IndexStore, model: Model, past: Model[], step: Step): Promise<Model> => {
  switch (step.kind) {
    case "commit": {
      const rows = step.add.map((n) => rowOf(nameOf(n), step.edition));
      const change = { add: [documentsOf(rows)], remove: step.remove.map(nameOf) };
      const next = new Map(model);
      for (const gone of change.remove) next.delete(gone);
      for (const row of rows) next.set(row.id, row);
      const version = await store.commit(change, { message: "step" });
      if (version) past[version.number] = next;
      return next;
    }
    case "merge": {
      const version = await store.merge({ all: step.all });
      if (version) past[version.number] = model;
      return model;
    }
    case "roll back": {
      const head = await store.head();
      if (head === null || step.to < 1 || step.to > head.number) return model;
      const version = await store.rollBack(step.to);
      const old = past[step.to] ?? new Map();
      past[version.number] = old;
      return old;
    }
    case "purge": {
      await store.purge([nameOf(step.id)]);
      for (const known of past) known?.delete(nameOf(step.id));
      const next = new Map(model);
      next.delete(nameOf(step.id));
      return next;
    }
  }
};

const compare = async (searcher: Searcher, model: Model): Promise<void> => {
  expect(searcher.degraded).toBeNull();
  expect(searcher.rows).toBe(model.size);
  const rows = [...model.values()];
  const question = rowOf("question").vector;
  const nearest = await searcher.semantic(question, { k: 50 });
  const scores = rows.map(({ vector }) => dot(vector, question)).sort((a, b) => b - a);
  expect(nearest.map(({ id: found }) => found).sort()).toEqual([...model.keys()].sort());
  for (const [place, { score }] of nearest.entries())
    expect(score).toBeCloseTo(scores[place] ?? Number.NaN, 4);
  for (const word of ["apple", "frost"]) {
    const found = searcher.lexical(anyOf(word), { k: 50 });
    const wanted = rows.filter(({ text }) => text.split(" ").includes(word));
    expect(found.hits.map((hit) => hit.id).sort()).toEqual(wanted.map((row) => row.id).sort());
  }
  for (const author of authors) {
    const within = searcher.select({
      kind: "all",
      of: [
        { kind: "in", column: "author", values: [author] },
        { kind: "range", column: "at", from: 10, before: 90 },
      ],
    });
    const wanted = rows.filter((row) => row.author === author && row.at >= 10 && row.at < 90);
    const hits = await searcher.semantic(question, { k: 50, within });
    expect(hits.map((hit) => hit.id).sort()).toEqual(wanted.map((row) => row.id).sort());
    const channels = hits.map(({ id: found }) => model.get(found)?.channel ?? null);
    expect(searcher.read(hits, ["channel"]).map(({ channel }) => channel)).toEqual(channels);
  }
};

describe("an index and a Map", () => {
  it("answer the same, now and at every version", { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (taken) => {
        let made = 0;
        const folder = await temporaryFolder();
        const store = storeOf({
          path: folder,
          dim: DIM,
          schema,
          now: () => 1,
          newId: () => `s${made++}`,
          history: await openMemoryHistory(folder),
          engines: enginesFor({ engine: "flat" }),
        });
        const past: Model[] = [];
        let model: Model = new Map();
        for (const step of taken) {
          model = await take(store, model, past, step);
          const searcher = await store.searcher();
          await compare(searcher, model);
          searcher.close();
        }
        for (const { number } of await store.versions()) {
          const searcher = await store.searcher(number);
          await compare(searcher, past[number] ?? new Map());
          searcher.close();
        }
        expect((await store.verify()).damaged).toEqual([]);
        await store.close();
      }),
      { numRuns: 25 },
    );
  });
});
