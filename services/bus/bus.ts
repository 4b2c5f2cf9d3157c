// The door of the bus: jobs published and consumed with acknowledgement, each delivered at least once.
import type { JobName, Jobs } from "#services/contract/jobs.ts";
import type { CollectionId, JobId, OrganizationId } from "#services/domain/ids.ts";
import type { Duration } from "#services/domain/units.ts";

/** A worker process. The id is unique among all that ever lived; the host is the home that started it. */
export interface Worker {
  readonly id: string;
  readonly host: string;
}

/** One delivery of a job to a handler. The same job may be delivered again: handlers do their work once whatever happens. */
export interface Delivery<N extends JobName> {
  readonly id: JobId;
  readonly name: N;
  readonly payload: Jobs[N];
  readonly organization: OrganizationId;
  /** Null for a job that belongs to no single collection. */
  readonly collection: CollectionId | null;
  /** Deliveries since something new was last saved, this one included: 1 … MAX_ATTEMPTS. Counted before the work starts. */
  readonly attempt: number;
  /** The highest value that `progressed` recorded in earlier deliveries of this job; 0 at first. */
  readonly checkpoint: number;
  /** Aborted when the worker stops or another worker has the job: the handler leaves as soon as it can. */
  readonly signal: AbortSignal;
  /**
   * Says that something new has been saved for good. The evidence is `reached`, a count that only grows by saving: parts
   * written, posts sent. Only a value above the checkpoint sets the attempts back to this one; any other changes nothing.
   */
  progressed(reached: number): Promise<void>;
  /** Whether a job of the same name waits for another collection that has none in hand. A long handler may then `yield`. */
  othersWait(): Promise<boolean>;
  /**
   * Runs a wait in which the job does nothing, as for space on the disk: meanwhile this worker runs other jobs, also where
   * this one, or one of those, is to run alone. One at a time; the handler must hold no lock that other jobs need.
   */
  pause<T>(wait: () => Promise<T>): Promise<T>;
}

/**
 * done: forget the job · retry: again later, with growing delay · bury: give up, keep it for a person to look at ·
 * yield: again as soon as it is its turn, because the worker stops or others wait. A yield is no failure: it counts as an
 * attempt only where the worker does not stop and nothing new was saved.
 */
export type Verdict =
  | { readonly kind: "done" }
  | { readonly kind: "retry"; readonly after?: Duration; readonly reason: string }
  | { readonly kind: "bury"; readonly reason: string }
  | { readonly kind: "yield" };

/** A handler that throws counts as `retry`. */
export type Handler<N extends JobName> = (delivery: Delivery<N>) => Promise<Verdict>;

export interface ConsumeOptions {
  /** Jobs of this name in hand in this process at a time. */
  readonly concurrency: number;
  /** Jobs of this name in hand at a time for one collection, in all processes together; no limit where absent. */
  readonly perCollection?: number;
  /** Jobs of one collection are taken in the order they were added; one that waits to be retried holds back those after it. */
  readonly ordered?: boolean;
  /** Awaited before a job that was found is taken: resolves when such a job may begin. Rejects only when the signal is aborted. */
  readonly ready?: (signal: AbortSignal) => Promise<void>;
}

export type PublishedJob<N extends JobName> = {
  readonly name: N;
  readonly payload: Jobs[N];
  readonly organization: OrganizationId;
  readonly collection: CollectionId | null;
  /** Names the work: while a job of the same name and key waits, publishing again adds none. */
  readonly key?: string;
  readonly delay?: Duration;
};

export interface Bus {
  /**
   * Durable when it resolves. Where rows change with the job, use `enqueue` of the store inside their transaction and `wake`
   * afterwards instead: every durable driver delivers what that table holds.
   */
  publish<N extends JobName>(job: PublishedJob<N>): Promise<void>;
  /**
   * Starts taking jobs; resolves to a `stop` that waits for what is in hand. Jobs are taken in turn: first from the
   * organization with the fewest in hand that was served longest ago, within it from such a collection, within that the oldest.
   */
  consume<N extends JobName>(
    name: N,
    handler: Handler<N>,
    options: ConsumeOptions,
  ): Promise<{ stop(): Promise<void> }>;
  /** Looks for jobs now instead of at the next poll. */
  wake(): void;
  close(): Promise<void>;
}
