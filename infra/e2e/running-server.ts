// Starts a real Parlance in a process of its own, like `npm start`, on a given home and a free port.
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { program } from "../../cli/program.builders.ts";

export interface RunningServer {
  readonly url: string;
  readonly pid: number;
  /** Everything it has printed so far. */
  output(): string;
  /** Sends SIGTERM, and waits until the process has ended. */
  stop(): Promise<void>;
  /** Sends SIGKILL to the server only; its children notice that it has ended. */
  kill(): Promise<void>;
  /** Sends SIGKILL to the server and everything that it started, as the loss of its machine would. */
  lose(): Promise<void>;
  /** Process ids of the server and of everything it started. */
  processes(): number[];
}

const parents = (): Map<number, number> => {
  const found = new Map<number, number>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      // Fields after the command in parentheses: state, parent …
      const stat = readFileSync(`/proc/${name}/stat`, "utf8");
      found.set(Number(name), Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]));
    } catch {
      // The process ended in the meantime.
    }
  }
  return found;
};

/** The process and everything that it started, children of children too. */
export const familyOf = (pid: number): number[] => {
  const parentOf = parents();
  const family = [pid];
  for (const member of family)
    for (const [child, parent] of parentOf) if (parent === member) family.push(child);
  return family;
};

/** Sends SIGKILL to a process and everything that it started. */
export const killFamily = (pid: number): void => {
  for (const member of familyOf(pid))
    try {
      process.kill(member, "SIGKILL");
    } catch {
      // The process ended in the meantime.
    }
};

/** Memory of these processes together in bytes; pages that several share count once (Pss of smaps_rollup). */
export const memoryOf = (pids: readonly number[]): number => {
  let sum = 0;
  for (const pid of pids) {
    try {
      const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
      sum += Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? 0) * 1024;
    } catch {
      // The process ended in the meantime.
    }
  }
  return sum;
};

const exited = (child: ChildProcess) =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve()
    : new Promise<void>((done) => child.once("exit", () => done()));

/** Starts a server and waits until it prints its URL. @throws Error with its output where it ends before. */
export const startServer = async (options: {
  home: string;
  env?: Record<string, string>;
  args?: readonly string[];
  /** A file that standard error is appended to; otherwise it is part of `output`. */
  log?: string;
  /** The source tree to start; this one by default, as `program` has it. */
  root?: string;
}): Promise<RunningServer> => {
  const main = options.root === undefined ? program : join(options.root, "cli", "main.ts");
  const log = options.log === undefined ? undefined : openSync(options.log, "a");
  const child = spawn(process.execPath, [main, "serve", ...(options.args ?? [])], {
    env: {
      ...process.env,
      // Plain text, whatever runs the tests.
      FORCE_COLOR: "0",
      // As `npm start` sets it (bin/install.js).
      MALLOC_ARENA_MAX: "2",
      PARLANCE_HOME: options.home,
      PARLANCE_PORT: "0",
      ...options.env,
    },
    stdio: ["ignore", "pipe", log ?? "pipe"],
  });
  // Where this process ends before anybody has stopped it, as at Ctrl-C; before those who remove its home.
  const atExit = () => killFamily(child.pid ?? 0);
  process.prependOnceListener("exit", atExit);
  child.once("exit", () => process.off("exit", atExit));
  if (log !== undefined) closeSync(log);
  let output = "";
  const url = await new Promise<string>((found, fail) => {
    const patience = setTimeout(() => {
      child.kill("SIGKILL");
      fail(new Error(`serve has not printed its URL within two minutes:\n${output}`));
    }, 120_000).unref();
    const listen = (bytes: Buffer) => {
      output += bytes.toString();
      const match = /(?:Parlance is|says how it is) at (http:\/\/localhost:\d+)/.exec(output);
      if (match?.[1] === undefined) return;
      clearTimeout(patience);
      found(match[1]);
    };
    child.stdout?.on("data", listen);
    child.stderr?.on("data", listen);
    child.once("exit", (code) => fail(new Error(`serve ended with ${code}:\n${output}`)));
  });
  const pid = child.pid ?? 0;
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    await exited(child);
  };
  return {
    url,
    pid,
    output: () => output,
    stop: () => end("SIGTERM"),
    kill: () => end("SIGKILL"),
    lose: async () => {
      killFamily(pid);
      await exited(child);
    },
    processes: () => familyOf(pid),
  };
};

/** So often a server that is busy is asked again, a second later, as it asks its clients to do. */
const TRIES = 60;

/** A small JSON client for it. @throws Error with the body where the status is not 2xx. */
export const callJson = async <T>(
  url: string,
  request: { method?: string; body?: unknown; raw?: RequestInit["body"] } = {},
): Promise<T> => {
  const isStream = request.raw instanceof ReadableStream;
  for (let tries = 1; ; tries++) {
    const response = await fetch(url, {
      method: request.method ?? (request.body === undefined ? "GET" : "POST"),
      ...(request.body === undefined
        ? {}
        : { body: JSON.stringify(request.body), headers: { "content-type": "application/json" } }),
      ...(request.raw === undefined ? {} : { body: request.raw, duplex: "half" }),
    } as RequestInit);
    const text = await response.text();
    if (response.ok) return JSON.parse(text) as T;
    const isBusy = response.status === 503 && text.includes('"code":"busy"');
    if (!isBusy || isStream || tries === TRIES)
      throw new Error(`${response.status} ${url}: ${text}`);
    await new Promise((later) => setTimeout(later, 1000));
  }
};
