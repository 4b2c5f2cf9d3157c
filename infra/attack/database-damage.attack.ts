// The database of a home is damaged, removed or truncated, at rest and under a running server: it is reported and never served as sound.
import { execFile } from "node:child_process";
import {
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Collection } from "#services/contract/collections.ts";
import type { Readiness } from "#services/contract/system.ts";
import { aChatLog, seeded } from "../../workers/workers.builders.ts";
import { callJson, type RunningServer, startServer } from "../e2e/running-server.ts";

const run = promisify(execFile);
const main = join(import.meta.dirname, "..", "..", "cli", "main.ts");
const page = 4096;

let folder: string;
let home: string;
let whole: Buffer;
let collection: string;
let server: RunningServer | undefined;
afterEach(async () => {
  await server?.stop();
  server = undefined;
});

const at = () => join(home, "parlance.db");
/** Restores the sound database, as after an orderly stop. */
const mend = () => {
  for (const name of readdirSync(home)) if (/^parlance\.db/u.test(name)) rmSync(join(home, name));
  writeFileSync(at(), whole);
};
const command = (...args: string[]) =>
  run(process.execPath, [main, ...args], {
    env: { ...process.env, PARLANCE_HOME: home, FORCE_COLOR: "0" },
    maxBuffer: 1 << 28,
  }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({
      code,
      stdout,
      stderr,
    }),
  );
const curl = (url: string) =>
  run("curl", ["--silent", "--fail", url], { maxBuffer: 1 << 28 }).then(
    ({ stdout }) => ({ code: 0, stdout }),
    ({ code, stdout }: { code: number; stdout: string }) => ({ code, stdout }),
  );

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "parlance-attack-"));
  home = join(folder, "home");
  const first = await startServer({ home });
  const api = `${first.url}/api/v1`;
  const { id } = await callJson<Collection>(`${api}/collections`, { body: { name: "Garden" } });
  collection = id;
  await callJson(`${api}/collections/${id}/uploads?filename=a.jsonl`, {
    method: "PUT",
    raw: aChatLog(2000, 20),
  });
  const now = async () =>
    (await callJson<{ collections: Collection[] }>(`${api}/collections`)).collections[0];
  const isWhole = (one: Collection | undefined) =>
    one?.messages === 40_000 && one.pending === 0 && one.indexed > 0;
  while (!isWhole(await now())) await pause(500);
  await first.stop();
  whole = readFileSync(at());
}, 240_000);
afterAll(() => rmSync(folder, { recursive: true }));

describe("a damaged database at rest", () => {
  it("is refused at the start, with a hint", async () => {
    for (const damage of [
      () => truncateSync(at(), Math.floor(whole.length / 2)),
      () => writeFileSync(at(), Buffer.concat([Buffer.alloc(page), whole.subarray(page)])),
      () => rmSync(at()),
      () => writeFileSync(at(), ""),
    ]) {
      mend();
      damage();
      const { code, stderr } = await command("serve", "--port", "0");
      expect(code).toBe(4);
      expect(stderr).toMatch(/is damaged|is missing/u);
      expect(stderr).toMatch(/parlance restore/u);
    }
    mend();
  });

  it("is found by doctor for any zeroed page, with its code", async () => {
    const random = seeded(7);
    const pages = Math.floor(whole.length / page);
    let found = 0;
    const rounds = 8;
    for (let round = 0; round < rounds; round++) {
      mend();
      const file = openSync(at(), "r+");
      writeSync(file, Buffer.alloc(page), 0, page, (1 + Math.floor(random() * (pages - 1))) * page);
      closeSync(file);
      const { code, stdout } = await command("doctor", "--json");
      expect(code).toBe(1);
      const findings = JSON.parse(stdout) as { code?: string }[];
      if (findings.some((finding) => finding.code === "database-damaged")) found++;
    }
    mend();
    process.stdout.write(`zeroed pages found by doctor: ${found} of ${rounds}\n`);
    expect(found).toBe(rounds);
  });
});

describe("a database that is damaged under a running server", () => {
  it("breaks exports off and makes the server not ready, and no incomplete answer looks complete", async () => {
    mend();
    server = await startServer({ home });
    const exportOf = () =>
      curl(`${server?.url}/api/v1/collections/${collection}/export?format=jsonl`);
    const good = await exportOf();
    expect(good.stdout.trim().split("\n")).toHaveLength(2000);
    const codes: number[] = [];
    for (const round of [1, 2, 3]) {
      await server?.stop();
      mend();
      server = await startServer({ home });
      const file = openSync(at(), "r+");
      // Spread over the file, because an export reads some of the tables only.
      const noise = Buffer.alloc(12 * page, 0xa5);
      for (let spot = 0; spot < 10; spot++) {
        const place = (spot + round / 4) / 10;
        writeSync(file, noise, 0, noise.length, Math.floor((whole.length * place) / page) * page);
      }
      closeSync(file);
      const { code, stdout } = await exportOf();
      codes.push(code);
      // The damaged page was not read, or was cached: then the export is complete.
      if (code === 0) expect(stdout).toBe(good.stdout);
      else {
        expect(good.stdout.startsWith(stdout.slice(0, stdout.lastIndexOf("\n") + 1))).toBe(true);
        expect(stdout).not.toMatch(/Error: |is damaged/u);
        const ready = await fetch(`${server?.url}/ready`);
        expect(ready.status).toBe(503);
        const state = (await ready.json()) as Readiness;
        expect(state.ready).toBe(false);
        expect(state.degraded?.map((part) => part.code)).toContain("database-damaged");
        const out = join(folder, "garden.jsonl");
        const exported = await command("export", "--collection", "Garden", "--out", out);
        expect(exported.code).not.toBe(0);
        expect(readdirSync(folder)).toEqual(["home"]);
      }
      expect((await fetch(`${server?.url}/health`)).status).toBe(200);
    }
    process.stdout.write(
      `curl's exit codes for exports of a damaged database: ${codes.join(", ")}\n`,
    );
    // 18: broken off part way; 52: before the first piece was sent; 22: refused at once.
    expect(codes.filter((code) => code !== 0).length).toBeGreaterThan(0);
  });
});

describe("a home without its database", () => {
  it("starts with an empty home only when told to, and keeps the old content", async () => {
    mend();
    rmSync(at());
    expect((await command("serve", "--port", "0")).stderr).toContain("--accept-empty");
    server = await startServer({ home, args: ["--accept-empty"] });
    const { collections } = await callJson<{ collections: Collection[] }>(
      `${server.url}/api/v1/collections`,
    );
    expect(collections).toEqual([]);
    const aside = readdirSync(home).find((name) => name.startsWith("set-aside-")) ?? "";
    expect(readdirSync(join(home, aside, "collections"))).toEqual([collection]);
  });
});
