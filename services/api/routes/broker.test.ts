// What people see where the broker that carries the jobs is away: /ready tells it, and files are accepted and wait.
import { afterAll, beforeAll, expect, it } from "vitest";
import { readiness } from "#services/contract/system.ts";
import { openTestApi, type TestApi } from "../api.builders.ts";

let api: TestApi;

beforeAll(async () => {
  // Nothing listens at this port.
  const url = "amqp://parlance:very-secret-word@127.0.0.1:1/chats";
  api = await openTestApi({ env: { PARLANCE_BROKER_URL: url } });
});
afterAll(() => api.close());

it("says which broker it is, what is wrong and what to do, and no password", async () => {
  const { broker } = api.instance;
  await expect.poll(() => broker?.state().kind).toBe("down");
  const ready = await api.read(readiness, "/ready");
  expect(ready.ready).toBe(true);
  expect(ready.checks.find(({ name }) => name === "broker")).toEqual({
    name: "broker",
    ok: false,
    detail: expect.stringContaining("RabbitMQ at 127.0.0.1:1, virtual host chats: connect"),
  });
  expect(ready.degraded).toMatchObject([
    { code: "broker-unavailable", hint: expect.stringContaining("Start RabbitMQ") },
  ]);
  expect(JSON.stringify(ready)).not.toContain("very-secret-word");
});

it("accepts a file at once, which waits", async () => {
  const { id } = await api.makeCollection("Garden club");
  const started = performance.now();
  const answer = await api.ask(`/api/v1/collections/${id}/uploads?filename=a.txt`, {
    method: "PUT",
    body: "[2026-01-01 10:00] ada: hello\n",
  });
  expect(answer.status).toBe(202);
  expect(performance.now() - started).toBeLessThan(2000);
  expect(await answer.json()).toMatchObject({ state: "queued" });
});
