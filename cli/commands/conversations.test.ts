// Tests of merging conversations on the command line, against a running server.
import { execFile } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestApi, type TestApi } from "#services/api/api.builders.ts";
import { type RunningServer, startServer } from "#services/api/server.ts";
import { conversationList } from "#services/contract/conversations.ts";
import { program } from "../program.builders.ts";

let api: TestApi;
let server: RunningServer;
let at: string;

beforeAll(async () => {
  api = await openTestApi();
  const { id } = await api.makeCollection("Family");
  at = `/api/v1/collections/${id}`;
  for (const [name, hour, author] of [
    ["Ben", "21", "Anna"],
    ["Anna", "20", "Anna B"],
  ] as const)
    await api.importText(
      id,
      `WhatsApp Chat - ${name}.txt`,
      `[07.03.26, ${hour}:22:39] ${author}: Shall we row to the island?\n[07.03.26, ${hour}:23:00] Ben: Gladly, when the wind has dropped\n`,
    );
  server = await startServer(api.instance);
});
afterAll(async () => {
  await server.stop();
  await api.close();
});

const conversations = (...args: string[]) =>
  new Promise<{ out: string; err: string }>((resolve) => {
    const env = { ...process.env, PARLANCE_URL: server.url };
    execFile(process.execPath, [program, "conversations", ...args], { env }, (_, out, err) =>
      resolve({ out, err }),
    );
  });
const listed = async () => (await api.read(conversationList, `${at}/conversations`)).conversations;

describe("parlance conversations merge", () => {
  it("suggests, shows what it would do, merges, lists and undoes", async () => {
    const all = await listed();
    const [ben = "", anna = ""] = ["Ben", "Anna"].map(
      (name) => all.find(({ title }) => title === name)?.id,
    );
    expect((await conversations("suggest", ben)).out).toMatch(new RegExp(`${anna}.*2 of 2`));
    const { out, err } = await conversations("merge", ben, anna, "--preview");
    expect(err).toBe("");
    expect(out).toMatch(/Anna +WhatsApp +2 +0 +\+1 h +Anna B = Anna/);
    expect(out).toContain("Together: 2 messages");
    expect(await listed()).toHaveLength(2);
    const made = JSON.parse((await conversations("merge", ben, anna, "--json")).out) as {
      id: string;
    };
    while ((await listed()).length > 1) await new Promise((resolve) => setTimeout(resolve, 20));
    expect((await conversations("merges")).out).toMatch(
      new RegExp(`${made.id} +merged +Ben \\(WhatsApp\\), Anna \\(WhatsApp\\)`),
    );
    expect((await conversations("unmerge", made.id)).out).toContain("by themselves again");
    while ((await listed()).length < 2) await new Promise((resolve) => setTimeout(resolve, 20));
    expect((await conversations("merges")).out).toContain("No conversations are merged here.");
  });

  it("says what is missing", async () => {
    expect((await conversations("merge", "cnv_1")).err).toContain(
      "Which conversations are one chat?",
    );
    expect((await conversations("unmerge")).err).toContain("conversations merges");
  });
});
