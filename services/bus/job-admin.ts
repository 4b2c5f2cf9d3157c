// What people see of the jobs, and may do about those that were given up: of one organization, or of all for the operator.
import type { JobName } from "#services/contract/jobs.ts";
import type { CollectionId, JobId, OrganizationId } from "#services/domain/ids.ts";
import type { Scope } from "#services/domain/scope.ts";
import type { Rows } from "#services/store/store.ts";

export interface JobCount {
  readonly name: JobName;
  /** Due, delayed, or to be retried. */
  readonly waiting: number;
  /** In hand of a worker. */
  readonly active: number;
  /** Given up. */
  readonly buried: number;
}

/** A job that waits, or is in hand of a worker. */
export interface CurrentJob {
  readonly id: JobId;
  readonly name: JobName;
  /** The ids it names, by kind: { upload: "upl_…" }. */
  readonly about: Readonly<Record<string, string | null>>;
  readonly collection: CollectionId | null;
  readonly state: "waiting" | "active";
  readonly askedAt: number;
  /** It is taken at this time at the earliest. */
  readonly dueAt: number;
  /** Deliveries without anything new saved, the one under way included. */
  readonly attempts: number;
  /** What went wrong last, for people; null where nothing has since something was saved. */
  readonly reason: string | null;
}

/** A job that was given up. */
export interface BuriedJob {
  readonly id: JobId;
  readonly name: JobName;
  /** The ids it names, by kind: { upload: "upl_…" }. */
  readonly about: Readonly<Record<string, string | null>>;
  readonly organization: OrganizationId;
  readonly collection: CollectionId | null;
  /** Why, for people. */
  readonly reason: string;
  /** Deliveries without anything new saved, when it was given up. */
  readonly attempts: number;
  readonly buriedAt: number;
}

/** Jobs of an organization: of some collections, or of all and those without one. */
export type JobsOf = Pick<Scope, "organization" | "collections">;
export type Whose = JobsOf | "everybody";

/** Is told that something is done to a job, inside the transaction that does it. @param rows of the organization whose job it is */
export type JobTold = (rows: Rows) => Promise<void>;

export interface JobAdmin {
  /** By name; every name is there. */
  counts(whose: Whose): Promise<readonly JobCount[]>;
  /** Those in hand first, then those that wait, in the order in which they were asked for; at most `limit`. */
  current(whose: Whose, limit: number): Promise<readonly CurrentJob[]>;
  /** One that waits or is in hand. */
  findCurrent(whose: JobsOf, id: JobId): Promise<CurrentJob | undefined>;
  /** Newest first, at most `limit`. */
  buried(whose: Whose, limit: number): Promise<readonly BuriedJob[]>;
  /**
   * A buried job waits again as if it were new, and what it was about is put under way again in the same transaction.
   * @param told where jobs are rows; those in memory have no transaction
   * @returns false where there is no such buried job among them
   */
  retry(whose: Whose, id: JobId, told?: JobTold): Promise<boolean>;
  /**
   * A buried job is deleted; what it was about stays failed.
   * @param told as of `retry`
   * @returns false where there is no such buried job among them
   */
  forget(whose: Whose, id: JobId, told?: JobTold): Promise<boolean>;
}
