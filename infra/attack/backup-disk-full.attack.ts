// A backup, a restore and an export onto a disk that is too small: a clear error, and no partial file.
import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Collection } from "#services/contract/collections.ts";
import { aChatLog } from "../../workers/workers.builders.ts";
import { callJson, startServer } from "../e2e/running-server.ts";
import { canMount, openSmallDisk, type SmallDisk } from "./small-disk.ts";

const run = promisify(execFile);
const main = join(import.meta.dirname, "..", "..", "cli", "main.ts");
const mountable = canMount();
const why = mountable ? "" : " (skipped: mounting a small disk needs root)";

describe.skipIf(!mountable)(`what is written to a disk that is too small${why}`, () => {
  let folder: string;
  let home: string;
  let disk: SmallDisk;
  const parlance = (...args: string[]) =>
    run(process.execPath, [main, ...args], {
      env: { ...process.env, PARLANCE_HOME: home, FORCE_COLOR: "0" },
    }).then(
      () => ({ code: 0, stderr: "" }),
      ({ code, stderr }: { code: number; stderr: string }) => ({ code, stderr }),
    );

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "parlance-attack-"));
    home = join(folder, "home");
    disk = openSmallDisk(6);
    const server = await startServer({ home });
    const api = `${server.url}/api/v1`;
    const { id } = await callJson<Collection>(`${api}/collections`, { body: { name: "Garden" } });
    await callJson(`${api}/collections/${id}/uploads?filename=a.jsonl`, {
      method: "PUT",
      raw: aChatLog(2000, 20),
    });
    const indexed = async () =>
      (await callJson<{ collections: Collection[] }>(`${api}/collections`)).collections[0];
    const isWhole = (now: Collection | undefined) =>
      now?.messages === 40_000 && now.pending === 0 && now.indexed > 0;
    while (!isWhole(await indexed())) await pause(500);
    await server.stop();
  }, 240_000);
  afterAll(() => {
    disk.remove();
    rmSync(folder, { recursive: true });
  });

  it("is refused before the first byte where a backup does not fit", async () => {
    const { code, stderr } = await parlance("backup", join(disk.folder, "backup.tar"));
    expect(code).toBe(3);
    expect(stderr).toContain("The disk is full");
    expect(readdirSync(disk.folder)).toEqual([]);
  });

  it("ends an export with an error, and leaves no partial file", async () => {
    const out = join(disk.folder, "garden.jsonl");
    const { code, stderr } = await parlance("export", "--collection", "Garden", "--out", out);
    expect(code).toBe(3);
    expect(stderr).toContain(`The disk is full: ${out} was not written`);
    expect(readdirSync(disk.folder)).toEqual([]);
    const piped = await run(
      "sh",
      ["-c", `"$0" "$@" > ${out}`, process.execPath, main, "export", "--collection", "Garden"],
      {
        env: { ...process.env, PARLANCE_HOME: home, FORCE_COLOR: "0" },
      },
    ).then(
      () => 0,
      ({ code: exit }: { code: number }) => exit,
    );
    expect(piped).not.toBe(0);
    rmSync(out);
  });

  it("ends a restore with an error, and leaves no partial home", async () => {
    const backup = join(folder, "backup.tar");
    expect((await parlance("backup", backup)).code).toBe(0);
    const before = home;
    home = join(disk.folder, "home");
    const { code, stderr } = await parlance("restore", backup);
    home = before;
    expect(code).toBe(3);
    expect(stderr).toContain("The disk is full: nothing was restored");
    expect(readdirSync(disk.folder)).toEqual([]);
  });

  it("ends a backup with an error where another program uses up the space meanwhile", async () => {
    disk.resize(400);
    const running = parlance("backup", join(disk.folder, "backup.tar"));
    await expect
      .poll(() => readdirSync(disk.folder).some((name) => name.startsWith(".parlance-backup")), {
        interval: 5,
        timeout: 30_000,
      })
      .toBe(true);
    const free = disk.fill();
    const { code, stderr } = await running;
    free();
    expect(code).toBe(3);
    expect(stderr).toContain("The disk is full");
    expect(readdirSync(disk.folder)).toEqual([]);
  });
});
