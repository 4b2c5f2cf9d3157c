// A worker process as its server sees it: started, asked whether it lives, started again when it dies, told to stop.
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import type { Supervision, WorkerEnd } from "#services/bus/supervision.ts";
import { type JobName, outOfMemoryReason } from "#services/contract/jobs.ts";
import type { DegradedPart } from "#services/contract/system.ts";
import type { StageName } from "#services/domain/stage-names.ts";
import type { Space } from "#services/home/home.ts";
import { type Outage, openOutage } from "#services/log/outage.ts";
import type { Leases } from "#services/store/store.ts";

/** Which stages a process runs, with how much memory and at which priority. */
export interface Role {
  readonly stages: readonly StageName[];
  /** Limit of the JavaScript heap; vectors and models lie outside it. */
  readonly heapMb: number;
  /** 0 … 19: how far its priority is below that of the server. */
  readonly nice: number;
  /** The process runs only while one of these jobs is due or in hand; where absent, always. */
  readonly onDemand?: readonly JobName[];
  /** Further variables of its environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** What a process reports of its state; it replaces what it reported before. */
export type Told = { readonly parts: readonly DegradedPart[] } | { readonly waiting: Space | null };

export type FromWorker = "ready" | "alive" | Told;

export interface WorkerProcessOptions {
  readonly role: Role;
  /** The file that the process runs. It is given its stages, its worker id, its nice value and its server as arguments. */
  readonly program: string;
  readonly host: string;
  readonly supervision: Pick<Supervision, "heartbeat" | "release">;
  /** As those of supervision, for what it holds beside its jobs. */
  readonly leases?: Pick<Leases, "renewAllOf" | "releaseAllOf"> | undefined;
  readonly newId: () => string;
  readonly env: NodeJS.ProcessEnv;
  readonly onLog: (line: string) => void;
  /** Called with each report; with "ended" when the process is gone, so that its last report no longer holds. */
  readonly onTold?: (told: Told | "ended") => void;
}

/** A process that has not answered for so long is killed, and its jobs go to its successor. */
const SILENT_MS = 300_000;
/** A process that is told to stop is killed after so long. */
const LEAVE_MS = 18_000;
/** After a process has run for so long, earlier crashes no longer delay the next start. */
const STARTED_WELL_MS = 60_000;
const RELEASE_AGAIN_MS = 1000;

/** Milliseconds before the next start, after so many crashes in a row: 0.25 s, 0.5 s, 1 s … 30 s. */
const restartDelay = (crashes: number) => Math.min(30_000, 250 * 2 ** Math.min(crashes - 1, 10));

const outOfMemory = /heap out of memory|out of memory: /iu;

interface Running {
  readonly child: ChildProcess;
  readonly id: string;
  readonly startedAt: number;
  heardAt: number;
  /** Its standard error says that memory was exhausted. */
  ranOutOfMemory: boolean;
}

const howItEnded = (running: Running, { heapMb }: Role, signal: NodeJS.Signals | null): string => {
  if (running.ranOutOfMemory) return outOfMemoryReason(heapMb);
  if (signal === "SIGKILL")
    return "The worker process was killed (SIGKILL), by a person or because the machine ran out of memory.";
  return `The worker process crashed${signal === null ? "" : ` (${signal})`}.`;
};

/** Keeps one process of a role running until stopped. */
export class WorkerProcess {
  readonly #options: WorkerProcessOptions;
  #running: Running | undefined;
  #crashes = 0;
  #stopping = false;
  #next: NodeJS.Timeout | undefined;
  #giveBack: Promise<void> = Promise.resolve();
  readonly #outage: Outage;

  constructor(options: WorkerProcessOptions) {
    this.#options = options;
    this.#outage = openOutage(
      `supervision of worker ${options.role.stages.join("+")}`,
      options.onLog,
    );
  }

  get role(): Role {
    return this.#options.role;
  }

  get pid(): number | undefined {
    return this.#running?.child.pid;
  }

  start(): void {
    const { role, program, newId, env, onLog, host } = this.#options;
    const id = `${role.stages[0]}-${newId()}`;
    const child = fork(program, [role.stages.join(","), id, String(role.nice), host], {
      // glibc gives each thread a pool of its own, and keeps what was once large in all of them.
      env: { MALLOC_ARENA_MAX: "2", ...role.env, ...env },
      execArgv: [
        `--max-old-space-size=${role.heapMb}`,
        // New objects take three times this; V8's own bound let them take 134 MB, and gained no time.
        "--max-semi-space-size=16",
        "--disable-warning=ExperimentalWarning",
      ],
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    const now = performance.now();
    const running: Running = { child, id, startedAt: now, heardAt: now, ranOutOfMemory: false };
    this.#running = running;
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      if (outOfMemory.test(text)) running.ranOutOfMemory = true;
      for (const line of text.split("\n")) if (line !== "") onLog(line);
    });
    // A pipe that breaks is no more than a line that is not logged.
    child.stderr?.on("error", () => undefined);
    child.on("message", (message) => this.#heard(running, message as FromWorker));
    child.on("error", (error) => {
      onLog(`worker ${role.stages.join("+")}: ${error.message}`);
      // It was never started, so that there is no "close" either.
      if (child.pid === undefined) this.#ended(running, "could not be started", null);
    });
    // "close" comes after all of its standard error was read, which may say that memory was exhausted.
    child.on("close", (code, signal) =>
      this.#ended(running, `died (${signal ?? `exit ${code}`})`, signal),
    );
  }

  #heard(running: Running, message: FromWorker): void {
    running.heardAt = performance.now();
    if (typeof message === "object") this.#options.onTold?.(message);
    else this.#keep(running);
  }

  /** What it has in hand stays its own. */
  #keep({ id }: Running): void {
    const { supervision, leases, host } = this.#options;
    Promise.all([
      supervision.heartbeat({ id, host }),
      leases?.renewAllOf({ host, owner: id }),
    ]).then(
      () => this.#outage.worked(),
      (error: unknown) => this.#outage.failed(error),
    );
  }

  #ended(running: Running, how: string, signal: NodeJS.Signals | null): void {
    this.#options.onTold?.("ended");
    if (this.#running !== running || this.#stopping) return;
    this.#running = undefined;
    const { role, onLog } = this.#options;
    const lived = performance.now() - running.startedAt;
    this.#crashes = lived > STARTED_WELL_MS ? 1 : this.#crashes + 1;
    const delay = restartDelay(this.#crashes);
    onLog(`worker ${role.stages.join("+")} ${how}; another one starts in ${delay} ms`);
    const end: WorkerEnd = {
      kind: "crashed",
      reason: howItEnded(running, role, signal),
      outOfMemory: running.ranOutOfMemory,
    };
    this.#giveBack = this.#giveBackJobs(running.id, end).then(() => {
      if (!this.#stopping) this.#next = setTimeout(() => this.start(), delay);
    });
  }

  /** Tries until it is written; the successor starts only then. */
  async #giveBackJobs(id: string, end: WorkerEnd): Promise<void> {
    const { supervision, leases, host } = this.#options;
    for (;;)
      try {
        await supervision.release({ id, host }, end);
        await leases?.releaseAllOf({ host, owner: id });
        return this.#outage.worked();
      } catch (error) {
        this.#outage.failed(error);
        // The next start of the server gives them back.
        if (this.#stopping) return;
        await pause(RELEASE_AGAIN_MS);
      }
  }

  /**
   * Asks whether it is alive; kills it if it has not answered for long. Until then it may only be busy, and keeps its jobs: a lease
   * may be shorter than that, so that others notice soon where this server is gone too.
   */
  ask(): void {
    const running = this.#running;
    if (!running) return;
    if (performance.now() - running.heardAt > SILENT_MS) {
      running.child.kill("SIGKILL");
      return;
    }
    this.send("alive?");
    this.#keep(running);
  }

  send(message: "alive?" | "wake"): void {
    // A process that is just dying does not get it; its successor looks for jobs when it starts.
    const child = this.#running?.child;
    if (child?.connected) child.send(message, () => undefined);
  }

  /** Ends the process as `stop` does; `start` may be called again. */
  async rest(): Promise<void> {
    try {
      await this.stop();
    } finally {
      this.#running = undefined;
      this.#stopping = false;
    }
  }

  /** Resolves when the process has ended, by itself or killed. Jobs that it had in hand are given back, and no attempt is counted. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#next);
    await this.#giveBack;
    const running = this.#running;
    if (!running) return;
    const { child, id } = running;
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
      const left = once(child, "exit");
      const timer = setTimeout(() => child.kill("SIGKILL"), LEAVE_MS);
      child.kill("SIGTERM");
      await left;
      clearTimeout(timer);
    }
    const { supervision, leases, host } = this.#options;
    await supervision.release({ id, host }, { kind: "stopped" });
    await leases?.releaseAllOf({ host, owner: id });
  }
}
