#!/usr/bin/env node
// `./parlance`: the command line, re-executed under the pinned Node, working in the caller's own folder.
import { spawn } from "node:child_process";
import { environment, install, pinnedNode, started } from "./install.js";

const args = process.argv.slice(2);
const program = await install({ web: args[0] === "serve" });
const child = started(
  spawn(pinnedNode(), [program, ...args], { stdio: "inherit", env: environment() }),
);
// Ctrl-C reaches the whole group by itself; `kill` reaches only this process.
process.on("SIGINT", () => undefined);
for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.on("exit", (code, signal) => process.exit(signal === null ? (code ?? 1) : 143));
