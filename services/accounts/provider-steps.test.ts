// Tests of what providers answer: one that lies in its ID tokens, and a GitHub with an API like the real one's.
import { createHash, randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from "jose";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { millis } from "#services/domain/units.ts";
import type { OAuthConfig } from "./provider-config.ts";
import { listening, stopped } from "./provider-server.builders.ts";
import { groupsIn } from "./provider-steps.ts";
import { openProviders } from "./providers.ts";
import { openKeyring } from "./secrets.ts";

const publicUrl = "https://talk.example.org";
const keyring = openKeyring({ current: randomBytes(32) });
const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

const serving = async (listener: RequestListener): Promise<string> => {
  const server = createServer(listener);
  closers.push(() => stopped(server));
  return listening(server);
};
const formOf = async (request: IncomingMessage): Promise<URLSearchParams> => {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return new URLSearchParams(Buffer.concat(parts).toString());
};
const opened = (config: Partial<OAuthConfig> & Pick<OAuthConfig, "kind" | "issuer">) =>
  openProviders(
    [{ id: "p", name: "P", clientId: "us", clientSecret: "hush", allowHttp: true, ...config }],
    { publicUrl, keyring, now: () => millis(Date.now()) },
  );
const refused = expect.objectContaining({ kind: "rejected", code: "provider-refused" });
const down = expect.objectContaining({ kind: "unavailable", code: "provider-down" });

/** Begins, and comes back with a code and what else the answer holds. */
const andBack = async (
  providers: ReturnType<typeof opened>,
  more: Readonly<Record<string, string>> = {},
) => {
  const { location, cookie } = await providers.start("p", { returnTo: "/map" });
  const asked = new URL(location).searchParams;
  const answer = new URLSearchParams({ state: asked.get("state") ?? "", code: "abc", ...more });
  const url = `${providers.redirectUri("p")}?${answer}`;
  return { asked, finish: () => providers.finish("p", { url, cookie }) };
};

type Keys = Awaited<ReturnType<typeof generateKeyPair>>;
let keys: Keys;
let others: Keys;
beforeAll(async () => {
  [keys, others] = [
    await generateKeyPair("RS256", { extractable: true }),
    await generateKeyPair("RS256"),
  ];
});

type Mint = (claims: JWTPayload) => Promise<string> | string;
const honest: Mint = (claims) =>
  new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid: "k" }).sign(keys.privateKey);

/** Gives the same ID token for any code, as often as it is asked. */
const anIssuer = async (
  mint: Mint = honest,
  userinfo: Readonly<Record<string, unknown>> = { sub: "7" },
) => {
  const nonces: string[] = [];
  const jwk = { ...(await exportJWK(keys.publicKey)), kid: "k", alg: "RS256", use: "sig" };
  let issuer = "";
  const answers: Record<string, () => unknown> = {
    "/.well-known/openid-configuration": () => ({
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/jwks`,
      userinfo_endpoint: `${issuer}/userinfo`,
      response_types_supported: ["code"],
      subject_types_supported: ["public"],
      id_token_signing_alg_values_supported: ["RS256", "none", "HS256"],
    }),
    "/jwks": () => ({ keys: [jwk] }),
    "/userinfo": () => userinfo,
    "/token": async () => {
      const now = Math.floor(Date.now() / 1000);
      const id_token = await mint({
        iss: issuer,
        aud: "us",
        sub: "7",
        iat: now,
        exp: now + 60,
        nonce: nonces.at(-1) ?? "",
        email: "ada@example.org",
        email_verified: true,
      });
      return { access_token: "t", token_type: "Bearer", id_token };
    },
  };
  issuer = await serving(async (request, response) => {
    const answer = await answers[request.url ?? ""]?.();
    response.writeHead(answer === undefined ? 404 : 200, { "content-type": "application/json" });
    response.end(JSON.stringify(answer));
  });
  return { issuer, nonces };
};

describe("an OpenID Connect provider", () => {
  it("is believed where its signed answer is for us and for this sign-in", async () => {
    const { issuer, nonces } = await anIssuer();
    const { asked, finish } = await andBack(opened({ kind: "oidc", issuer }));
    nonces.push(asked.get("nonce") ?? "");
    const found = await finish();
    expect(found).toMatchObject({ issuer, subject: "7", emailVerified: true, returnTo: "/map" });
  });

  const lies: [string, Mint][] = [
    ["signed by nobody", (claims) => new UnsecuredJWT(claims).encode()],
    [
      "signed with another key",
      (claims) =>
        new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid: "k" }).sign(others.privateKey),
    ],
    [
      "signed with the client's secret",
      (claims) =>
        new SignJWT(claims)
          .setProtectedHeader({ alg: "HS256" })
          .sign(Buffer.from("hush".padEnd(32))),
    ],
    ["with another nonce", (claims) => honest({ ...claims, nonce: "other" })],
    ["without a nonce", ({ nonce: _, ...claims }) => honest(claims)],
    ["of another issuer", (claims) => honest({ ...claims, iss: "https://evil.example" })],
    ["for another client", (claims) => honest({ ...claims, aud: "them" })],
    [
      "for several clients, given to another",
      (claims) => honest({ ...claims, aud: ["us", "them"], azp: "them" }),
    ],
    ["that ended", (claims) => honest({ ...claims, exp: (claims.iat ?? 0) - 3600 })],
    ["without a subject", ({ sub: _, ...claims }) => honest(claims)],
    ["that is no token", () => "x.y.z"],
  ];

  it.each(lies)("is not believed where its ID token is %s", async (_, mint) => {
    const { issuer, nonces } = await anIssuer(mint);
    const { asked, finish } = await andBack(opened({ kind: "oidc", issuer }));
    nonces.push(asked.get("nonce") ?? "");
    await expect(finish()).rejects.toEqual(refused);
  });

  it("is not believed where the answer came from another issuer", async () => {
    const { issuer, nonces } = await anIssuer();
    const { asked, finish } = await andBack(opened({ kind: "oidc", issuer }), {
      iss: "https://evil.example",
    });
    nonces.push(asked.get("nonce") ?? "");
    await expect(finish()).rejects.toEqual(refused);
  });

  it("names the address and its verification together, never one from each answer", async () => {
    const mint: Mint = ({ email_verified: _, ...claims }) => honest(claims);
    const userinfo = { sub: "7", email: "eve@example.org", email_verified: true, groups: ["g"] };
    const { issuer, nonces } = await anIssuer(mint, userinfo);
    const { asked, finish } = await andBack(
      opened({ kind: "oidc", issuer, groupsClaim: "groups" }),
    );
    nonces.push(asked.get("nonce") ?? "");
    expect(await finish()).toMatchObject({
      email: "ada@example.org",
      emailVerified: false,
      groups: ["g"],
    });
  });

  it("is not believed where its user info is of somebody else", async () => {
    const mint: Mint = ({ email: _, ...claims }) => honest(claims);
    const { issuer, nonces } = await anIssuer(mint, { sub: "8", email: "eve@example.org" });
    const { asked, finish } = await andBack(opened({ kind: "oidc", issuer }));
    nonces.push(asked.get("nonce") ?? "");
    await expect(finish()).rejects.toEqual(refused);
  });

  it("says groups as a list, as one name, or within other claims", () => {
    expect(groupsIn({ groups: ["a", 7, "", "b"] }, "groups")).toEqual(["a", "b"]);
    expect(groupsIn({ hd: "example.org" }, "hd")).toEqual(["example.org"]);
    expect(groupsIn({ realm_access: { roles: ["a"] } }, "realm_access.roles")).toEqual(["a"]);
    expect(groupsIn({ "https://x.example/groups": ["a"] }, "https://x.example/groups")).toEqual([
      "a",
    ]);
    for (const path of [undefined, "none", "constructor", "__proto__.x", "groups.length"])
      expect(groupsIn({ groups: ["a"] }, path)).toEqual([]);
  });
});

/** Like GitHub: a failed exchange is answered with 200 and an error, and the API wants a bearer token and a user agent. */
const aGithub = async (emails: unknown, challenges: string[] = []) => {
  const seen: URLSearchParams[] = [];
  const site = await serving(async (request, response) => {
    const answer = (body: unknown, status = 200) => {
      response.writeHead(status, { "content-type": "application/json; charset=utf-8" });
      response.end(JSON.stringify(body));
    };
    if (request.url === "/login/oauth/access_token") {
      const form = await formOf(request);
      seen.push(form);
      const verifier = createHash("sha256").update(form.get("code_verifier") ?? "");
      const good =
        form.get("client_id") === "us" &&
        form.get("client_secret") === "hush" &&
        form.get("code") === "abc" &&
        challenges.includes(verifier.digest("base64url"));
      return good
        ? answer({ access_token: "gho_1", token_type: "bearer", scope: "read:user,user:email" })
        : answer({ error: "bad_verification_code", error_description: "incorrect or expired" });
    }
    const { authorization, "user-agent": agent } = request.headers;
    if (authorization !== "Bearer gho_1" || agent === undefined)
      return answer({ message: "Bad credentials" }, 401);
    if (request.url === "/api/v3/user") return answer({ id: 42, login: "ada", name: null });
    if (request.url === "/api/v3/user/emails") return answer(emails);
    return answer({ message: "Not Found" }, 404);
  });
  return { site, seen };
};
const mailbox = (email: string, primary: boolean, verified: boolean) => ({
  email,
  primary,
  verified,
  visibility: null,
});

describe("GitHub", () => {
  it("tells the person's number and their primary verified address", async () => {
    const challenges: string[] = [];
    const { site, seen } = await aGithub(
      [mailbox("old@example.org", false, true), mailbox("ada@example.org", true, true)],
      challenges,
    );
    const providers = opened({ kind: "github", issuer: site });
    const { asked, finish } = await andBack(providers, { iss: `${site}/login/oauth` });
    challenges.push(asked.get("code_challenge") ?? "");
    expect(Object.fromEntries(asked)).toMatchObject({
      client_id: "us",
      scope: "read:user user:email",
      code_challenge_method: "S256",
      redirect_uri: providers.redirectUri("p"),
    });
    expect(await finish()).toMatchObject({
      issuer: site,
      subject: "42",
      email: "ada@example.org",
      emailVerified: true,
      name: "ada",
      groups: [],
    });
    expect(seen[0]?.get("redirect_uri")).toBe(providers.redirectUri("p"));
  });

  it("tells no address that is not both primary and verified", async () => {
    const challenges: string[] = [];
    const { site } = await aGithub(
      [mailbox("ada@example.org", true, false), mailbox("old@example.org", false, true)],
      challenges,
    );
    const { asked, finish } = await andBack(opened({ kind: "github", issuer: site }));
    challenges.push(asked.get("code_challenge") ?? "");
    expect(await finish()).toMatchObject({ email: undefined, emailVerified: false });
  });

  it("is refused where the code is wrong, comes from elsewhere, or answers are odd", async () => {
    const { site } = await aGithub([]);
    const providers = opened({ kind: "github", issuer: site });
    await expect((await andBack(providers)).finish()).rejects.toEqual(refused);
    await expect((await andBack(providers, { code: "zzz" })).finish()).rejects.toEqual(refused);
    await expect((await andBack(providers, { iss: "https://x.y" })).finish()).rejects.toEqual(
      refused,
    );
    const challenges: string[] = [];
    const odd = await aGithub({ message: "no list" }, challenges);
    const { asked, finish } = await andBack(opened({ kind: "github", issuer: odd.site }));
    challenges.push(asked.get("code_challenge") ?? "");
    await expect(finish()).rejects.toEqual(refused);
  });

  it("is reported as down where it does not answer or is out of order", async () => {
    const ill = await serving((_, response) => response.writeHead(502).end("<html>"));
    await expect((await andBack(opened({ kind: "github", issuer: ill }))).finish()).rejects.toEqual(
      down,
    );
    const { finish } = await andBack(opened({ kind: "github", issuer: ill }));
    for (const close of closers.splice(0)) close();
    await expect(finish()).rejects.toEqual(down);
  });
});
