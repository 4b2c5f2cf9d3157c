// A client of a real server that is busy: it comes again as it was asked to, and gives up in the end.
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { openTestApi, type TestApi } from "#services/api/api.builders.ts";
import { type RunningServer, startServer } from "#services/api/server.ts";
import { collectionList } from "#services/contract/collections.ts";
import { defaultLimits, openQueue, type Place, type Queue } from "#services/threads/queue.ts";
import { type ApiThreads, openApiThreads } from "#services/threads/threads.ts";
import { ask, type Client } from "./client/client.ts";
import { httpClient } from "./http-client.ts";

let api: TestApi;
let queue: Queue;
let threads: ApiThreads;
let server: RunningServer;

beforeAll(async () => {
  api = await openTestApi();
  await api.makeCollection("printers");
  // Refused at once where all threads are taken.
  const rows = { waiting: 1, waitMs: 10, headStartMs: 0 };
  queue = openQueue(api.parlance.config.apiThreads, { ...defaultLimits, rows });
  const onError = (error: unknown) => {
    throw error;
  };
  threads = await openApiThreads({
    config: api.parlance.config,
    embedder: () => api.parlance.embedder(),
    onHealth: api.instance.health.tell,
    wake: () => undefined,
    onError,
    onWarning: onError,
    queue,
  });
  server = await startServer(api.instance, { delegate: threads });
});
afterAll(async () => {
  await server.stop();
  await threads.stop();
  await api.close();
});

/** Takes every place at every thread; `free` gives them back. */
const keepBusy = async () => {
  const places: Place[] = [];
  const full = AbortSignal.timeout(50);
  try {
    for (;;) places.push(await queue.enter("search", full));
  } catch {
    return {
      free: () => {
        for (const place of places) place.done();
      },
    };
  }
};

describe("a client of a busy server", () => {
  it("asks again until it is answered, and prints nothing", async () => {
    const printed = vi.spyOn(process.stdout, "write");
    const { free } = await keepBusy();
    const { refused } = queue.counts();
    setTimeout(free, 500);
    const { collections } = await ask(httpClient(server.url), collectionList, {
      path: "/api/v1/collections",
    });
    expect(collections.map(({ name }) => name)).toEqual(["printers"]);
    expect(queue.counts().refused).toBe(refused + 1);
    expect(printed).not.toHaveBeenCalled();
    printed.mockRestore();
  });

  describe("that stays busy", () => {
    let requests = 0;
    let refusing: Server;
    let client: Client;
    beforeAll(async () => {
      refusing = createServer((_, response) => {
        requests++;
        response.writeHead(503, { "retry-after": "0" }).end();
      }).listen(0, "127.0.0.1");
      await once(refusing, "listening");
      client = httpClient(`http://127.0.0.1:${(refusing.address() as AddressInfo).port}`);
    });
    beforeEach(() => {
      requests = 0;
    });
    afterAll(() => refusing.close());

    it("gives up after six refusals", async () => {
      expect((await client.fetch("/api/v1/collections")).status).toBe(503);
      expect(requests).toBe(6);
    });

    it("sends what is streamed once", async () => {
      const body = new Blob(["words"]).stream();
      const { status } = await client.fetch("/api/v1/x", { method: "PUT", body, duplex: "half" });
      expect([status, requests]).toEqual([503, 1]);
    });

    it("takes the answer of /ready as it is", async () => {
      expect((await client.fetch("/ready")).status).toBe(503);
      expect(requests).toBe(1);
    });
  });
});
