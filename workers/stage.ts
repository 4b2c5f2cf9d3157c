// A stage: what it is given to work with; it takes jobs of one name, and turns each of the three ways to fail into a verdict.
import type { Delivery, Verdict } from "#services/bus/bus.ts";
import type { JobName } from "#services/contract/jobs.ts";
import { isDiskFull } from "#services/domain/disk-full.ts";
import { type ErrorKind, ParlanceError } from "#services/domain/errors.ts";
import type { CollectionId } from "#services/domain/ids.ts";
import { milliseconds } from "#services/domain/units.ts";
import type { SpaceWatch } from "#services/home/home.ts";
import type { Parlance } from "#services/parlance.ts";
import type { KeyedLocks } from "./keyed-locks.ts";

/** What a stage works with: everything within the scope of the job at hand. */
export interface Belt {
  readonly parlance: Parlance;
  /** Who may change a collection's index, by its id. Within one process: commit and erase of a home run in the same one. */
  readonly locks: KeyedLocks;
  /** When each collection's last version was made, on this process's own clock. */
  readonly committedAt: Map<CollectionId, number>;
  /** Empties the database's write-ahead log, so that deleted text is in no file. False where another process holds it. */
  truncateLog(): Promise<boolean>;
  /** A place where a test may kill the process. */
  reached(place: string): Promise<void>;
}

export interface Stage<N extends JobName> {
  readonly job: N;
  readonly concurrency: number;
  /** True where it writes much: no job of it begins while the disk is nearly full. */
  readonly waitsForSpace?: boolean;
  /** Resolves when the work is done, or was done before: a job delivered twice is done once. */
  work(delivery: Delivery<N>): Promise<void>;
}

/** rejected: nobody can mend it by trying again · unavailable: later · corrupt: a person has to look. */
const verdictOf = {
  rejected: (reason) => ({ kind: "bury", reason }),
  unavailable: (reason) => ({ kind: "retry", reason }),
  corrupt: (reason) => ({ kind: "bury", reason }),
} as const satisfies Record<ErrorKind, (reason: string) => Verdict>;

/** Another worker came first, or the work is not wanted any more: nothing that a person need hear of. */
const isSuperseded = (error: unknown): boolean =>
  error instanceof ParlanceError && error.code === "superseded";

export const verdictFor = (error: unknown, signal: AbortSignal): Verdict => {
  if (signal.aborted)
    return { kind: "retry", after: milliseconds(0), reason: "The worker stopped." };
  if (error instanceof ParlanceError) {
    if (isSuperseded(error)) return { kind: "done" };
    return verdictOf[error.kind](error.message);
  }
  return { kind: "retry", reason: error instanceof Error ? error.message : String(error) };
};

/**
 * Does the work, again and again after a pause for as long as it finds the disk full.
 * @param onFull told of the first such error, not of each
 * @throws whatever else the work throws; the disk's error once the signal is aborted
 */
export const untilRoom = async <T>(
  { space, signal }: { readonly space: SpaceWatch; readonly signal: AbortSignal },
  work: () => Promise<T>,
  onFull?: (error: unknown) => void,
): Promise<T> => {
  for (let first = true; ; first = false)
    try {
      return await work();
    } catch (error) {
      if (!isDiskFull(error) || signal.aborted) throw error;
      if (first) onFull?.(error);
      await space.pauseAfterFull(error, signal);
    }
};

/**
 * Does one job. A full disk is no fault of the job: it stays in hand, which counts no attempt and needs no write to put it back, and
 * is begun again when there is room.
 */
const doJob = async <N extends JobName>(
  space: SpaceWatch,
  stage: Stage<N>,
  delivery: Delivery<N>,
  onError: (error: unknown) => void,
): Promise<Verdict> => {
  const { signal } = delivery;
  const work = async () => {
    if (stage.waitsForSpace) await space.wait({ signal });
    await stage.work(delivery);
  };
  try {
    await untilRoom({ space, signal }, work, onError);
    return { kind: "done" };
  } catch (error) {
    if (!signal.aborted && !isSuperseded(error)) onError(error);
    return verdictFor(error, signal);
  }
};

export const runStage = <N extends JobName>(
  { bus, space }: Pick<Parlance, "bus" | "space">,
  stage: Stage<N>,
  onError: (error: unknown) => void,
): Promise<{ stop(): Promise<void> }> =>
  bus.consume(stage.job, (delivery) => doJob(space, stage, delivery, onError), {
    concurrency: stage.concurrency,
  });
