// Tests of a server with API threads: the same answers, refusals under load, replacement of a dead thread.
import { open, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openAccountsApi } from "#services/api/accounts.builders.ts";
import { openTestApi, printerDay, type TestApi } from "#services/api/api.builders.ts";
import { type RunningServer, startServer } from "#services/api/server.ts";
import { collection } from "#services/contract/collections.ts";
import { problem } from "#services/contract/common.ts";
import { concept } from "#services/contract/concepts.ts";
import { auditCheck, auditList } from "#services/contract/organizations.ts";
import { searchAnswer } from "#services/contract/search.ts";
import { readiness } from "#services/contract/system.ts";
import { uploadAccepted } from "#services/contract/uploads.ts";
import { millis } from "#services/domain/units.ts";
import { defaultLimits, openQueue } from "./queue.ts";
import { type ApiThreads, type ApiThreadsOptions, openApiThreads } from "./threads.ts";

const PAGE_BYTES = 4096;

let api: TestApi;
let home: string;
const errors: unknown[] = [];
let woken = 0;

beforeAll(async () => {
  // Threads find models by their names.
  api = await openTestApi({ models: "files" });
  home = (await api.makeCollection("printers")).id;
  await api.importText(home, "2020-01-01.txt", printerDay);
});
afterAll(() => api.close());

const serve = async (
  options: Partial<ApiThreadsOptions> = {},
  { instance }: Pick<TestApi, "instance"> = api,
) => {
  const onError = (error: unknown) => errors.push(error);
  const threads = await openApiThreads({
    config: instance.config,
    embedder: (model) => instance.embedder(model),
    onHealth: instance.health.tell,
    wake: () => {
      woken++;
    },
    onError,
    onWarning: (message) => errors.push(message),
    ...options,
  });
  return { threads, server: await startServer(instance, { delegate: threads, onError }) };
};

const post = (
  server: RunningServer,
  path: string,
  sent: { readonly body: unknown; readonly headers?: Record<string, string> },
) =>
  fetch(`${server.url}/api/v1${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...sent.headers },
    body: JSON.stringify(sent.body),
  });

const stop = async ({ server, threads }: { server: RunningServer; threads: ApiThreads }) => {
  await server.stop();
  await threads.stop();
};

describe("a server with API threads", () => {
  let running: Awaited<ReturnType<typeof serve>>;
  beforeAll(async () => {
    const search = { waiting: 4, waitMs: 1000, headStartMs: 0 };
    const queue = openQueue(api.parlance.config.apiThreads, { ...defaultLimits, search });
    running = await serve({ queue });
  });
  afterAll(() => stop(running));

  it("answers like the app alone", async () => {
    const body = { query: "cups permission" };
    const { tookMs: _, ...alone } = await api.read(
      searchAnswer,
      `/api/v1/collections/${home}/search`,
      { body },
    );
    const answer = await post(running.server, `/collections/${home}/search`, { body });
    const { tookMs: __, ...threaded } = searchAnswer.parse(await answer.json());
    expect(threaded).toEqual(alone);
    expect(threaded.hits.length).toBeGreaterThan(0);
    expect(threaded.hits.some(({ similarity }) => similarity !== null)).toBe(true);
    expect(answer.headers.get("content-type")).toBe("application/json");
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
  });

  it("keeps the caller's request id, and reports problems like the app", async () => {
    const answer = await fetch(`${running.server.url}/api/v1/collections/none`, {
      headers: { "x-request-id": "my-request-1" },
    });
    expect(answer.status).toBe(404);
    expect(answer.headers.get("x-request-id")).toBe("my-request-1");
    expect(problem.parse(await answer.json())).toMatchObject({
      code: "unknown-collection",
      requestId: "my-request-1",
    });
  });

  it("writes, wakes the workers, and answers without a body", async () => {
    const before = woken;
    const made = await post(running.server, "/collections", { body: { name: "soon gone" } });
    const { id } = collection.parse(await made.json());
    const gone = await fetch(`${running.server.url}/api/v1/collections/${id}`, {
      method: "DELETE",
    });
    expect(errors).toEqual([]);
    expect(gone.status).toBeLessThan(300);
    expect(woken).toBeGreaterThan(before);
  });

  it("refuses bodies that are too large before a thread sees them", async () => {
    const answer = await post(running.server, `/collections/${home}/search`, {
      body: { query: "a ".repeat(600_000) },
      // The rest of the body is not read, so that the connection cannot be used again.
      headers: { connection: "close" },
    });
    expect(answer.status).toBe(413);
  });

  it("says on /ready how many wait", async () => {
    const { checks } = readiness.parse(await (await fetch(`${running.server.url}/ready`)).json());
    expect(checks).toContainEqual({
      name: "threads",
      ok: true,
      detail: "0 waiting for a thread, 0 refused as busy since the start",
    });
  });

  it("refuses searches under load with 503 and Retry-After, while /health answers", async () => {
    const { server } = running;
    const asking = Promise.all(
      Array.from({ length: 200 }, (_, at) =>
        post(server, `/collections/${home}/search`, {
          body: { query: `printer ${at}`, context: 5 },
        }),
      ),
    );
    const health = await fetch(`${server.url}/health`);
    expect(health.status).toBe(200);
    const answers = await asking;
    const refused = answers.filter(({ status }) => status === 503);
    const found = answers.filter(({ status }) => status === 200);
    expect(refused.length + found.length).toBe(200);
    expect(refused.length).toBeGreaterThan(0);
    expect(found.length).toBeGreaterThan(0);
    for (const answer of refused) {
      expect(answer.headers.get("retry-after")).toBe("1");
      expect(answer.headers.get("content-type")).toBe("application/problem+json");
      expect(problem.parse(await answer.json())).toMatchObject({ code: "busy", status: 503 });
    }
    expect(running.threads.describe()).toContain(`${refused.length} refused`);
  });
});

describe("the audit log of a server with API threads", () => {
  it("tells of the collection and the concept that a thread made, by whom and from where", async () => {
    const people = await openAccountsApi({
      idle: false,
      models: "files",
      now: () => millis(Date.now()),
    });
    errors.length = 0;
    const running = await serve({}, people);
    const mia = await people.join("mia@example.org", "member");
    const headers = { authorization: `Bearer ${mia.access}` };
    const made = await post(running.server, "/collections", { body: { name: "Bees" }, headers });
    const { id } = collection.parse(await made.json());
    const sent = await people.ask(`/api/v1/collections/${id}/uploads?filename=a.txt`, {
      method: "PUT",
      headers,
      body: printerDay,
    });
    const { id: sentId } = uploadAccepted.parse(await sent.json());
    await (await people.ask(`/api/v1/uploads/${sentId}/events`, { headers })).text();
    const trained = await post(running.server, `/collections/${id}/concepts`, {
      body: { name: "Printers", query: "printer" },
      headers,
    });
    const { id: conceptId } = concept.parse(await trained.json());
    const { entries } = await people.owner.read(auditList, "/api/v1/audit?limit=200");
    const told = entries.filter(({ action }) => /^(?:collection|concept)\.make$/u.test(action));
    const by = { actor: "mia", network: "127.0.0.0/24" };
    expect(told).toMatchObject([
      { action: "concept.make", target: conceptId, details: { within: id }, ...by },
      { action: "collection.make", target: id, details: {}, ...by },
    ]);
    const check = await people.owner.read(auditCheck, "/api/v1/audit/check");
    expect(check.ok).toBe(true);
    expect(errors).toEqual([]);
    await stop(running);
    await people.close();
  });
});

describe("an API thread that meets a damaged database", () => {
  it("has it said on /ready at once", async () => {
    const damaged = await openTestApi({ idle: true });
    const { config, database, health } = damaged.instance;
    const running = await serve({ config: { ...config, apiThreads: 1 } }, damaged);
    await database.truncateLog();
    const path = join(config.home, "parlance.db");
    const { size } = await stat(path);
    const file = await open(path, "r+");
    // All pages but the first, which says that it is a database. This process reads none of them until it is asked for /ready.
    await file.write(Buffer.alloc(size - PAGE_BYTES, 0xff), 0, size - PAGE_BYTES, PAGE_BYTES);
    await file.close();
    expect(health.parts()).toEqual([]);
    await post(running.server, "/collections", { body: { name: "never" } });
    await expect
      .poll(() => health.parts().map(({ code }) => code), { timeout: 5000 })
      .toEqual(["database-damaged"]);
    const ready = await fetch(`${running.server.url}/ready`);
    expect(ready.status).toBe(503);
    await stop(running);
    await damaged.close();
  });
});

describe("an API thread that does not answer", () => {
  it("is replaced, and its requests are answered with a hint to try again", async () => {
    errors.length = 0;
    const { config } = api.parlance;
    const running = await serve({ config: { ...config, apiThreads: 1 }, longestAnswerMs: 0 });
    const ask = () =>
      post(running.server, `/collections/${home}/search`, { body: { query: "printer" } });
    const answers: Response[] = [];
    // The first answer takes some time, because the index is opened for it.
    for (let tries = 0; tries < 50 && answers.at(-1)?.status !== 503; tries++)
      answers.push(await ask());
    expect(problem.parse(await answers.at(-1)?.json())).toMatchObject({ code: "thread-died" });
    expect(errors).toHaveLength(1);
    // Waits for the next thread.
    const rows = await fetch(`${running.server.url}/api/v1/collections`);
    expect([200, 503]).toContain(rows.status);
    await stop(running);
  });
});
