// The lock of a home: one holder at a time, and none left behind by a process that died.
import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { lockHome, readHolder } from "./lock.ts";

const folders: string[] = [];
const aFolder = async () => {
  const folder = await mkdtemp(join(tmpdir(), "parlance-home-"));
  folders.push(folder);
  return folder;
};
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

describe("the lock of a home", () => {
  it("refuses a second holder with the first one's pid and address", async () => {
    const folder = await aFolder();
    const lock = lockHome(folder);
    lock.announce("http://127.0.0.1:8787");
    const script = `import { lockHome } from ${JSON.stringify(join(import.meta.dirname, "lock.ts"))};
      try { lockHome(${JSON.stringify(folder)}); console.log("taken"); } catch (error) { console.log(error.code, error.message); }`;
    const ask = () =>
      execFileSync(process.execPath, ["--input-type=module", "-e", script], {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
      });
    const refused = ask();
    expect(refused).toContain("home-in-use");
    expect(refused).toContain(String(process.pid));
    expect(refused).toContain("http://127.0.0.1:8787");
    lock.release();
    // That process took the home and died without a word: its lock is no hindrance.
    expect(ask()).toBe("taken\n");
    expect(await readFile(join(folder, "parlance.lock"), "utf8")).toContain("pid");
    const mine = lockHome(folder);
    expect(readHolder(folder)?.pid).toBe(process.pid);
    mine.release();
    expect(readHolder(folder)).toBeUndefined();
  });
});
