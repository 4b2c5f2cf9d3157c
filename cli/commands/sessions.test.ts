// Tests of `parlance sessions` against a server on which people sign in.
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningServer, startServer } from "#services/api/server.ts";
import { readConfig } from "#services/config/config.ts";
import { userSessionList } from "#services/contract/accounts.ts";
import { openHashEmbedder } from "#services/embed/embed.ts";
import type { Instance } from "#services/parlance.ts";
import { openParlance } from "#services/wire.ts";
import { program } from "../program.builders.ts";

const secret = "a secret that is long enough for the tests of sessions";
const person = { email: "olga@example.org", password: "gravel otter lantern nine" };
let folder: string;
let instance: Instance;
let server: RunningServer;

const post = (path: string, body: object) =>
  fetch(`${server.url}/api/v1/auth/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-parlance-client": "test" },
    body: JSON.stringify(body),
  });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "parlance-cli-sessions-"));
  const config = readConfig({
    PARLANCE_HOME: join(folder, "home"),
    PARLANCE_PORT: "0",
    PARLANCE_SECRET: secret,
  });
  instance = await openParlance(config, { embedder: async () => openHashEmbedder() });
  server = await startServer(instance);
  const link = await (await instance.accounts()).turnOn(server.url);
  const token = link?.split("#token=")[1];
  expect((await post("setup", { token, name: "Olga", ...person })).status).toBe(200);
  expect((await post("sign-in", person)).status).toBe(200);
});
afterAll(async () => {
  await server.stop();
  await instance.close();
  await rm(folder, { recursive: true, force: true });
});

const parlance = (...args: string[]) =>
  new Promise<{ code: number; out: string; err: string }>((resolve) => {
    const env = {
      ...process.env,
      PARLANCE_URL: server.url,
      PARLANCE_HOME: join(folder, "none"),
      PARLANCE_SECRET: secret,
      XDG_CONFIG_HOME: folder,
    };
    const child = execFile(process.execPath, [program, ...args], { env }, (_, out, err) =>
      resolve({ code: child.exitCode ?? -1, out, err }),
    );
  });

const ids = async () => {
  const { out } = await parlance("sessions", "--of", person.email, "--json");
  return userSessionList.parse(JSON.parse(out)).sessions.map(({ id }) => id);
};

describe("parlance sessions", () => {
  it("lists where a member is signed in, and ends one session, then all", async () => {
    const { out } = await parlance("sessions", "--of", person.email);
    expect(out).toMatch(/^id +device +address +since +last seen/u);
    const [first = "", second = ""] = await ids();
    expect(out).toContain(first);
    const ended = await parlance("sessions", "end", first, "--of", person.email);
    expect(ended.out).toContain("has ended");
    expect(await ids()).toEqual([second]);
    await parlance("sessions", "end", "all", "--of", person.email);
    const none = await parlance("sessions", "--of", person.email);
    expect(none.out).toBe("olga@example.org is not signed in.\n");
  }, 60_000);

  it("says what it needs", async () => {
    const [whose, which] = [await parlance("sessions"), await parlance("sessions", "end")];
    expect([whose.code, which.code]).toEqual([2, 2]);
    expect(whose.err).toContain("Account → Sessions");
    expect(which.err).toContain("Which session?");
    const wrong = await parlance("sessions", "end", "sig_none", "--of", person.email);
    expect(wrong.err).toContain("There is no such session.");
  }, 60_000);
});
