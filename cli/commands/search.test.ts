// Tests of searching from the command line, against a running server.
import { execFile } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestApi, printerDay, type TestApi } from "#services/api/api.builders.ts";
import { type RunningServer, startServer } from "#services/api/server.ts";
import { program } from "../program.builders.ts";

let api: TestApi;
let server: RunningServer;

beforeAll(async () => {
  api = await openTestApi();
  server = await startServer(api.instance);
  const { id } = await api.makeCollection("Printers");
  await api.importText(id, "#ubuntu_20080103.log", printerDay);
});
afterAll(async () => {
  await server.stop();
  await api.close();
});

const run = (url: string, args: readonly string[]) =>
  new Promise<{ code: number; out: string; err: string }>((resolve) => {
    const env = { ...process.env, PARLANCE_URL: url };
    const child = execFile(process.execPath, [program, ...args], { env }, (_, out, err) =>
      resolve({ code: child.exitCode ?? -1, out, err }),
    );
  });

const parlance = (...args: string[]) => run(server.url, args);

describe("parlance search and answer", () => {
  it("say how to begin where there is no collection", async () => {
    const empty = await openTestApi({ idle: true });
    const other = await startServer(empty.instance);
    for (const command of ["search", "answer"])
      expect((await run(other.url, [command, "printer"])).out).toMatch(
        /^There are no collections yet/u,
      );
    await other.stop();
    await empty.close();
  });

  it("say which filter excludes every message, and what to search for instead", async () => {
    const { code, out } = await parlance("search", "printer", "from:ana");
    expect([code, out.split("\n")]).toEqual([
      0,
      [
        "from:ana: No message here is by “ana”. Did you mean “anna”?",
        "Search instead for “printer from:anna”.",
        "Nothing found.",
        "",
      ],
    ]);
    const late = await parlance("answer", "printer", "after:2030");
    expect(late.out).toContain("The messages here are of 2008-01-03 to 2008-01-03.");
    expect(late.out).toContain("Search instead for “printer”.");
  });
});
