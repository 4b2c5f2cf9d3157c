// The worker threads that embed slices: started when needed, replaced when one dies, whose slice is then tried once more.
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { ParlanceError, unavailable } from "#services/domain/errors.ts";
import { isDevice } from "./device.ts";
import type { FromWorker, ToWorker, WorkerSettings } from "./onnx-worker.ts";
import type { SliceResult, SliceWork } from "./slice.ts";

export type WorkerFacts = Extract<FromWorker, { readonly kind: "ready" }>;

interface Job {
  readonly id: number;
  readonly work: SliceWork;
  readonly resolve: (result: SliceResult) => void;
  readonly reject: (error: unknown) => void;
  tries: number;
}

interface Seat {
  readonly worker: Worker;
  ready: boolean;
  job: Job | undefined;
}

/** A slice is tried on two workers before it fails: one crash may be chance, two are caused by the slice. */
const TRIES = 2;

const closedError = () =>
  unavailable("The embedder has been closed.", { code: "embedder-closed", hint: "Open it again." });
const abortedError = () => unavailable("Embedding was cancelled.", { code: "aborted" });

export class WorkerPool {
  readonly #settings: WorkerSettings;
  #threads: number;
  readonly #seats = new Set<Seat>();
  /** Searches go before bulk work. */
  readonly #urgent: Job[] = [];
  readonly #bulk: Job[] = [];
  #nextId = 0;
  #closed = false;

  constructor(settings: WorkerSettings, threads: number) {
    this.#settings = settings;
    this.#threads = threads;
  }

  /** Starts the first worker, which reports facts that are known only once the model is open. */
  async open(): Promise<WorkerFacts> {
    const facts = await new Promise<WorkerFacts>((resolve, reject) => this.#spawn(resolve, reject));
    // A device runs one batch at a time, and each session would keep memory of its own on it.
    if (isDevice(facts.active)) this.#threads = 1;
    return facts;
  }

  /** @throws ParlanceError of the slice, with data.index counted in the slice; unavailable `aborted` | `embedder-closed` | `embedder-crashed`. */
  async run(
    work: SliceWork,
    options: { readonly urgent: boolean; readonly signal?: AbortSignal | undefined },
  ): Promise<SliceResult> {
    const { urgent, signal } = options;
    if (this.#closed) throw closedError();
    if (signal?.aborted === true) throw abortedError();
    const { promise, resolve, reject } = Promise.withResolvers<SliceResult>();
    const job: Job = { id: this.#nextId++, work, resolve, reject, tries: 0 };
    // A slice that already runs is short: it runs to its end, and its result is ignored.
    const abort = () => {
      for (const queue of [this.#urgent, this.#bulk]) {
        const at = queue.indexOf(job);
        if (at >= 0) queue.splice(at, 1);
      }
      reject(abortedError());
    };
    signal?.addEventListener("abort", abort, { once: true });
    (urgent ? this.#urgent : this.#bulk).push(job);
    this.#deal();
    try {
      return await promise;
    } finally {
      signal?.removeEventListener("abort", abort);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    const waiting = [...this.#urgent.splice(0), ...this.#bulk.splice(0)];
    const seats = [...this.#seats];
    this.#seats.clear();
    for (const seat of seats) if (seat.job !== undefined) waiting.push(seat.job);
    for (const job of waiting) job.reject(closedError());
    const end: ToWorker = null;
    await Promise.all(
      seats.map(async ({ worker }) => {
        worker.ref();
        const ended = once(worker, "exit");
        worker.postMessage(end);
        await ended;
      }),
    );
  }

  #deal(): void {
    for (const seat of this.#seats) {
      if (!seat.ready || seat.job !== undefined) continue;
      const job = this.#urgent.shift() ?? this.#bulk.shift();
      if (job === undefined) return;
      seat.job = job;
      job.tries++;
      const message: ToWorker = { id: job.id, work: job.work };
      seat.worker.ref();
      seat.worker.postMessage(message);
    }
    const starting = [...this.#seats].filter((seat) => !seat.ready).length;
    const waiting = this.#urgent.length + this.#bulk.length;
    if (waiting > starting && this.#seats.size < this.#threads) this.#spawn();
  }

  #spawn(onReady?: (facts: WorkerFacts) => void, onFailed?: (error: unknown) => void): void {
    const worker = new Worker(new URL("./onnx-worker.ts", import.meta.url), {
      workerData: this.#settings,
      name: "embed",
    });
    const seat: Seat = { worker, ready: false, job: undefined };
    this.#seats.add(seat);
    worker.on("message", (message: FromWorker) => {
      if (message.kind === "ready") {
        seat.ready = true;
        this.#letGo(worker);
        onReady?.(message);
      } else if (message.kind === "embedded") this.#settle(seat)?.resolve(message.result);
      else if (message.id === null)
        this.#lose(seat, ParlanceError.fromJSON(message.error), onFailed);
      else this.#settle(seat)?.reject(ParlanceError.fromJSON(message.error));
      this.#deal();
    });
    const crashed = (cause: unknown) =>
      this.#lose(
        seat,
        unavailable("A thread that embeds texts has ended unexpectedly.", {
          code: "embedder-crashed",
          hint: "Try again; if the error stays, there may be too little memory for the model.",
          cause,
        }),
        onFailed,
      );
    worker.on("error", crashed);
    worker.on("exit", (code) => crashed(new Error(`exit code ${code}`)));
  }

  #settle(seat: Seat): Job | undefined {
    const job = seat.job;
    seat.job = undefined;
    this.#letGo(seat.worker);
    return job;
  }

  /** An idle embedder does not keep the process alive; a working one does, and one whose closing is awaited. */
  #letGo(worker: Worker): void {
    if (!this.#closed) worker.unref();
  }

  /** Removes a dead worker; its slice goes to another one unless it has been tried often enough. */
  #lose(seat: Seat, error: ParlanceError, onFailed: ((error: unknown) => void) | undefined): void {
    if (!this.#seats.delete(seat)) return;
    const job = this.#settle(seat);
    if (!seat.ready) {
      onFailed?.(error);
      // No worker can start, so waiting jobs would wait for ever.
      if (this.#seats.size === 0)
        for (const waiting of [...this.#urgent.splice(0), ...this.#bulk.splice(0)])
          waiting.reject(error);
      return;
    }
    if (job !== undefined && job.tries < TRIES) this.#urgent.unshift(job);
    else job?.reject(error);
    if (!this.#closed) this.#deal();
  }
}
