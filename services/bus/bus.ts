// The door of the bus: jobs between stages, at least once. Durable where the rows are; twice is the same as once.
import type { JobName, Jobs } from "#services/contract/jobs.ts";
import type { JobId } from "#services/domain/ids.ts";
import { type Duration, milliseconds } from "#services/domain/units.ts";

export interface Delivery<N extends JobName> {
  readonly id: JobId;
  readonly name: N;
  readonly payload: Jobs[N];
  /** 1 the first time. Counted before the work starts, so that a job that kills its worker is seen to. */
  readonly attempt: number;
  /** Aborted when the lease is lost or the worker stops: the handler leaves as soon as it can. */
  readonly signal: AbortSignal;
  /** A part of the work is saved for good: earlier attempts no longer count against the job. */
  progressed(): Promise<void>;
}

/** A job that was begun as often without an end is buried. */
export const MAX_ATTEMPTS = 5;

/** Milliseconds before the next try, after so many: 1 s, 4 s, 16 s, 64 s, 256 s. */
export const retryDelay = (attempt: number): Duration =>
  milliseconds(1000 * 4 ** Math.min(attempt - 1, 4));

/** done: forget it · retry: later, with growing delay · bury: keep it for a person to look at. */
export type Verdict =
  | { readonly kind: "done" }
  | { readonly kind: "retry"; readonly after?: Duration; readonly reason: string }
  | { readonly kind: "bury"; readonly reason: string };

export type Handler<N extends JobName> = (delivery: Delivery<N>) => Promise<Verdict>;

export interface Publisher {
  /**
   * Durable when it resolves. Where rows change with it, use `enqueue` of the store inside their transaction instead and
   * `wake` afterwards: every durable driver delivers what stands in that table. `key` names the work: while a job of
   * the same name and key waits unclaimed, publishing again adds none.
   */
  publish<N extends JobName>(
    name: N,
    payload: Jobs[N],
    options?: { key?: string; delay?: Duration },
  ): Promise<void>;
}

export interface Bus extends Publisher {
  /** Starts taking jobs; resolves to a stop that waits for what is in hand. A throwing handler counts as retry. */
  consume<N extends JobName>(
    name: N,
    handler: Handler<N>,
    options: { readonly concurrency: number },
  ): Promise<{ stop(): Promise<void> }>;
  /** Looks for work now instead of at the next poll. */
  wake(): void;
  /** Jobs by name and state, for progress and doctor. */
  counts(): Promise<readonly { name: JobName; waiting: number; active: number; buried: number }[]>;
  /** The worker with this name is known to live: what it has in hand stays its own. */
  renew(owner: string): Promise<void>;
  /** The worker is dead: what it had in hand is given to others at once, and counts as an attempt. */
  release(owner: string): Promise<void>;
  /** Every worker is dead, through no fault of a job (the machine went down): nothing counts as an attempt. */
  releaseAll(): Promise<void>;
  close(): Promise<void>;
}
