// A stage: what it is given to work with; it takes jobs of one name, and turns each of the three ways to fail into a verdict.
import type { Bus, Delivery, Verdict } from "#services/bus/bus.ts";
import type { JobName } from "#services/contract/jobs.ts";
import { type ErrorKind, ParlanceError } from "#services/domain/errors.ts";
import type { CollectionId } from "#services/domain/ids.ts";
import { milliseconds } from "#services/domain/units.ts";
import type { Parlance } from "#services/parlance.ts";
import type { KeyedLocks } from "./keyed-locks.ts";

export interface Belt {
  readonly parlance: Parlance;
  /** Who may change a collection's index, by its id. Within one process: commit, erase and repair of a home run in the same one. */
  readonly locks: KeyedLocks;
  /** When each collection's last version was made, on this process's own clock. */
  readonly committedAt: Map<CollectionId, number>;
  /** A place where a test may kill the process. */
  reached(place: string): Promise<void>;
}

export interface Stage<N extends JobName> {
  readonly job: N;
  readonly concurrency: number;
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

export const runStage = <N extends JobName>(
  bus: Bus,
  stage: Stage<N>,
  onError: (error: unknown) => void,
): Promise<{ stop(): Promise<void> }> =>
  bus.consume(
    stage.job,
    async (delivery): Promise<Verdict> => {
      try {
        await stage.work(delivery);
        return { kind: "done" };
      } catch (error) {
        if (!delivery.signal.aborted && !isSuperseded(error)) onError(error);
        return verdictFor(error, delivery.signal);
      }
    },
    { concurrency: stage.concurrency },
  );
