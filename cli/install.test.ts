// How a clone is made ready: one installation at a time, none under a running program, and none where everything is there.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const bin = join(import.meta.dirname, "..", "bin");
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "parlance-install-"));
});
afterEach(() => rm(folder, { recursive: true }));

/** A process that runs these lines with the functions of the launcher. */
const start = (lines: string): ChildProcess =>
  spawn(
    process.execPath,
    [
      "--input-type=module",
      "-e",
      `const { withLock, use, usersNow } = await import(${JSON.stringify(join(bin, "install-lock.js"))});
       const { packagesAreReady } = await import(${JSON.stringify(join(bin, "ready-packages.js"))});
       const { appendFileSync } = await import("node:fs");
       const folder = ${JSON.stringify(folder)};
       const say = (line) => appendFileSync(folder + "/said", line + "\\n");
       ${lines}`,
    ],
    { stdio: ["ignore", "pipe", "inherit"] },
  );

const over = async (child: ChildProcess): Promise<string> => {
  let out = "";
  child.stdout?.on("data", (piece) => {
    out += piece;
  });
  await once(child, "close");
  return out.trim();
};

const said = async () => (await readFile(join(folder, "said"), "utf8")).trim().split("\n");

describe("the lock of an installation", () => {
  const work = `await withLock(folder, async () => {
    say("begin " + process.pid);
    for (let n = 0; n < 20; n++) await new Promise((resolve) => setTimeout(resolve, 10));
    say("end " + process.pid);
  }, () => undefined);`;

  it("lets one process after the other", async () => {
    await Promise.all([work, work, work, work].map((lines) => over(start(lines))));
    const lines = await said();
    expect(lines).toHaveLength(8);
    for (let at = 0; at < lines.length; at += 2)
      expect(lines[at + 1]).toBe(lines[at]?.replace("begin", "end"));
    expect(await readdir(folder)).toEqual(["said"]);
  });

  it("is taken over from processes that died with it, by one at a time", async () => {
    const killed = start(`await withLock(folder, async () => {
      console.log("held");
      setInterval(() => undefined, 1000);
      await new Promise(() => undefined);
    }, () => undefined);`);
    if (killed.stdout) await once(killed.stdout, "data");
    killed.kill("SIGKILL");
    await once(killed, "exit");
    await Promise.all([work, work, work].map((lines) => over(start(lines))));
    const lines = await said();
    for (let at = 0; at < lines.length; at += 2)
      expect(lines[at + 1]).toBe(lines[at]?.replace("begin", "end"));
    expect(lines).toHaveLength(6);
  });
});

describe("programs that run from the packages", () => {
  it("are known while they run, whoever started them", async () => {
    const server = start("setInterval(() => undefined, 1000); console.log(1);");
    if (server.stdout) await once(server.stdout, "data");
    const launcher = start(
      `use(folder, ${server.pid}); console.log("used"); setInterval(() => undefined, 1000);`,
    );
    if (launcher.stdout) await once(launcher.stdout, "data");
    // Killed without a chance to tidy up: the program it started goes on.
    launcher.kill("SIGKILL");
    await once(launcher, "exit");
    const users = () => over(start("console.log(JSON.stringify(usersNow(folder)));"));
    expect(await users()).toBe(JSON.stringify([server.pid]));
    server.kill();
    await once(server, "exit");
    expect(await users()).toBe("[]");
  });
});

describe("packages", () => {
  const lock = { "": {}, "node_modules/a": { version: "1.0.0", integrity: "x" } };
  const other = { "node_modules/b": { version: "1.0.0", integrity: "y", optional: true } };
  const ready = async (installed: object | string) => {
    await mkdir(join(folder, "node_modules", "a"), { recursive: true });
    const locked = { packages: { ...lock, ...other } };
    await writeFile(join(folder, "package-lock.json"), JSON.stringify(locked));
    const text =
      typeof installed === "string" ? installed : JSON.stringify({ packages: installed });
    await writeFile(join(folder, "node_modules", ".package-lock.json"), text);
    return over(start("console.log(packagesAreReady(folder));"));
  };

  it("are ready where npm has written down that it installed them, but for those of other systems", async () => {
    const { "": _, ...installed } = lock;
    expect(await ready(installed)).toBe("false");
    await writeFile(join(folder, "node_modules", "a", "package.json"), "{}");
    expect(await ready(installed)).toBe("true");
    expect(await ready({ ...installed, ...other })).toBe("false");
  });

  it("are not where one is missing, of another version, or the list was cut off", async () => {
    await mkdir(join(folder, "node_modules", "a"), { recursive: true });
    await writeFile(join(folder, "node_modules", "a", "package.json"), "{}");
    expect(await ready({})).toBe("false");
    expect(await ready({ "node_modules/a": { version: "2.0.0", integrity: "x" } })).toBe("false");
    expect(await ready('{"packages":{')).toBe("false");
  });
});
