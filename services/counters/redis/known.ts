// What this server knows of the counts in Redis: it holds where Redis has lost them, so that no limit becomes wider than in memory.
import type { Count } from "../counters.ts";

export interface Known extends Count {
  /** How often it was taken back, as Redis said last. */
  readonly back: number;
  /** Counted while Redis was away: it holds whatever Redis has. */
  readonly isAway: boolean;
}

/** Beyond so many, those that are over are dropped, and then the ones that were counted longest ago. */
const MOST = 100_000;

export interface KnownCounts {
  get(name: string): Known | undefined;
  set(name: string, known: Known): void;
  delete(name: string): void;
}

export const openKnownCounts = (now: () => number): KnownCounts => {
  const all = new Map<string, Known>();
  let sweepAt = 1000;
  const sweep = () => {
    const at = now();
    for (const [name, { until }] of all) if (until <= at) all.delete(name);
    for (const name of all.keys()) {
      if (all.size <= MOST) break;
      all.delete(name);
    }
    sweepAt = Math.min(MOST + 1000, Math.max(1000, all.size * 2));
  };
  return {
    get: (name) => {
      const known = all.get(name);
      return known !== undefined && known.until > now() ? known : undefined;
    },
    set(name, known) {
      // A Map keeps its order: what was counted last is at its end.
      all.delete(name);
      all.set(name, known);
      if (all.size > sweepAt) sweep();
    },
    delete: (name) => {
      all.delete(name);
    },
  };
};
