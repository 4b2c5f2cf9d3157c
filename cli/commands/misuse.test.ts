// Tests of commands that must not look like a success: a file without a readable message, an option that needs another one.
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const main = join(import.meta.dirname, "..", "main.ts");
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "parlance-cli-misuse-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The command line on a home of its own, without a server. */
const parlance = (...args: string[]) =>
  new Promise<{ code: unknown; out: string; err: string }>((resolve) => {
    const env: NodeJS.ProcessEnv = { ...process.env, PARLANCE_HOME: join(folder, "home") };
    delete env["PARLANCE_URL"];
    execFile(process.execPath, [main, ...args], { env }, (error, out, err) =>
      resolve({ code: error?.code ?? 0, out, err }),
    );
  });

describe("parlance import", () => {
  it("fails for a file of which nothing can be read, and says why", async () => {
    const cut = join(folder, "half.jsonl");
    await writeFile(cut, '{"messages":[{"role":"user","cont');
    const { code, out } = await parlance("import", cut, "--collection", "Half");
    expect(code).toBe(1);
    expect(out).toMatch(/✗ half\.jsonl.*0 new, 0 known/);
    expect(out).toContain("1 record could not be read:");
    expect((await parlance("collections")).out).toContain("There are no collections yet");
  }, 180_000);
});

describe("parlance topics", () => {
  it("refuses a number of topics without --refit", async () => {
    const { code, err } = await parlance("topics", "--collection", "Half", "--k", "3");
    expect(code).toBe(1);
    expect(err).toContain("--refit");
  });
});
