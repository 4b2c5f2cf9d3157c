// Tests of commands that must not look like a success: a file without a readable message, an option that needs another one.
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { glossary } from "#services/contract/glossary.ts";
import { program } from "../program.builders.ts";

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
    execFile(process.execPath, [program, ...args], { env }, (error, out, err) =>
      resolve({ code: error?.code ?? 0, out, err }),
    );
  });

describe("parlance import", () => {
  it("fails for a file of which nothing can be read, and says why", async () => {
    const cut = join(folder, "half.jsonl");
    await writeFile(cut, '{"messages":[{"role":"user","cont');
    const { code, out } = await parlance("import", cut, "--collection", "Half");
    expect(code).toBe(1);
    expect(out).toMatch(/✗ half\.jsonl.*0 new entries, 0 known/);
    expect(out).toContain("1 problem:");
    expect((await parlance("collections")).out).toContain("There are no collections yet");
  }, 180_000);
});

describe("parlance topics", () => {
  it("refuses a number of topics without --refit", async () => {
    const { code, err } = await parlance("topics", "--collection", "Half", "--k", "3");
    expect(code).toBe(2);
    expect(err).toContain("--refit");
  });
});

describe("parlance search --mode", () => {
  it("refuses an unknown way to search, and names those that there are", async () => {
    const { code, err } = await parlance("search", "oven", "--mode", "sense");
    expect(code).toBe(2);
    expect(err).toContain("Use meaning, words or both");
  });
});

describe("parlance help", () => {
  it("prints the glossary within 80 columns, and as JSON", async () => {
    const { code, out } = await parlance("help", "words");
    expect(code).toBe(0);
    for (const { word } of glossary.flatMap(({ entries }) => entries)) expect(out).toContain(word);
    for (const text of out.split("\n")) expect(text.length).toBeLessThanOrEqual(80);
    expect(JSON.parse((await parlance("help", "words", "--json")).out)).toEqual(glossary);
  });

  it("prints the exit codes, and refuses an unknown subject", async () => {
    expect((await parlance("help", "exit-codes")).out).toMatch(/^0 {2}Done\.\n1 {2}Failed/);
    const { code, err } = await parlance("help", "wrods");
    expect(code).toBe(2);
    expect(err).toContain("parlance help words");
  });
});
