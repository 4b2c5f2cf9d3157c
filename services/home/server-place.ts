// The place of a server in a home that several may share: a name as a host of workers, and the lock that says it is taken.
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { ParlanceError } from "#services/domain/errors.ts";
import { hostOf } from "./host.ts";
import { type HomeLock, lockHome } from "./lock.ts";

export interface ServerPlace {
  /** Nobody else alive has it; whoever had it before is dead. */
  readonly host: string;
  readonly lock: HomeLock;
}

/** More servers of one machine do not share a home. */
const MOST = 100;
/** Whoever has a place says so this often. */
const TOUCH_MS = 5000;
/** A server of another machine is believed to live until it has said nothing for so long. */
const SILENCE_MS = 45_000;

const isTaken = (error: unknown): boolean =>
  error instanceof ParlanceError && error.code === "home-in-use";

/** What no two running machines have in common, unlike their names; containers of one machine have it in common, and one kernel. */
const readBoot = (): string => {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    return hostname();
  }
};

const textOf = (path: string): string | undefined => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
};

/** The time by the clock of the folder's disk, which may be another machine's. */
const timeAt = (folder: string): number => {
  const path = join(folder, "now");
  writeFileSync(path, "");
  return statSync(path).mtimeMs;
};

/** Whether a machine with the same name has it: not every network disk passes the lock on to others. */
const isElsewhere = (folder: string, boot: string): boolean => {
  const path = join(folder, "boot");
  const who = textOf(path);
  return who !== undefined && who !== boot && timeAt(folder) - statSync(path).mtimeMs < SILENCE_MS;
};

/** Holds the place for as long as this process lives. */
const occupy = (folder: string, boot: string): HomeLock => {
  const path = join(folder, "boot");
  const lock = lockHome(folder);
  writeFileSync(path, boot, { mode: 0o600 });
  const touch = () => {
    try {
      // Written over, never emptied in between. The disk's clock counts, so its time is not set from here.
      writeFileSync(path, boot, { flag: "r+" });
    } catch {
      // A full or lost disk: the lock still holds on this machine, and the next time may work.
    }
  };
  const timer = setInterval(touch, TOUCH_MS).unref();
  return {
    announce: lock.announce,
    release: () => {
      clearInterval(timer);
      lock.release();
    },
  };
};

/**
 * Takes the first free place of this machine in the home, so that a server that starts again is its own successor, and gives back what
 * it held in its earlier life. Places of other machines are not taken, also where they have the same name, unless they have been silent
 * for 45 s. A container that was made anew, with another name, and a machine that has just booted anew, get a new place; what the old
 * one held runs out.
 * @param boot tells machines of the same name apart
 */
export const takeServerPlace = (
  home: string,
  newId: () => string,
  boot = readBoot(),
): ServerPlace => {
  const machine = hostname().replaceAll(/[^A-Za-z0-9.-]/gu, "-");
  for (let at = 1; ; at++) {
    const folder = join(home, "servers", `${machine}-${at}`);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    try {
      if (at < MOST && isElsewhere(folder, boot)) continue;
      return { lock: occupy(folder, boot), host: hostOf(folder, newId) };
    } catch (error) {
      if (!isTaken(error) || at === MOST) throw error;
    }
  }
};
