// The nearest rows of many rows by cosine: in this thread where that is quick, else in worker threads.
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { gather, type ManyVectors, type Vectors } from "#services/domain/vectors.ts";
import { NeighbourSearch, nearestOfRows, type SearchOptions } from "./neighbours-search.ts";
import type { NeighbourAnswer, NeighbourPiece, NeighbourWork } from "./neighbours-worker.ts";
import { checkSignal, type Pace, paced, type Steps } from "./pace.ts";

/** Queries × rows below which starting threads costs more than it saves: about half a second of work. */
const worthThreads = 50_000_000;
/** Queries answered before the event loop gets a turn, and in one message to a thread. */
const stepRows = 64;
const messageRows = 512;

export interface Neighbourhood {
  /** Neighbours of each row: as many as were asked for, or fewer where there are fewer rows. */
  readonly k: number;
  readonly rows: number;
  /** rows × k row numbers of the base, nearest first. */
  readonly indices: Uint32Array;
  /** rows × k cosine distances, 0 … 2. */
  readonly distances: Float32Array;
  /** Share of the true neighbours found, measured on a sample. */
  readonly recall: number;
}

export interface NeighbourOptions {
  /** Default 15, as in UMAP. */
  readonly k?: number;
  readonly seed?: number;
  /** Default 0.96: more is not visible on a map, and 0.97 takes an eighth longer at 20,000 rows. */
  readonly recall?: number;
  /** At most so many threads; the result does not depend on it. */
  readonly threads?: number;
}

/** Some rows of many, copied only a few at a time. */
export interface Queries {
  readonly of: ManyVectors;
  readonly rows: Uint32Array;
}

export interface NeighbourQuestion {
  /** Unit rows among which neighbours are found. */
  readonly base: Vectors;
  /** Unit rows whose neighbours are wanted; without them, the rows of the base, and no row is its own neighbour. */
  readonly queries?: Queries | undefined;
}

/** @throws ParlanceError unavailable `aborted`; RangeError where the rows differ in length. */
export async function findNeighbours(
  { base, queries }: NeighbourQuestion,
  options: NeighbourOptions = {},
  pace: Pace = {},
): Promise<Neighbourhood> {
  if (queries !== undefined && queries.of.dim !== base.dim)
    throw new RangeError(
      `Rows of ${queries.of.dim} numbers have no neighbours among rows of ${base.dim}.`,
    );
  const { k = 15, seed = 1, recall = 0.96 } = options;
  const threads = options.threads ?? Math.min(2, availableParallelism());
  const most = Math.max(0, Math.min(k, queries === undefined ? base.rows - 1 : base.rows));
  const search: SearchOptions = { k: most, seed, recall };
  const rows = queries?.rows.length ?? base.rows;
  if (rows === 0 || most === 0)
    return {
      k: most,
      rows,
      indices: new Uint32Array(0),
      distances: new Float32Array(0),
      recall: 1,
    };
  return threads < 2 || rows * base.rows < worthThreads
    ? await paced(here({ base, queries }, search), pace)
    : await inThreads({ base, queries, threads }, search, pace);
}

function* here({ base, queries }: NeighbourQuestion, options: SearchOptions): Steps<Neighbourhood> {
  const search = new NeighbourSearch(base, options);
  yield 0;
  const asked = queries?.rows.length ?? base.rows;
  const found = room(asked, options.k);
  for (let from = 0; from < asked; from += stepRows) {
    const count = Math.min(stepRows, asked - from);
    const piece = nearestOfRows(search, {
      rows:
        queries === undefined
          ? base.data.subarray(from * base.dim)
          : gather(queries.of, queries.rows.subarray(from, from + count)).data,
      count,
      selfFrom: queries === undefined ? from : undefined,
    });
    found.indices.set(piece.indices, from * options.k);
    found.distances.set(piece.distances, from * options.k);
    yield (from + count) / asked;
  }
  return { ...found, recall: search.recall };
}

const room = (rows: number, k: number) => ({
  k,
  rows,
  indices: new Uint32Array(rows * k),
  distances: new Float32Array(rows * k),
});

/** Copies the rows into shared memory for the threads, unless they are there already. */
const shared = ({ dim, rows, data }: Vectors): Vectors => {
  if (data.buffer instanceof SharedArrayBuffer) return { dim, rows, data };
  const copy = new Float32Array(new SharedArrayBuffer(data.byteLength));
  copy.set(data);
  return { dim, rows, data: copy };
};

async function inThreads(
  { base, queries, threads }: NeighbourQuestion & { readonly threads: number },
  options: SearchOptions,
  pace: Pace,
): Promise<Neighbourhood> {
  const asked = queries?.rows.length ?? base.rows;
  const found = room(asked, options.k);
  const work: NeighbourWork = { base: shared(base), options };
  let next = 0;
  let done = 0;
  let recall = 1;
  const nextPiece = (): NeighbourPiece | undefined => {
    if (next >= asked) return undefined;
    const from = next;
    next = Math.min(asked, from + messageRows);
    return {
      from,
      count: next - from,
      rows: queries && gather(queries.of, queries.rows.subarray(from, next)).data,
    };
  };
  const serve = async (): Promise<void> => {
    const worker = new Worker(new URL("./neighbours-worker.ts", import.meta.url), {
      workerData: work,
      name: "neighbours",
    });
    const stop = () => void worker.terminate();
    pace.signal?.addEventListener("abort", stop, { once: true });
    try {
      for (let piece = nextPiece(); piece !== undefined; piece = nextPiece()) {
        checkSignal(pace.signal);
        worker.postMessage(piece);
        const answer = await answerOf(worker, pace.signal);
        found.indices.set(answer.indices, piece.from * options.k);
        found.distances.set(answer.distances, piece.from * options.k);
        recall = answer.recall;
        done += piece.count;
        pace.onProgress?.(done / asked);
      }
    } finally {
      pace.signal?.removeEventListener("abort", stop);
      await worker.terminate();
    }
  };
  // Wait for all threads even where one fails, so that none runs on after the call.
  const served = await Promise.allSettled(Array.from({ length: threads }, serve));
  checkSignal(pace.signal);
  for (const one of served) if (one.status === "rejected") throw one.reason;
  return { ...found, recall };
}

/** @throws ParlanceError unavailable `aborted`; Error that ended the thread. */
async function answerOf(worker: Worker, signal: AbortSignal | undefined): Promise<NeighbourAnswer> {
  const exited = new AbortController();
  try {
    const answer = await Promise.race([
      once(worker, "message", { signal: exited.signal }),
      once(worker, "exit", { signal: exited.signal }).then(() => undefined),
    ]);
    checkSignal(signal);
    if (answer === undefined) throw new Error("A thread that looks for neighbours ended early.");
    return answer[0] as NeighbourAnswer;
  } finally {
    exited.abort();
  }
}
