// `parlance models` beside the data, without a server: lists, adds a folder, chooses the default, imports with a model, removes.
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { knownModels } from "#services/domain/known-models.ts";
import { writeModelFolder } from "#services/embed/model-folder.builders.ts";
import { program } from "../program.builders.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "parlance-models-"));
  await writeModelFolder(join(folder, "own"));
});
afterAll(() => rm(folder, { recursive: true }));

const parlance = (...args: string[]) =>
  new Promise<{ code: unknown; out: string; err: string }>((resolve) => {
    const env = { ...process.env, PARLANCE_HOME: join(folder, "home") };
    execFile(process.execPath, [program, ...args], { env, cwd: folder }, (error, out, err) =>
      resolve({ code: error?.code ?? 0, out, err }),
    );
  });

it("lists the shipped model, and what others use", async () => {
  expect((await parlance("models")).out).toMatch(/^parlance-static-en-v1 +ready, default +256 /mu);
  const { out } = await parlance("models", "suggest");
  for (const { id } of knownModels) expect(out).toContain(id);
});

it("adds a folder by its path from here, imports with it, and keeps it while it is used", async () => {
  expect((await parlance("models", "add", "./own")).out).toContain("own is ready.");
  expect((await parlance("models", "show", "own")).out).toContain(join(folder, "own"));
  await writeFile(join(folder, "a.txt"), "[10:00] <anna> where is the boat\n[10:01] <ben> here\n");
  const args = ["import", "a.txt", "-c", "Boats"];
  expect((await parlance(...args, "--model", "own")).code).toBe(0);
  const other = await parlance(...args, "--model", "parlance-static-en-v1");
  expect([other.code, other.err]).toEqual([2, expect.stringContaining("the embedding model own")]);
  const kept = await parlance("models", "remove", "own");
  expect([kept.code, kept.err]).toEqual([1, expect.stringContaining("use the model own")]);
  expect((await parlance("models", "default", "own")).code).toBe(0);
  expect((await parlance("models")).out).toMatch(/^own +ready, default/mu);
});

it("says what it cannot do", async () => {
  expect((await parlance("models", "show")).err).toContain("Which model?");
  expect((await parlance("models", "test", "none")).err).toContain("There is no model");
  expect((await parlance("models", "add", "no such")).err).toContain("names no model");
});
