// The home's lock: one server a home. The kernel holds it for as long as the process lives, so that none is ever stale.
import { closeSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { rejected } from "#services/domain/errors.ts";

export interface HomeLock {
  /** Tells others where this home is served. */
  announce(url: string): void;
  release(): void;
}

interface Holder {
  readonly pid: number;
  readonly url: string | null;
}

/** Who holds a home, as far as its lock file says; undefined where nothing sensible stands there. */
export const readHolder = (home: string): Holder | undefined => {
  try {
    const { pid, url } = JSON.parse(readFileSync(join(home, "parlance.lock"), "utf8")) as Holder;
    return typeof pid === "number" ? { pid, url: url ?? null } : undefined;
  } catch {
    // No file, or half of one: its writer is gone.
    return undefined;
  }
};

const inUse = (home: string, holder: Holder | undefined) =>
  rejected(
    `${home} is in use by process ${holder?.pid ?? "(unknown)"}${holder?.url ? `, which serves it at ${holder.url}` : ""}.`,
    {
      code: "home-in-use",
      status: 409,
      hint: holder?.url
        ? `Open ${holder.url}, or stop that process, or set PARLANCE_HOME to another folder.`
        : "Stop that process, or set PARLANCE_HOME to another folder.",
      data: { ...holder },
    },
  );

/**
 * Takes the home for this process. What a dead process left behind is taken over.
 * @throws ParlanceError rejected `home-in-use` with the holder's pid and address
 */
export const lockHome = (home: string): HomeLock => {
  const path = join(home, "parlance.lock.db");
  closeSync(openSync(path, "a", 0o600));
  const held = new DatabaseSync(path, { timeout: 0 });
  try {
    held.exec("begin exclusive");
  } catch (cause) {
    held.close();
    if ((cause as { errcode?: number }).errcode === 5) throw inUse(home, readHolder(home));
    throw cause;
  }
  const file = join(home, "parlance.lock");
  const say = (holder: Holder) => {
    writeFileSync(`${file}.new`, `${JSON.stringify(holder)}\n`, { mode: 0o600 });
    renameSync(`${file}.new`, file);
  };
  say({ pid: process.pid, url: null });
  let mine = true;
  return {
    announce: (url) => say({ pid: process.pid, url }),
    release: () => {
      if (!mine) return;
      mine = false;
      rmSync(file, { force: true });
      held.close();
    },
  };
};
