// What the npm scripts run, on any Node from 18: installs what is missing, then hands over to the pinned Node.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, statfsSync } from "node:fs";
import { join, resolve } from "node:path";
import { environment, install, installTestTools, pinnedNode, root, started } from "./install.js";

const [task = "serve", ...rest] = process.argv.slice(2);

/**
 * Runs a program under the pinned Node with this terminal, passing signals on, and exits as it exits.
 * @param more variables of its environment
 */
const handOver = (script, args, more = {}) => {
  // The pinned Node first on the PATH: whatever the program starts by name runs on it too.
  const env = {
    ...environment(),
    ...more,
    PATH: `${join(root, "node_modules", ".bin")}:${process.env.PATH}`,
  };
  const child = started(
    spawn(pinnedNode(), [resolve(root, script), ...args], { stdio: "inherit", env }),
  );
  // Ctrl-C reaches the whole group by itself; `kill` reaches only this process.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
    process.on(signal, () => signal !== "SIGINT" && child.kill(signal));
  child.on("exit", (code, signal) => process.exit(signal === null ? (code ?? 1) : 128 + 15));
  // npm that is stopped by a signal leaves its shell and this process behind; the server would keep the port and the home.
  const parent = process.ppid;
  if (process.env.npm_lifecycle_event !== undefined)
    setInterval(() => process.ppid !== parent && child.kill("SIGTERM"), 1000).unref();
};

const MEMORY_DISK = "/dev/shm";
const MEMORY_DISK_BYTES = 4 * 2 ** 30;

/** A folder in memory for what tests write, where there is room for one: they flush every commit to the disk, and wait for it. */
const testFolder = () => {
  if (process.env.TMPDIR !== undefined) return undefined;
  try {
    const { bavail, bsize } = statfsSync(MEMORY_DISK);
    if (bavail * bsize < MEMORY_DISK_BYTES) return undefined;
    const folder = mkdtempSync(join(MEMORY_DISK, "parlance-test-"));
    process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
    return folder;
  } catch {
    // No such disk, or none to write to: the tests use the one that all programs use.
    return undefined;
  }
};

/** The test projects of each task; `npm test` leaves out the attacks, which take many minutes. */
const projects = { test: "!attack", attack: "attack" };

if (task in projects) {
  // The tests start what people start.
  process.env.PARLANCE_TEST_PROGRAM ??= await install();
  // Servers of the tests' own (infra/checks/test-services.ts); an empty list starts none.
  if (task === "test") process.env.PARLANCE_TEST_SERVICES ??= "all";
  installTestTools({ services: process.env.PARLANCE_TEST_SERVICES === "all" });
  // A run without arguments is a whole one: its reporter then fails for a test file that was not run.
  if (task === "test" && rest.length === 0) process.env.PARLANCE_TEST_RUN = "whole";
  // An attack fills disks and measures times, so that it has a real one.
  const folder = task === "test" ? testFolder() : undefined;
  handOver(
    "node_modules/vitest/vitest.mjs",
    ["run", "--project", projects[task], ...rest],
    folder === undefined ? {} : { TMPDIR: folder },
  );
} else if (task === "chaos") {
  await install();
  installTestTools({ services: true });
  handOver("infra/chaos/run.ts", rest);
} else if (task === "fuzz") {
  await install();
  handOver("infra/fuzz/run.ts", rest);
} else {
  handOver(await install(), [task, ...rest]);
}
