// The nearest rows of many rows by cosine: in this thread where that is quick, else in worker threads.
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { gather, type Vectors } from "#services/domain/vectors.ts";
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

export interface NeighbourQuestion {
  /** Unit rows among which neighbours are found. */
  readonly base: Vectors;
  /** Unit rows whose neighbours are wanted; without them, the rows of the base, and no row is its own neighbour. */
  readonly queries?: Vectors | undefined;
  /** Of the queries only these rows, in this order: the rows of a large collection are copied a piece at a time. */
  readonly chosen?: Uint32Array | undefined;
}

/** How many rows are asked for, and a copy of some of them in a row. */
const askedOf = ({ base, queries, chosen }: NeighbourQuestion) => {
  const { dim, rows, data } = queries ?? base;
  return {
    count: chosen?.length ?? rows,
    piece: (from: number, to: number): Float32Array =>
      chosen === undefined
        ? data.slice(from * dim, to * dim)
        : gather({ dim, rows, data }, chosen.subarray(from, to)).data,
  };
};

/** @throws ParlanceError unavailable `aborted`; RangeError where the rows differ in length. */
export async function findNeighbours(
  { base, queries, chosen }: NeighbourQuestion,
  options: NeighbourOptions = {},
  pace: Pace = {},
): Promise<Neighbourhood> {
  if (queries !== undefined && queries.dim !== base.dim)
    throw new RangeError(
      `Rows of ${queries.dim} numbers have no neighbours among rows of ${base.dim}.`,
    );
  const { k = 15, seed = 1, recall = 0.96 } = options;
  const threads = options.threads ?? Math.min(2, availableParallelism());
  const most = Math.max(0, Math.min(k, queries === undefined ? base.rows - 1 : base.rows));
  const search: SearchOptions = { k: most, seed, recall };
  const rows = askedOf({ base, queries, chosen }).count;
  if (rows === 0 || most === 0)
    return {
      k: most,
      rows,
      indices: new Uint32Array(0),
      distances: new Float32Array(0),
      recall: 1,
    };
  return threads < 2 || rows * base.rows < worthThreads
    ? await paced(here({ base, queries, chosen }, search), pace)
    : await inThreads({ base, queries, chosen, threads }, search, pace);
}

function* here(question: NeighbourQuestion, options: SearchOptions): Steps<Neighbourhood> {
  const search = new NeighbourSearch(question.base, options);
  yield 0;
  const asked = askedOf(question);
  const found = room(asked.count, options.k);
  for (let from = 0; from < asked.count; from += stepRows) {
    const count = Math.min(stepRows, asked.count - from);
    const piece = nearestOfRows(search, {
      rows: asked.piece(from, from + count),
      count,
      selfFrom: question.queries === undefined ? from : undefined,
    });
    found.indices.set(piece.indices, from * options.k);
    found.distances.set(piece.distances, from * options.k);
    yield (from + count) / asked.count;
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
  { base, queries, chosen, threads }: NeighbourQuestion & { readonly threads: number },
  options: SearchOptions,
  pace: Pace,
): Promise<Neighbourhood> {
  const asked = askedOf({ base, queries, chosen });
  const found = room(asked.count, options.k);
  const work: NeighbourWork = { base: shared(base), options };
  let next = 0;
  let done = 0;
  let recall = 1;
  const nextPiece = (): NeighbourPiece | undefined => {
    if (next >= asked.count) return undefined;
    const from = next;
    next = Math.min(asked.count, from + messageRows);
    return {
      from,
      count: next - from,
      rows: queries === undefined ? undefined : asked.piece(from, next),
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
        pace.onProgress?.(done / asked.count);
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
