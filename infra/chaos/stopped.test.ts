// A run of chaos that is told to stop, in the middle of its work, leaves no process and no file behind.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { expect, it } from "vitest";
import { familyOf } from "../e2e/running-server.ts";

const isAlive = (pid: number) => existsSync(`/proc/${pid}/exe`);
const program = join(import.meta.dirname, "run.ts");

it.each(["SIGTERM", "SIGINT"] as const)(
  "ends everything that it started at %s",
  async (signal) => {
    const folder = mkdtempSync(join(tmpdir(), "parlance-stopped-"));
    const env = { ...process.env, TMPDIR: folder };
    const args = [program, "--only", "worker-kills", "--profile", "embedded"];
    const run = spawn(process.execPath, args, { env, stdio: "ignore" });
    const ended = new Promise((done) => run.once("exit", done));
    // Itself, the server, and the three processes of workers.
    let family: number[] = [];
    while (family.length < 5) {
      family = familyOf(run.pid ?? 0);
      await pause(50);
    }
    run.kill(signal);
    await ended;
    await expect.poll(() => family.filter(isAlive), { timeout: 10_000 }).toEqual([]);
    expect(readdirSync(folder).filter((name) => name.startsWith("parlance-chaos-"))).toEqual([]);
    rmSync(folder, { recursive: true });
  },
  90_000,
);
