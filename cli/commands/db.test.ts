// Tests of `parlance db`: status and migrations, a backup that is restored, a copy to a server where the tests run against one.
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aServerDatabase, type ServerDatabase } from "#services/store/server/server.builders.ts";
import { program } from "../program.builders.ts";

let folder: string;
let server: ServerDatabase | undefined;

/** The command line on a home of its own, with a database on a server where a URL is given. */
const parlance = (home: string, args: readonly string[], url?: string) =>
  new Promise<{ code: unknown; out: string; err: string }>((resolve) => {
    const env: NodeJS.ProcessEnv = { ...process.env, PARLANCE_HOME: join(folder, home) };
    delete env["PARLANCE_URL"];
    if (url !== undefined) env["PARLANCE_DATABASE_URL"] = url;
    execFile(process.execPath, ["--no-warnings", program, ...args], { env }, (error, out, err) =>
      resolve({ code: error?.code ?? 0, out, err }),
    );
  });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "parlance-cli-db-"));
  server = await aServerDatabase();
  const log = join(folder, "log.jsonl");
  await writeFile(
    log,
    `${JSON.stringify({ messages: [{ role: "user", content: "How do I cover seedlings?" }] })}\n`,
  );
  expect(await parlance("one", ["import", log, "-c", "Garden", "--wait"])).toMatchObject({
    code: 0,
  });
}, 180_000);
afterAll(async () => {
  await server?.drop();
  await rm(folder, { recursive: true, force: true });
});

describe("parlance db", () => {
  it("says where the database is, and which migrations it has", async () => {
    const { out, code } = await parlance("one", ["db"]);
    expect(code).toBe(0);
    expect(out).toContain(join(folder, "one", "parlance.db"));
    expect(out).toMatch(/schema: 00\d\d-\S+, \d+ migrations applied/);
  });

  it("refuses a home without a database, and says what to set", async () => {
    const { err, code } = await parlance("nowhere", ["db", "status"]);
    expect(code).not.toBe(0);
    expect(err).toContain("PARLANCE_DATABASE_URL");
  });

  it("makes a new database by migrating it", async () => {
    expect((await parlance("two", ["db", "migrate"])).out).toContain("applied 0001-rows");
    expect((await parlance("two", ["db", "migrate"])).out).toContain("up to date");
  });

  it("writes a backup, and restores it into an empty database only", async () => {
    const file = join(folder, "backup.db");
    expect(await parlance("one", ["db", "backup", file])).toMatchObject({ code: 0 });
    expect((await parlance("one", ["db", "backup", file])).err).toContain("exists already");
    const restored = await parlance("three", ["db", "restore", file]);
    expect(restored.out).toContain("conversations: 1, entries: 1");
    expect((await parlance("three", ["collections"])).out).toContain("Garden");
    const again = await parlance("three", ["db", "restore", file]);
    expect(again.err).toContain("is not empty");
    expect(again.code).not.toBe(0);
  }, 120_000);

  it("copies to a server only where one is named", async () => {
    expect((await parlance("one", ["db", "copy"])).err).toContain("--to");
    if (server === undefined) return;
    const copied = await parlance("one", ["db", "copy", "--to", server.url]);
    expect(copied.out).toContain("conversations: 1, entries: 1");
    const found = await parlance("one", ["search", "seedlings", "-c", "Garden"], server.url);
    expect(found.out).toContain("How do I cover seedlings?");
    const status = await parlance("one", ["db", "status"], server.url);
    expect(status.out).toMatch(/“parlance_test_\w+” of (MariaDB|PostgreSQL) at /);
  }, 120_000);
});
