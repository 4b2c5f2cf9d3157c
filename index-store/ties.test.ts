// Rankings do not depend on how the same documents were batched, in which order they came, or whether segments were merged.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EngineName } from "./ann/ann.ts";
import { openMemoryHistory } from "./history/memory.ts";
import { enginesFor } from "./open.ts";
import type { Searcher } from "./searcher.ts";
import { storeOf } from "./store.ts";
import { DIM, documentsOf, type Row, rowOf, schema } from "./testing/documents.ts";
import { anyOf } from "./testing/opened-index.ts";
import { temporaryFolder } from "./testing/temporary-folder.ts";

/** Rows as in a chat: a few texts that many people write, so most scores are equal. */
const chat = (count: number, texts: number): Row[] =>
  Array.from({ length: count }, (_, n) => {
    // An id that does not follow the order in which rows come.
    const id = `m${((n * 7919) % 100_003).toString(36)}`;
    return { ...rowOf(`text-${(n * n) % texts}`), id };
  });

interface Batching {
  readonly batches: readonly (readonly Row[])[];
  readonly merged: boolean;
}

const opened = async ({ batches, merged }: Batching, engine: EngineName) => {
  let made = 0;
  const folder = await temporaryFolder();
  const store = storeOf({
    path: folder,
    dim: DIM,
    schema,
    now: () => 1,
    newId: () => `s${made++}`,
    history: await openMemoryHistory(folder),
    engines: enginesFor({ engine }),
  });
  for (const batch of batches) await store.commit({ add: [documentsOf(batch)] }, { message: "b" });
  if (merged) await store.merge({ all: true });
  return store;
};

const rankings = async (searcher: Searcher): Promise<unknown[]> => {
  const within = searcher.select({ kind: "in", column: "author", values: ["ada", "grace"] });
  const found: unknown[] = [];
  for (const k of [1, 3, 10, 40]) {
    for (const question of ["text-1", "text-4", "other"]) {
      const { vector } = rowOf(question);
      for (const options of [{ k }, { k, within }])
        found.push((await searcher.semantic(vector, options)).map(({ id, score }) => [id, score]));
    }
    for (const query of [anyOf("apple"), anyOf("apple", "bread", "frost"), anyOf("nothing")])
      for (const options of [{ k }, { k, within }])
        found.push(searcher.lexical(query, options).hits.map(({ id, score }) => [id, score]));
    found.push(searcher.facet("author", undefined, k), searcher.facet("channel", within, k));
    found.push(searcher.termsWithPrefix("", k), searcher.similarTerms("applf", 2, k));
  }
  return found;
};

const shuffled = (rows: readonly Row[], keys: readonly number[]): Row[] =>
  rows
    .map((row, at) => ({ row, key: keys[at % keys.length] ?? 0 }))
    .sort((a, b) => a.key - b.key)
    .map(({ row }) => row);

const splitRows = (rows: readonly Row[], sizes: readonly number[]): Row[][] => {
  const batches: Row[][] = [];
  let from = 0;
  for (const size of sizes) {
    batches.push(rows.slice(from, from + size));
    from += size;
  }
  return [...batches, rows.slice(from)].filter((batch) => batch.length > 0);
};

describe("rankings", () => {
  it.each([
    ["flat", 120, 7, 12],
    ["scan", 120, 7, 6],
    ["flat", 40, 1, 6],
  ] as const)(
    "with %s of %d rows with %d texts are the same for every batching",
    {
      timeout: 60_000,
    },
    async (engine, count, texts, runs) => {
      const rows = chat(count, texts);
      const reference = await opened({ batches: [rows], merged: false }, engine);
      const whole = await reference.searcher();
      const expected = await rankings(whole);
      whole.close();
      await reference.close();
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.nat(1000), { minLength: 1, maxLength: 50 }),
          fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 5 }),
          fc.boolean(),
          async (keys, sizes, merged) => {
            const batches = splitRows(shuffled(rows, keys), sizes);
            const store = await opened({ batches, merged }, engine);
            const searcher = await store.searcher();
            expect(await rankings(searcher)).toEqual(expected);
            searcher.close();
            await store.close();
          },
        ),
        { numRuns: runs },
      );
    },
  );

  it("order equal scores by id", async () => {
    const rows = chat(60, 1);
    const store = await opened({ batches: splitRows(rows, [13, 21]), merged: false }, "flat");
    const searcher = await store.searcher();
    const ids = rows.map(({ id }) => id).sort();
    const nearest = await searcher.semantic(rowOf("text-0").vector, { k: 25 });
    expect(nearest.map(({ id }) => id)).toEqual(ids.slice(0, 25));
    const [word = ""] = rowOf("text-0").text.split(" ");
    const { hits } = searcher.lexical(anyOf(word), { k: 25 });
    expect(hits.map(({ id }) => id)).toEqual(ids.slice(0, 25));
    searcher.close();
    await store.close();
  });
});
