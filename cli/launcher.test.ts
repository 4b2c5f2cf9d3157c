// `./parlance` as a shell starts it.
import { execFile } from "node:child_process";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const run = promisify(execFile);
const root = join(import.meta.dirname, "..");

it("keeps compiled modules for the next start, where the caller says or else beside the packages", async () => {
  const { NODE_COMPILE_CACHE: _, ...env } = process.env;
  const start = async (more: Record<string, string>) =>
    (await run(join(root, "parlance"), ["--version"], { env: { ...env, ...more } })).stdout;
  const own = join(root, "node_modules", ".cache", "launcher-test");
  expect(await start({ NODE_COMPILE_CACHE: own })).toBe("0.1.0\n");
  expect(await readdir(own)).not.toEqual([]);
  await rm(own, { recursive: true });
  expect(await start({})).toBe("0.1.0\n");
  expect(await readdir(join(root, "node_modules", ".cache", "parlance"))).not.toEqual([]);
});
