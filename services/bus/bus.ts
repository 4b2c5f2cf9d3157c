// The door of the bus: jobs between stages, at least once. Durable where the rows are; twice is the same as once.
import type { JobName, Jobs } from "#services/contract/jobs.ts";
import type { JobId } from "#services/domain/ids.ts";
import type { Duration } from "#services/domain/units.ts";

export interface Delivery<N extends JobName> {
  readonly id: JobId;
  readonly name: N;
  readonly payload: Jobs[N];
  /** 1 the first time. Counted before the work starts, so that a job that kills its worker is seen to. */
  readonly attempt: number;
  /** Aborted when the lease is lost or the worker stops: the handler leaves as soon as it can. */
  readonly signal: AbortSignal;
}

/** done: forget it · retry: later, with growing delay · bury: keep it for a person to look at. */
export type Verdict =
  | { readonly kind: "done" }
  | { readonly kind: "retry"; readonly after?: Duration; readonly reason: string }
  | { readonly kind: "bury"; readonly reason: string };

export type Handler<N extends JobName> = (delivery: Delivery<N>) => Promise<Verdict>;

export interface Publisher {
  /**
   * Durable when the surrounding transaction is (the `database` driver writes in it). `key` names the work: while a job of
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
  close(): Promise<void>;
}
