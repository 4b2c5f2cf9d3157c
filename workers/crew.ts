// The crew: the worker processes of a server, restarted when they die, told to leave when it stops.
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Parlance } from "#services/parlance.ts";
import type { StageName } from "./belt.ts";
import { startReconciling } from "./reconcile.ts";

const main = fileURLToPath(new URL("./main.ts", import.meta.url));

/**
 * Three processes. Reading keeps a thread busy from one end of a file to the other without ever leaving it, so that whatever shares
 * its process waits: with commit beside it the first hits came after 15 s, with embed beside it after 11 s; apart, after 1 to 2.
 * The model works in threads of its own, so that embed and commit share the second process well; a third one for
 * them took 600 MB more. Analyses take minutes of a processor and run by themselves.
 */
const shifts: readonly Shift[] = [
  { stages: ["ingest"], heapMb: 600 },
  { stages: ["embed", "commit", "erase", "repair", "watch", "post"], heapMb: 700 },
  // Its vectors and maps lie outside the heap; it stands behind the others, since nobody waits for it.
  { stages: ["analyse"], heapMb: 1500, nicer: 5 },
];

interface Shift {
  readonly stages: readonly StageName[];
  readonly heapMb: number;
  /** How far below the other children it stands. */
  readonly nicer?: number;
}

const ASK_MS = 15_000;
/** A child that does not answer for so long hangs: it is killed, and its jobs go to the next. */
const SILENT_MS = 300_000;
const LEAVE_MS = 18_000;
const backoff = (deaths: number) => Math.min(30_000, 250 * 2 ** Math.min(deaths, 10));
/** Who lived so long died of something else. */
const HEALTHY_MS = 60_000;

export interface CrewOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly onLog?: (line: string) => void;
  /** How far below the server the children stand, 0 … 19; 10 by default, so that questions stay quick while an import runs. */
  readonly nice?: number;
}

export interface Crew {
  /** Tells the children to look for jobs now. Call it after writing one. */
  wake(): void;
  /** The children now alive, for `doctor` and tests. */
  workers(): readonly { readonly pid: number; readonly stages: readonly StageName[] }[];
  /** Resolves when all children have left, within 20 s: those that do not are killed, which loses nothing. */
  stop(): Promise<void>;
}

/** One place in the crew: always one living child, until stopped. */
class Post {
  readonly #parlance: Parlance;
  readonly #options: CrewOptions;
  readonly shift: Shift;
  #child: ChildProcess | undefined;
  #owner = "";
  #deaths = 0;
  #heardAt = 0;
  #startedAt = 0;
  #stopping = false;
  #again: NodeJS.Timeout | undefined;

  constructor(parlance: Parlance, shift: Shift, options: CrewOptions) {
    this.#parlance = parlance;
    this.shift = shift;
    this.#options = options;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  start(): void {
    const { config, newId } = this.#parlance;
    const owner = `${this.shift.stages[0]}-${newId()}`;
    const child = fork(
      main,
      [
        this.shift.stages.join(","),
        owner,
        `${Math.min(19, (this.#options.nice ?? 10) + (this.shift.nicer ?? 0))}`,
      ],
      {
        env: {
          // glibc gives each thread a pool of its own, and keeps what was once large in all of them.
          MALLOC_ARENA_MAX: "2",
          ...process.env,
          ...this.#options.env,
          PARLANCE_HOME: config.home,
        },
        execArgv: [
          `--max-old-space-size=${this.shift.heapMb}`,
          "--disable-warning=ExperimentalWarning",
        ],
        stdio: ["ignore", "ignore", "pipe", "ipc"],
      },
    );
    this.#child = child;
    this.#owner = owner;
    this.#startedAt = this.#heardAt = performance.now();
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      for (const line of text.split("\n")) if (line !== "") this.#options.onLog?.(line);
    });
    child.on("message", () => this.#heard());
    child.on("error", (error) => this.#options.onLog?.(`worker: ${error.message}`));
    child.on("exit", (code, signal) => this.#left(owner, code, signal));
  }

  #heard(): void {
    this.#heardAt = performance.now();
    this.#parlance.bus
      .renew(this.#owner)
      .catch((error: unknown) => this.#options.onLog?.(String(error)));
  }

  #left(owner: string, code: number | null, signal: NodeJS.Signals | null): void {
    this.#child = undefined;
    if (this.#stopping) return;
    const lived = performance.now() - this.#startedAt;
    this.#deaths = lived > HEALTHY_MS ? 1 : this.#deaths + 1;
    const pause = backoff(this.#deaths - 1);
    this.#options.onLog?.(
      `worker ${this.shift.stages.join("+")} died (${signal ?? `exit ${code}`}); another one starts in ${pause} ms`,
    );
    this.#succeed(owner, pause).catch((error: unknown) => this.#options.onLog?.(String(error)));
  }

  /** What the dead one had in hand is given back before another one starts, however long the database is busy. */
  async #succeed(owner: string, after: number): Promise<void> {
    for (let given = false; !given && !this.#stopping; )
      given = await this.#parlance.bus.release(owner).then(
        () => true,
        (error: unknown) => {
          this.#options.onLog?.(String(error));
          return false;
        },
      );
    if (!this.#stopping) this.#again = setTimeout(() => this.start(), after);
  }

  ask(): void {
    const child = this.#child;
    if (!child) return;
    if (performance.now() - this.#heardAt > SILENT_MS) child.kill("SIGKILL");
    else this.send("alive?");
  }

  send(message: "alive?" | "wake"): void {
    // One that is just dying cannot be told; its successor looks by itself.
    if (this.#child?.connected) this.#child.send(message, () => undefined);
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#again);
    const child = this.#child;
    if (!child) return;
    const left = once(child, "exit");
    const timer = setTimeout(() => child.kill("SIGKILL"), LEAVE_MS);
    child.kill("SIGTERM");
    await left;
    clearTimeout(timer);
    await this.#parlance.bus.release(this.#owner);
  }
}

/**
 * Starts the workers of this home: jobs that dead workers held are given back, the view of the indexes is repaired, then the
 * children start. The caller holds the home's lock.
 */
export const startCrew = async (parlance: Parlance, options: CrewOptions = {}): Promise<Crew> => {
  // The home is locked: whoever had a job in hand went down with the server before this one.
  await parlance.bus.releaseAll();
  const reconciling = await startReconciling(parlance, (error) => options.onLog?.(String(error)));
  const posts = shifts.map((shift) => new Post(parlance, shift, options));
  for (const post of posts) post.start();
  const asking = setInterval(() => {
    for (const post of posts) post.ask();
  }, ASK_MS).unref();
  return {
    wake: () => {
      for (const post of posts) post.send("wake");
    },
    workers: () =>
      posts.flatMap(({ pid, shift }) => (pid === undefined ? [] : [{ pid, stages: shift.stages }])),
    stop: async () => {
      clearInterval(asking);
      await Promise.all([reconciling.stop(), ...posts.map((post) => post.stop())]);
    },
  };
};
