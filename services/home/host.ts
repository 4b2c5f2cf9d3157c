// The name of this home as a host of workers: made once and kept in a file, so that it survives restarts and renamed machines.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Jobs in hand are marked with it: a server that starts gives back those of its own earlier workers, and no other host's.
 * @param newId makes a name where the home has none yet
 */
export const hostOf = (home: string, newId: () => string): string => {
  const path = join(home, "host");
  try {
    writeFileSync(path, `host-${newId()}\n`, { flag: "wx", mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  return readFileSync(path, "utf8").trim();
};
