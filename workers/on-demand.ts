// A worker process that is there while it has work: started when a job for it is due, ended when there was none for a while.
import { openOutage } from "#services/log/outage.ts";
import type { WorkerProcess } from "./worker-process.ts";

/** Milliseconds between two looks for a job: as often as the process would look itself. */
const LOOK_MS = 1000;
/** Milliseconds without a job after which it ends: one import often follows another, and each start costs a second of processor time. */
const IDLE_MS = 60_000;

export interface OnDemandOptions {
  readonly process: Pick<WorkerProcess, "start" | "rest" | "stop">;
  /** What it is called in the log. */
  readonly called: string;
  /** Whether a job for it is due, or in its hand. */
  readonly hasWork: () => Promise<boolean>;
  readonly onLog: (line: string) => void;
  /** LOOK_MS by default. Shorter in tests. */
  readonly lookMs?: number;
  /** IDLE_MS by default. Shorter in tests. */
  readonly idleMs?: number;
}

export class OnDemandProcess {
  readonly #options: OnDemandOptions;
  readonly #outage: ReturnType<typeof openOutage>;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;
  #resting = true;
  #neededAt = 0;
  #stopped = false;

  constructor(options: OnDemandOptions) {
    this.#options = options;
    this.#outage = openOutage(`looking for jobs of worker ${options.called}`, options.onLog);
  }

  /** Whether it waits, without a process, for its next job. */
  get isResting(): boolean {
    return this.#resting;
  }

  /** Looks for jobs from now on. */
  start(): void {
    this.#timer = setInterval(() => this.look(), this.#options.lookMs ?? LOOK_MS).unref();
    this.look();
  }

  /** Looks now, unless it does already. */
  look(): void {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
  }

  async #look(): Promise<void> {
    const { process, hasWork, idleMs = IDLE_MS } = this.#options;
    try {
      const needed = await hasWork();
      this.#outage.worked();
      if (this.#stopped) return;
      const now = performance.now();
      if (needed) {
        this.#neededAt = now;
        if (this.#resting) process.start();
        this.#resting = false;
      } else if (!this.#resting && now - this.#neededAt >= idleMs) {
        // A job that it takes at this moment is given back, and starts the next process.
        this.#resting = true;
        await process.rest();
      }
    } catch (error) {
      this.#outage.failed(error);
    }
  }

  /** Resolves when the process has ended; none is started afterwards. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    await this.#looking;
    await this.#options.process.stop();
  }
}
