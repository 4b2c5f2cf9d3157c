// More searches than the server can answer, and searches made to be slow: nothing fails, /health answers, and all works afterwards.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Collection } from "#services/contract/collections.ts";
import type { SearchAnswer } from "#services/contract/search.ts";
import type { Readiness } from "#services/contract/system.ts";
import type { Upload } from "#services/contract/uploads.ts";
import { aChatLog } from "../../workers/workers.builders.ts";
import { startBareServer } from "../bench/bare-server.ts";
import { runClients } from "../bench/load-clients.ts";
import { quantile } from "../bench/measure.ts";
import { callJson, type RunningServer, startServer } from "../e2e/running-server.ts";

const SECONDS = 20;
const CLIENTS = 50;

let home: string;
let server: RunningServer;
let api: string;
let searched: string;

const newCollection = async (name: string) =>
  (await callJson<Collection>(`${api}/collections`, { body: { name } })).id;

const send = (collection: string, text: string) =>
  callJson<Upload>(`${api}/collections/${collection}/uploads?filename=log.jsonl`, {
    method: "PUT",
    raw: text,
  });

const untilDone = async (upload: string): Promise<Upload> => {
  for (;;) {
    const now = await callJson<Upload>(`${api}/uploads/${upload}`);
    if (["done", "failed", "cancelled"].includes(now.state)) return now;
    await pause(200);
  }
};

const search = (body: Record<string, unknown>) =>
  callJson<SearchAnswer>(`${api}/collections/${searched}/search`, { body });

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "parlance-attack-"));
  server = await startServer({ home });
  api = `${server.url}/api/v1`;
  searched = await newCollection("searched");
  await untilDone((await send(searched, aChatLog(1500, 20))).id);
});
afterAll(async () => {
  await server.stop();
  await rm(home, { recursive: true, force: true });
});

describe("fifty clients that search without a pause during an import", () => {
  it("are answered or told when to try again, and the import ends complete", async () => {
    const upload = await send(await newCollection("imported"), aChatLog(2000, 20, 2));
    const plan = { url: server.url, seconds: SECONDS, clients: CLIENTS, everyMs: 50, bodies: [] };
    const bodies = Array.from({ length: 500 }, (_, at) =>
      JSON.stringify({ query: `slugs and beans at the gate ${at}`, limit: 10 }),
    );
    const idle = await startBareServer();
    const [searches, health, bare] = await Promise.all([
      runClients({
        ...plan,
        kind: "searches",
        path: `/api/v1/collections/${searched}/search`,
        bodies,
      }),
      runClients({ ...plan, kind: "probes", path: "/health" }),
      runClients({ ...plan, kind: "probes", path: "/", url: idle.url }),
    ]);
    idle.stop();
    expect(searches.failed).toBe(0);
    expect(searches.answered.length).toBeGreaterThan(0);
    expect(health.failed).toBe(0);
    expect(health.answered).toHaveLength((SECONDS * 1000) / 50);
    // 100 ms, plus the latency of an idle server on this busy machine.
    expect(quantile(health.answered, 0.95)).toBeLessThan(100 + 4 * quantile(bare.answered, 0.95));
    expect(await untilDone(upload.id)).toMatchObject({
      state: "done",
      progress: { newMessages: 40_000 },
    });
    const { checks } = await callJson<Readiness>(`${server.url}/ready`);
    expect(checks.find(({ name }) => name === "threads")?.detail).toMatch(/^0 waiting/);
  });
});

describe("searches made to be slow", () => {
  const letters = [..."abcdefghijklmnopqrstuvwxyz"];
  const pairs = letters.flatMap((a) => letters.map((b) => `${a}${b}`));
  const fill = (words: readonly string[]) => words.join(" ").slice(0, 3990);

  it.each([
    ["prefixes of a letter", fill(letters.map((letter) => `${letter}*`))],
    ["prefixes of two letters", fill(pairs.map((pair) => `${pair}*`))],
    ["phrases of common words", fill(pairs.map((pair) => `"the ${pair}"`))],
    ["words that nobody knows", fill(pairs.map((pair) => `zq${pair}xvk`))],
    ["names that nobody has", fill(pairs.map((pair) => `from:q${pair} in:q${pair}`))],
    ["excluded words", `gate ${fill(pairs.map((pair) => `-${pair}`))}`.slice(0, 3990)],
    ["one word of four thousand letters", "x".repeat(4000)],
    ["one text without a space", "漢字".repeat(2000)],
  ])("are bounded: %s", async (_, query) => {
    const began = performance.now();
    const answer = await search({ query });
    expect(answer.hits.length).toBeLessThanOrEqual(20);
    expect(performance.now() - began).toBeLessThan(10_000);
  });

  it("are refused where they are too long", async () => {
    for (const query of ["a ".repeat(100_000), "a ".repeat(1_000_000)]) {
      const response = await fetch(`${api}/collections/${searched}/search`, {
        method: "POST",
        headers: { "content-type": "application/json", connection: "close" },
        body: JSON.stringify({ query }),
      });
      expect([400, 413]).toContain(response.status);
    }
  });

  it("do not keep others from being answered", async () => {
    expect((await search({ query: "slugs and beans at the gate" })).hits).toHaveLength(20);
  });
});
