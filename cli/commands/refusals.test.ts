// Tests of what the command line refuses, and what it chooses by itself, against a running server.
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningServer, startServer } from "#services/api/server.ts";
import { readConfig } from "#services/config/config.ts";
import { collectionList } from "#services/contract/collections.ts";
import { openHashEmbedder } from "#services/embed/embed.ts";
import type { Instance } from "#services/parlance.ts";
import { openParlance } from "#services/wire.ts";
import { program } from "../program.builders.ts";

let folder: string;
let instance: Instance;
let server: RunningServer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "parlance-cli-refusals-"));
  const config = readConfig({ PARLANCE_HOME: join(folder, "home"), PARLANCE_PORT: "0" });
  instance = await openParlance(config, { embedder: async () => openHashEmbedder() });
  server = await startServer(instance);
});
afterAll(async () => {
  await server.stop();
  await instance.close();
  await rm(folder, { recursive: true, force: true });
});

const parlance = (...args: string[]) =>
  new Promise<{ code: number; out: string; err: string }>((resolve) => {
    const env = { ...process.env, PARLANCE_URL: server.url, PARLANCE_HOME: join(folder, "none") };
    const child = execFile(process.execPath, [program, ...args], { env }, (_, out, err) =>
      resolve({ code: child.exitCode ?? -1, out, err }),
    );
  });

const names = async () => {
  const answer = await fetch(`${server.url}/api/v1/collections`);
  return collectionList.parse(await answer.json()).collections.map(({ name }) => name);
};
const make = (name: string) =>
  fetch(`${server.url}/api/v1/collections`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name }),
  });

describe("a command that needs a collection", () => {
  it("says that there is none, takes the only one, and lists them where there are several", async () => {
    expect((await parlance("versions")).err).toContain("There is no collection.");
    await make("Work");
    expect((await parlance("versions")).out).toContain("“Work” has no version yet");
    await make("Home");
    for (const command of ["versions", "conversations", "topics", "export"]) {
      const { code, err } = await parlance(command);
      expect([command, code]).toEqual([command, 2]);
      expect(err).toContain("There are: “Home”, “Work”.");
    }
    const { err } = await parlance("conversations", "--collection", "Wrok");
    expect(err).toContain("Did you mean “Work”?");
  });
});

describe("the command line", () => {
  it.each([
    ["doctor rollback 1", 2, "“rollback”, “1” are too many."],
    ["serch oven", 2, "Did you mean “search”?"],
    ["search oven --moed lexical", 2, "Did you mean “--mode”?"],
    ["search oven --collection", 2, "“--collection” needs a value."],
    ["conversations -c Work --limit 0", 2, "--limit 0 is not a number from 1 to 200."],
    ["versions -c Work --limit 1e9", 2, "--limit 1e9 is not a number from 1 to 200."],
    ["answer oven --limit 9", 2, "--limit 9 is not a number from 1 to 8."],
    ["serve --port abc", 2, "--port abc is not a port."],
    ["serve --port 70000", 2, "--port 70000 is not a port."],
    ["search", 2, "“parlance search” needs QUERY: what to search for"],
    ["answer --limit 2", 2, "`parlance answer --help` describes it, with examples."],
    ["search oven --kind exchnge", 2, "Did you mean “exchange”?"],
    ["conversations --all", 2, "--all shows all of one conversation."],
    ["conversations cnv_1 --title oven", 2, "--title is of the list"],
    ["uploads list upl_1", 2, "“parlance uploads list” takes no id."],
    ["jobs list job_1", 2, "“parlance jobs list” takes no id."],
    ["versions -c Work list 3", 2, "“parlance versions list” takes no version."],
    ["versions untag 3 first", 2, "Name the tag alone"],
    ["trends -c Work --figure volum", 2, "Did you mean “volume”?"],
    ["trends -c Work --after 12/2024", 2, "--after 12/2024 is not a time."],
    ["trends -c Work --after 2024 --before 2023", 2, "No time is from 2024 on and before 2023."],
    ["trends -c Work --csv", 2, "CSV can contain one figure only."],
    ["map -c Work --out map.png", 2, "its name ends with neither .svg nor .csv."],
    ["map -c Work --json --out map.svg", 2, "--json prints the regions"],
    ["report -c Work --out report.pdf", 2, "its name ends with neither .html nor .md."],
    ["report -c Work --format htm", 2, "Did you mean “html”?"],
    ["restore nothing.tar", 1, "There is no file"],
    ["audit export --out log.txt", 2, "its name ends with neither .csv nor .jsonl."],
    ["users invite anna", 2, "“anna” is not an e-mail address."],
    ["users invite anna@example.org", 1, "Nobody owns this server yet"],
    ["accounts setup-link", 1, "Accounts are off"],
    ["export -c Work --json --format markdown", 2, "cannot be used together"],
    ["export -c Work --out nowhere/all.jsonl", 1, "its folder does not exist"],
  ])("refuses “%s”", async (line, code, says) => {
    const { code: exit, err } = await parlance(...line.split(" "));
    expect([exit, err]).toEqual([code, expect.stringContaining(says)]);
  });

  it("refuses an empty question, which an unset variable makes", async () => {
    for (const command of ["search", "answer"]) expect((await parlance(command, " ")).code).toBe(2);
  });

  it("says what is wrong as JSON where JSON is asked for", async () => {
    const { code, err } = await parlance("search", "oven", "--json", "--moed", "x");
    expect([code, JSON.parse(err)]).toEqual([2, expect.objectContaining({ code: "bad-argument" })]);
  });

  it("searches for what is not there: words may begin with a hyphen", async () => {
    for (const line of ["search wireless -nvidia", "search -- -word", "answer df -h"]) {
      const { code, err } = await parlance(...line.split(" "));
      expect([line, code, err]).toEqual([line, 0, ""]);
    }
  });
});

describe("a server without accounts", () => {
  it("says that there is nobody to list, and no organization", async () => {
    expect((await parlance("users")).out).toContain("Nobody has an account");
    expect((await parlance("orgs")).out).toContain("No organization is there yet");
  });
});

describe("parlance logout", () => {
  it("says so where no key is kept", async () => {
    const { code, out } = await parlance("logout", "https://chats.example.org");
    expect([code, out]).toEqual([0, "No key is kept here for https://chats.example.org.\n"]);
  });
});

describe("parlance import", () => {
  it("leaves no collection behind where every file is refused", async () => {
    const picture = join(folder, "cat.png");
    await writeFile(picture, Buffer.from("\x89PNG\r\n\x1a\n", "latin1"));
    const empty = join(folder, "empty.log");
    await writeFile(empty, "");
    const { code, err } = await parlance("import", picture, empty, "--collection", "Pictures");
    expect(code).toBe(1);
    expect(err).toContain("a PNG picture, not a chat log");
    expect(err).toContain("empty.log is empty.");
    expect(await names()).not.toContain("Pictures");
  });
});

describe("parlance doctor", () => {
  it("does not describe the home of this machine where PARLANCE_URL names a server", async () => {
    const { out } = await parlance("doctor");
    expect(out).toContain(`not looked at: PARLANCE_URL names ${server.url}`);
    expect(out).not.toContain("PARLANCE_HOME ");
  });
});
