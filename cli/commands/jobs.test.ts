// Tests of `parlance jobs` and `parlance doctor` against a running server: a given-up job is listed, retried, forgotten.
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningServer, startServer } from "#services/api/server.ts";
import { readConfig } from "#services/config/config.ts";
import { type JobList, jobList } from "#services/contract/job-list.ts";
import { collectionId, defaultOrganization } from "#services/domain/ids.ts";
import { openHashEmbedder } from "#services/embed/embed.ts";
import type { Instance } from "#services/parlance.ts";
import { openParlance } from "#services/wire.ts";
import { program } from "../program.builders.ts";

const collection = collectionId("garden00");

let folder: string;
let instance: Instance;
let server: RunningServer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "parlance-cli-jobs-"));
  const config = readConfig({ PARLANCE_HOME: folder, PARLANCE_PORT: "0" });
  instance = await openParlance(config, { embedder: async () => openHashEmbedder() });
  server = await startServer(instance);
});
afterAll(async () => {
  await server.stop();
  await instance.close();
  await rm(folder, { recursive: true, force: true });
});

const parlanceCli = (...args: string[]) =>
  new Promise<{ code: number; out: string; err: string }>((resolve) => {
    const env = { ...process.env, PARLANCE_HOME: folder, PARLANCE_URL: server.url };
    const child = execFile(process.execPath, [program, ...args], { env }, (_, out, err) =>
      resolve({ code: child.exitCode ?? -1, out, err }),
    );
  });

const listed = async (...args: string[]): Promise<JobList> =>
  jobList.parse(JSON.parse((await parlanceCli("jobs", ...args, "--json")).out));

/** A job that is given up at once. @returns its id */
const giveUp = async (): Promise<string> => {
  const consumer = await instance.bus.consume(
    "index.due",
    async () => ({ kind: "bury", reason: "The index is damaged." }),
    { concurrency: 1 },
  );
  await instance.bus.publish({
    name: "index.due",
    payload: { collection },
    organization: defaultOrganization,
    collection,
    key: collection,
  });
  const buried = () => instance.jobs.buried("everybody", 1);
  await expect.poll(async () => (await buried()).length, { timeout: 10_000 }).toBe(1);
  await consumer.stop();
  return (await buried())[0]?.id ?? "";
};

describe("parlance jobs", () => {
  it("lists given-up jobs with their reasons, tries them again, and forgets them", async () => {
    const id = await giveUp();
    const { out } = await parlanceCli("jobs");
    for (const said of ["Indexing a collection", "The index is damaged.", collection, id])
      expect(out).toContain(said);
    expect(await listed("retry", "all")).toMatchObject({ givenUp: [] });
    const again = await giveUp();
    expect((await listed("list")).givenUp).toMatchObject([{ id: again }]);
    expect((await listed("forget", again)).givenUp).toEqual([]);
  });

  it("refuses unknown actions and jobs", async () => {
    for (const [args, code, exitCode] of [
      [["forget", "job_00000000"], "unknown-job", 1],
      [["retry"], "bad-argument", 2],
      [["burn", "all"], "bad-action", 2],
    ] as const) {
      const { code: exit, err } = await parlanceCli("jobs", ...args, "--json");
      expect([exit, (JSON.parse(err) as { code: string }).code]).toEqual([exitCode, code]);
    }
  });
});

describe("parlance doctor", () => {
  it("lists a given-up job, and how to retry it", async () => {
    const id = await giveUp();
    const { code, out } = await parlanceCli("doctor", "--json");
    expect(code).toBe(1);
    expect(JSON.parse(out)).toContainEqual({
      name: "job-given-up",
      code: "job-given-up",
      state: "bad",
      detail: expect.stringContaining(`parlance jobs retry ${id}`),
    });
  });
});
