// Jobs in memory, for tests: the bus, supervision and administration over one list; payloads are checked, and may come twice.
import { type JobName, jobs } from "#services/contract/jobs.ts";
import { rejected } from "#services/domain/errors.ts";
import { type CollectionId, type JobId, jobId, type OrganizationId } from "#services/domain/ids.ts";
import { type Clock, milliseconds } from "#services/domain/units.ts";
import { afterCrash, afterHostDown, afterStop, type Outcome } from "./attempts.ts";
import type { Bus, ConsumeOptions, Worker } from "./bus.ts";
import { type FoundJob, type HeldJob, type JobSource, openClaimingBus } from "./claiming-bus.ts";
import type { BuriedJob, CurrentJob, JobAdmin, Whose } from "./job-admin.ts";
import type { Supervision } from "./supervision.ts";

export interface MemoryJobsOptions {
  readonly now: Clock;
  readonly newId: () => string;
  /** Delivers every finished job once more, as an at-least-once bus may. */
  readonly twice?: boolean;
}

interface Job {
  readonly id: JobId;
  readonly name: JobName;
  readonly payload: string;
  readonly organization: OrganizationId;
  readonly collection: CollectionId | null;
  readonly key: string | undefined;
  readonly ordinal: number;
  readonly askedAt: number;
  state: "waiting" | "active" | "buried";
  runAt: number;
  attempt: number;
  starts: number;
  checkpoint: number;
  suspect: boolean;
  fence: number;
  worker: Worker | undefined;
  reason: string;
  buriedAt: number;
  deliveredBefore: boolean;
}

export interface MemoryJobs {
  /** The bus of one worker; all of them take from the same jobs. */
  bus(worker: Worker): Bus;
  readonly supervision: Supervision;
  readonly admin: JobAdmin;
}

export const openMemoryJobs = (options: MemoryJobsOptions): MemoryJobs => {
  const { now, newId } = options;
  const all = new Set<Job>();
  const buses = new Set<Bus>();
  /** When each organization, and each collection, was served last: a count that grows. */
  const served = new Map<string, number>();
  let ordinal = 0;
  let turn = 0;

  const wake = () => {
    for (const bus of buses) bus.wake();
  };
  const jobsOf = (name: JobName, state: Job["state"]) =>
    [...all].filter((job) => job.name === name && job.state === state);
  const organizationOf = (job: Job) => `${job.name} ${job.organization}`;
  const collectionOf = (job: Job) => `${organizationOf(job)} ${job.collection}`;

  /** The first of each collection, where it is due and the collection may have one more in hand. */
  const candidates = (name: JobName, how: ConsumeOptions): Job[] => {
    const first = new Map<string, Job>();
    const inHand = jobsOf(name, "active");
    for (const job of jobsOf(name, "waiting").sort((a, b) => a.ordinal - b.ordinal)) {
      const place = collectionOf(job);
      if (first.has(place) || (how.ordered !== true && job.runAt > now())) continue;
      first.set(place, job);
    }
    const most = how.perCollection ?? Number.POSITIVE_INFINITY;
    return [...first.values()].filter(
      (job) =>
        job.runAt <= now() &&
        inHand.filter((one) => collectionOf(one) === collectionOf(job)).length < most,
    );
  };

  const find = (name: JobName, how: ConsumeOptions): Job | undefined => {
    const inHand = jobsOf(name, "active");
    const rank = (job: Job): number[] => [
      inHand.filter((one) => organizationOf(one) === organizationOf(job)).length,
      served.get(organizationOf(job)) ?? 0,
      inHand.filter((one) => collectionOf(one) === collectionOf(job)).length,
      served.get(collectionOf(job)) ?? 0,
      job.ordinal,
    ];
    const before = (a: number[], b: number[]) => {
      const at = a.findIndex((value, place) => value !== b[place]);
      return (a[at] ?? 0) - (b[at] ?? 0);
    };
    return candidates(name, how).sort((a, b) => before(rank(a), rank(b)))[0];
  };

  const write = (job: Job, outcome: Outcome) => {
    job.fence++;
    job.worker = undefined;
    switch (outcome.kind) {
      case "done":
        if (options.twice === true && !job.deliveredBefore)
          Object.assign(job, { state: "waiting", attempt: 0, runAt: now(), deliveredBefore: true });
        else {
          all.delete(job);
          dropBuried(job.name, job.key);
        }
        break;
      case "buried":
        Object.assign(job, { state: "buried", reason: outcome.reason, buriedAt: now() });
        break;
      case "waiting":
        job.state = "waiting";
        job.runAt = now() + outcome.delay;
        job.attempt = outcome.attempt;
        job.starts = outcome.starts;
        job.reason = outcome.reason ?? job.reason;
        job.suspect = outcome.suspect ?? job.suspect;
    }
    wake();
  };

  const dropBuried = (name: JobName, key: string | undefined) => {
    if (key === undefined) return;
    for (const job of jobsOf(name, "buried")) if (job.key === key) all.delete(job);
  };

  const heldBy = ({ id, fence }: HeldJob): Job | undefined =>
    [...all].find((job) => job.id === id && job.fence === fence && job.state === "active");

  const sourceFor = (worker: Worker): JobSource<FoundJob & { readonly job: Job }> => ({
    async add({ name, payload, organization, collection, key, delay }) {
      const text = JSON.stringify(jobs[name].parse(payload));
      const runAt = now() + (delay ?? 0);
      const same = jobsOf(name, "waiting").find((job) => key !== undefined && job.key === key);
      if (same) {
        if (same.attempt === 0 && same.runAt > runAt) same.runAt = runAt;
        return;
      }
      dropBuried(name, key);
      all.add({
        id: jobId(newId()),
        name,
        payload: text,
        organization,
        collection,
        key,
        ordinal: ++ordinal,
        askedAt: now(),
        state: "waiting",
        runAt,
        attempt: 0,
        starts: 0,
        checkpoint: 0,
        suspect: false,
        fence: 0,
        worker: undefined,
        reason: "",
        buriedAt: 0,
        deliveredBefore: false,
      });
    },
    async find(name, how) {
      const job = find(name, how);
      return job && { id: job.id, fence: job.fence, suspect: job.suspect, job };
    },
    async claim(name, { job, fence }, how) {
      if (job.fence !== fence || job.state !== "waiting") return undefined;
      if (!candidates(name, how).includes(job)) return undefined;
      Object.assign(job, { state: "active", worker });
      job.fence++;
      job.attempt++;
      job.starts++;
      served.set(organizationOf(job), ++turn).set(collectionOf(job), turn);
      return { ...job };
    },
    async progress(held, reached) {
      const job = heldBy(held);
      if (!job) return "not ours";
      Object.assign(job, { attempt: 1, checkpoint: reached, suspect: false, reason: "" });
      return "kept";
    },
    async settle(held, outcome) {
      const job = heldBy(held);
      if (job) write(job, outcome);
    },
    async othersWait(held) {
      const busy = new Set(jobsOf(held.name, "active").map(collectionOf));
      return candidates(held.name, { concurrency: 1, ordered: true }).some(
        (job) => !busy.has(collectionOf(job)),
      );
    },
  });

  const inHandOf = (is: (worker: Worker) => boolean) =>
    [...all].filter((job) => job.state === "active" && job.worker && is(job.worker));

  const supervision: Supervision = {
    // Without leases nothing begins anew or runs out: a worker of these jobs dies with them.
    heartbeat: async () => undefined,
    releaseExpired: async () => undefined,
    async release({ id, host }, end) {
      const held = inHandOf((worker) => worker.id === id && worker.host === host);
      for (const job of held)
        write(
          job,
          end.kind === "stopped" ? afterStop(job) : afterCrash(job, end, held.length === 1),
        );
    },
    async releaseHost(host) {
      for (const job of inHandOf((worker) => worker.host === host)) write(job, afterHostDown(job));
    },
    hasWork: async (host, names) =>
      [...all].some(
        ({ name, state, runAt, worker }) =>
          names.includes(name) &&
          ((state === "waiting" && runAt <= now()) ||
            (state === "active" && worker?.host === host)),
      ),
  };

  const isOf = (whose: Whose) => (job: Job) =>
    whose === "everybody" ||
    (job.organization === whose.organization &&
      (whose.collections === "all" ||
        (job.collection !== null && whose.collections.includes(job.collection))));

  const buriedOf = (whose: Whose, id: JobId) =>
    [...all].filter(isOf(whose)).find((job) => job.id === id && job.state === "buried");

  const currentOf = (whose: Whose): CurrentJob[] =>
    [...all]
      .filter(isOf(whose))
      .flatMap((job) => (job.state === "buried" ? [] : [{ ...job, state: job.state }]))
      .sort((a, b) => (a.state < b.state ? -1 : a.state > b.state ? 1 : a.ordinal - b.ordinal))
      .map(({ id, name, payload, collection, state, askedAt, runAt, attempt, reason }) => ({
        id,
        name,
        about: JSON.parse(payload) as CurrentJob["about"],
        collection,
        state,
        askedAt,
        dueAt: runAt,
        attempts: attempt,
        reason: reason === "" ? null : reason,
      }));

  const admin: JobAdmin = {
    current: async (whose, limit) => currentOf(whose).slice(0, limit),
    findCurrent: async (whose, id) => currentOf(whose).find((job) => job.id === id),
    counts: async (whose) =>
      (Object.keys(jobs) as JobName[]).map((name) => {
        const count = (state: Job["state"]) => jobsOf(name, state).filter(isOf(whose)).length;
        return {
          name,
          waiting: count("waiting"),
          active: count("active"),
          buried: count("buried"),
        };
      }),
    buried: async (whose, limit) =>
      [...all]
        .filter((job) => job.state === "buried")
        .filter(isOf(whose))
        .sort((a, b) => b.buriedAt - a.buriedAt || b.ordinal - a.ordinal)
        .slice(0, limit)
        .map((job) => ({
          id: job.id,
          name: job.name,
          about: JSON.parse(job.payload) as BuriedJob["about"],
          organization: job.organization,
          collection: job.collection,
          reason: job.reason,
          attempts: job.attempt,
          buriedAt: job.buriedAt,
        })),
    async retry(whose, id) {
      const job = buriedOf(whose, id);
      if (!job) return false;
      const fresh = { state: "waiting", attempt: 0, starts: 0, suspect: false, reason: "" };
      Object.assign(job, fresh, { runAt: now() });
      job.fence++;
      wake();
      return true;
    },
    async forget(whose, id) {
      const job = buriedOf(whose, id);
      if (!job) return false;
      if (job.name === "erase.requested")
        throw rejected("An erasure that was asked for cannot be forgotten.", {
          code: "erasure-not-forgotten",
          status: 409,
        });
      return all.delete(job);
    },
  };

  return {
    bus(worker) {
      const bus = openClaimingBus(sourceFor(worker), { pollEvery: milliseconds(5) });
      buses.add(bus);
      return bus;
    },
    supervision,
    admin,
  };
};
