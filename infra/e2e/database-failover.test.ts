// A database that becomes a replica, or is gone for a while, under a running server: what its users see, and that nothing accepted is lost.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createConnection } from "mysql2/promise";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { Collection } from "#services/contract/collections.ts";
import type { SearchAnswer } from "#services/contract/search.ts";
import type { Readiness } from "#services/contract/system.ts";
import type { Upload } from "#services/contract/uploads.ts";
import { aDatabaseOn } from "#services/store/server/server.builders.ts";
import { available, type Service, startService } from "../chaos/services.ts";
import { callJson, type RunningServer, startServer } from "./running-server.ts";

/** The slowest machine seen took 20 s for a first upload beside other tests. */
const SOON = { timeout: 90_000, interval: 200 };

/** Makes the server a replica, as a failover does with an old primary, or a primary again. */
const demote = {
  async mariadb(service: Service, isReplica: boolean) {
    const connection = await createConnection(service.url);
    await connection.query(`set global read_only = ${isReplica ? 1 : 0}`);
    await connection.end();
  },
  async postgres(service: Service, isReplica: boolean) {
    const client = new Client(service.url);
    await client.connect();
    await client.query(
      `alter system set default_transaction_read_only = ${isReplica ? "on" : "off"}`,
    );
    await client.query("select pg_reload_conf()");
    await client.end();
  },
};

/** The same database for a user who is not its administrator, whom MariaDB would let write to a replica. */
const asOrdinaryUser = {
  async mariadb(url: string) {
    const own = new URL(url);
    const connection = await createConnection(url);
    await connection.query("create user parlance identified by 'of this test'");
    await connection.query(`grant all on \`${own.pathname.slice(1)}\`.* to parlance`);
    await connection.end();
    own.username = "parlance";
    own.password = "of this test";
    return own.href;
  },
  postgres: (url: string) => Promise.resolve(url),
};

const kinds = (["mariadb", "postgres"] as const).filter((kind) => available()[kind]);

describe.each(kinds)("a server on %s", (kind) => {
  let home: string;
  let service: Service;
  let server: RunningServer;
  let collection: string;

  const upload = (word: string) =>
    fetch(`${server.url}/api/v1/collections/${collection}/uploads?filename=${word}.txt`, {
      method: "PUT",
      body: `[2026-01-01 10:00] <ada> the beans want water, says ${word}\n`,
    });
  const search = (query: string) =>
    fetch(`${server.url}/api/v1/collections/${collection}/search`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query, mode: "lexical" }),
    });
  const ready = async () => (await fetch(`${server.url}/ready`)).json() as Promise<Readiness>;
  const stateOf = async ({ id }: Upload) =>
    (await callJson<Upload>(`${server.url}/api/v1/uploads/${id}`)).state;
  /** Sends it until it is accepted, as a person would, and waits until it can be found. */
  const bring = async (word: string) => {
    const accepted = await vi.waitFor(async () => {
      const answer = await upload(word);
      expect(answer.status).toBe(202);
      return (await answer.json()) as Upload;
    }, SOON);
    await vi.waitFor(async () => expect(await stateOf(accepted)).toBe("done"), SOON);
  };
  const isFound = async (word: string) => {
    const answer = await search(word);
    expect(answer.status).toBe(200);
    return ((await answer.json()) as SearchAnswer).hits.length > 0;
  };

  /** Searches follow a new version within moments. */
  const becomesFound = (word: string) =>
    expect.poll(() => isFound(word), { ...SOON, message: word }).toBe(true);

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), "parlance-failover-"));
    service = await startService(kind, { durable: true });
    process.env[`PARLANCE_TEST_${kind.toUpperCase()}_URL`] = service.url;
    const { url } = await aDatabaseOn(kind);
    server = await startServer({
      home,
      env: { PARLANCE_DATABASE_URL: await asOrdinaryUser[kind](url) },
    });
    ({ id: collection } = await callJson<Collection>(`${server.url}/api/v1/collections`, {
      body: { name: "Garden" },
    }));
    await bring("marigold");
  }, 240_000);
  afterAll(async () => {
    await server?.stop();
    await service?.remove();
    await rm(home, { recursive: true, force: true });
  });

  it("that became a replica refuses what would be saved, with the reason, and goes on when there is a primary", async () => {
    await demote[kind](service, true);
    await expect
      .poll(async () => {
        const answer = await upload("foxglove");
        return { status: answer.status, body: await answer.json() };
      }, SOON)
      .toMatchObject({
        status: 503,
        body: {
          code: "database-read-only",
          hint: expect.stringContaining("PARLANCE_DATABASE_URL"),
        },
      });
    await becomesFound("marigold");
    await demote[kind](service, false);
    await bring("hollyhock");
    await becomesFound("hollyhock");
    expect(await isFound("foxglove")).toBe(false);
  }, 240_000);

  it("that is gone says so everywhere, and goes on by itself when it is back", async () => {
    await service.kill();
    const [sent, asked] = await Promise.all([upload("larkspur"), search("marigold")]);
    for (const answer of [sent, asked]) {
      expect(answer.status, server.output()).toBe(503);
      expect(answer.headers.get("retry-after")).toMatch(/^\d+$/u);
      const problem = await answer.json();
      expect(problem).toMatchObject({
        code: "database-unreachable",
        hint: expect.stringContaining("tries again by itself"),
      });
      expect(JSON.stringify(problem)).not.toMatch(/password|ECONN|\bat .*\.ts/iu);
    }
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
    expect(await ready()).toMatchObject({
      ready: false,
      checks: expect.arrayContaining([expect.objectContaining({ name: "database", ok: false })]),
    });
    await service.start();
    await expect.poll(async () => (await ready()).ready, SOON).toBe(true);
    await bring("snapdragon");
    for (const word of ["marigold", "hollyhock", "snapdragon"]) await becomesFound(word);
    expect(await isFound("larkspur")).toBe(false);
  }, 240_000);

  it("that does not answer any more does not keep it from stopping", async () => {
    const { pid } = service;
    expect(pid).toBeGreaterThan(0);
    process.kill(pid, "SIGSTOP");
    try {
      const began = performance.now();
      await server.stop();
      expect(performance.now() - began).toBeLessThan(40_000);
    } finally {
      process.kill(pid, "SIGCONT");
    }
  });
});
