// A merge in a process of its own: it merges an index that this process has open, is killed when it is not wanted, and says what it met.
import { randomUUID } from "node:crypto";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type IndexStore, openIndexStore } from "#index-store/index-store.ts";
import { mergeInProcess } from "./merge-process.ts";

const dim = 4;
const schema = { author: "keyword" } as const;
let path: string;
let index: IndexStore;

const commit = (from: number, rows: number) =>
  index.commit(
    {
      add: [
        {
          ids: Array.from({ length: rows }, (_, row) => `row-${from + row}`),
          texts: Array.from({ length: rows }, (_, row) => `text ${from + row}`),
          vectors: {
            dim,
            rows,
            data: Float32Array.from({ length: rows * dim }, (_, at) => at + 1),
          },
          columns: { author: new Array<string>(rows).fill("ada") },
        },
      ],
    },
    { message: "rows" },
  );

beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), "parlance-merge-"));
  index = await openIndexStore({ path, dim, schema, now: Date.now, newId: randomUUID });
  await commit(0, 30);
  await commit(20, 30);
});
afterEach(async () => {
  await index.close();
  await rm(path, { recursive: true, force: true });
});

const merge = (signal = new AbortController().signal) =>
  mergeInProcess(
    { path, dim, schema, engine: "auto", atRest: true, collection: "c", vectorsUrl: undefined },
    signal,
  );

it("merges, and says where there was nothing to merge", async () => {
  expect(await merge()).toBe(true);
  expect(await index.versions({ limit: 1 })).toMatchObject([{ number: 3, segments: 1, rows: 50 }]);
  expect(await merge()).toBe(false);
}, 60_000);

it("changes nothing when it is stopped", async () => {
  const stop = new AbortController();
  const merging = merge(stop.signal);
  stop.abort(new Error("enough"));
  await expect(merging).rejects.toThrow("enough");
  expect(await index.versions({ limit: 1 })).toMatchObject([{ number: 2, segments: 2 }]);
}, 60_000);

it("says that a segment is damaged", async () => {
  const objects = join(path, "lfs", "objects");
  for (const file of await readdir(objects, { recursive: true, withFileTypes: true }))
    if (file.isFile()) await writeFile(join(file.parentPath, file.name), "damaged");
  await expect(merge()).rejects.toMatchObject({ name: "IndexError", code: "damaged" });
}, 60_000);
