// The bus of tests: in memory, and stricter than a durable one: payloads are checked when published, and may come twice.
import { type JobName, type Jobs, jobs } from "#services/contract/jobs.ts";
import { jobId } from "#services/domain/ids.ts";
import type { Clock } from "#services/domain/units.ts";
import { type Bus, type Handler, MAX_ATTEMPTS, retryDelay, type Verdict } from "./bus.ts";

export interface MemoryBusOptions {
  readonly now: Clock;
  readonly newId: () => string;
  /** Names this worker, for `renew` and `release`. */
  readonly owner?: string;
  /** Delivers every finished job once more, as an at-least-once bus may. */
  readonly twice?: boolean;
}

interface Job {
  readonly id: string;
  readonly name: JobName;
  readonly payload: string;
  readonly key: string | undefined;
  state: "waiting" | "active" | "buried";
  runAt: number;
  attempt: number;
  fence: number;
  owner: string | undefined;
  deliveredBefore: boolean;
}

export const openMemoryBus = (options: MemoryBusOptions): Bus => {
  const { now, newId } = options;
  const owner = options.owner ?? "memory";
  const held = new Set<Job>();
  const sleepers = new Set<() => void>();
  const stops = new Set<() => Promise<void>>();

  const wake = () => {
    for (const sleeper of [...sleepers]) sleeper();
  };

  const sleep = (name: JobName) => {
    const next = Math.min(
      ...[...held]
        .filter((job) => job.name === name && job.state === "waiting")
        .map((job) => job.runAt),
    );
    return new Promise<void>((resolve) => {
      const done = () => {
        sleepers.delete(done);
        clearTimeout(timer);
        resolve();
      };
      const timer = Number.isFinite(next) ? setTimeout(done, Math.max(1, next - now())) : undefined;
      sleepers.add(done);
    });
  };

  const claim = (name: JobName): Job | undefined => {
    const [job] = [...held]
      .filter((one) => one.name === name && one.state === "waiting" && one.runAt <= now())
      .sort((a, b) => a.runAt - b.runAt);
    if (!job) return undefined;
    job.attempt++;
    job.fence++;
    if (job.attempt > MAX_ATTEMPTS) {
      job.state = "buried";
      return claim(name);
    }
    job.state = "active";
    job.owner = owner;
    return job;
  };

  const settle = (job: Job, fence: number, verdict: Verdict) => {
    if (job.fence !== fence || job.state !== "active") return;
    if (verdict.kind === "done") {
      if (options.twice === true && !job.deliveredBefore) {
        Object.assign(job, { state: "waiting", attempt: 0, runAt: now(), deliveredBefore: true });
        return;
      }
      held.delete(job);
      return;
    }
    const buried = verdict.kind === "bury" || job.attempt >= MAX_ATTEMPTS;
    job.state = buried ? "buried" : "waiting";
    if (verdict.kind === "retry") job.runAt = now() + (verdict.after ?? retryDelay(job.attempt));
  };

  const handle = async <N extends JobName>(
    name: N,
    job: Job,
    handler: Handler<N>,
    signal: AbortSignal,
  ) => {
    const { fence, attempt } = job;
    let verdict: Verdict;
    try {
      verdict = await handler({
        id: jobId(job.id),
        name,
        payload: jobs[name].parse(JSON.parse(job.payload)) as Jobs[N],
        attempt,
        signal,
        progressed: async () => {
          if (job.fence === fence) job.attempt = 1;
        },
      });
    } catch (error) {
      verdict = { kind: "retry", reason: error instanceof Error ? error.message : String(error) };
    }
    settle(job, fence, verdict);
    wake();
  };

  const giveBack = (of: (job: Job) => boolean, attemptsBack: 0 | 1) => {
    for (const job of held)
      if (job.state === "active" && of(job)) {
        job.state = "waiting";
        job.fence++;
        job.attempt -= attemptsBack;
      }
    wake();
  };

  return {
    async publish(name, payload, extra = {}) {
      const text = JSON.stringify(jobs[name].parse(payload));
      const runAt = now() + (extra.delay ?? 0);
      const same =
        extra.key !== undefined &&
        [...held].find(
          (job) => job.name === name && job.key === extra.key && job.state === "waiting",
        );
      if (same) {
        if (same.attempt === 0 && same.runAt > runAt) same.runAt = runAt;
      } else
        held.add({
          id: newId(),
          name,
          payload: text,
          key: extra.key,
          state: "waiting",
          runAt,
          attempt: 0,
          fence: 0,
          owner: undefined,
          deliveredBefore: false,
        });
      wake();
    },
    wake,
    async consume(name, handler, { concurrency }) {
      const leaving = new AbortController();
      const loop = async () => {
        while (!leaving.signal.aborted) {
          const job = claim(name);
          if (job) await handle(name, job, handler, leaving.signal);
          else await sleep(name);
        }
      };
      const loops = Array.from({ length: concurrency }, loop);
      const stop = async () => {
        leaving.abort();
        wake();
        await Promise.all(loops);
        stops.delete(stop);
      };
      stops.add(stop);
      return { stop };
    },
    async counts() {
      const count = (name: JobName, state: Job["state"]) =>
        [...held].filter((job) => job.name === name && job.state === state).length;
      return (Object.keys(jobs) as JobName[]).map((name) => ({
        name,
        waiting: count(name, "waiting"),
        active: count(name, "active"),
        buried: count(name, "buried"),
      }));
    },
    // Without leases there is nothing to renew: a worker of this bus dies with it.
    renew: async () => undefined,
    release: async (worker) => giveBack((job) => job.owner === worker, 0),
    releaseAll: async () => giveBack(() => true, 1),
    async close() {
      await Promise.all([...stops].map((stop) => stop()));
    },
  };
};
