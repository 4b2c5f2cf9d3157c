// Tests of changes from the command line: collections and uploads deleted, a version named and its name removed, a waiting job listed and cancelled.
import { execFile } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestApi, printerDay, type TestApi } from "#services/api/api.builders.ts";
import { type RunningServer, startServer } from "#services/api/server.ts";
import { jobList } from "#services/contract/job-list.ts";
import { upload, uploadAccepted } from "#services/contract/uploads.ts";
import { program } from "../program.builders.ts";

let api: TestApi;
let server: RunningServer;
let idle: TestApi;
let idleServer: RunningServer;

beforeAll(async () => {
  api = await openTestApi();
  server = await startServer(api.instance);
  // Nobody works here: what is sent stays queued.
  idle = await openTestApi({ idle: true });
  idleServer = await startServer(idle.instance);
});
afterAll(async () => {
  await server.stop();
  await idleServer.stop();
  await api.close();
  await idle.close();
});

const run = (url: string, args: readonly string[]) =>
  new Promise<{ code: number; out: string; err: string }>((resolve) => {
    const env = { ...process.env, PARLANCE_URL: url };
    const child = execFile(process.execPath, [program, ...args], { env }, (_, out, err) =>
      resolve({ code: child.exitCode ?? -1, out, err }),
    );
  });
const parlance = (...args: string[]) => run(server.url, args);

describe("the command line", () => {
  it("names a version, removes a name, and refuses an action that it does not have", async () => {
    const { id } = await api.makeCollection("Work");
    await api.importText(id, "a.log", printerDay);
    const { out } = await parlance("versions", "tag", "1", "first");
    expect(out).toContain("Version 1 is called first.");
    expect((await parlance("versions")).out).toContain("(first)");
    await parlance("versions", "tag", "first", "second");
    for (const [name, says] of [
      ["first", 'The tag "first" is taken.'],
      ["main", "git uses this name itself"],
      ["12", "begins with a letter"],
    ] as const) {
      const refused = await parlance("versions", "tag", "1", name);
      expect([refused.code, refused.err]).toEqual([2, expect.stringContaining(says)]);
    }
    const removed = await parlance("versions", "untag", "first");
    expect(removed.out).toContain("Version 1 is not called first any more.");
    expect((await parlance("versions")).out).toContain("(second)");
    const unknown = await parlance("versions", "untag", "first");
    expect([unknown.code, unknown.err]).toEqual([
      1,
      expect.stringContaining("No version is called “first”."),
    ]);
    const refused = await parlance("versions", "rollback", "1");
    expect([refused.code, refused.err]).toEqual([
      2,
      expect.stringContaining("has no action “rollback”"),
    ]);
  });

  it("shows an upload, and deletes it and a collection, but only where that is confirmed", async () => {
    const id = /upl_\w+/u.exec((await parlance("uploads")).out)?.[0] ?? "";
    const shown = await parlance("uploads", "show", id);
    expect([shown.code, shown.out]).toEqual([0, expect.stringMatching(/✓ \S+ .*new entr/u)]);
    for (const line of [
      ["uploads", "delete", id],
      ["collections", "delete", "Work"],
    ]) {
      const asked = await parlance(...line);
      expect([asked.code, asked.err]).toEqual([1, expect.stringContaining("--yes")]);
      const done = await parlance(...line, "--yes");
      expect([done.code, done.out]).toEqual([0, expect.stringContaining("is being erased")]);
    }
    expect((await parlance("collections")).out).toContain("There are no collections yet");
  });

  it("lists a waiting job by collection, and cancels and retries the reading of an upload", async () => {
    const { id } = await idle.makeCollection("Queue");
    const sent = await idle.ask(`/api/v1/collections/${id}/uploads?filename=a.log`, {
      method: "PUT",
      body: printerDay,
    });
    const made = uploadAccepted.parse(await sent.json());
    const { out } = await run(idleServer.url, ["jobs"]);
    expect(out).toMatch(/0 running, 1 waiting, 0 given up/);
    expect(out).toMatch(/Queue +Reading an upload +1 +waiting +–/);
    const listed = await run(idleServer.url, ["jobs", "--json"]);
    const [job] = jobList.parse(JSON.parse(listed.out)).current;
    expect((await run(idleServer.url, ["jobs", "cancel", job?.id ?? ""])).code).toBe(0);
    const state = async () => (await idle.read(upload, `/api/v1/uploads/${made.id}`)).state;
    expect(await state()).toBe("cancelled");
    await run(idleServer.url, ["uploads", "retry", made.id]);
    expect(await state()).toBe("queued");
  });
});
