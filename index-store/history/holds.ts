// Marks of living writers: a file per writer at work, so that whoever tidies up knows whether somebody is about to commit.
import { randomUUID } from "node:crypto";
import { readdir, rm, stat, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { ifThere } from "./disk.ts";

// A writer on another machine (a shared volume) cannot be asked; its mark counts for this long.
const FOREIGN_HOLD_MS = 60 * 60 * 1000;

const here = hostname().replaceAll(/[^A-Za-z0-9]/g, "-");

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: there is such a process, somebody else's.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
};

export interface Holds {
  take(): Promise<() => Promise<void>>;
  /** How many writers other than those of this handle are at work; marks of the dead are removed. */
  others(): Promise<number>;
}

export const openHolds = (folder: string, now: () => number): Holds => {
  const mine = new Set<string>();
  return {
    take: async () => {
      const name = `${here}.${process.pid}.${randomUUID()}.hold`;
      mine.add(name);
      await writeFile(join(folder, name), "");
      return async () => {
        mine.delete(name);
        await rm(join(folder, name), { force: true });
      };
    },
    others: async () => {
      let living = 0;
      for (const name of await readdir(folder)) {
        if (!name.endsWith(".hold") || mine.has(name)) continue;
        const [host, pid] = name.split(".");
        const info = await ifThere(stat(join(folder, name)));
        if (!info) continue;
        const lives = host === here ? isAlive(Number(pid)) : now() - info.mtimeMs < FOREIGN_HOLD_MS;
        if (lives) living++;
        else await rm(join(folder, name), { force: true });
      }
      return living;
    },
  };
};
