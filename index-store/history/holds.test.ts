// Marks of writers and sweepers: never both at work, no mark of an ended process counts, nested holds do not wait.
import { execFileSync, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { readdir, rm, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { openHolds } from "./holds.ts";

/** As the marks of this machine begin. */
const hereIn = async (folder: string): Promise<string> => {
  const release = await openHolds(folder).take();
  const [name = ""] = await readdir(folder);
  await release();
  return name.split(".")[0] ?? "";
};

/** Whether processes can be started here whose ids are counted anew, as in a container: root may. */
const hasNamespaces = spawnSync("unshare", ["--fork", "--pid", "true"]).status === 0;

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

describe("holds", () => {
  it("count the writers of other handles while they live", async () => {
    const folder = await temporaryFolder();
    const here = await hereIn(folder);
    let at = 0;
    const [one, other] = [openHolds(folder), openHolds(folder, () => at)];
    const release = await one.take();
    expect([await one.others(), await other.others()]).toEqual([0, 1]);
    await release();
    expect(await other.others()).toBe(0);
    await writeFile(join(folder, `${here}.999999999.a.hold`), "");
    await writeFile(join(folder, "elsewhere.1.b.hold"), "");
    expect(await other.others()).toBe(1);
    // Touched meanwhile: whatever time the other machine believes it is, it lives.
    at += 60_000;
    await utimes(join(folder, "elsewhere.1.b.hold"), 1000, 1000);
    expect(await other.others()).toBe(1);
    at += 60_000;
    expect(await other.others()).toBe(0);
    expect(await readdir(folder)).toEqual([]);
  });

  it.skipIf(!hasNamespaces)(
    "of a container, whose process ids mean others, are not judged by processes here",
    async () => {
      const folder = await temporaryFolder();
      const here = await hereIn(folder);
      const script = `import { openHolds } from ${JSON.stringify(join(import.meta.dirname, "holds.ts"))};
        await openHolds(${JSON.stringify(folder)}).take(); process.exit(0);`;
      execFileSync("unshare", [
        "--fork",
        "--pid",
        process.execPath,
        "--input-type=module",
        "-e",
        script,
      ]);
      const [mark = ""] = await readdir(folder);
      // On the same machine, and under the same host name.
      expect(mark.split(".")[0]).not.toBe(here);
      let at = 0;
      const holds = openHolds(folder, () => at);
      // Its process is gone, which nobody here can know before it was silent for a while.
      expect(await holds.others()).toBe(1);
      at += 60_000;
      expect(await holds.others()).toBe(0);
    },
  );

  it("let writers finish before a sweep, and begin after it", async () => {
    const folder = await temporaryFolder();
    const [writer, sweeper] = [openHolds(folder), openHolds(folder)];
    const events: string[] = [];
    const outer = await writer.take();
    const swept = sweeper.alone(async () => {
      events.push("sweep begins");
      await pause(120);
      events.push("sweep ends");
    });
    await pause(80);
    // A writer at work takes a second hold for its commit: it must not wait for who waits for it.
    const inner = await writer.take();
    events.push("commit");
    await inner();
    await outer();
    await pause(80);
    const next = writer.take().then((release) => {
      events.push("next writer");
      return release();
    });
    await Promise.all([swept, next]);
    expect(events).toEqual(["commit", "sweep begins", "sweep ends", "next writer"]);
    expect(await readdir(folder)).toEqual([]);
  });

  it("give way while they wait, to a sweeper whose mark sorts before theirs", async () => {
    const folder = await temporaryFolder();
    const [over, later, earlier] = ["over", "~later", "!earlier"].map((host) =>
      join(folder, `${host}.1.x.sweep`),
    ) as [string, string, string];
    const here = await hereIn(folder);
    const own = async () => (await readdir(folder)).filter((name) => name.startsWith(here));
    await writeFile(over, "");
    // The clock is read for each mark of another machine: each reading is the moment at which the next rival comes.
    const rivals = [later, earlier];
    let readings = 0;
    const clock = () => {
      if (++readings === 1) return 0;
      const rival = rivals.shift();
      if (rival !== undefined) writeFileSync(rival, "");
      // The first mark, seen for the second time, has not been touched for too long.
      return 60_000;
    };
    const swept = openHolds(folder, clock).alone(async () => "swept");
    await expect.poll(async () => (await readdir(folder)).length).toBeGreaterThan(1);
    await expect.poll(() => rivals.length).toBe(0);
    await expect.poll(own).toEqual([]);
    await rm(earlier);
    await rm(later);
    expect(await swept).toBe("swept");
    expect(await readdir(folder)).toEqual([]);
  });

  it("let many writers and sweepers at once go on, never both", { timeout: 60_000 }, async () => {
    const folder = await temporaryFolder();
    let writing = 0;
    let sweeping = 0;
    const met: string[] = [];
    const write = async () => {
      const holds = openHolds(folder);
      for (let round = 0; round < 3; round++) {
        const release = await holds.take();
        writing++;
        await pause(5);
        if (sweeping > 0) met.push("a sweep");
        writing--;
        await release();
      }
    };
    const sweep = () =>
      openHolds(folder).alone(async () => {
        if (writing > 0 || sweeping > 0) met.push("a writer or another sweep");
        sweeping++;
        await pause(10);
        sweeping--;
      });
    await Promise.all([write(), write(), sweep(), write(), sweep(), sweep()]);
    expect(met).toEqual([]);
    expect(await readdir(folder)).toEqual([]);
  });
});
