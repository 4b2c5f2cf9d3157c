// Failpoints: the process that reaches a chosen place is killed there, once for each time that it was chosen; others go on.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "parlance-failpoint-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const program = new URL("./failpoint.ts", import.meta.url).href;

/** Runs a process that reaches these places. @returns the signal that ended it, or those that it passed */
const reach = (places: readonly string[], env: Record<string, string>) => {
  const script = `
    const { openFailpoints } = await import(${JSON.stringify(program)});
    const reached = openFailpoints(process.env);
    for (const place of ${JSON.stringify(places)}) { await reached(place); console.log(place); }`;
  const { signal, stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
    env: { ...process.env, ...env },
    encoding: "utf8",
  });
  return { signal, passed: stdout.split("\n").filter(Boolean) };
};

describe("a failpoint", () => {
  it("chosen by a file kills the process that reaches it, and no later one", () => {
    const env = { PARLANCE_FAIL_FOLDER: folder };
    writeFileSync(join(folder, "commit.told"), "");
    expect(reach(["commit.taken", "commit.told"], env)).toEqual({
      signal: "SIGKILL",
      passed: ["commit.taken"],
    });
    expect(existsSync(join(folder, "commit.told"))).toBe(false);
    expect(reach(["commit.told"], env)).toEqual({ signal: null, passed: ["commit.told"] });
  });

  it("chosen by number kills at that time only, and once where it is remembered", () => {
    const env = { PARLANCE_FAIL_AT: "embed.kept:2", PARLANCE_FAIL_ONCE: join(folder, "once") };
    const places = ["embed.kept", "embed.kept", "embed.kept"];
    expect(reach(places, env)).toEqual({ signal: "SIGKILL", passed: ["embed.kept"] });
    expect(reach(places, env)).toEqual({ signal: null, passed: places });
  });
});
