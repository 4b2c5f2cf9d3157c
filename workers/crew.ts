// The crew: the worker processes of a server, one for each role, restarted when they die and stopped when it stops.
import { fileURLToPath } from "node:url";
import { openOutage } from "#services/log/outage.ts";
import type { Instance } from "#services/parlance.ts";
import type { StageName } from "./belt.ts";
import { startReconciling } from "./reconcile.ts";
import { type Role, WorkerProcess } from "./worker-process.ts";

const program = fileURLToPath(new URL("./main.ts", import.meta.url));

/**
 * Three processes. Reading keeps a thread busy from one end of a file to the other without ever leaving it, so that whatever shares
 * its process waits: with commit beside it the first hits came after 15 s, with embed beside it after 11 s; apart, after 1 to 2.
 * Two readings share the first process all the same (see `ingest` in belt.ts): they wait for each other for a part at a time, about
 * a third of a second. A second process for reading would not be faster where two processors are shared with embedding and
 * searching, and takes another 150 MB; more than two readings in one could fill its heap, as each may hold a record of 64 MB.
 * The model works in threads of its own, so that embed and commit share the second process well; a third one for
 * them took 600 MB more. Analyses take minutes of a processor and run by themselves.
 */
const roles = (nice: number): readonly Role[] => [
  { stages: ["ingest"], heapMb: 600, nice },
  { stages: ["chunk", "embed", "commit", "erase", "repair", "watch", "post"], heapMb: 700, nice },
  // Vectors and maps lie outside the heap. Below the others, since nobody waits for an analysis.
  { stages: ["analyse"], heapMb: 1500, nice: Math.min(19, nice + 5) },
];

/** How often each process is asked whether it lives, and leases that ran out are looked for. */
const ASK_MS = 15_000;

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
  /** Resolves when all processes have left, within 20 s: those that do not are killed, which loses nothing. */
  stop(): Promise<void>;
}

/**
 * Starts the workers of this home: jobs that its dead workers held are given back, the view of the indexes is repaired, then the
 * processes start. The caller holds the home's lock.
 */
export const startCrew = async (instance: Instance, options: CrewOptions = {}): Promise<Crew> => {
  const { supervision, worker, config, newId, health, space } = instance;
  const onLog = options.onLog ?? (() => undefined);
  // The home is locked: its workers went down with the server before this one.
  await supervision.releaseHost(worker.host);
  const reconciling = await startReconciling(instance, (error) => onLog(String(error)));
  const processes = roles(options.nice ?? 10).map(
    (role) =>
      new WorkerProcess({
        role,
        program,
        host: worker.host,
        supervision,
        newId,
        env: { ...process.env, ...options.env, PARLANCE_HOME: config.home },
        onLog,
        onTold: (told) => {
          const source = `worker ${role.stages[0]}`;
          if (told === "ended") {
            health.tell(source, []);
            space.adopt(source, null);
          } else if ("parts" in told) health.tell(source, told.parts);
          else space.adopt(source, told.waiting);
        },
      }),
  );
  for (const one of processes) one.start();
  const leases = openOutage("leases that ran out", onLog);
  const asking = setInterval(() => {
    for (const one of processes) one.ask();
    supervision.releaseExpired().then(leases.worked, leases.failed);
  }, ASK_MS).unref();
  return {
    wake: () => {
      for (const one of processes) one.send("wake");
    },
    workers: () =>
      processes.flatMap(({ pid, role }) =>
        pid === undefined ? [] : [{ pid, stages: role.stages }],
      ),
    stop: async () => {
      clearInterval(asking);
      await Promise.all([reconciling.stop(), ...processes.map((one) => one.stop())]);
    },
  };
};
