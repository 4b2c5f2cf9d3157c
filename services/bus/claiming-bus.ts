// The bus over any table of jobs that can be claimed: takes jobs in turn, runs their handlers, and writes down the verdicts.
import { setTimeout as pause } from "node:timers/promises";
import { type JobName, type Jobs, jobs } from "#services/contract/jobs.ts";
import type { CollectionId, JobId, OrganizationId } from "#services/domain/ids.ts";
import { type Duration, seconds } from "#services/domain/units.ts";
import { openOutage } from "#services/log/outage.ts";
import { afterVerdict, type Counts, type Outcome } from "./attempts.ts";
import type { Bus, ConsumeOptions, Delivery, Handler, PublishedJob, Verdict } from "./bus.ts";
import { Gate, type PlaceInGate } from "./gate.ts";

/** A job that could be taken: not yet this worker's. */
export interface FoundJob {
  readonly id: JobId;
  /** The state it was found in: a claim needs the same one. */
  readonly fence: number;
  /** Its worker crashed with several jobs in hand: to be taken alone. */
  readonly suspect: boolean;
}

/** A job in hand of this worker, as long as its fence stands. */
export interface HeldJob extends Counts {
  readonly id: JobId;
  readonly name: JobName;
  /** JSON of the payload. */
  readonly payload: string;
  readonly organization: OrganizationId;
  readonly collection: CollectionId | null;
  readonly checkpoint: number;
  readonly fence: number;
}

/** Where the jobs are. Every change of a job in hand is refused, without an error, where its fence has moved on. */
export interface JobSource<F extends FoundJob = FoundJob> {
  add(job: PublishedJob<JobName>): Promise<void>;
  /** The job whose turn it is, without taking it. */
  find(name: JobName, options: ConsumeOptions): Promise<F | undefined>;
  /** Takes it; undefined where another worker was quicker, or its collection has as many in hand by now as it may. */
  claim(name: JobName, found: F, options: ConsumeOptions): Promise<HeldJob | undefined>;
  /** Records a new checkpoint and sets the attempt to 1. */
  progress(job: HeldJob, reached: number): Promise<"kept" | "not ours">;
  settle(job: HeldJob, outcome: Outcome): Promise<void>;
  othersWait(job: HeldJob): Promise<boolean>;
  /**
   * Gives back what stands as in hand of this worker and is not, without counting an attempt: a claim whose answer was lost, or a
   * verdict that a database has forgotten, as a replica does that becomes the primary. Nobody else would: this worker lives.
   */
  giveBackStrays?(isInHand: (id: JobId) => boolean): Promise<void>;
  /** So many jobs in hand wait outside of the gate now: as many more may be taken. */
  paused?(name: JobName, count: number): void;
}

/** Milliseconds before the table is asked again that could not be read or written so many times in a row: 0.1 s, 0.2 s … 5 s. */
const againAfter = (failures: number): number =>
  Math.min(5000, 100 * 2 ** Math.min(failures - 1, 6));

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

interface Handling<N extends JobName> {
  readonly name: N;
  readonly handler: Handler<N>;
  readonly leaving: AbortSignal;
  /** Jobs in hand that wait outside of the gate. */
  readonly paused: Set<string>;
}

/** So often is looked for jobs that stand as in hand of this worker and are not. */
const STRAYS: Duration = seconds(10);

export const openClaimingBus = <F extends FoundJob>(
  source: JobSource<F>,
  { pollEvery, straysEvery = STRAYS }: { pollEvery: Duration; straysEvery?: Duration | undefined },
): Bus => {
  /**
   * What this worker took or takes: from before the claim until the verdict is written. By claim, not by job: a job that is tried
   * again may be taken anew before the end of the claim before is noticed here.
   */
  const claims = new Set<FoundJob>();
  const idsInHand = (): ReadonlySet<JobId> => new Set([...claims].map(({ id }) => id));
  const gate = new Gate();
  const sleepers = new Set<() => void>();
  const stops = new Set<() => Promise<void>>();
  let wakes = 0;

  const wake = () => {
    wakes++;
    for (const sleeper of [...sleepers]) sleeper();
  };
  const sleep = (ms: number) =>
    new Promise<void>((resolve) => {
      const done = () => {
        sleepers.delete(done);
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(done, ms);
      sleepers.add(done);
    });

  const outage = openOutage("jobs", (line) => console.error(line));

  /** Not ended by a `wake`: those who write jobs wake all the time, and the table is no better for it. */
  const untilNextTry = (failures: number, leaving: AbortSignal): Promise<void> =>
    pause(againAfter(failures), undefined, { signal: leaving }).catch(() => undefined);

  /** Until it is written down: a job whose verdict is lost would stay in hand as long as this worker lives. */
  const settle = async (job: HeldJob, outcome: Outcome, leaving: AbortSignal) => {
    for (let failures = 1; ; failures++)
      try {
        await source.settle(job, outcome);
        return outage.worked();
      } catch (error) {
        outage.failed(error);
        // The supervisor gives back what a worker that has left still held.
        if (leaving.aborted) return;
        await untilNextTry(failures, leaving);
      }
  };

  const deliver = async <N extends JobName>(
    job: HeldJob,
    { name, handler, leaving, paused }: Handling<N>,
    place: PlaceInGate,
  ) => {
    const read = jobs[name].safeParse(JSON.parse(job.payload));
    if (!read.success)
      return settle(
        job,
        { kind: "buried", reason: "The job's own record is not understood." },
        leaving,
      );
    const lost = new AbortController();
    const now = { attempt: job.attempt, checkpoint: job.checkpoint, progressed: false };
    const delivery: Delivery<N> = {
      id: job.id,
      name,
      payload: read.data as Jobs[N],
      organization: job.organization,
      collection: job.collection,
      attempt: job.attempt,
      checkpoint: job.checkpoint,
      signal: AbortSignal.any([leaving, lost.signal]),
      async progressed(reached) {
        if (reached <= now.checkpoint) return;
        if ((await source.progress(job, reached)) === "not ours") return lost.abort();
        Object.assign(now, { attempt: 1, checkpoint: reached, progressed: true });
      },
      othersWait: () => source.othersWait(job),
      async pause(wait) {
        paused.add(job.id);
        source.paused?.(name, paused.size);
        wake();
        try {
          return await place.outside(wait);
        } finally {
          paused.delete(job.id);
          source.paused?.(name, paused.size);
        }
      },
    };
    let verdict: Verdict;
    try {
      verdict = await handler(delivery);
    } catch (error) {
      verdict = { kind: "retry", reason: messageOf(error) };
    }
    const { attempt, progressed } = now;
    const delivered = { attempt, starts: job.starts, progressed, stopping: leaving.aborted };
    await settle(job, afterVerdict(verdict, delivered), leaving);
  };

  /** False where the worker leaves before such a job may begin. */
  const isReady = async ({ ready }: ConsumeOptions, leaving: AbortSignal): Promise<boolean> => {
    try {
      await ready?.(leaving);
    } catch (error) {
      if (!leaving.aborted) throw error;
    }
    return !leaving.aborted;
  };

  /** Takes the next job and starts on it. @returns its end; undefined where there is nothing to take now */
  const takeNext = async <N extends JobName>(
    handling: Handling<N>,
    options: ConsumeOptions,
  ): Promise<{ readonly end: Promise<void> } | undefined> => {
    const { name, leaving } = handling;
    for (;;) {
      const found = await source.find(name, options);
      if (!found) return undefined;
      // Before the gate: a job to be run alone would keep every other job of this process out of it until it may begin.
      if (!(await isReady(options, leaving))) return undefined;
      const place = await gate.enter({ alone: found.suspect });
      const leave = () => {
        claims.delete(found);
        place.leave();
      };
      claims.add(found);
      try {
        const job = leaving.aborted ? undefined : await source.claim(name, found, options);
        if (job) return { end: deliver(job, handling, place).finally(leave) };
        leave();
        if (leaving.aborted) return undefined;
      } catch (error) {
        leave();
        throw error;
      }
    }
  };

  const takeInTurn = async <N extends JobName>(handling: Handling<N>, options: ConsumeOptions) => {
    const inHand = new Set<Promise<void>>();
    let failures = 0;
    while (!handling.leaving.aborted) {
      // One that waits outside of the gate makes room for another.
      if (inHand.size - handling.paused.size >= options.concurrency) {
        await Promise.race([...inHand, sleep(pollEvery)]);
        continue;
      }
      const before = wakes;
      try {
        const taken = await takeNext(handling, options);
        failures = 0;
        if (taken) {
          outage.worked();
          const end = taken.end.finally(() => inHand.delete(end));
          inHand.add(end);
        } else if (wakes === before) await sleep(pollEvery);
      } catch (error) {
        outage.failed(error);
        await untilNextTry(++failures, handling.leaving);
      }
    }
    await Promise.all(inHand);
  };

  const lookForStrays = async (): Promise<void> => {
    const before = idsInHand();
    // One that was taken or settled meanwhile is no stray: its fence has moved on, or it is among the jobs now.
    await source.giveBackStrays?.((id) => before.has(id) || idsInHand().has(id));
  };
  let looking: Promise<void> | undefined;
  const timer = setInterval(() => {
    if (stops.size === 0) return;
    looking ??= lookForStrays()
      // A database that cannot be asked says nothing of them; those who take jobs report it.
      .catch(() => undefined)
      .finally(() => {
        looking = undefined;
      });
  }, straysEvery).unref();

  return {
    async publish(job) {
      await source.add(job);
      wake();
    },
    wake,
    async consume(name, handler, options) {
      const leaving = new AbortController();
      const paused = new Set<string>();
      const running = takeInTurn({ name, handler, leaving: leaving.signal, paused }, options);
      const stop = async () => {
        leaving.abort();
        wake();
        await running;
        stops.delete(stop);
      };
      stops.add(stop);
      return { stop };
    },
    async close() {
      clearInterval(timer);
      await Promise.all([...stops].map((stop) => stop()));
      await looking;
    },
  };
};
