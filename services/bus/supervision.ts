// Supervision: workers keep their jobs while they live; a dead worker's jobs are given to others, and the guilty one is counted.
import type { JobName } from "#services/contract/jobs.ts";
import type { Worker } from "./bus.ts";

/**
 * stopped: it was told to leave and had jobs in hand when it went; none of them is to blame ·
 * crashed: it died by itself (killed, out of memory, a fault in native code); `reason` says how, for people. What ran out of memory
 * will most likely do so again: its job is given up after two such attempts.
 */
export type WorkerEnd =
  | { readonly kind: "stopped" }
  | { readonly kind: "crashed"; readonly reason: string; readonly outOfMemory?: boolean };

export interface Supervision {
  /** The worker lives: the leases of what it has in hand begin anew. */
  heartbeat(worker: Worker): Promise<void>;
  /**
   * Gives to others, as after a crash, what workers have in hand that were not heard of for longer than a lease: their host is
   * gone with them. To be called as often as `heartbeat`. It takes several calls, since after a full disk, or when the machine
   * was asleep, the living were not heard of either, and are to be heard of first.
   */
  releaseExpired(): Promise<void>;
  /**
   * The worker is dead: what it had in hand is given to others. After a crash with one job in hand, the attempt counts against
   * that job. With several in hand nobody knows which one did it: no attempt counts, and each of them is a suspect, which its
   * next worker takes only when it has nothing else in hand, so that a second crash shows the guilty one.
   */
  release(worker: Worker, end: WorkerEnd): Promise<void>;
  /**
   * The host starts: all its earlier workers are dead, most likely with the machine. What they had in hand is given to others;
   * it counts towards the total of MAX_STARTS only. Jobs of other hosts are left alone.
   */
  releaseHost(host: string): Promise<void>;
  /** Whether a job of one of these names is due, or in hand of a worker of this host: whether it needs a process that does them. */
  hasWork(host: string, names: readonly JobName[]): Promise<boolean>;
}
