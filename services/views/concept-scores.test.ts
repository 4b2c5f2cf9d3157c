// Tests of concepts where vectors are partly damaged: the rows that have vectors are ranked, and the search for more ends.
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { DIM, someIndexes } from "#services/indexes/indexes.builders.ts";
import { matchesOf } from "./concept-scores.ts";

it("a concept that everything matches holds all that has vectors", async () => {
  const { collection, folder, add, another, writer } = await someIndexes();
  const objects = async () => {
    const at = join(folder, collection, "index.git", "lfs", "objects");
    const found = await readdir(at, { recursive: true, withFileTypes: true });
    return found.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
  };
  await add("a", "b");
  const before = await objects();
  await add("c", "d", "e");
  for (const path of await objects()) {
    if (before.includes(path)) continue;
    const bytes = await readFile(path);
    await rm(path);
    const damaged = await writer.damagedSegments();
    if (damaged.some(({ files }) => files.includes("vectors"))) break;
    await writeFile(path, bytes);
  }
  const searcher = await another().searcher(collection);
  expect(searcher).toMatchObject({ rows: 5, degraded: { damage: [{ kind: "vectors" }] } });
  if (searcher === undefined) return;
  const concept = {
    name: "Everything",
    training: {
      weights: Float32Array.from({ length: DIM }, () => 1),
      bias: 0,
      threshold: 0.01,
      accuracy: null,
      milliseconds: 1,
    },
    personThreshold: null,
  };
  expect([...(await matchesOf(searcher, concept)).keys()].toSorted()).toEqual(["a", "b"]);
});
