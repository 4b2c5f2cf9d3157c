// Tests of trying GitHub, against a server that answers as it does.
import { createServer } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { millis } from "#services/domain/units.ts";
import type { OAuthConfig } from "../provider-config.ts";
import { listening, stopped } from "../provider-server.builders.ts";
import { tryGithub } from "./github.ts";

const redirectUri = "https://talk.example.org/api/v1/auth/providers/github/callback";

/** Answers what no token is needed for: 404 for an unknown client, 200 with an error for a wrong code. */
const site = createServer(async (request, response) => {
  const url = new URL(request.url ?? "", "http://here.invalid");
  const answer = (status: number, body: unknown, headers = {}) => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(JSON.stringify(body));
  };
  if (url.pathname === "/login/oauth/authorize")
    return url.searchParams.get("client_id") === "us"
      ? answer(302, {}, { location: "/login" })
      : answer(404, {});
  if (url.pathname === "/login/oauth/access_token") {
    let text = "";
    for await (const part of request) text += String(part);
    const form = new URLSearchParams(text);
    if (form.get("client_id") !== "us") return answer(404, {});
    if (form.get("client_secret") !== "hush")
      return answer(200, { error: "incorrect_client_credentials" });
    return form.get("redirect_uri") === redirectUri
      ? answer(200, { error: "bad_verification_code" })
      : answer(200, { error: "redirect_uri_mismatch" });
  }
  return url.pathname === "/api/v3/" ? answer(200, {}) : answer(404, {});
});
let issuer: string;
beforeAll(async () => {
  issuer = await listening(site);
});
afterAll(() => stopped(site));

const tried = async (more: Partial<OAuthConfig> = {}, address = redirectUri) =>
  (
    await tryGithub(
      {
        ...{ id: "github", name: "GitHub", kind: "github", issuer, allowHttp: true },
        ...{ clientId: "us", clientSecret: "hush", ...more },
      },
      { redirectUri: address, now: () => millis(Date.now()) },
    )
  ).map(({ name, state }) => `${name}: ${state}`);

describe("trying GitHub", () => {
  it("finds nothing wrong where everything is right", async () => {
    expect(await tried()).toEqual([
      "Sign-in page: ok",
      "Client secret: ok",
      "API: ok",
      "Clock: ok",
    ]);
  });

  it("tells a wrong client ID, a wrong secret, a wrong redirect address and a wrong site apart", async () => {
    expect(await tried({ clientId: "them" })).toContain("Sign-in page: failed");
    const wrongSecret = await tried({ clientSecret: "other" });
    expect(wrongSecret.slice(0, 2)).toEqual(["Sign-in page: ok", "Client secret: failed"]);
    expect(await tried({}, "https://talk.example.org/")).toContain("Client secret: failed");
    expect(await tried({ issuer: `${issuer}/other` })).toContain("API: failed");
  });
});
