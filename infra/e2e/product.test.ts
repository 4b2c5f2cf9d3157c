// Tests of the product as people start it: a real server process on a real home, used over HTTP and by the command line.
import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzipSync, inflateSync, zstdDecompressSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Collection } from "#services/contract/collections.ts";
import type { SearchAnswer } from "#services/contract/search.ts";
import type { Upload } from "#services/contract/uploads.ts";
import { program } from "../../cli/program.builders.ts";
import { callJson, type RunningServer, startServer } from "./running-server.ts";

const run = promisify(execFile);

const parlance = (args: readonly string[], env: Record<string, string>) =>
  run(process.execPath, [program, ...args], {
    env: { ...process.env, ...env },
    maxBuffer: 64 * 1024 * 1024,
  });

const search = (server: RunningServer, collection: string, body: Record<string, unknown>) =>
  callJson<SearchAnswer>(`${server.url}/api/v1/collections/${collection}/search`, { body });

const untilDone = async (server: RunningServer, id: string): Promise<Upload> => {
  const response = await fetch(`${server.url}/api/v1/uploads/${id}/events`);
  // The stream ends with the upload's final state.
  const events = (await response.text()).split("\n").filter((line) => line.startsWith("data: {"));
  return JSON.parse(events.at(-1)?.slice(6) ?? "{}") as Upload;
};

const send = async (
  server: RunningServer,
  collection: string,
  file: { name: string; text: string },
) => {
  const upload = await callJson<Upload>(
    `${server.url}/api/v1/collections/${collection}/uploads?filename=${encodeURIComponent(file.name)}`,
    { method: "PUT", raw: file.text },
  );
  return untilDone(server, upload.id);
};

/** Every byte of every file below a folder; compressed files also unpacked. */
const bytesBelow = async (folder: string): Promise<Buffer> => {
  const parts: Buffer[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const bytes = await readFile(join(entry.parentPath, entry.name)).catch((error) => {
      // Temporary files of a commit under way are renamed or deleted meanwhile.
      if (error.code === "ENOENT") return undefined;
      throw error;
    });
    if (bytes === undefined) continue;
    parts.push(bytes);
    for (const unpack of [inflateSync, gunzipSync, zstdDecompressSync]) {
      try {
        parts.push(unpack(bytes));
      } catch {
        // Not compressed in this way.
      }
    }
  }
  return Buffer.concat(parts);
};

describe("the demo", () => {
  let home: string;
  let server: RunningServer;
  let sample: Collection;

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), "parlance-demo-"));
    server = await startServer({ home, args: ["--demo"], env: { PARLANCE_API_THREADS: "2" } });
    const { collections } = await callJson<{ collections: Collection[] }>(
      `${server.url}/api/v1/collections`,
    );
    sample = collections[0] as Collection;
    const { uploads } = await callJson<{ uploads: Upload[] }>(
      `${server.url}/api/v1/collections/${sample.id}/uploads`,
    );
    for (const upload of uploads) expect((await untilDone(server, upload.id)).state).toBe("done");
  });

  afterAll(async () => {
    await server.stop();
    await rm(home, { recursive: true, force: true });
  });

  it("contains the whole sample", async () => {
    const now = await callJson<Collection>(`${server.url}/api/v1/collections/${sample.id}`);
    expect(now.conversations).toBe(59);
    expect(now.sources.map((one) => one.source).sort()).toEqual([
      "chatgpt",
      "claude",
      "irc",
      "openai",
      "sharegpt",
      "slack",
    ]);
    expect(now.pending).toBe(0);
  });

  it.each([
    ["semantic", "why did the oven controller reset", /controller.*reboots/i],
    ["lexical", "CK-26-117-B", /CK-26-117-B/],
    ["hybrid", "customers were charged twice", /twice|double/i],
    ["lexical", '"double crumb"', /double crumb/i],
    ["hybrid", "refnd for the double chrage", /refund|charge/i],
  ])("answers in %s mode: %s", async (mode, query, expected) => {
    const answer = await search(server, sample.id, { query, mode });
    expect(
      answer.hits
        .slice(0, 3)
        .map((hit) => hit.snippet)
        .join("\n"),
    ).toMatch(expected);
  });

  it("answers the command line while the server runs", async () => {
    const { stdout } = await parlance(["search", "wild garlic", "--json"], { PARLANCE_HOME: home });
    expect((JSON.parse(stdout) as SearchAnswer).hits[0]?.snippet).toMatch(/garlic/i);
  });

  it("refuses a second process on the same home, naming the first", async () => {
    await expect(startServer({ home })).rejects.toThrow(new RegExp(String(server.pid)));
  });

  it("reports that the port is in use", async () => {
    const other = await mkdtemp(join(tmpdir(), "parlance-other-"));
    const port = new URL(server.url).port;
    await expect(startServer({ home: other, env: { PARLANCE_PORT: port } })).rejects.toThrow(
      /PARLANCE_PORT/,
    );
    await rm(other, { recursive: true, force: true });
  });

  it("refuses requests from a page of another site", async () => {
    const response = await fetch(`${server.url}/api/v1/collections`, {
      headers: { origin: "http://evil.example" },
    });
    expect(response.status).toBe(403);
  });
});

describe("a home", () => {
  let home: string;
  let server: RunningServer;

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), "parlance-home-"));
    server = await startServer({ home });
  });

  afterAll(async () => {
    await server.stop();
    await rm(home, { recursive: true, force: true });
  });

  it("adds only what is new from an export that overlaps", async () => {
    const { id } = await callJson<{ id: string }>(`${server.url}/api/v1/collections`, {
      body: { name: "overlap" },
    });
    const line = (n: number) =>
      JSON.stringify({
        id: `c${n}`,
        messages: [{ role: "user", content: `question number ${n}` }],
      });
    const lines = Array.from({ length: 30 }, (_, n) => line(n));
    const first = await send(server, id, { name: "a.jsonl", text: lines.slice(0, 20).join("\n") });
    const again = await send(server, id, { name: "b.jsonl", text: lines.slice(10).join("\n") });
    expect(first.progress).toMatchObject({ newMessages: 20, knownMessages: 0 });
    expect(again.progress).toMatchObject({ newMessages: 10, knownMessages: 10 });
  });

  it("says where the formats are listed when a file is not a chat log, and continues", async () => {
    const { id } = await callJson<{ id: string }>(`${server.url}/api/v1/collections`, {
      body: { name: "wrong" },
    });
    const upload = await send(server, id, {
      name: "holiday.txt",
      text: "Dear diary, nothing here is a chat.",
    });
    expect(upload.state).toBe("failed");
    expect(upload.error?.code).toBe("not-a-chat-log");
    expect(`${upload.error?.message} ${upload.error?.hint}`).toMatch(
      /formats are read.*ChatGPT.*Slack.*IRC.*page “Formats”/s,
    );
  });

  it("erases an upload from every file, including old versions", async () => {
    const canary = "xylophoniccanary7319";
    const { id } = await callJson<{ id: string }>(`${server.url}/api/v1/collections`, {
      body: { name: "erasure" },
    });
    await send(server, id, {
      name: "keep.jsonl",
      text: JSON.stringify({
        id: "k",
        messages: [{ role: "user", content: "the kept message about harbours" }],
      }),
    });
    const upload = await send(server, id, {
      name: "secret.jsonl",
      text: JSON.stringify({
        id: "s",
        messages: [{ role: "user", content: `a secret: ${canary} lies here` }],
      }),
    });
    expect((await search(server, id, { query: canary, mode: "lexical" })).total).toBe(1);
    expect((await bytesBelow(home)).includes(canary)).toBe(true);
    await fetch(`${server.url}/api/v1/uploads/${upload.id}`, { method: "DELETE" });
    await expect
      .poll(async () => (await fetch(`${server.url}/api/v1/uploads/${upload.id}`)).status, {
        timeout: 30_000,
        interval: 100,
      })
      .toBe(404);
    await expect
      .poll(async () => (await bytesBelow(home)).includes(canary), {
        timeout: 30_000,
        interval: 250,
      })
      .toBe(false);
    expect((await search(server, id, { query: "harbours", mode: "lexical" })).total).toBe(1);
  });
});

describe("the command line without a server", () => {
  it("imports, searches, backs up and restores", async () => {
    const home = await mkdtemp(join(tmpdir(), "parlance-cli-"));
    const file = join(home, "..", `parlance-cli-${process.pid}.jsonl`);
    const tar = join(home, "..", `parlance-cli-${process.pid}.tar`);
    const restored = `${home}-restored`;
    await writeFile(
      file,
      JSON.stringify({
        id: "x",
        messages: [{ role: "user", content: "how do I prune an apple tree" }],
      }),
    );
    try {
      await parlance(["import", file, "--collection", "Garden"], { PARLANCE_HOME: home });
      const found = await parlance(["search", "apple tree", "-c", "Garden", "--json"], {
        PARLANCE_HOME: home,
      });
      expect((JSON.parse(found.stdout) as SearchAnswer).hits).toHaveLength(1);
      await parlance(["backup", tar], { PARLANCE_HOME: home });
      await parlance(["restore", tar], { PARLANCE_HOME: restored });
      const again = await parlance(["search", "apple tree", "-c", "Garden", "--json"], {
        PARLANCE_HOME: restored,
      });
      expect((JSON.parse(again.stdout) as SearchAnswer).hits).toHaveLength(1);
      const exported = await parlance(["export", "-c", "Garden"], { PARLANCE_HOME: restored });
      expect(exported.stdout).toContain("prune an apple tree");
    } finally {
      for (const path of [home, file, tar, restored])
        await rm(path, { recursive: true, force: true });
    }
  });

  it("exits with 2 and a pointer to the help when it is misused", async () => {
    await expect(parlance(["serach"], {})).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining("--help"),
    });
  });
});
