// `parlance import` and `parlance inspect --collection` against a server: files that wait to be confirmed, and files that are refused.
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestApi, printerDay, type TestApi } from "#services/api/api.builders.ts";
import { type RunningServer, startServer } from "#services/api/server.ts";
import type { UploadInspection } from "#services/contract/inspections.ts";
import { type Upload, uploadList } from "#services/contract/uploads.ts";
import { program } from "../program.builders.ts";

let api: TestApi;
let server: RunningServer;
let folder: string;

beforeAll(async () => {
  api = await openTestApi();
  server = await startServer(api.instance);
  folder = await mkdtemp(join(tmpdir(), "parlance-import-test-"));
});
afterAll(async () => {
  await server.stop();
  await api.close();
  await rm(folder, { recursive: true });
});

const run = (...args: readonly string[]) =>
  new Promise<{ code: number; out: string; err: string }>((resolve) => {
    const env = { ...process.env, PARLANCE_URL: server.url, NO_COLOR: "1" };
    const child = execFile(process.execPath, [program, ...args], { env }, (_, out, err) =>
      resolve({ code: child.exitCode ?? -1, out, err }),
    );
  });

const written = async (name: string, content: string): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
};

describe("parlance import", () => {
  it("imports what was inspected where it is said in advance, as JSON too; else it waits", async () => {
    const path = await written("2008-01-03.log", printerDay);
    const args = ["import", path, "-c", "Printers", "--inspect", "--wait", "--json"];
    const waiting = JSON.parse((await run(...args)).out) as Upload[];
    expect(waiting).toMatchObject([{ state: "unconfirmed" }]);
    const done = await run(...args, "--yes");
    expect(done.code).toBe(0);
    expect(JSON.parse(done.out)).toMatchObject([{ state: "done", progress: { newMessages: 8 } }]);
  });
});

describe("parlance inspect --collection", () => {
  it("shows the first value of each column of a table", async () => {
    const { name } = await api.makeCollection("Tables");
    const table = "time,author,text\n2026-01-01 10:00,ada,hello\n2026-01-01 10:01,bo,bye\n";
    const said = await run("inspect", await written("talk.csv", table), "-c", name);
    expect(said.out).toMatch(/text +hello/u);
  });

  it("goes on after a file that the server refuses, and leaves none of them there", async () => {
    const { id, name } = await api.makeCollection("Compared");
    const empty = await written("empty.log", "");
    const diary = await written("diary.txt", "Dear diary, nothing here is a chat.");
    const log = await written("2008-01-04.log", printerDay);
    const said = await run("inspect", empty, diary, log, "-c", name, "--json");
    expect(said.code).toBe(1);
    const found = JSON.parse(said.out) as UploadInspection[];
    expect(found).toMatchObject([{ messages: 8, preview: { entries: { new: 8 } } }]);
    expect(said.err).toContain("empty-upload");
    expect(said.err).toContain("not-a-chat-log");
    const { uploads } = await api.read(uploadList, `/api/v1/collections/${id}/uploads`);
    expect(uploads).toEqual([]);
  });
});
