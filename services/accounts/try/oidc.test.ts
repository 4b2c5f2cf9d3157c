// Tests of trying an OpenID Connect provider: a real one, and servers that answer wrongly.
import { createServer, type RequestListener } from "node:http";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { millis } from "#services/domain/units.ts";
import type { OAuthConfig } from "../provider-config.ts";
import { aProvider, listening, stopped } from "../provider-server.builders.ts";
import { tryOidc } from "./oidc.ts";

const redirectUri = "https://talk.example.org/api/v1/auth/providers/work/callback";
let server: Awaited<ReturnType<typeof aProvider>>;
beforeAll(async () => {
  server = await aProvider([
    { client_id: "work", client_secret: "hush", redirect_uris: [redirectUri] },
  ]);
});
afterAll(() => server.close());

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});
const serving = async (answer: RequestListener): Promise<string> => {
  const one = createServer(answer);
  closers.push(() => stopped(one));
  return listening(one);
};

const config = (more: Partial<OAuthConfig> = {}): OAuthConfig => ({
  ...{ id: "work", name: "Work", kind: "oidc", issuer: server.issuer },
  ...{ clientId: "work", clientSecret: "hush", allowHttp: true },
  ...more,
});
const tried = async (more: Partial<OAuthConfig> = {}, around = {}) =>
  tryOidc(config(more), { redirectUri, now: () => millis(Date.now()), ...around });
const failuresOf = async (...given: Parameters<typeof tried>) =>
  (await tried(...given)).filter(({ state }) => state === "failed");

describe("trying an OpenID Connect provider", () => {
  it("finds nothing wrong where everything is right", async () => {
    const steps = await tried();
    expect(steps.map(({ name, state }) => `${name}: ${state}`)).toEqual([
      "Discovery: ok",
      "Issuer: ok",
      "Keys: ok",
      "Sign-in page: ok",
      "Client secret: ok",
      "Clock: ok",
    ]);
    expect(steps[3]?.hint).toContain(redirectUri);
  });

  it("names a wrong secret", async () => {
    const [failure, ...others] = await failuresOf({ clientSecret: "other" });
    expect(failure).toMatchObject({
      name: "Client secret",
      hint: expect.stringContaining("again"),
    });
    expect(others).toEqual([]);
  });

  it("names a wrong client ID, and a redirect address that is not known there", async () => {
    expect((await failuresOf({ clientId: "them" })).map(({ name }) => name)).toEqual([
      "Sign-in page",
      "Client secret",
    ]);
    const elsewhere = { redirectUri: "https://talk.example.org/elsewhere" };
    const [failure] = await failuresOf({}, elsewhere);
    expect(failure).toMatchObject({
      name: "Sign-in page",
      hint: expect.stringContaining(elsewhere.redirectUri),
    });
  });

  it("says by how much a clock is off", async () => {
    const off = { now: () => millis(Date.now() - 95_000) };
    expect(await failuresOf({}, off)).toMatchObject([
      { name: "Clock", detail: expect.stringMatching(/9[4-6] s ahead/u) },
    ]);
    const [, , , , , clock] = await tried({}, { now: () => millis(Date.now() - 5000) });
    expect(clock).toMatchObject({ state: "ok", detail: expect.stringMatching(/[4-6] s ahead/u) });
  });

  it("says how the provider calls itself where that is another name", async () => {
    const issuer = await serving((_, response) => {
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ issuer: "https://login.example.org/realms/main" }));
    });
    expect(await failuresOf({ issuer })).toMatchObject([
      { name: "Issuer", detail: expect.stringContaining("https://login.example.org/realms/main") },
    ]);
  });

  it("says that nothing describes itself there: not found, no JSON, a way to elsewhere, too much, nobody", async () => {
    const asked: string[] = [];
    const target = await serving((request, response) => {
      asked.push(request.url ?? "");
      response.end("{}");
    });
    const answers: RequestListener[] = [
      (_, response) => response.writeHead(404).end(),
      (_, response) => response.end("<html>Welcome</html>"),
      (_, response) => response.writeHead(302, { location: `${target}/secret` }).end(),
      (_, response) => response.end("x".repeat((1 << 20) + 1)),
      (_, response) => response.writeHead(503).end(),
      (_, response) => response.destroy(),
    ];
    for (const answer of answers)
      expect(await tried({ issuer: await serving(answer) })).toMatchObject([
        { name: "Discovery", state: "failed" },
      ]);
    expect(asked).toEqual([]);
  });

  it("asks no address without https that a description names, and shows nothing that it answers", async () => {
    const asked: string[] = [];
    const inner = await serving((request, response) => {
      asked.push(request.url ?? "");
      response.end("confidential");
    });
    const issuer = await serving((_, response) => {
      response.setHeader("content-type", "application/json");
      const plain = inner.replace("127.0.0.1", "localhost.example");
      response.end(
        JSON.stringify({
          issuer,
          authorization_endpoint: `${plain}/authorize`,
          token_endpoint: `${plain}/token`,
          jwks_uri: `${inner}/keys`,
        }),
      );
    });
    const steps = await tried({ issuer });
    expect(steps.filter(({ state }) => state === "failed").map(({ name }) => name)).toEqual([
      "Keys",
      "Sign-in page",
      "Client secret",
    ]);
    expect(asked).toEqual(["/keys"]);
    expect(JSON.stringify(steps)).not.toContain("confidential");
  });
});
