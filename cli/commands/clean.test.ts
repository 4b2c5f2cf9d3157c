// Tests of cleaning on the command line: rules shown and set, counted before, and the report, against a running server.
import { execFile } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestApi, type TestApi } from "#services/api/api.builders.ts";
import { type RunningServer, startServer } from "#services/api/server.ts";
import { cleaning, finding } from "#services/contract/cleaning.ts";
import { program } from "../program.builders.ts";

let api: TestApi;
let server: RunningServer;

beforeAll(async () => {
  api = await openTestApi();
  const { id } = await api.makeCollection("Harbour");
  await api.importText(
    id,
    "a.txt",
    "[10:00] <anna> write to anna.linde@hafenamt.example\n[10:01] <berg> the pin is 4711!x\n",
  );
  server = await startServer(api.instance);
});
afterAll(async () => {
  await server.stop();
  await api.close();
});

const clean = (...args: string[]) =>
  new Promise<{ code: number; out: string; err: string }>((resolve) => {
    const env = { ...process.env, PARLANCE_URL: server.url };
    const child = execFile(process.execPath, [program, "clean", ...args], { env }, (_, out, err) =>
      resolve({ code: child.exitCode ?? -1, out, err }),
    );
  });

describe("parlance clean", () => {
  it("counts what rules would do, sets them, and reports what was found", async () => {
    expect((await clean()).out).toBe(
      "leave-out=none,email=keep,phone=keep,card=keep,iban=keep,key=keep,token=keep\n",
    );
    const counted = await clean("preview", "email=mask,token=mark");
    expect(counted.out).toMatch(/Counted on all 2 messages\.\n/u);
    expect(counted.out).toMatch(/email +mask +1 +1\n/u);
    const set = await clean("set", "email=mask,token=mark", "--wait", "--json");
    expect(cleaning.parse(JSON.parse(set.out))).toMatchObject({
      applying: null,
      found: [
        { kind: "email", action: "mask", places: 1, messages: 1 },
        { kind: "token", action: "mark", places: 1, messages: 1 },
      ],
    });
    const csv = (await clean("report")).out;
    expect(csv).toMatch(/^kind,action,places,values,author,time,conversation,link\r\n/u);
    expect(csv).toContain("an•••@•••.example");
    const list = finding.array().parse(JSON.parse((await clean("report", "--json")).out));
    expect(list.map(({ kind }) => kind).toSorted()).toEqual(["email", "token"]);
  });

  it("refuses nothing without being told twice, and no rules that say nothing", async () => {
    const unasked = await clean("set", "token=refuse");
    expect([unasked.code, unasked.err]).toEqual([
      1,
      expect.stringContaining("Nothing was changed"),
    ]);
    expect((await clean()).out).toContain("token=mark");
    const done = await clean("set", "token=refuse", "--yes", "--wait");
    expect(done.out).toMatch(/token +refuse +1 +1\n/u);
    const wrong = await clean("set", "name=mask");
    expect(wrong.err).toContain("“name” is no kind");
  });
});
