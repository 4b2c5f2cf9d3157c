// Tests of `parlance answer` and of the count below `parlance search`, against a running server with a language model that says what it is told.
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { printerDay } from "#services/api/api.builders.ts";
import { type RunningServer, startServer } from "#services/api/server.ts";
import { readConfig } from "#services/config/config.ts";
import { answer } from "#services/contract/answers.ts";
import { searchAnswer } from "#services/contract/search.ts";
import { openHashEmbedder } from "#services/embed/embed.ts";
import type { Instance } from "#services/parlance.ts";
import { openParlance } from "#services/wire.ts";
import { startBelt } from "#workers/belt.ts";
import { program } from "../program.builders.ts";

let folder: string;
let instance: Instance;
let server: RunningServer;
let model: Server;
let stop: () => Promise<void>;
/** What the model says, in pieces. */
let said: readonly string[] = [];

const post = (path: string, body: unknown) =>
  fetch(`${server.url}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });

beforeAll(async () => {
  model = createServer((request, response) => {
    request.resume().on("end", () => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      for (const content of said)
        response.write(`data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`);
      response.end("data: [DONE]\n\n");
    });
  });
  await new Promise<void>((ready) => model.listen(0, "127.0.0.1", ready));
  const address = model.address();
  const port = typeof address === "object" ? address?.port : undefined;
  folder = await mkdtemp(join(tmpdir(), "parlance-cli-answer-"));
  const config = readConfig({
    PARLANCE_HOME: folder,
    PARLANCE_PORT: "0",
    PARLANCE_LLM_BASE_URL: `http://127.0.0.1:${port}/v1`,
    PARLANCE_LLM_MODEL: "small",
  });
  instance = await openParlance(config, { embedder: async () => openHashEmbedder() });
  const belt = await startBelt(instance, { stages: ["ingest", "embed", "commit"] });
  stop = () => belt.stop();
  server = await startServer(instance);
  const made = (await (await post("/api/v1/collections", { name: "Printers" })).json()) as {
    id: string;
  };
  const upload = (await (
    await fetch(`${server.url}/api/v1/collections/${made.id}/uploads?filename=2024-01-01.txt`, {
      method: "PUT",
      body: printerDay,
    })
  ).json()) as { id: string };
  await (await fetch(`${server.url}/api/v1/uploads/${upload.id}/events`)).text();
}, 60_000);
afterAll(async () => {
  await server.stop();
  await stop();
  await instance.close();
  model.close();
  await rm(folder, { recursive: true, force: true });
});

const parlanceCli = (...args: string[]) =>
  new Promise<{ code: number; out: string; err: string }>((resolve) => {
    const env = { ...process.env, NO_COLOR: "1", PARLANCE_HOME: folder, PARLANCE_URL: server.url };
    const child = execFile(process.execPath, [program, ...args], { env }, (_, out, err) =>
      resolve({ code: child.exitCode ?? -1, out, err }),
    );
  });

const question = ["how", "do", "I", "mount", "a", "usb", "stick", "with", "write", "permission"];

describe("parlance answer", () => {
  it("prints passages with what was asked, who answered and where, or all as JSON", async () => {
    const { code, out } = await parlanceCli("answer", ...question);
    expect(code).toBe(0);
    expect(out).toContain("Asked: how do I mount a usb stick with write permission?");
    expect(out).toMatch(/\[1\] .*add your user to the plugdev group/);
    expect(out).toMatch(/^ {5}berg {2}/m);
    const asJson = await parlanceCli("answer", ...question, "--collection", "Printers", "--json");
    const { passages, canWrite } = answer.parse(JSON.parse(asJson.out));
    expect(canWrite).toBe(true);
    expect(passages[0]?.author).toBe("berg");
  });

  it("says so where no message is certain enough", async () => {
    const { code, out } = await parlanceCli("answer", "zzqqxx", "vvkkjj");
    expect(code).toBe(0);
    expect(out).toBe("No message is certain enough to answer from.\n");
  });

  it("prints a written answer with the sources that it cites", async () => {
    said = ["Add yourself to ", "plugdev [1]."];
    const { code, out } = await parlanceCli("answer", "--written", ...question);
    expect(code).toBe(0);
    expect(out).toMatch(/^Add yourself to plugdev \[1\]\.\n/);
    expect(out).toMatch(/\[1\] .*plugdev group/);
  });

  it("says that the model refused, and fails where it cites nothing", async () => {
    said = ["NO ANSWER"];
    const refused = await parlanceCli("answer", "--written", ...question);
    expect([refused.code, refused.out]).toEqual([
      0,
      expect.stringMatching(/^No answer was written\. .*says the model\.\n$/),
    ]);
    said = ["I know it all."];
    const failed = await parlanceCli("answer", "--written", ...question);
    expect(failed).toMatchObject({ code: 3, out: "I know it all.\n" });
    expect(failed.err).toContain("cited no message");
  });

  it("refuses to print a written answer as JSON", async () => {
    const { code, err } = await parlanceCli("answer", "--written", "--json", ...question);
    expect(code).toBe(2);
    expect(err).toContain("cannot be used together");
  });
});

describe("parlance search", () => {
  it("counts as the page does, whatever the limit", async () => {
    const body = { query: "printer error 0x80070005 suspend" };
    const { total } = searchAnswer.parse(await (await post("/api/v1/search", body)).json());
    for (const limit of ["1", "50"]) {
      const { out } = await parlanceCli("search", ...body.query.split(" "), "--limit", limit);
      expect(Number(/^(?:about )?(\d+) good match/m.exec(out)?.[1])).toBe(total);
    }
  });
});
