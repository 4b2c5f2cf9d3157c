// Runs git: argument arrays only, none of the machine's own configuration, every write flushed to the disk.
import { spawn } from "node:child_process";
import { HistoryError } from "./history.ts";

const settings = [
  "core.fsync=all",
  "core.hooksPath=/dev/null",
  "gc.auto=0",
  "gc.packRefs=false",
  "maintenance.auto=false",
  "core.logAllRefUpdates=true",
  "core.quotePath=false",
  "advice.detachedHead=false",
  "fetch.fsckObjects=true",
].flatMap((setting) => ["-c", setting]);

export interface GitCall {
  readonly input?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  /** Ends git; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Thrown where git ran and failed; `stderr` is what it printed. */
export class GitRefusal extends HistoryError {
  readonly stderr: string;
  constructor(args: readonly string[], stderr: string) {
    const command = args.slice(args[0] === "--git-dir" ? 2 : 0).find((arg) => !arg.startsWith("-"));
    super("unavailable", `git ${command} failed: ${stderr.trim() || "no reason given"}`);
    this.stderr = stderr;
  }
}

/** A git for one repository: `git(["rev-parse", …])` resolves to what it wrote. */
export type Git = (args: readonly string[], call?: GitCall) => Promise<Buffer>;

/** The environment without anything that would point git somewhere else (GIT_DIR, GIT_INDEX_FILE …). */
const cleanEnvironment = () => {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith("GIT_"));
  return {
    ...Object.fromEntries(kept),
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_TERMINAL_PROMPT: "0",
    GIT_OPTIONAL_LOCKS: "0",
    LC_ALL: "C",
  };
};

/** Runs git once. @throws GitRefusal where it exits with an error, HistoryError "unavailable" where it cannot be started. */
export const runGit = (args: readonly string[], call: GitCall = {}): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const child = spawn("git", [...settings, ...args], {
      env: { ...cleanEnvironment(), ...call.env },
      stdio: ["pipe", "pipe", "pipe"],
      ...(call.signal === undefined ? {} : { signal: call.signal }),
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on("data", (bytes: Buffer) => out.push(bytes));
    child.stderr.on("data", (bytes: Buffer) => err.push(bytes));
    child.on("error", (cause) =>
      reject(
        call.signal?.aborted
          ? call.signal.reason
          : new HistoryError(
              "unavailable",
              "git could not be started: install git 2.36 or newer and see that it is on the PATH",
              { cause },
            ),
      ),
    );
    child.on("close", (code, killedBy) => {
      if (code === 0) resolve(Buffer.concat(out));
      else if (killedBy !== null) {
        // Says nothing about what it read.
        reject(new HistoryError("unavailable", `git was ended by ${killedBy}`));
      } else {
        reject(new GitRefusal(args, Buffer.concat(err).toString("utf8")));
      }
    });
    // A git that exits before it has read everything closes the pipe; its exit status says why.
    child.stdin.on("error", (cause) => err.push(Buffer.from(`\n(stdin: ${cause.message})`)));
    child.stdin.end(call.input ?? "");
  });

export const gitFor =
  (repository: string): Git =>
  (args, call) =>
    runGit(["--git-dir", repository, ...args], call);

// The first git that knows core.fsync; an older one ignores the setting and writes nothing durably.
const OLDEST = [2, 36] as const;

/** What is wrong with the machine's git, a sentence for a person; undefined where nothing is. */
export const gitTrouble = (): Promise<string | undefined> => {
  trouble ??= lookForTrouble();
  return trouble;
};

let trouble: Promise<string | undefined> | undefined;

const lookForTrouble = async (): Promise<string | undefined> => {
  const said = (await runGit(["--version"])).toString("utf8").trim();
  const [major = 0, minor = 0] = (/(\d+)\.(\d+)/.exec(said)?.slice(1) ?? []).map(Number);
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])
    ? undefined
    : `${said} does not flush what it writes: after a power cut versions may be lost. Install git 2.36 or newer.`;
};
