// `npm run fuzz`: damages files of every format, and checks what its reader makes of them. `--inputs N`, `--format NAME,NAME`, `--minutes N`, `--seed N`, `--jobs N`.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { parseArgs } from "node:util";
import { seedsByFormat } from "./seeds.ts";

const { values } = parseArgs({
  options: {
    inputs: { type: "string", default: "100000" },
    format: { type: "string" },
    minutes: { type: "string" },
    seed: { type: "string" },
    jobs: { type: "string", default: String(availableParallelism()) },
  },
});
const seed = values.seed ?? String(Date.now() % 2 ** 31);
const jobs = Math.max(1, Number(values.jobs));
const ends =
  values.minutes === undefined ? Infinity : performance.now() + Number(values.minutes) * 60_000;

const knownFormats = async (): Promise<readonly string[]> => {
  const folder = mkdtempSync(join(tmpdir(), "parlance-fuzz-"));
  try {
    return [...(await seedsByFormat(folder)).keys()];
  } finally {
    rmSync(folder, { recursive: true });
  }
};

/** In a process of its own: what hangs, is killed or runs out of memory there costs none of the other formats. @returns whether it is well */
const fuzz = async (format: string, minutes: number): Promise<boolean> => {
  const limit = Number.isFinite(minutes) ? ["--minutes", String(minutes)] : [];
  const child = spawn(
    process.execPath,
    [
      join(import.meta.dirname, "one-format.ts"),
      ...[format, "--inputs", values.inputs, "--seed", seed, ...limit],
    ],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const ended = new Promise<number | NodeJS.Signals | null>((tell, fail) => {
    child.once("error", fail);
    child.once("close", (code, signal) => tell(signal ?? code));
  });
  const said = await text(child.stdout);
  const how = await ended;
  process.stdout.write(said === "" ? `${format}: ended with ${how}, and told nothing\n` : said);
  return how === 0;
};

const wanted = values.format?.split(",");
const waiting = (await knownFormats()).filter((format) => wanted?.includes(format) ?? true);
if (waiting.length === 0) throw new Error(`There are no files of the format ${values.format}.`);
process.stdout.write(`Seed ${seed}; ${waiting.length} formats.\n`);

/** Formats one after the other. The time that is left is shared among those that are left. */
const work = async (): Promise<void> => {
  for (;;) {
    const share = ((ends - performance.now()) * jobs) / 60_000 / Math.max(jobs, waiting.length);
    const format = waiting.shift();
    if (format === undefined) return;
    if (!(await fuzz(format, share))) process.exitCode = 1;
  }
};
await Promise.all(Array.from({ length: jobs }, work));
