// The API threads: each answers requests on a Parlance of its own, so that the thread with the connections is never blocked.
import { once } from "node:events";
import { MessageChannel, Worker } from "node:worker_threads";
import type { Delegate, DelegatedAnswer, DelegatedRequest } from "#services/api/app.ts";
import type { Config } from "#services/config/config.ts";
import type { DegradedPart } from "#services/contract/system.ts";
import { unavailable } from "#services/domain/errors.ts";
import { type Embedder, serveEmbedder } from "#services/embed/embed.ts";
import type { FromThread, ThreadData, ToThread } from "./messages.ts";
import { openQueue, type Queue } from "./queue.ts";

export interface ApiThreadsOptions {
  readonly config: Config;
  /** The model of this process, which the threads use too. */
  readonly embedder: (model: string | undefined) => Promise<Embedder>;
  /** Called with everything that does not work in full, as far as this thread (by name) has noticed. */
  readonly onHealth: (thread: string, parts: readonly DegradedPart[]) => void;
  /** Called when a thread has written a job. */
  readonly wake: () => void;
  /** Called with internal errors, for the log. */
  readonly onError: (error: unknown, requestId: string) => void;
  readonly onWarning: (message: string) => void;
  /** The default queue has as many threads as the configuration says. */
  readonly queue?: Queue;
  /** A thread that has not answered for so long is replaced. Two minutes by default, longer than any answer takes. */
  readonly longestAnswerMs?: number;
}

export interface ApiThreads extends Delegate {
  stop(): Promise<void>;
}

const LONGEST_ANSWER_MS = 120_000;
const STOP_MS = 10_000;
/** Threads other than the first are asked about an index only under load; after it, their copies go. */
const INDEX_IDLE_MS = 60_000;
const backoff = (deaths: number) => Math.min(30_000, 250 * 2 ** Math.min(deaths, 10));

const lost = () =>
  unavailable("The thread that handled this request has ended unexpectedly.", {
    code: "thread-died",
    hint: "Try again.",
  });

interface Asked {
  resolve(answer: DelegatedAnswer): void;
  reject(error: Error): void;
}

/** The place of one thread, in which a dead thread is replaced. */
class Seat {
  readonly #options: ApiThreadsOptions;
  readonly #name: string;
  readonly #isFirst: boolean;
  readonly #onReady: (ready: boolean) => void;
  readonly #asked = new Map<number, Asked>();
  #worker: Worker | undefined;
  #nextId = 0;
  #deaths = 0;
  #stopping = false;

  constructor(options: ApiThreadsOptions, at: number, onReady: (ready: boolean) => void) {
    this.#options = options;
    this.#name = `api thread ${at}`;
    this.#isFirst = at === 0;
    this.#onReady = onReady;
  }

  /** Resolves when the thread accepts requests. @throws Error where it died before. */
  start(): Promise<void> {
    const { port1, port2 } = new MessageChannel();
    serveEmbedder(port1, this.#options.embedder);
    const data: ThreadData = {
      config: this.#options.config,
      indexIdleMs: this.#isFirst ? undefined : INDEX_IDLE_MS,
      embedder: port2,
    };
    const worker = new Worker(new URL("./api-thread.ts", import.meta.url), {
      workerData: data,
      transferList: [port2],
      name: "api",
    });
    this.#worker = worker;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    let cause: unknown;
    worker.on("message", (message: FromThread) => this.#hear(message, resolve));
    worker.on("error", (error) => {
      cause = error;
    });
    worker.on("exit", () => {
      port1.close();
      reject(cause ?? lost());
      this.#left(cause);
    });
    return promise;
  }

  #hear(message: FromThread, started: () => void): void {
    switch (message.kind) {
      case "ready":
        this.#deaths = 0;
        this.#onReady(true);
        started();
        return;
      case "answer":
        this.#asked.get(message.id)?.resolve(message.answer);
        return;
      case "failed":
        this.#asked.get(message.id)?.reject(lost());
        return;
      case "health":
        this.#options.onHealth(this.#name, message.parts);
        return;
      case "wake":
        this.#options.wake();
        return;
      case "error":
        this.#options.onError(message.error, message.requestId);
        return;
      case "warning":
        this.#options.onWarning(message.message);
        return;
    }
  }

  #left(cause: unknown): void {
    this.#worker = undefined;
    this.#onReady(false);
    // What it had noticed, the next one notices again.
    this.#options.onHealth(this.#name, []);
    for (const { reject } of this.#asked.values()) reject(lost());
    if (this.#stopping) return;
    this.#options.onError(cause ?? lost(), "");
    const again = () => {
      if (this.#stopping) return;
      // Where starting fails, this is called once more.
      this.start().catch((): undefined => undefined);
    };
    setTimeout(again, backoff(this.#deaths++)).unref();
  }

  async ask(request: DelegatedRequest): Promise<DelegatedAnswer> {
    const worker = this.#worker;
    if (worker === undefined) throw lost();
    const id = this.#nextId++;
    const { promise, resolve, reject } = Promise.withResolvers<DelegatedAnswer>();
    this.#asked.set(id, { resolve, reject });
    const message: ToThread = { kind: "ask", id, request };
    worker.postMessage(message, request.body === undefined ? [] : [request.body]);
    const longest = this.#options.longestAnswerMs ?? LONGEST_ANSWER_MS;
    const timer = setTimeout(() => worker.terminate(), longest);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#asked.delete(id);
    }
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    const worker = this.#worker;
    if (worker === undefined) return;
    const ended = once(worker, "exit");
    const stop: ToThread = { kind: "stop" };
    worker.postMessage(stop);
    const timer = setTimeout(() => worker.terminate(), STOP_MS);
    await ended;
    clearTimeout(timer);
  }
}

/** Starts the threads. @throws the error for which a thread's Parlance could not be opened */
export const openApiThreads = async (options: ApiThreadsOptions): Promise<ApiThreads> => {
  const count = options.config.apiThreads;
  const queue = options.queue ?? openQueue(count);
  const seats = Array.from(
    { length: count },
    (_, at) => new Seat(options, at, (ready) => queue.setReady(at, ready)),
  );
  const stop = async () => {
    await Promise.all(seats.map((seat) => seat.stop()));
  };
  try {
    await Promise.all(seats.map((seat) => seat.start()));
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    async answer(work, request, signal) {
      const place = await queue.enter(work, signal);
      try {
        const seat = seats[place.thread];
        if (seat === undefined) throw lost();
        return await seat.ask(request);
      } finally {
        place.done();
      }
    },
    describe() {
      const { waiting, refused } = queue.counts();
      return `${waiting} waiting for a thread, ${refused} refused as busy since the start`;
    },
    stop,
  };
};
