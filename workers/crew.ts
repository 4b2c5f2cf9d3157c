// The crew: the worker processes that a server starts, restarts when they die, and stops when it stops itself.
import { fileURLToPath } from "node:url";
import type { Config } from "#services/config/config.ts";
import type { StageName } from "#services/domain/stage-names.ts";
import { openOutage } from "#services/log/outage.ts";
import type { Instance } from "#services/parlance.ts";
import { OnDemandProcess } from "./on-demand.ts";
import { startReconciling } from "./reconcile.ts";
import { type Role, WorkerProcess } from "./worker-process.ts";

const program = fileURLToPath(new URL("./main.ts", import.meta.url));

/**
 * Which process runs which stages: its role.
 *
 * Reading has a process of its own because it uses its thread without a pause: with commit in the same process the first
 * search result came after 15 s, with embed after 11 s, and in separate processes after 1 to 2 s. Two uploads may be read in it at
 * the same time (`ingest` in belt.ts): they share the thread, and each waits for about 0.3 s while the other saves a part. Measured
 * with the IRC archive: a small upload sent 1.5 s later could be searched after 1.8 s instead of 38 s, and the archive took no
 * longer. A second process for reading would compete with embedding and searching for the same two processors. More than two
 * uploads at a time could fill the heap: each may hold a record of 64 MB.
 *
 * Embed and commit share a process because the model has threads of its own; a third process for one of them took 600 MB more.
 *
 * Analyses have a process of their own because each takes minutes of processor time. It is there only while one is due: idle it
 * took 110 MB, and a second of processor time at each start of a server.
 */
const allRoles = (nice: number): readonly Role[] => [
  { stages: ["ingest"], heapMb: 400, nice },
  {
    stages: ["chunk", "recut", "embed", "commit", "erase", "repair", "watch", "post"],
    heapMb: 700,
    nice,
  },
  // Vectors and maps are outside the heap. Lower priority than the others, since nobody waits for an analysis.
  {
    stages: ["analyse"],
    onDemand: ["analysis.due"],
    heapMb: 1500,
    nice: Math.min(19, nice + 5),
    // glibc raises this bound by itself to 32 MB, and keeps freed arrays below it: 250 MB in an analysis of 1.5 million chunks.
    env: { MALLOC_MMAP_THRESHOLD_: "131072" },
  },
];

/**
 * The processes of a server that runs these stages. Only embedding has several: it is what takes the time of an import, and a
 * process more of it needs no turn with the others.
 */
export const rolesOf = (
  { stages, concurrency }: Pick<Config, "stages" | "concurrency">,
  nice: number,
): readonly Role[] => {
  const own = allRoles(nice).flatMap((role) => {
    const some = role.stages.filter((stage) => stages.includes(stage));
    return some.length === 0 ? [] : [{ ...role, stages: some }];
  });
  const embedding = own.find((role) => role.stages.includes("embed"));
  if (embedding === undefined) return own;
  const more: Role = { ...embedding, stages: ["embed"] };
  return [...own, ...Array.from({ length: concurrency - 1 }, () => more)];
};

/** Milliseconds between two rounds: each process is asked whether it is alive, and jobs whose lease has expired are looked for. */
const ASK_MS = 15_000;
/** Where other machines wait for what a lost one had in hand: see SHARED_PACE. */
const SHARED_ASK_MS = 3000;

export interface CrewOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly onLog?: (line: string) => void;
  /**
   * 0 … 19: how far the priority of the processes is below that of the server; 10 by default, so that questions stay quick
   * while an import runs.
   */
  readonly nice?: number;
}

export interface Crew {
  /** Tells the processes to look for jobs now. Call it after writing one. */
  wake(): void;
  /** The processes now alive, for `doctor` and tests. */
  workers(): readonly { readonly pid: number; readonly stages: readonly StageName[] }[];
  /** The stages of each process that is started only when it has a job, and has none. */
  resting(): readonly (readonly StageName[])[];
  /** Resolves when all processes have left, within 20 s: those that do not are killed, which loses nothing. */
  stop(): Promise<void>;
}

/**
 * Starts the workers of this home: jobs that its dead workers held are given back, the view of the indexes is repaired, then the
 * processes start. The caller holds the home's lock, or
 * that of a place in it.
 */
export const startCrew = async (instance: Instance, options: CrewOptions = {}): Promise<Crew> => {
  const { supervision, worker, config, newId, health, space, leases } = instance;
  const onLog = options.onLog ?? (() => undefined);
  // The home, or this server's place in it, is locked: its workers went down with the server before this one.
  await supervision.releaseHost(worker.host);
  await leases.releaseAllOf({ host: worker.host });
  const reconciling = await startReconciling(instance, (error) => onLog(String(error)));
  const processes = rolesOf(config, options.nice ?? 10).map(
    (role, at) =>
      new WorkerProcess({
        role,
        program,
        host: worker.host,
        supervision,
        leases,
        newId,
        env: { ...process.env, ...options.env, PARLANCE_HOME: config.home },
        onLog,
        onTold: (told) => {
          const source = `worker ${role.stages[0]} ${at}`;
          if (told === "ended") {
            health.tell(source, []);
            space.adopt(source, null);
          } else if ("parts" in told) health.tell(source, told.parts);
          else space.adopt(source, told.waiting);
        },
      }),
  );
  const permanent = processes.filter(({ role }) => role.onDemand === undefined);
  const onDemand = processes.flatMap((one) => {
    const { stages, onDemand: jobs } = one.role;
    if (jobs === undefined) return [];
    const hasWork = () => supervision.hasWork(worker.host, jobs);
    const called = stages.join("+");
    return [{ stages, process: new OnDemandProcess({ process: one, called, hasWork, onLog }) }];
  });
  for (const one of permanent) one.start();
  for (const { process: one } of onDemand) one.start();
  const outage = openOutage("leases that ran out", onLog);
  const askMs = instance.database.kind === "sqlite" ? ASK_MS : SHARED_ASK_MS;
  const asking = setInterval(() => {
    for (const one of processes) one.ask();
    supervision.releaseExpired().then(outage.worked, outage.failed);
  }, askMs).unref();
  return {
    wake: () => {
      for (const one of processes) one.send("wake");
      for (const { process: one } of onDemand) one.look();
    },
    resting: () => onDemand.flatMap(({ stages, process: one }) => (one.isResting ? [stages] : [])),
    workers: () =>
      processes.flatMap(({ pid, role }) =>
        pid === undefined ? [] : [{ pid, stages: role.stages }],
      ),
    stop: async () => {
      clearInterval(asking);
      await Promise.all([
        reconciling.stop(),
        ...permanent.map((one) => one.stop()),
        ...onDemand.map(({ process: one }) => one.stop()),
      ]);
    },
  };
};
