// Failpoints, for tests: a process that is killed, as by kill -9, when it reaches a named place.
import { existsSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Takes a file away. False where it is not there, or another process has just taken it. */
const taken = (path: string): boolean => {
  try {
    unlinkSync(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
};

/**
 * What a belt calls at its places; it does nothing unless the environment says so.
 *
 * PARLANCE_FAIL_AT="place:n,…" kills this process when one of the places is reached the nth time; once in all for each, where
 * PARLANCE_FAIL_ONCE names a file to remember them by. PARLANCE_FAIL_FOLDER names a folder: the process that reaches a place of which
 * a file there bears the name removes the file and is killed. So places can be chosen while the processes run.
 */
export const openFailpoints = (env: NodeJS.ProcessEnv): ((place: string) => Promise<void>) => {
  const { PARLANCE_FAIL_AT: at = "", PARLANCE_FAIL_ONCE: once, PARLANCE_FAIL_FOLDER: folder } = env;
  const left = new Map<string, number>();
  for (const [, place = "", count = "1"] of at.matchAll(/([\w.]+)(?::(\d+))?/g))
    left.set(place, Number(count));
  const isCounted = (place: string): boolean => {
    const count = (left.get(place) ?? 0) - 1;
    left.set(place, count);
    if (count !== 0) return false;
    const mark = once && `${once}.${place}`;
    if (mark && existsSync(mark)) return false;
    if (mark) writeFileSync(mark, "");
    return true;
  };
  return async (place) => {
    if (isCounted(place) || (folder !== undefined && taken(join(folder, place))))
      process.kill(process.pid, "SIGKILL");
  };
};
