// How deliveries are counted: what becomes of a job after a verdict, a crash, or the end of its machine. Pure.
import { MAX_ATTEMPTS, MAX_OUT_OF_MEMORY, MAX_STARTS } from "#services/contract/jobs.ts";
import { type Duration, milliseconds } from "#services/domain/units.ts";
import type { Verdict } from "./bus.ts";
import type { WorkerEnd } from "./supervision.ts";

/** The counts of a job in hand: this delivery is in both. */
export interface Counts {
  /** Deliveries since something new was last saved. */
  readonly attempt: number;
  /** Deliveries in its life that were not given back in good order. */
  readonly starts: number;
}

export type Outcome =
  | { readonly kind: "done" }
  | { readonly kind: "buried"; readonly reason: string }
  | ({
      readonly kind: "waiting";
      /** Milliseconds until it may be taken; 0: at once. */
      readonly delay: Duration;
      /** What went wrong, for people; as it was where absent. */
      readonly reason?: string;
      /** It is to be taken alone from now on. */
      readonly suspect?: true;
    } & Counts);

const atOnce = milliseconds(0);

/** Milliseconds before the next try, after so many: 1 s, 4 s, 16 s, 64 s, 256 s. */
export const retryDelay = (attempt: number): Duration =>
  milliseconds(1000 * 4 ** Math.min(Math.max(attempt - 1, 0), 4));

/** At once after the first crash, which is most likely not the job's fault, then as after any failure. */
const crashDelay = (attempt: number): Duration => (attempt <= 1 ? atOnce : retryDelay(attempt - 1));

const again = ({ attempt, starts }: Counts, delay: Duration, reason: string): Outcome =>
  attempt >= MAX_ATTEMPTS || starts >= MAX_STARTS
    ? { kind: "buried", reason }
    : { kind: "waiting", delay, reason, attempt, starts };

export interface Delivered extends Counts {
  /** Something new was saved in this delivery. */
  readonly progressed: boolean;
  /** The worker was told to stop. */
  readonly stopping: boolean;
}

/** The worker was told to leave, and this delivery is as if it had not been. */
export const afterStop = ({ attempt, starts }: Counts): Outcome => ({
  kind: "waiting",
  delay: atOnce,
  attempt: attempt - 1,
  starts: starts - 1,
});

const afterYield = ({ attempt, starts, progressed, stopping }: Delivered): Outcome => {
  if (progressed) return { kind: "waiting", delay: atOnce, attempt: 0, starts: starts - 1 };
  if (stopping) return afterStop({ attempt, starts });
  return again({ attempt, starts }, atOnce, "It gave way to other work and had saved nothing.");
};

export const afterVerdict = (verdict: Verdict, delivered: Delivered): Outcome => {
  const { attempt, starts } = delivered;
  switch (verdict.kind) {
    case "done":
      return { kind: "done" };
    case "bury":
      return { kind: "buried", reason: verdict.reason };
    case "retry":
      return again({ attempt, starts }, verdict.after ?? retryDelay(attempt), verdict.reason);
    case "yield":
      return afterYield(delivered);
  }
};

/** @param alone whether the worker had no other job in hand when it crashed */
export const afterCrash = (
  counts: Counts,
  { reason, outOfMemory }: Omit<Extract<WorkerEnd, { kind: "crashed" }>, "kind">,
  alone: boolean,
): Outcome => {
  if (alone && outOfMemory && counts.attempt >= MAX_OUT_OF_MEMORY)
    return { kind: "buried", reason };
  if (alone) return again(counts, crashDelay(counts.attempt), reason);
  const outcome = again({ ...counts, attempt: counts.attempt - 1 }, atOnce, reason);
  return outcome.kind === "waiting" ? { ...outcome, suspect: true } : outcome;
};

export const afterHostDown = ({ attempt, starts }: Counts): Outcome =>
  again({ attempt: attempt - 1, starts }, atOnce, "The server went down while it worked on this.");
