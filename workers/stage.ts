// A stage: does the jobs of one name, with what the belt gives it; turns each of the three kinds of error into a verdict.
import { setTimeout as pause } from "node:timers/promises";
import { isStoreAway } from "#services/blobs/blobs.ts";
import type { ConsumeOptions, Delivery, Verdict } from "#services/bus/bus.ts";
import type { JobName } from "#services/contract/jobs.ts";
import { isDiskFull } from "#services/domain/disk-full.ts";
import { type ErrorKind, ParlanceError } from "#services/domain/errors.ts";
import type { CollectionId } from "#services/domain/ids.ts";
import type { SpaceWatch } from "#services/home/home.ts";
import type { Parlance } from "#services/parlance.ts";
import type { Locks } from "./keyed-locks.ts";
import type { Merges } from "./merges.ts";

/** What the belt gives to a stage with each job: a Parlance within the job's scope, and what the stages of this process share. */
export interface Belt {
  readonly parlance: Parlance;
  /**
   * Held by id of the collection while its index is changed. In the embedded profile they are locks within this process, since commit,
   * erase and repair of a home run in the same process; with a database server they hold between machines.
   */
  readonly locks: Locks;
  /** Merges of segments, which commits ask for and erasures forbid meanwhile. */
  readonly merges: Merges;
  /** When this process committed the last version of each collection, in milliseconds of `performance.now`. */
  readonly committedAt: Map<CollectionId, number>;
  /** Empties the database's write-ahead log, so that deleted text is in no file. False where another process holds it. */
  truncateLog(): Promise<boolean>;
  /** Tells the planner of a database server how large tables have become; reports an error, and never throws. */
  refreshStatistics(): Promise<void>;
  /** Milliseconds for which ingest works on an upload at least before it yields to others. */
  readonly sliceMs: number;
  /** Bytes of text of an upload after which the next place is kept from which its reading can go on. */
  readonly checkpointBytes: number;
  /** Called with a name at the places where tests interrupt or kill the process. Does nothing outside tests. */
  reached(place: string): Promise<void>;
}

export interface Stage<N extends JobName> extends Omit<ConsumeOptions, "ready"> {
  readonly job: N;
  /** For stages that write much: none of their jobs is taken, or begun again, while the disk is nearly full. */
  readonly waitsForSpace?: boolean;
  /**
   * Resolves when the work is done, or was done before: a job delivered twice is done once. "yield": not done yet; what was
   * saved is kept, and the next delivery goes on from there.
   */
  work(delivery: Delivery<N>): Promise<"done" | "yield">;
}

/** The part of a delivery that a wait within its job needs. */
export type InHand = Pick<Delivery<JobName>, "signal" | "pause">;

interface Waiting {
  readonly space: SpaceWatch;
  readonly delivery: InHand;
}

/** rejected: nobody can mend it by trying again · unavailable: later · corrupt: a person has to look. */
const verdictOf = {
  rejected: (reason) => ({ kind: "bury", reason }),
  unavailable: (reason) => ({ kind: "retry", reason }),
  corrupt: (reason) => ({ kind: "bury", reason }),
} as const satisfies Record<ErrorKind, (reason: string) => Verdict>;

/** Another worker has done it, or it is no longer wanted (its data is being erased): not a failure. */
const isSuperseded = (error: unknown): boolean =>
  error instanceof ParlanceError && error.code === "superseded";

const ownFile = /\b(?:services|workers|index-store)\/[\w./-]+\.ts:\d+/u;

/**
 * What people read about a failure. Messages of our own errors never quote a conversation; those of others may, so that only the
 * kind of error and the line of our code are said.
 */
const reasonOf = (error: unknown): string => {
  if (error instanceof ParlanceError) return error.message;
  const { name, stack = "" } = error instanceof Error ? error : new Error(String(error));
  const [place] = ownFile.exec(stack) ?? [];
  return `An error in Parlance itself: ${name}${place === undefined ? "" : ` at ${place}`}.`;
};

/** Whether doing the same again would end in the same way. */
export const isFinal = (error: unknown): error is ParlanceError =>
  error instanceof ParlanceError && error.kind !== "unavailable";

export const verdictFor = (error: unknown, signal: AbortSignal): Verdict => {
  if (signal.aborted) return { kind: "yield" };
  if (isSuperseded(error)) return { kind: "done" };
  if (error instanceof ParlanceError) return verdictOf[error.kind](reasonOf(error));
  return { kind: "retry", reason: reasonOf(error) };
};

/**
 * Waits while the disk is nearly full; other jobs, erasures too, run meanwhile.
 * @param unless asked at every look while there is no room: true ends the wait, since the work is not wanted any more
 */
export const waitForRoom = async (
  { space, delivery }: Waiting,
  unless?: () => Promise<boolean>,
): Promise<void> => {
  const { signal } = delivery;
  // Where there is room the job keeps its place: one that is to run alone would otherwise let another in beside it.
  if ((await space.short()) !== null)
    await delivery.pause(() => space.wait({ signal, ...(unless && { unless }) }));
};

/** Milliseconds until a store of blobs that could not be used is asked again. */
const STORE_AGAIN_MS = 2000;

/** Rejects at once when the signal is aborted, as the pause after a full disk does. */
const pauseAfterStore = (signal: AbortSignal): Promise<void> =>
  pause(STORE_AGAIN_MS, undefined, { signal, ref: false });

/**
 * Does the work, again and again after a pause for as long as it finds the disk full or the store of blobs away. Other jobs, erasures
 * too, run meanwhile.
 * @param onFull told of the first such error, not of each
 * @throws whatever else the work throws; that error once the signal is aborted
 */
export const untilRoom = async <T>(
  { space, delivery }: Waiting,
  work: () => Promise<T>,
  onFull?: (error: unknown) => void,
): Promise<T> => {
  const { signal } = delivery;
  for (let first = true; ; first = false)
    try {
      return await work();
    } catch (error) {
      const full = isDiskFull(error);
      if ((!full && !isStoreAway(error)) || signal.aborted) throw error;
      if (first) onFull?.(error);
      await delivery.pause(() =>
        full ? space.pauseAfterFull(error, signal) : pauseAfterStore(signal),
      );
    }
};

/**
 * Does one job. A full disk, or a store of blobs that is away, is no fault of the job: it stays in hand, which counts no attempt and
 * needs no write to put it back, and is begun again when there is room, or the store is back.
 */
const doJob = async <N extends JobName>(
  space: SpaceWatch,
  stage: Stage<N>,
  delivery: Delivery<N>,
  onError: (error: unknown) => void,
): Promise<Verdict> => {
  const { signal } = delivery;
  const work = async () => {
    if (stage.waitsForSpace) await waitForRoom({ space, delivery });
    return stage.work(delivery);
  };
  try {
    return { kind: await untilRoom({ space, delivery }, work, onError) };
  } catch (error) {
    if (!signal.aborted && !isSuperseded(error)) onError(error);
    return verdictFor(error, signal);
  }
};

export const runStage = <N extends JobName>(
  { bus, space }: Pick<Parlance, "bus" | "space">,
  stage: Stage<N>,
  onError: (error: unknown) => void,
): Promise<{ stop(): Promise<void> }> => {
  const { job, work: _, waitsForSpace, ...options } = stage;
  return bus.consume(job, (delivery) => doJob(space, stage, delivery, onError), {
    ...options,
    ...(waitsForSpace && { ready: (signal: AbortSignal) => space.wait({ signal }) }),
  });
};
