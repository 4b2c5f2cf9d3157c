// Marks of living writers and sweepers, a file each: writers name objects later than they write them, sweepers remove what is unnamed.
import { randomUUID } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { readdir, rm, stat, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { ifThere } from "./disk.ts";
import { HistoryError } from "./history.ts";

/** Marks are touched so often. */
const TOUCH_MS = 5000;
/**
 * Whether a process of another machine (on a shared volume) lives cannot be asked: its mark counts until it was not touched for so
 * long, as seen from here and by this machine's own clock.
 */
const FOREIGN_MARK_MS = 45_000;
const STEP_MS = 50;
const WAIT_FOR_SWEEP_MS = 10 * 60 * 1000;
const WAIT_FOR_WRITERS_MS = 60_000;
const HOLD = ".hold";
const SWEEP = ".sweep";

/** Marks lie among staged files, and are none themselves. */
export const isMark = (name: string): boolean => name.endsWith(HOLD) || name.endsWith(SWEEP);

const readOr = (read: () => string, otherwise: string): string => {
  try {
    return read();
  } catch {
    return otherwise;
  }
};

/**
 * Where process ids mean the same processes as here. Machines and containers may have the same name; what Linux says of the boot and
 * of the ids' namespace no two have in common.
 */
const here = [
  readOr(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim(), hostname()),
  readOr(() => readlinkSync("/proc/self/ns/pid"), ""),
]
  .join("-")
  .replaceAll(/[^A-Za-z0-9]/g, "-");

const pause = () => new Promise((done) => setTimeout(done, STEP_MS));

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: there is such a process, of another user.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
};

type Release = () => Promise<void>;

export interface Holds {
  /**
   * Marks a writer at work until it is released; waits while another handle sweeps, unless this handle has a hold already.
   * @throws HistoryError "unavailable" where the sweep takes longer than ten minutes
   */
  take(): Promise<Release>;
  /** How many writers other than those of this handle are at work; marks of processes that have ended are removed. */
  others(): Promise<number>;
  /**
   * Runs `sweep` while no writer of another handle is at work and none begins; sweeps go one after another.
   * @param limitMs how long writers are waited for: a minute by default
   * @throws HistoryError "unavailable" where a writer has been at work for longer
   */
  alone<T>(sweep: () => Promise<T>, limitMs?: number): Promise<T>;
}

/** @param clock milliseconds that only grow, of this machine */
export const openHolds = (folder: string, clock: () => number = () => performance.now()): Holds => {
  const mine = new Set<string>();
  /** Marks of other machines: when they were last seen to be touched. */
  const seen = new Map<string, { readonly touched: number; readonly at: number }>();

  const isTouched = (name: string, touched: number): boolean => {
    const before = seen.get(name);
    const at = clock();
    if (before?.touched === touched) return at - before.at < FOREIGN_MARK_MS;
    seen.set(name, { touched, at });
    return true;
  };

  const mark = async (suffix: string): Promise<{ name: string; release: Release }> => {
    const name = `${here}.${process.pid}.${randomUUID()}${suffix}`;
    mine.add(name);
    await writeFile(join(folder, name), "");
    // One that is gone already is not made again.
    const touch = () => utimes(join(folder, name), new Date(), new Date()).catch(() => undefined);
    const timer = setInterval(touch, TOUCH_MS).unref();
    const release = async () => {
      clearInterval(timer);
      mine.delete(name);
      await rm(join(folder, name), { force: true });
    };
    return { name, release };
  };

  /** Names of the marks of other handles whose processes live. */
  const living = async (suffix: string): Promise<string[]> => {
    const found: string[] = [];
    for (const name of await readdir(folder)) {
      if (!name.endsWith(suffix) || mine.has(name)) continue;
      const [host, pid] = name.split(".");
      const info = await ifThere(stat(join(folder, name)));
      if (!info) continue;
      const lives = host === here ? isAlive(Number(pid)) : isTouched(name, info.mtimeMs);
      if (lives) {
        found.push(name);
        continue;
      }
      seen.delete(name);
      await rm(join(folder, name), { force: true });
    }
    return found;
  };

  const waitUntil = async (
    isOver: () => Promise<boolean>,
    { limitMs, otherwise }: { readonly limitMs: number; readonly otherwise: string },
  ): Promise<void> => {
    for (let waited = 0; !(await isOver()); waited += STEP_MS) {
      if (waited >= limitMs) throw new HistoryError("unavailable", otherwise);
      await pause();
    }
  };

  const noSweep = {
    limitMs: WAIT_FOR_SWEEP_MS,
    otherwise: `Another process has been erasing from ${folder} for ten minutes.`,
  };
  const noWriters = (limitMs: number) => ({
    limitMs,
    otherwise: `Another process has been writing to ${folder} for ${limitMs / 1000} s; what was to be removed is removed when it is asked for again.`,
  });

  /**
   * Of several that begin to sweep at once, the one whose mark sorts first goes first. Whoever waits for others to give way also
   * gives way when a mark appears that sorts before its own: two that each waited for the other would wait for ever.
   */
  const markSweep = async (): Promise<Release> => {
    for (;;) {
      await waitUntil(async () => (await living(SWEEP)).length === 0, noSweep);
      const { name, release } = await mark(SWEEP);
      let rivals = await living(SWEEP);
      await waitUntil(async () => {
        rivals = await living(SWEEP);
        return rivals.length === 0 || rivals.some((rival) => rival < name);
      }, noSweep);
      if (rivals.length === 0) return release;
      await release();
      await pause();
    }
  };

  return {
    take: async () => {
      for (;;) {
        const isNested = [...mine].some((name) => name.endsWith(HOLD));
        const { release } = await mark(HOLD);
        // Each side makes its mark first and looks for the other's then, so that never both go on.
        if (isNested || (await living(SWEEP)).length === 0) return release;
        await release();
        await waitUntil(async () => (await living(SWEEP)).length === 0, noSweep);
      }
    },
    others: async () => (await living(HOLD)).length,
    alone: async (sweep, limitMs = WAIT_FOR_WRITERS_MS) => {
      const release = await markSweep();
      try {
        await waitUntil(async () => (await living(HOLD)).length === 0, noWriters(limitMs));
        return await sweep();
      } finally {
        await release();
      }
    },
  };
};
