// What the launchers start Parlance with.
import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const run = promisify(execFile);
const root = join(import.meta.dirname, "..");

/** The command line as `./parlance` starts it, but for the installation, which would change packages beside other tests. */
const launch = `
  const { environment, pinnedNode } = await import(${JSON.stringify(join(root, "bin", "install.js"))});
  const { execFileSync } = await import("node:child_process");
  execFileSync(pinnedNode(), [${JSON.stringify(join(root, "cli", "main.ts"))}, "--version"], {
    env: environment(),
    stdio: "inherit",
  });`;

it("keeps compiled modules for the next start, where the caller says or else beside the packages", async () => {
  const { NODE_COMPILE_CACHE: _, ...env } = process.env;
  const start = async (more: Record<string, string>) => {
    const args = ["--input-type=module", "-e", launch];
    return (await run(process.execPath, args, { env: { ...env, ...more } })).stdout;
  };
  const folder = await mkdtemp(join(tmpdir(), "parlance-launcher-"));
  expect(await start({ NODE_COMPILE_CACHE: folder })).toBe("0.1.0\n");
  expect(await readdir(folder)).not.toEqual([]);
  await rm(folder, { recursive: true });
  expect(await start({})).toBe("0.1.0\n");
  expect(await readdir(join(root, "node_modules", ".cache", "parlance"))).not.toEqual([]);
});

it("runs as a bundle, whose processes and threads are files of the bundle too", async () => {
  const folder = join(root, "dist", `test-${process.pid}`);
  try {
    await run(process.execPath, [join(root, "bin", "bundle.js"), folder]);
    const home = await mkdtemp(join(tmpdir(), "parlance-launcher-"));
    const { stdout } = await run(process.execPath, [join(folder, "parlance.js"), "help", "words"], {
      env: { ...process.env, PARLANCE_HOME: home },
    });
    expect(stdout).toContain("exchange");
    await rm(home, { recursive: true });
    const sources = /new URL\("\.{1,2}\/[^"]*-(?:main|thread|worker)\.ts"/;
    for (const name of await readdir(folder))
      expect(await readFile(join(folder, name), "utf8")).not.toMatch(sources);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
