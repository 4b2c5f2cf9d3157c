// A stage: what it is given to work with; it takes jobs of one name, and turns each of the three ways to fail into a verdict.
import type { Bus, ConsumeOptions, Delivery, Verdict } from "#services/bus/bus.ts";
import type { JobName } from "#services/contract/jobs.ts";
import { type ErrorKind, ParlanceError } from "#services/domain/errors.ts";
import type { CollectionId } from "#services/domain/ids.ts";
import type { Parlance } from "#services/parlance.ts";
import type { KeyedLocks } from "./keyed-locks.ts";

export interface Belt {
  readonly parlance: Parlance;
  /** Who may change a collection's index, by its id. Within one process: commit and erase of a home run in the same one. */
  readonly locks: KeyedLocks;
  /** When each collection's last version was made, on this process's own clock. */
  readonly committedAt: Map<CollectionId, number>;
  /** A place where a test may kill the process. */
  reached(place: string): Promise<void>;
}

export interface Stage<N extends JobName> extends ConsumeOptions {
  readonly job: N;
  /**
   * Resolves when the work is done, or was done before: a job delivered twice is done once. "yield": not done yet; what was
   * saved is kept, and the next delivery goes on from there.
   */
  work(delivery: Delivery<N>): Promise<"done" | "yield">;
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

export const verdictFor = (error: unknown, signal: AbortSignal): Verdict => {
  if (signal.aborted) return { kind: "yield" };
  if (isSuperseded(error)) return { kind: "done" };
  if (error instanceof ParlanceError) return verdictOf[error.kind](reasonOf(error));
  return { kind: "retry", reason: reasonOf(error) };
};

export const runStage = <N extends JobName>(
  bus: Bus,
  { job, work, ...options }: Stage<N>,
  onError: (error: unknown) => void,
): Promise<{ stop(): Promise<void> }> =>
  bus.consume(
    job,
    async (delivery): Promise<Verdict> => {
      try {
        return { kind: await work(delivery) };
      } catch (error) {
        if (!delivery.signal.aborted && !isSuperseded(error)) onError(error);
        return verdictFor(error, delivery.signal);
      }
    },
    options,
  );
