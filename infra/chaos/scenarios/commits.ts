// Concurrent commits: four processes commit to the same index as fast as they can; every confirmed commit is a version of its own.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { check } from "../checker.ts";
import { mortal } from "../private-server.ts";
import type { Context, Outcome, Scenario } from "../scenario.ts";
import { openSharedIndex } from "../shared-index.ts";
import { inTime } from "../subject.ts";

const WRITERS = 4;
const FULL = 100;
const QUICK = 8;
const program = join(import.meta.dirname, "..", "commit-writer.ts");

/** Runs one writer to its end. @returns the ids that it said were committed @throws Error where it fails */
const write = async (path: string, name: string, count: number): Promise<string[]> => {
  // Where this process ends before them, so do they.
  const { command, args } = mortal(process.execPath, [program, path, name, `${count}`]);
  const child = spawn(command, args, {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise<number | null>((done) => child.once("exit", done));
  const ids: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) ids.push(line);
  const code = await ended;
  if (code !== 0) throw new Error(`a writer ended with ${code} after ${ids.length} commits`);
  return ids;
};

const run = async ({ count }: Context): Promise<Outcome> => {
  const folder = mkdtempSync(join(tmpdir(), "parlance-commits-"));
  const path = join(folder, "index.git");
  const each = count(FULL, QUICK);
  try {
    const names = Array.from({ length: WRITERS }, (_, n) => `writer${n}`);
    const written = await inTime(
      "all commits",
      Promise.all(names.map((name) => write(path, name, each))),
      each * WRITERS * 5000,
    );
    const store = await openSharedIndex(path);
    const versions = await store.versions({ limit: WRITERS * each + 1 });
    const searcher = await store.searcher();
    const searchable: string[] = [];
    for await (const batch of searcher.scan(100)) searchable.push(...batch.ids);
    searcher.close();
    await store.close();
    return {
      faults: WRITERS * each,
      confirmed: written.flat().length,
      verdict: check({
        attempted: names.flatMap((name) => Array.from({ length: each }, (_, n) => `${name}-${n}`)),
        confirmed: written.flat(),
        stored: versions.map(({ message }) => message),
        searchable,
      }),
      recoveries: [],
      notes: [`${WRITERS} processes, ${each} commits each`],
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
};

export const commits: Scenario = {
  name: "commits",
  runsOn: ({ name }) => name === "embedded",
  run,
};
