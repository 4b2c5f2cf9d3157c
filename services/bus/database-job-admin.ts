// What people see of the jobs table, and may do about the jobs that were given up.
import { isJobName, type JobName, jobs } from "#services/contract/jobs.ts";
import { rejected } from "#services/domain/errors.ts";
import type { JobId, OrganizationId } from "#services/domain/ids.ts";
import type { OwnedJobRow, SystemRows } from "#services/store/store.ts";
import type { BuriedJob, CurrentJob, JobAdmin, Whose } from "./job-admin.ts";
import type { JobStore } from "./job-store.ts";

export interface JobAdminOptions {
  readonly store: JobStore;
  /** Runs in the transaction that lets a buried job wait again: puts what it is about under way again. */
  readonly onRetry?: (
    rows: SystemRows,
    job: {
      readonly organization: OrganizationId;
      readonly name: JobName;
      readonly payload: string;
    },
  ) => Promise<void>;
}

const names = Object.keys(jobs).filter(isJobName);

const buriedJob = (row: OwnedJobRow): BuriedJob[] =>
  isJobName(row.name)
    ? [
        {
          id: row.id,
          name: row.name,
          about: JSON.parse(row.payload) as BuriedJob["about"],
          organization: row.org_id,
          collection: row.collection_id === "" ? null : row.collection_id,
          reason: row.reason ?? "",
          attempts: row.attempt,
          buriedAt: row.buried_at ?? row.created_at,
        },
      ]
    : [];

const currentJob = (row: OwnedJobRow): CurrentJob[] =>
  isJobName(row.name)
    ? [
        {
          id: row.id,
          name: row.name,
          about: JSON.parse(row.payload) as CurrentJob["about"],
          collection: row.collection_id === "" ? null : row.collection_id,
          state: row.state === "active" ? "active" : "waiting",
          askedAt: row.created_at,
          dueAt: row.run_at,
          attempts: row.attempt,
          reason: row.reason,
        },
      ]
    : [];

/** What a query is limited to. No collection has the id that stands at the end: no database knows a list without a value. */
const limitsOf = (whose: Whose) => {
  if (whose === "everybody") return { organization: undefined, collections: undefined };
  const { organization, collections } = whose;
  return {
    organization,
    collections: collections === "all" ? undefined : [...collections, "none" as never],
  };
};

const findOne = (rows: SystemRows, whose: Whose, id: JobId) => {
  const { organization, collections } = limitsOf(whose);
  return rows
    .selectFrom("jobs")
    .selectAll()
    .where("id", "=", id)
    .$if(organization !== undefined, (query) => query.where("org_id", "=", organization as never))
    .$if(collections !== undefined, (query) =>
      query.where("collection_id", "in", collections ?? []),
    );
};

const findBuried = (rows: SystemRows, whose: Whose, id: JobId) =>
  findOne(rows, whose, id).where("state", "=", "buried").executeTakeFirst();

export const openDatabaseJobAdmin = ({ store, onRetry }: JobAdminOptions): JobAdmin => ({
  async counts(whose: Whose) {
    const { organization, collections } = limitsOf(whose);
    const found = await store.rows
      .selectFrom("jobs")
      .select(["name", "state", (make) => make.fn.countAll<number>().as("count")])
      .$if(organization !== undefined, (query) => query.where("org_id", "=", organization as never))
      .$if(collections !== undefined, (query) =>
        query.where("collection_id", "in", collections ?? []),
      )
      .groupBy(["name", "state"])
      .execute();
    const count = (name: JobName, state: string) =>
      Number(found.find((entry) => entry.name === name && entry.state === state)?.count ?? 0);
    return names.map((name) => ({
      name,
      waiting: count(name, "waiting"),
      active: count(name, "active"),
      buried: count(name, "buried"),
    }));
  },
  async current(whose, limit) {
    const { organization, collections } = limitsOf(whose);
    const rows = await store.rows
      .selectFrom("jobs")
      .selectAll()
      .where("state", "in", ["active", "waiting"])
      .$if(organization !== undefined, (query) => query.where("org_id", "=", organization as never))
      .$if(collections !== undefined, (query) =>
        query.where("collection_id", "in", collections ?? []),
      )
      .orderBy("state")
      .orderBy("ordinal")
      .limit(limit)
      .execute();
    return rows.flatMap(currentJob);
  },
  async findCurrent(whose, id) {
    const row = await findOne(store.rows, whose, id)
      .where("state", "in", ["active", "waiting"])
      .executeTakeFirst();
    return row && currentJob(row)[0];
  },
  async buried(whose, limit) {
    const { organization, collections } = limitsOf(whose);
    const rows = await store.rows
      .selectFrom("jobs")
      .selectAll()
      .where("state", "=", "buried")
      .$if(organization !== undefined, (query) => query.where("org_id", "=", organization as never))
      .$if(collections !== undefined, (query) =>
        query.where("collection_id", "in", collections ?? []),
      )
      .orderBy("buried_at", "desc")
      .orderBy("ordinal", "desc")
      .limit(limit)
      .execute();
    return rows.flatMap(buriedJob);
  },
  retry: (whose, id, told) =>
    store.transaction(async (rows) => {
      const row = await findBuried(rows, whose, id);
      if (!row || !isJobName(row.name)) return false;
      await rows
        .updateTable("jobs")
        .set({
          state: "waiting",
          run_at: store.now(),
          attempt: 0,
          starts: 0,
          suspect: 0,
          reason: null,
          buried_at: null,
          fence: row.fence + 1,
        })
        .where("id", "=", id)
        .execute();
      await onRetry?.(rows, { organization: row.org_id, name: row.name, payload: row.payload });
      await told?.(await store.within(rows, row.org_id));
      return true;
    }),
  forget: (whose, id, told) =>
    store.transaction(async (rows) => {
      const row = await findBuried(rows, whose, id);
      if (!row) return false;
      if (row.name === "erase.requested")
        throw rejected("An erasure that was asked for cannot be forgotten.", {
          code: "erasure-not-forgotten",
          status: 409,
          hint: "Try it again.",
        });
      await rows.deleteFrom("jobs").where("id", "=", id).execute();
      await told?.(await store.within(rows, row.org_id));
      return true;
    }),
});
