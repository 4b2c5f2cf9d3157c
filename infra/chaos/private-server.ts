// A server of another project (a database, a broker) in a process of its own: started until it answers, stopped, killed, started again.
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";

export interface Recipe {
  /** What the server is called in errors. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** The user that it runs as, where this process is root and the server may not be. */
  readonly user?: SystemUser | undefined;
  /** Its working folder. */
  readonly folder: string;
  /** The file that its output goes to. */
  readonly log: string;
  /** The signal that ends it in order. */
  readonly stopSignal: NodeJS.Signals;
  /** Talks to it as a client; rejects while it does not answer. */
  answers(): Promise<void>;
}

export interface SystemUser {
  readonly uid: number;
  readonly gid: number;
}

export interface PrivateServer {
  /** 0 while it does not run. */
  readonly pid: number;
  /** Starts it and waits until it answers. @throws Error with its last log lines where it does not within the time limit */
  start(): Promise<void>;
  /** Ends it in order; kills it after 20 s. */
  stop(): Promise<void>;
  /** Kills its process (SIGKILL) and waits until it is gone. */
  kill(): Promise<void>;
}

const START_MS = 60_000;
const ANSWER_MS = 5_000;
const STOP_MS = 20_000;
const RETRY_MS = 100;
/** Number of times that a server which ends during its start is started again. */
const RELAUNCHES = 8;
const LOG_LINES = 20;

const lastLines = (path: string): string =>
  existsSync(path)
    ? readFileSync(path, "utf8").trimEnd().split("\n").slice(-LOG_LINES).join("\n")
    : "";

const isOver = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null;
const over = (child: ChildProcess): Promise<void> =>
  isOver(child) ? Promise.resolve() : new Promise((done) => child.once("exit", () => done()));

/** Fails where the answer takes too long: a server that takes connections and then says nothing has not started. */
const inTime = async (answer: Promise<void>): Promise<void> => {
  const late = new AbortController();
  const limit = pause(ANSWER_MS, undefined, { signal: late.signal }).then(() => {
    throw new Error("no answer");
  });
  // One of the two is always left over, and may fail later on its own.
  answer.catch(() => undefined);
  limit.catch(() => undefined);
  try {
    await Promise.race([answer, limit]);
  } finally {
    late.abort();
  }
};

/** Runs a command so that the system kills it when this process ends, however it ends; as another user, where one is named. */
export const mortal = (command: string, args: readonly string[], user?: SystemUser) => {
  const asUser =
    user === undefined ? [] : [`--reuid=${user.uid}`, `--regid=${user.gid}`, "--clear-groups"];
  return { command: "setpriv", args: [...asUser, "--pdeathsig", "KILL", "--", command, ...args] };
};

export const privateServer = (recipe: Recipe): PrivateServer => {
  let running: ChildProcess | undefined;

  const launch = (): ChildProcess => {
    const log = openSync(recipe.log, "a");
    const { command, args } = mortal(recipe.command, recipe.args, recipe.user);
    const child = spawn(command, args, {
      cwd: recipe.folder,
      env: { ...process.env, ...recipe.env },
      stdio: ["ignore", log, log],
    });
    closeSync(log);
    // A command that is not there shows as a process that ended.
    child.once("error", () => undefined);
    return child;
  };

  const ends = async (signal: NodeJS.Signals) => {
    const child = running;
    running = undefined;
    if (child === undefined || isOver(child)) return;
    child.kill(signal);
    const limit = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
    await over(child);
    clearTimeout(limit);
  };

  return {
    get pid() {
      return running !== undefined && !isOver(running) ? (running.pid ?? 0) : 0;
    },
    async start() {
      if (running !== undefined && !isOver(running)) return;
      const deadline = Date.now() + START_MS;
      let last: unknown;
      let launches = 1;
      running = launch();
      while (Date.now() < deadline) {
        // What was killed may have left children that hold its files for a moment: it ends at once, and is tried again.
        if (isOver(running)) {
          if (launches++ > RELAUNCHES) break;
          await pause(RETRY_MS * 5);
          running = launch();
        }
        try {
          return await inTime(recipe.answers());
        } catch (error) {
          last = error;
          await pause(RETRY_MS);
        }
      }
      await ends("SIGKILL");
      throw new Error(
        `${recipe.name} ${launches > RELAUNCHES ? "ends when it is started" : `has not answered within ${START_MS / 1000} s`}. Its last log lines:\n${lastLines(recipe.log)}`,
        { cause: last },
      );
    },
    stop: () => ends(recipe.stopSignal),
    kill: () => ends("SIGKILL"),
  };
};
