// Who may ask from where, what every answer carries, and what hostile requests get.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readConfig } from "#services/config/config.ts";
import { openTestApi, type TestApi } from "./api.builders.ts";
import { allowedBy } from "./guard.ts";
import { checkJson, depthOf } from "./json-body.ts";

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi({ idle: true, env: { PARLANCE_ALLOWED_HOSTS: "chat.example.org" } });
});
afterAll(() => api.close());

const from = (headers: Record<string, string>) => ({ init: { headers } });

describe("hosts and origins", () => {
  it("answers for its own names only, whatever the port", async () => {
    for (const host of ["localhost:8787", "127.0.0.1", "[::1]:9", "chat.example.org", "LOCALHOST"])
      expect((await api.ask("/health", { headers: { host } })).status).toBe(200);
    for (const host of ["evil.example", "localhost.evil.example", "127.0.0.1.nip.io", "0.0.0.0"])
      expect(await api.refusal("/health", from({ host }))).toEqual([421, "wrong-host"]);
  });

  it("refuses pages of other sites, and programs' pages on other ports of this machine", async () => {
    const host = "localhost:8787";
    for (const origin of [
      "https://evil.example",
      "http://localhost:3000",
      "null",
      "file://",
      "http://localhost:8787.evil.example",
      "http://user@localhost:8787",
    ])
      expect(await api.refusal("/api/v1/collections", from({ host, origin }))).toEqual([
        403,
        "wrong-origin",
      ]);
    for (const origin of ["http://localhost:8787", "https://chat.example.org"])
      expect((await api.ask("/health", { headers: { host, origin } })).status).toBe(200);
  });

  it("refuses what a browser says comes from another site, but lets people follow a link", async () => {
    for (const site of ["cross-site", "same-site"])
      expect(await api.refusal("/api/v1/collections", from({ "sec-fetch-site": site }))).toEqual([
        403,
        "cross-site",
      ]);
    const link = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" };
    expect((await api.ask("/health", { headers: link })).status).toBe(200);
    expect(await api.refusal("/api/v1/collections", from(link))).toEqual([403, "cross-site"]);
    for (const site of ["same-origin", "none"])
      expect((await api.ask("/health", { headers: { "sec-fetch-site": site } })).status).toBe(200);
  });

  it("does not take a wildcard address for a name", () => {
    const allowed = allowedBy(readConfig({ PARLANCE_HOST: "0.0.0.0" }));
    expect(allowed.host("0.0.0.0:8787")).toBe(false);
    expect(allowed.host("localhost:8787")).toBe(true);
  });
});

describe("every answer", () => {
  it("carries a request id and the security headers, refusals too", async () => {
    for (const path of ["/health", "/api/v1/nothing", "/v1/models/none"]) {
      const { headers } = await api.ask(path);
      expect(headers.get("x-request-id")).toMatch(/^req_\w+/);
      expect(headers.get("content-security-policy")).toContain("script-src 'self'");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("x-frame-options")).toBe("DENY");
    }
    const given = await api.ask("/health", { headers: { "x-request-id": "trace-12345" } });
    expect(given.headers.get("x-request-id")).toBe("trace-12345");
    const odd = await api.ask("/health", { headers: { "x-request-id": "a b" } });
    expect(odd.headers.get("x-request-id")).toMatch(/^req_/);
  });
});

describe("odd paths", () => {
  it("are not found", async () => {
    for (const path of [
      "/api//v1/collections",
      "/api/v1/collections%2fcol_x",
      "/api/v1/collections/..%5c..",
      "/api/v1/collections/%00",
      "/api/v1/",
      "/api/v2/collections",
      "/API/v1/collections",
      "/api/v1/collections/",
    ])
      expect((await api.ask(path)).status, path).toBe(404);
  });

  it("have no method that was not said", async () => {
    for (const method of ["DELETE", "PATCH", "PUT", "OPTIONS"])
      expect((await api.ask("/api/v1/search", { method })).status).toBe(404);
    expect((await api.ask("/health", { method: "HEAD" })).status).toBe(200);
    const override = { method: "POST", headers: { "x-http-method-override": "DELETE" } };
    expect((await api.ask("/api/v1/collections/col_00000000", override)).status).toBe(404);
  });

  it("with ids of another shape name nothing, as ids that are gone do", async () => {
    for (const id of [
      "col_00000000",
      "nonsense",
      "'; drop table collections; --",
      "col_%F0%9F%98%80",
    ])
      expect(await api.refusal(`/api/v1/collections/${encodeURIComponent(id)}`)).toEqual([
        404,
        "unknown-collection",
      ]);
  });
});

describe("JSON bodies", () => {
  const post = (body: string) =>
    api.refusal("/api/v1/collections", {
      init: { method: "POST", body, headers: { "content-type": "application/json" } },
    });

  it("are refused when broken, deep, large or hostile", async () => {
    expect(await post("{")).toEqual([400, "bad-json"]);
    expect(await post("")).toEqual([400, "bad-json"]);
    expect(await post(`${"[".repeat(100_000)}${"]".repeat(100_000)}`)).toEqual([
      400,
      "json-too-deep",
    ]);
    expect(await post(`{"name":"${"x".repeat(1_100_000)}"}`)).toEqual([413, "body-too-large"]);
    for (const key of ["__proto__", "constructor", "prototype", "\\u005f_proto__"])
      expect(await post(`{"name":"x","${key}":{"polluted":true}}`)).toEqual([400, "forbidden-key"]);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    expect(await post('{"name":"x","extra":1}')).toEqual([400, "bad-request"]);
    expect(await post('{"name":1e999}')).toEqual([400, "bad-request"]);
    expect(await post('"name"')).toEqual([400, "bad-request"]);
  });

  it("may speak of prototypes", () => {
    expect(() => checkJson('{"query":"what is __proto__ and constructor"}')).not.toThrow();
    expect(depthOf('{"a":"[[[\\"[[","b":[1]}')).toBe(2);
  });

  it("of another type are not read as JSON", async () => {
    const refusal = await api.refusal("/api/v1/collections", {
      init: { method: "POST", body: '{"name":"x"}', headers: { "content-type": "text/plain" } },
    });
    expect(refusal).toEqual([415, "not-json"]);
  });
});
