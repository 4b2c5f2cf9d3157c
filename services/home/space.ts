// The free space of the home's disk: how much must stay free, who waits for more, and a wait that ends when there is room.
import { statfs } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { diskFull } from "#services/domain/disk-full.ts";
import { ParlanceError } from "#services/domain/errors.ts";
import { size } from "#services/domain/size.ts";

/** Bytes that are free, and bytes that have to be before the work that waits goes on. */
export interface Space {
  readonly freeBytes: number;
  readonly neededBytes: number;
}

export interface WaitOptions {
  /** What the work is about to write, in bytes, beside what must stay free; 0 by default. */
  readonly bytes?: number;
  readonly signal: AbortSignal;
  /** Asked at every look while there is no room: true ends the wait, since the work is not wanted any more. */
  readonly unless?: () => Promise<boolean>;
}

export interface SpaceWatch {
  /** What is free now, and what must stay free. */
  look(): Promise<{ readonly freeBytes: number; readonly reserveBytes: number }>;
  /** Null where there is room; otherwise what is free and what is needed, by this process or by one that has told it. */
  short(): Promise<Space | null>;
  /** @throws ParlanceError unavailable `disk-full` (507) where so many bytes more would leave less than the reserve. */
  require(bytes: number): Promise<void>;
  /** Resolves when there is room. At once where there is. @throws AbortError when the signal is aborted */
  wait(options: WaitOptions): Promise<void>;
  /**
   * After an error that says the disk is full: waits a moment, counted as waiting for the space that the error names, or for more
   * than there is now. @throws AbortError when the signal is aborted
   */
  pauseAfterFull(error: unknown, signal: AbortSignal): Promise<void>;
  /** What another process of ours, named by `source`, waits for; null when it does not wait any more. */
  adopt(source: string, waiting: Space | null): void;
  /** Called with what this process waits for, whenever that changes. */
  onWaiting(listener: (waiting: Space | null) => void): void;
}

const MEGABYTE = 1024 ** 2;
const LOOK_EVERY_MS = 1000;
const AFTER_FULL_MS = 2000;

/**
 * Bytes that must stay free, so that what is under way can be finished and the database closed: 2 % of the disk, at least 64 MB
 * and at most 256 MB; on a disk so small that this would be more than a quarter of it, a quarter.
 */
export const reserveOf = (totalBytes: number): number =>
  Math.round(
    Math.min(Math.max(64 * MEGABYTE, Math.min(totalBytes * 0.02, 256 * MEGABYTE)), totalBytes / 4),
  );

export interface SpaceWatchOptions {
  /** A folder on the disk that is watched. */
  readonly folder: string;
  /** Folders that may be on other disks: the one with the least room counts. */
  readonly also?: readonly string[];
  /** Bytes that must stay free, instead of `reserveOf` the disk. */
  readonly minFreeBytes?: number | undefined;
  /** How often a wait looks again. */
  readonly lookEveryMs?: number;
  /** How long `pauseAfterFull` waits. */
  readonly pauseMs?: number;
  /** Reads what is free, in bytes; from the file system by default. */
  readonly read?: (folder: string) => Promise<DiskSpace>;
}

export interface DiskSpace {
  readonly freeBytes: number;
  readonly totalBytes: number;
}

/** Free is what this user may still write: file systems keep some for root. */
const readDisk = async (folder: string): Promise<DiskSpace> => {
  const { bavail, blocks, bsize } = await statfs(folder);
  return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
};

export const openSpaceWatch = (options: SpaceWatchOptions): SpaceWatch => {
  const read = options.read ?? readDisk;
  const lookEvery = options.lookEveryMs ?? LOOK_EVERY_MS;
  const waiting = new Set<{ now: Space }>();
  const elsewhere = new Map<string, Space>();
  const listeners: ((waiting: Space | null) => void)[] = [];

  const lookAt = async (folder: string) => {
    const { freeBytes, totalBytes } = await read(folder);
    return { freeBytes, reserveBytes: options.minFreeBytes ?? reserveOf(totalBytes) };
  };
  const look = async () => {
    let least = await lookAt(options.folder);
    for (const folder of options.also ?? []) {
      const one = await lookAt(folder);
      if (one.freeBytes - one.reserveBytes < least.freeBytes - least.reserveBytes) least = one;
    }
    return least;
  };

  /** Of several that wait, the one that needs most. */
  const most = (spaces: Iterable<Space>): Space | null => {
    let found: Space | null = null;
    for (const space of spaces)
      if (found === null || space.neededBytes > found.neededBytes) found = space;
    return found;
  };
  const here = () => most([...waiting].map(({ now }) => now));
  const tell = () => {
    const now = here();
    for (const listener of listeners) listener(now);
  };

  /** Counted as waiting for as long as `work` lasts. */
  const counted = async (work: (say: (now: Space) => void) => Promise<void>) => {
    let entry: { now: Space } | undefined;
    try {
      await work((now) => {
        if (entry) entry.now = now;
        else {
          entry = { now };
          waiting.add(entry);
        }
        tell();
      });
    } finally {
      if (entry && waiting.delete(entry)) tell();
    }
  };

  return {
    look,
    async short() {
      const { freeBytes, reserveBytes } = await look();
      const needed = most([...[...waiting].map(({ now }) => now), ...elsewhere.values()]);
      const neededBytes = Math.max(reserveBytes, needed?.neededBytes ?? 0);
      return freeBytes < neededBytes ? { freeBytes, neededBytes } : null;
    },
    async require(bytes) {
      const { freeBytes, reserveBytes } = await look();
      const neededBytes = reserveBytes + bytes;
      if (freeBytes < neededBytes)
        throw diskFull(`${size(freeBytes)} are free, and ${size(neededBytes)} are needed`, {
          data: { freeBytes, neededBytes },
        });
    },
    wait: ({ bytes = 0, signal, unless }) =>
      counted(async (say) => {
        for (;;) {
          signal.throwIfAborted();
          const { freeBytes, reserveBytes } = await look();
          const neededBytes = reserveBytes + bytes;
          if (freeBytes >= neededBytes || (await unless?.())) return;
          say({ freeBytes, neededBytes });
          await pause(lookEvery, undefined, { signal });
        }
      }),
    pauseAfterFull: (error, signal) =>
      counted(async (say) => {
        const { freeBytes, reserveBytes } = await look();
        const named = error instanceof ParlanceError ? error.data["neededBytes"] : undefined;
        const neededBytes = typeof named === "number" ? named : freeBytes + reserveBytes;
        say({ freeBytes, neededBytes });
        await pause(options.pauseMs ?? AFTER_FULL_MS, undefined, { signal });
      }),
    adopt(source, now) {
      if (now === null) elsewhere.delete(source);
      else elsewhere.set(source, now);
    },
    onWaiting: (listener) => {
      listeners.push(listener);
    },
  };
};
