// Decides which request is answered next: requests wait for a thread by kind of work, for a limited time, and are refused rather than kept waiting.
import type { Work } from "#services/api/app.ts";
import { unavailable } from "#services/domain/errors.ts";

export interface WorkLimits {
  /** Number of requests that may wait; further ones are refused at once. */
  readonly waiting: number;
  /** A request that has waited so long is refused. */
  readonly waitMs: number;
  /** A request is preferred to those of other kinds that arrived up to so much earlier. */
  readonly headStartMs: number;
}

/**
 * Searches: after 400 ms of waiting, a refusal and a new attempt after a second are better than a slow answer.
 * Analyses: a page requests half a dozen at once, of up to half a second each.
 * Embedding: programs that wait, and that come again by themselves where they are refused.
 */
export const defaultLimits: Readonly<Record<Work, WorkLimits>> = {
  rows: { waiting: 256, waitMs: 2000, headStartMs: 1950 },
  search: { waiting: 128, waitMs: 400, headStartMs: 1600 },
  analysis: { waiting: 32, waitMs: 10_000, headStartMs: 0 },
  embedding: { waiting: 512, waitMs: 30_000, headStartMs: 0 },
};

/** Requests of a thread at a time: while one waits for the model, the other is computed. */
const AT_A_TIME = 2;
/** Texts to embed cost their thread next to nothing: they wait for the model, which takes those that wait together. */
const EMBEDDINGS_AT_A_TIME = 64;

/** A place at a thread, until it is released. */
export interface Place {
  readonly thread: number;
  done(): void;
}

export interface Queue {
  /**
   * Waits for a place at a thread. Aborting `signal` withdraws the request.
   * @throws ParlanceError unavailable `busy` where it would wait, or has waited, too long; `aborted`
   */
  enter(work: Work, signal: AbortSignal): Promise<Place>;
  /** A thread that is not ready gets no requests. All threads start so. */
  setReady(thread: number, ready: boolean): void;
  /** Number of waiting requests, and of those refused as busy since the start. */
  counts(): { readonly waiting: number; readonly refused: number };
}

interface Waiting {
  readonly work: Work;
  /** Smallest first. */
  readonly order: number;
  readonly resolve: (place: Place) => void;
}

interface Thread {
  ready: boolean;
  running: number;
  /** Analyses among them. */
  analyses: number;
  /** Beside them. */
  embeddings: number;
}

const busy = () =>
  unavailable("The server has more requests than it can handle at once.", {
    code: "busy",
    hint: "Try again in a second.",
  });

const gone = () => unavailable("The client has closed the connection.", { code: "aborted" });

export const openQueue = (
  threadCount: number,
  limits: Readonly<Record<Work, WorkLimits>> = defaultLimits,
): Queue => {
  const threads = Array.from(
    { length: threadCount },
    (): Thread => ({
      ready: false,
      running: 0,
      analyses: 0,
      embeddings: 0,
    }),
  );
  /** An analysis keeps its thread busy for long, so one thread never gets analyses. */
  const mostAnalyses = Math.max(1, threadCount - 1);
  const waiting = new Set<Waiting>();
  const counts = { rows: 0, search: 0, analysis: 0, embedding: 0 };
  let refused = 0;

  /** The last of those with the fewest, because searches go to the first. */
  const threadForEmbedding = (): number | undefined => {
    let best: number | undefined;
    let fewest = EMBEDDINGS_AT_A_TIME;
    for (const [at, { ready, embeddings }] of threads.entries())
      if (ready && embeddings < EMBEDDINGS_AT_A_TIME && embeddings <= fewest) {
        best = at;
        fewest = embeddings;
      }
    return best;
  };

  const threadFor = (work: Work): number | undefined => {
    if (work === "embedding") return threadForEmbedding();
    const isAnalysis = work === "analysis";
    if (isAnalysis && threads.filter(({ analyses }) => analyses > 0).length >= mostAnalyses)
      return undefined;
    const order = isAnalysis ? [...threads.keys()].reverse() : threads.keys();
    let best: number | undefined;
    for (const at of order) {
      const { ready, running, analyses } = threads[at] ?? { ready: false, running: 0, analyses: 0 };
      const full = running >= AT_A_TIME || (analyses > 0 && (isAnalysis || threadCount > 1));
      if (!ready || full) continue;
      // Searches go to the first thread that has a place, analyses to the last ones: each thread that is asked about an index keeps a
      // copy of it, so that others are asked only under load.
      if (work === "search") return at;
      if (best === undefined || running < (threads[best]?.running ?? 0)) best = at;
    }
    return best;
  };

  const placeAt = (at: number, work: Work): Place => {
    const thread = threads[at] ?? { ready: false, running: 0, analyses: 0, embeddings: 0 };
    const count = (by: 1 | -1) => {
      if (work === "embedding") thread.embeddings += by;
      else thread.running += by;
      if (work === "analysis") thread.analyses += by;
    };
    count(1);
    let given = false;
    return {
      thread: at,
      done() {
        if (given) return;
        given = true;
        count(-1);
        deal();
      },
    };
  };

  const first = (of: Work): Waiting | undefined => {
    for (const one of waiting) if (one.work === of) return one;
    return undefined;
  };

  /** Assigns places to waiting requests; within a kind, in order of arrival. */
  const deal = () => {
    for (;;) {
      const next = (["rows", "search", "embedding", "analysis"] as const)
        .flatMap((work) => first(work) ?? [])
        .sort((a, b) => a.order - b.order)
        .map((one) => ({ one, at: threadFor(one.work) }))
        .find(({ at }) => at !== undefined);
      if (next?.at === undefined) return;
      waiting.delete(next.one);
      counts[next.one.work]--;
      next.one.resolve(placeAt(next.at, next.one.work));
    }
  };

  const refuse = () => {
    refused++;
    return busy();
  };

  return {
    async enter(work, signal) {
      const { waiting: most, waitMs, headStartMs } = limits[work];
      if (signal.aborted) throw gone();
      if (counts[work] >= most) throw refuse();
      const { promise, resolve, reject } = Promise.withResolvers<Place>();
      const one: Waiting = { work, order: performance.now() - headStartMs, resolve };
      const leave = (error: Error) => {
        if (!waiting.delete(one)) return;
        counts[work]--;
        reject(error);
      };
      const timer = setTimeout(() => leave(refuse()), waitMs);
      const abort = () => leave(gone());
      signal.addEventListener("abort", abort, { once: true });
      waiting.add(one);
      counts[work]++;
      deal();
      try {
        return await promise;
      } finally {
        clearTimeout(timer);
        signal.removeEventListener("abort", abort);
      }
    },
    setReady(at, ready) {
      const thread = threads[at];
      if (thread !== undefined) thread.ready = ready;
      deal();
    },
    counts: () => ({ waiting: waiting.size, refused }),
  };
};
