// Tests of one Parlance on many machines: API servers and workers with a home each, one of which is lost in the middle of an import.
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Collection } from "#services/contract/collections.ts";
import type { SearchAnswer } from "#services/contract/search.ts";
import type { Readiness } from "#services/contract/system.ts";
import type { Upload } from "#services/contract/uploads.ts";
import { millis } from "#services/domain/units.ts";
import { aDatabaseOn } from "#services/store/server/server.builders.ts";
import { type Database, openDatabase, randomName } from "#services/store/store.ts";
import { available, type Service, startService } from "../chaos/services.ts";
import { callJson, type RunningServer, startServer } from "./running-server.ts";

const profiles = (
  [
    { name: "MariaDB and RabbitMQ", kind: "mariadb", broker: "rabbitmq" },
    { name: "PostgreSQL", kind: "postgres", broker: undefined },
  ] as const
).filter(({ kind, broker }) => available()[kind] && available()[broker ?? kind]);
const CONVERSATIONS = 900;
const MESSAGES = 8;

/** A chat log in which each message has a word that no other has. */
const chatLog = (): string =>
  Array.from({ length: CONVERSATIONS }, (_, n) =>
    JSON.stringify({
      id: `chat-${n}`,
      messages: Array.from({ length: MESSAGES }, (__, m) => ({
        role: m % 2 === 0 ? "user" : "assistant",
        content: `The beans by the gate want water before the frost comes, says neighbour w${n}x${m}.`,
      })),
    }),
  )
    .join("\n")
    .concat("\n");

/** The states of an upload as a browser sees them that follows it on this server. */
const follow = async function* (server: RunningServer, id: string): AsyncGenerator<Upload> {
  const response = await fetch(`${server.url}/api/v1/uploads/${id}/events`);
  let text = "";
  const decoder = new TextDecoder();
  for await (const piece of response.body ?? []) {
    text += decoder.decode(piece, { stream: true });
    const lines = text.split("\n");
    text = lines.pop() ?? "";
    for (const line of lines)
      if (line.startsWith("data: {")) yield JSON.parse(line.slice(6)) as Upload;
  }
};

const search = (server: RunningServer, collection: string, query: string) =>
  callJson<SearchAnswer>(`${server.url}/api/v1/collections/${collection}/search`, {
    body: { query, mode: "lexical", limit: 10 },
  });

describe.each(profiles)("servers that share $name", ({ kind, broker }) => {
  let folder: string;
  let service: Service;
  let carrier: Service | undefined;
  let url: string;
  let database: Database;
  const servers: RunningServer[] = [];

  /** A server of a machine of its own: of its home, nothing is shared. */
  const start = async (name: string, role: string, more: Record<string, string> = {}) => {
    const home = join(folder, name);
    await mkdir(home, { recursive: true });
    const server = await startServer({
      home,
      args: ["--role", role],
      env: {
        PARLANCE_DATABASE_URL: url,
        ...(carrier === undefined ? {} : { PARLANCE_BROKER_URL: carrier.url }),
        PARLANCE_BLOBS_URL: pathToFileURL(join(folder, "blobs")).href,
        PARLANCE_INDEXES: join(folder, "indexes"),
        ...more,
      },
    });
    servers.push(server);
    return server;
  };
  const factsOf = async (server: RunningServer) =>
    (await callJson<Readiness>(`${server.url}/ready`)).server;

  /** The server whose worker has a job of this name in hand. */
  const holderOf = async (name: string): Promise<string | undefined> =>
    (
      await database.system.rows
        .selectFrom("jobs")
        .select("host")
        .where("name", "=", name)
        .where("state", "=", "active")
        .executeTakeFirst()
    )?.host ?? undefined;

  /** The worker that was not lost. */
  let left: RunningServer;
  let [api, other, worker, second]: RunningServer[] = [];
  const all = () => {
    if (!api || !other || !worker || !second) throw new Error("The servers did not start.");
    return { api, other, worker, second };
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "parlance-servers-"));
    [service, carrier] = await Promise.all([
      startService(kind),
      broker === undefined ? undefined : startService(broker),
    ]);
    process.env[`PARLANCE_TEST_${kind.toUpperCase()}_URL`] = service.url;
    ({ url } = await aDatabaseOn(kind));
    // All at once: one migrates, the others wait for it.
    [api, other, worker, second] = await Promise.all([
      start("api-1", "api"),
      // Has no folder of indexes in common with the workers but the one that it copies from.
      start("api-2", "api", {
        PARLANCE_INDEXES: "",
        PARLANCE_INDEX_REMOTE: pathToFileURL(join(folder, "indexes")).href,
      }),
      start("worker-1", "worker"),
      start("worker-2", "worker", { PARLANCE_CONCURRENCY: "2" }),
    ]);
    database = await openDatabase({
      url,
      path: "",
      now: () => millis(Date.now()),
      newId: randomName,
    });
  });
  afterAll(async () => {
    await database?.close();
    await Promise.all(servers.map((server) => server.lose()));
    await Promise.all([service?.remove(), carrier?.remove()]);
    await rm(folder, { recursive: true, force: true });
  });

  it("say which is which", async () => {
    const facts = await Promise.all(Object.values(all()).map(factsOf));
    expect(facts.map((one) => one?.role)).toEqual(["api", "api", "worker", "worker"]);
    expect(new Set(facts.map((one) => one?.host)).size).toBe(4);
    for (const one of facts) expect(one?.database).not.toMatch(/root|password|postgres@/);
  });

  it("import what one of them was sent, although the one that reads it is lost, and each finds all of it once", async () => {
    const { api, other, worker, second } = all();
    const { id: collection } = await callJson<Collection>(`${api.url}/api/v1/collections`, {
      body: { name: "Garden" },
    });
    const { id: upload } = await callJson<Upload>(
      `${api.url}/api/v1/collections/${collection}/uploads?filename=chat.jsonl`,
      { method: "PUT", raw: chatLog() },
    );
    const firstHost = (await factsOf(worker))?.host;
    let goesOnAfter = Number.POSITIVE_INFINITY;
    let last: Upload | undefined;
    for await (const state of follow(other, upload)) {
      last = state;
      if (goesOnAfter < Number.POSITIVE_INFINITY || state.progress.newMessages === 0) continue;
      const holder = await holderOf("upload.received");
      if (holder === undefined) continue;
      const lostAt = performance.now();
      await (holder === firstHost ? worker : second).lose();
      left = holder === firstHost ? second : worker;
      await expect
        .poll(() => holderOf("upload.received"), { timeout: 60_000 })
        .not.toBeOneOf([holder, undefined]);
      goesOnAfter = performance.now() - lostAt;
    }
    expect(last).toMatchObject({
      state: "done",
      progress: { newMessages: CONVERSATIONS * MESSAGES, changedMessages: 0 },
    });
    expect(goesOnAfter).toBeLessThan(30_000);
    process.stdout.write(`taken over after ${(goesOnAfter / 1000).toFixed(1)} s (${kind})\n`);
    for (const server of [api, other]) {
      const found = await callJson<Collection>(`${server.url}/api/v1/collections/${collection}`);
      expect(found).toMatchObject({
        conversations: CONVERSATIONS,
        messages: CONVERSATIONS * MESSAGES,
        pending: 0,
      });
      for (const n of [0, 1, 450, CONVERSATIONS - 1])
        expect((await search(server, collection, `w${n}x3`)).hits).toHaveLength(1);
    }
    // What one server erases, the other finds no more.
    await callJson(`${api.url}/api/v1/uploads/${upload}`, { method: "DELETE" });
    expect((await search(other, collection, "w1x3")).hits).toEqual([]);
  }, 240_000);

  it("stop within 20 s with work in hand, which counts as no attempt", async () => {
    const { api } = all();
    const { id: collection } = await callJson<Collection>(`${api.url}/api/v1/collections`, {
      body: { name: "Orchard" },
    });
    await callJson(`${api.url}/api/v1/collections/${collection}/uploads?filename=chat.jsonl`, {
      method: "PUT",
      raw: chatLog(),
    });
    await expect
      .poll(() => holderOf("upload.received"), { timeout: 30_000, interval: 20 })
      .toBeDefined();
    const from = performance.now();
    await left.stop();
    // Its workers leave within 20 s; what is left of it may take longer on a busy machine, but not as long as Docker is told to wait.
    expect(performance.now() - from).toBeLessThan(30_000);
    const jobs = await database.system.rows
      .selectFrom("jobs")
      .select(["name", "state", "attempt", "host"])
      .where("name", "=", "upload.received")
      .execute();
    expect(jobs).toEqual([{ name: "upload.received", state: "waiting", attempt: 0, host: null }]);
  });
});
