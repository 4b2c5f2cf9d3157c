// Checks whether a database file is damaged: small files in this process, large ones in a child process of lower priority with a time limit.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, statSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { ParlanceError } from "#services/domain/errors.ts";
import { type CheckDepth, readIntegrity } from "./integrity.ts";
import { databaseDamaged } from "./sqlite-error.ts";

const main = fileURLToPath(new URL("./integrity-main.ts", import.meta.url));
/** Files up to this size are read in this process, in about 0.1 s. */
const SMALL_BYTES = 32 * 1024 ** 2;
const NICE = 15;

export interface DatabaseCheck {
  /** unfinished: the time was over or the check was stopped, and nothing was found until then. */
  readonly state: "absent" | "sound" | "damaged" | "unfinished";
  /** The damage, for people; at most 20 sentences. */
  readonly problems: readonly string[];
}

export interface CheckOptions {
  readonly path: string;
  readonly depth: CheckDepth;
  /** Time limit in milliseconds for a large file; no limit where absent. */
  readonly withinMs?: number;
  readonly signal?: AbortSignal;
}

const checked = (problems: readonly string[]): DatabaseCheck => ({
  state: problems.length === 0 ? "sound" : "damaged",
  problems,
});

const checkInChild = async ({
  path,
  depth,
  withinMs,
  signal,
}: CheckOptions): Promise<DatabaseCheck> => {
  const child = spawn(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", main, path, depth, `${NICE}`],
    { stdio: ["ignore", "pipe", "ignore"] },
  );
  const kill = () => child.kill("SIGKILL");
  const timer = withinMs === undefined ? undefined : setTimeout(kill, withinMs);
  signal?.addEventListener("abort", kill);
  const exit = once(child, "exit");
  const problems: string[] = [];
  let done = false;
  try {
    if (signal?.aborted) kill();
    for await (const line of createInterface({ input: child.stdout })) {
      const said = JSON.parse(line) as { problem?: string; done?: boolean };
      if (said.problem !== undefined) problems.push(said.problem);
      done ||= said.done === true;
    }
    const [code, how] = (await exit) as [number | null, string | null];
    if (done || problems.length > 0) return checked(problems);
    if (how === "SIGKILL") return { state: "unfinished", problems };
    return checked([`The check itself ended with ${how ?? `exit ${code}`}.`]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", kill);
    kill();
  }
};

/** Only reads the file; others may use it at the same time. */
export const checkDatabase = async (options: CheckOptions): Promise<DatabaseCheck> => {
  const { path, depth } = options;
  const size = existsSync(path) ? statSync(path).size : 0;
  if (size === 0) return { state: "absent", problems: [] };
  if (depth === "full" || size > SMALL_BYTES)
    return options.withinMs === 0 ? { state: "unfinished", problems: [] } : checkInChild(options);
  const problems: string[] = [];
  readIntegrity(path, depth, (problem) => problems.push(problem));
  return checked(problems);
};

/** The error for the result of a check, with all problems in its data; undefined where there are none. */
export const damageOf = (
  { state, problems }: DatabaseCheck,
  path: string,
): ParlanceError | undefined => {
  if (state !== "damaged") return undefined;
  const { message, hint, code } = databaseDamaged(path);
  return new ParlanceError("corrupt", `${message} ${problems[0] ?? ""}`.trim(), {
    code,
    ...(hint === undefined ? {} : { hint }),
    data: { problems },
  });
};
