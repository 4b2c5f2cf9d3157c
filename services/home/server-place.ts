// The place of a server in a home that several may share: a name as a host of workers, and the lock that says it is taken.
import { mkdirSync } from "node:fs";
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

const isTaken = (error: unknown): boolean =>
  error instanceof ParlanceError && error.code === "home-in-use";

/**
 * Takes the first free place of this machine in the home, so that a server that starts again is its own successor, and gives back what
 * it held in its earlier life. Places of other machines are never taken: a lock does not tell everywhere whether they live. A
 * container that was made anew, with another name, gets a new place; what the old one held runs out.
 */
export const takeServerPlace = (home: string, newId: () => string): ServerPlace => {
  const machine = hostname().replaceAll(/[^A-Za-z0-9.-]/gu, "-");
  for (let at = 1; ; at++) {
    const folder = join(home, "servers", `${machine}-${at}`);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    try {
      return { lock: lockHome(folder), host: hostOf(folder, newId) };
    } catch (error) {
      if (!isTaken(error) || at === MOST) throw error;
    }
  }
};
