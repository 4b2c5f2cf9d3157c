// Finds the process of a running server that analyses, and reads its memory.
import { readFileSync } from "node:fs";

/** Process id of the child that analyses; its command line has the names of its stages. */
export const analyserOf = (processes: readonly number[]): number | undefined =>
  processes.find((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").includes("analyse");
    } catch {
      // The process ended in the meantime.
      return false;
    }
  });

/** Greatest memory of a process so far, in bytes (VmHWM). */
export const peakOf = (pid: number): number => {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? Number.NaN) * 1024;
};
