// What the npm scripts run, on any Node from 18: installs what is missing, then hands over to the pinned Node.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { environment, install, installTestTools, pinnedNode, root } from "./install.js";

const [task = "serve", ...rest] = process.argv.slice(2);

/** Runs a program under the pinned Node with this terminal, passing signals on, and exits as it exits. */
const handOver = (script, args) => {
  // The pinned Node first on the PATH: whatever the program starts by name runs on it too.
  const env = {
    ...environment(),
    PATH: `${join(root, "node_modules", ".bin")}:${process.env.PATH}`,
  };
  const child = spawn(pinnedNode(), [join(root, script), ...args], { stdio: "inherit", env });
  // Ctrl-C reaches the whole group by itself; `kill` reaches only this process.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
    process.on(signal, () => signal !== "SIGINT" && child.kill(signal));
  child.on("exit", (code, signal) => process.exit(signal === null ? (code ?? 1) : 128 + 15));
};

/** The test projects of each task; `npm test` leaves out the attacks, which take many minutes. */
const projects = { test: "!attack", attack: "attack" };

if (task in projects) {
  await install();
  installTestTools();
  // A run without arguments is a whole one: its reporter then fails for a test file that was not run.
  if (task === "test" && rest.length === 0) process.env.PARLANCE_TEST_RUN = "whole";
  handOver("node_modules/vitest/vitest.mjs", ["run", "--project", projects[task], ...rest]);
} else {
  await install();
  handOver("cli/main.ts", [task, ...rest]);
}
