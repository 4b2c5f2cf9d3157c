// The worker threads that embed slices: started when needed, replaced when one dies, whose slices are then tried once more. What waits
// while all threads are busy is taken together as far as it fills a batch, so that many small requests cost little more than a large one.
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { ParlanceError, unavailable } from "#services/domain/errors.ts";
import { isDevice } from "./device.ts";
import { FairQueue, type Waiting } from "./fair-queue.ts";
import type { FromWorker, Outcome, ToWorker, WorkerSettings } from "./onnx-worker.ts";
import type { SliceResult, SliceWork } from "./slice.ts";

export type WorkerFacts = Extract<FromWorker, { readonly kind: "ready" }>;

interface Job extends Waiting {
  readonly id: number;
  readonly work: SliceWork;
  readonly characters: number;
  readonly resolve: (result: SliceResult) => void;
  readonly reject: (error: unknown) => void;
  tries: number;
}

interface Seat {
  readonly worker: Worker;
  ready: boolean;
  /** In hand. */
  jobs: readonly Job[];
}

/** A slice is tried on two workers before it fails: one crash may be chance, two are caused by the slice. */
const TRIES = 2;
/** About four characters are a token; short words, and the tokens that a model adds to each text, make it three. */
const CHARACTERS_PER_TOKEN = 3;
/** Batches that a thread takes at a time: of more texts, those of one length share a batch, and less of it is padding. */
const BATCHES_AT_A_TIME = 4;
/** Added to each text for the tokens that a model puts around it. */
const AROUND = 8;

const charactersOf = ({ texts, prefix }: SliceWork): number =>
  texts.reduce((sum, { length }) => sum + length + prefix.length + AROUND, 0);

const closedError = () =>
  unavailable("The embedder has been closed.", { code: "embedder-closed", hint: "Open it again." });
const abortedError = () => unavailable("Embedding was cancelled.", { code: "aborted" });

export class WorkerPool {
  readonly #settings: WorkerSettings;
  #threads: number;
  readonly #seats = new Set<Seat>();
  readonly #queue = new FairQueue<Job>();
  /** Characters that a thread takes at a time. */
  #room = 0;
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
    this.#room = facts.batchTokens * CHARACTERS_PER_TOKEN * BATCHES_AT_A_TIME;
    return facts;
  }

  /** @throws ParlanceError of the slice, with data.index counted in the slice; unavailable `aborted` | `embedder-closed` | `embedder-crashed`. */
  async run(
    work: SliceWork,
    options: Waiting & { readonly signal?: AbortSignal | undefined },
  ): Promise<SliceResult> {
    const { urgency, owner, signal } = options;
    if (this.#closed) throw closedError();
    if (signal?.aborted === true) throw abortedError();
    const { promise, resolve, reject } = Promise.withResolvers<SliceResult>();
    const characters = charactersOf(work);
    const id = this.#nextId++;
    const job: Job = { id, work, urgency, owner, characters, resolve, reject, tries: 0 };
    // A slice that already runs is short: it runs to its end, and its result is ignored.
    const abort = () => {
      this.#queue.remove(job);
      reject(abortedError());
    };
    signal?.addEventListener("abort", abort, { once: true });
    this.#queue.push(job);
    this.#deal();
    try {
      return await promise;
    } finally {
      signal?.removeEventListener("abort", abort);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    const waiting = this.#queue.clear();
    const seats = [...this.#seats];
    this.#seats.clear();
    for (const job of [...waiting, ...seats.flatMap(({ jobs }) => jobs)]) job.reject(closedError());
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

  /** The next slice, and as many of those behind it as a thread takes at a time. One whose thread died is tried alone: it may be the cause. */
  #nextJobs(): readonly Job[] {
    const first = this.#queue.take();
    if (first === undefined) return [];
    const jobs = [first];
    if (first.tries > 0) return jobs;
    let room = this.#room - first.characters;
    // A question does not wait for what is less urgent because it shares a batch with it.
    const fits = ({ tries, characters, urgency }: Job) =>
      tries === 0 && characters <= room && urgency === first.urgency;
    for (let job = this.#queue.take(fits); job !== undefined; job = this.#queue.take(fits)) {
      jobs.push(job);
      room -= job.characters;
    }
    return jobs;
  }

  #deal(): void {
    for (const seat of this.#seats) {
      if (!seat.ready || seat.jobs.length > 0) continue;
      const jobs = this.#nextJobs();
      if (jobs.length === 0) return;
      seat.jobs = jobs;
      for (const job of jobs) job.tries++;
      const message: ToWorker = jobs.map(({ id, work }) => ({ id, work }));
      seat.worker.ref();
      seat.worker.postMessage(message);
    }
    const starting = [...this.#seats].filter((seat) => !seat.ready).length;
    if (this.#queue.length > starting && this.#seats.size < this.#threads) this.#spawn();
  }

  #spawn(onReady?: (facts: WorkerFacts) => void, onFailed?: (error: unknown) => void): void {
    const worker = new Worker(new URL("./onnx-worker.ts", import.meta.url), {
      workerData: this.#settings,
      name: "embed",
    });
    const seat: Seat = { worker, ready: false, jobs: [] };
    this.#seats.add(seat);
    worker.on("message", (message: FromWorker) => {
      if (message.kind === "ready") {
        seat.ready = true;
        this.#letGo(worker);
        onReady?.(message);
      } else if (message.kind === "embedded") this.#settle(seat, message.outcomes);
      else this.#lose(seat, ParlanceError.fromJSON(message.error), onFailed);
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

  #settle(seat: Seat, outcomes: readonly Outcome[]): void {
    const jobs = new Map(this.#putDown(seat).map((job) => [job.id, job]));
    for (const outcome of outcomes)
      if ("result" in outcome) jobs.get(outcome.id)?.resolve(outcome.result);
      else jobs.get(outcome.id)?.reject(ParlanceError.fromJSON(outcome.error));
  }

  /** @returns what it had in hand */
  #putDown(seat: Seat): readonly Job[] {
    const { jobs } = seat;
    seat.jobs = [];
    this.#letGo(seat.worker);
    return jobs;
  }

  /** An idle embedder does not keep the process alive; a working one does, and one whose closing is awaited. */
  #letGo(worker: Worker): void {
    if (!this.#closed) worker.unref();
  }

  /** Removes a dead worker; its slices go to others unless they have been tried often enough. */
  #lose(seat: Seat, error: ParlanceError, onFailed: ((error: unknown) => void) | undefined): void {
    if (!this.#seats.delete(seat)) return;
    const jobs = this.#putDown(seat);
    if (!seat.ready) {
      onFailed?.(error);
      // No worker can start, so waiting jobs would wait for ever.
      if (this.#seats.size === 0) for (const waiting of this.#queue.clear()) waiting.reject(error);
      return;
    }
    for (const job of jobs)
      if (job.tries < TRIES) this.#queue.push(job);
      else job.reject(error);
    if (!this.#closed) this.#deal();
  }
}
