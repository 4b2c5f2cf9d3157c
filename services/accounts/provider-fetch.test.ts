// Tests of requests to providers against a real server: where they may go, for how long, and how much is read.
import { createServer, type RequestListener } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { milliseconds } from "#services/domain/units.ts";
import { openProviderFetch } from "./provider-fetch.ts";
import { listening, stopped } from "./provider-server.builders.ts";

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});
const serving = (listener: RequestListener): Promise<string> => {
  const server = createServer(listener);
  closers.push(() => stopped(server));
  return listening(server);
};
const asked = {
  method: "GET",
  headers: { accept: "application/json" },
  body: undefined,
  redirect: "manual",
} as const;
const down = (says: string) =>
  expect.objectContaining({
    kind: "unavailable",
    code: "provider-down",
    message: expect.stringContaining(says),
  });

describe("a request to a provider", () => {
  it("hands on the answer, and what it sent", async () => {
    const url = await serving((request, response) => {
      response.writeHead(request.method === "POST" ? 201 : 204, { "x-own": "1" });
      request.pipe(response);
    });
    const ask = openProviderFetch({ allowHttp: true });
    const made = await ask(url, {
      ...asked,
      method: "POST",
      body: new URLSearchParams({ a: "b" }),
    });
    expect([made.status, made.headers.get("x-own"), await made.text()]).toEqual([201, "1", "a=b"]);
    expect((await ask(url, asked)).status).toBe(204);
  });

  it("goes by https, or plainly to this machine where that is allowed", async () => {
    let reached = 0;
    const url = await serving((_, response) => {
      reached++;
      response.end();
    });
    for (const address of [url, "http://example.org/", "file:///etc/passwd", "nonsense", ""])
      await expect(openProviderFetch()(address, asked), address).rejects.toEqual(down("not https"));
    for (const address of ["http://127.0.0.1.example.org/", "http://10.0.0.1/", "http://0.0.0.0/"])
      await expect(openProviderFetch({ allowHttp: true })(address, asked)).rejects.toEqual(
        down("not https"),
      );
    expect(reached).toBe(0);
  });

  it("follows no redirect", async () => {
    let led = 0;
    const target = await serving((_, response) => {
      led++;
      response.end();
    });
    const url = await serving((_, response) => response.writeHead(302, { location: target }).end());
    expect((await openProviderFetch({ allowHttp: true })(url, asked)).status).toBe(302);
    expect(led).toBe(0);
  });

  it("ends where the answer is late, also within its body, or longer than allowed", async () => {
    const silent = await serving(() => undefined);
    const slow = await serving((_, response) => {
      response.writeHead(200);
      response.write("{");
    });
    const endless = await serving((_, response) => {
      response.on("error", () => undefined);
      response.writeHead(200);
      const more = () => {
        if (!response.destroyed) response.write(Buffer.alloc(65_536), more);
      };
      more();
    });
    const ask = openProviderFetch({ allowHttp: true, timeout: milliseconds(100) });
    await expect(ask(silent, asked)).rejects.toEqual(down("in time"));
    await expect(ask(slow, asked)).rejects.toEqual(down("in time"));
    const patient = openProviderFetch({ allowHttp: true });
    await expect(patient(endless, asked)).rejects.toEqual(down("more than belongs"));
    await expect(patient(silent, { ...asked, signal: AbortSignal.timeout(50) })).rejects.toEqual(
      down("in time"),
    );
  });

  it("says that a provider is out of order or cannot be reached", async () => {
    const ask = openProviderFetch({ allowHttp: true });
    for (const status of [500, 503, 429]) {
      const url = await serving((_, response) => response.writeHead(status).end());
      await expect(ask(url, asked)).rejects.toEqual(down(`answered ${status}`));
    }
    const gone = await serving(() => undefined);
    for (const close of closers.splice(0)) close();
    await expect(ask(gone, asked)).rejects.toEqual(down("cannot be reached"));
  });
});
