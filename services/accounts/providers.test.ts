// Tests of signing in at a real OpenID Connect provider: the way there and back, and what attackers try on it.
import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Millis, millis } from "#services/domain/units.ts";
import type { OAuthConfig } from "./provider-config.ts";
import { aProvider, signingIn } from "./provider-server.builders.ts";
import { openProviders } from "./providers.ts";
import { openKeyring } from "./secrets.ts";

const publicUrl = "https://talk.example.org";
const back = (id: string) => `${publicUrl}/api/v1/auth/providers/${id}/callback`;
const keyring = openKeyring({ current: randomBytes(32) });
const refused = (code: string) => expect.objectContaining({ kind: "rejected", code });

let server: Awaited<ReturnType<typeof aProvider>>;
let configs: OAuthConfig[];
beforeAll(async () => {
  const client = (id: string, more: object = {}) => ({
    client_id: id,
    client_secret: `secret of ${id}`,
    redirect_uris: [back(id), `${publicUrl}/elsewhere`],
    ...more,
  });
  server = await aProvider([
    client("work"),
    client("club", { token_endpoint_auth_method: "client_secret_post" }),
  ]);
  configs = ["work", "club"].map((id) => ({
    id,
    name: `The ${id}`,
    kind: "oidc",
    issuer: server.issuer,
    clientId: id,
    clientSecret: `secret of ${id}`,
    allowHttp: true,
    ...(id === "work"
      ? {
          groupsClaim: "groups",
          roles: { staff: "viewer", adas: "admin" } as const,
          teams: { adas: "Ada's", bens: "Ben's" },
        }
      : {}),
  }));
});
afterAll(() => server.close());

let at: Millis = millis(Date.now());
const opened = (more: Partial<OAuthConfig> = {}) =>
  openProviders(
    configs.map((config) => ({ ...config, ...more })),
    { publicUrl, keyring, now: () => at },
  );
const signedIn = (location: string, login = "ada") =>
  signingIn(location, { login, until: publicUrl });

describe("signing in at a provider", () => {
  it("tells who came back, with groups, a role and teams, and where to go on", async () => {
    const providers = opened();
    expect(providers.list()).toEqual([
      { id: "work", name: "The work", kind: "oidc" },
      { id: "club", name: "The club", kind: "oidc" },
    ]);
    const { location, cookie, cookieFor } = await providers.start("work", {
      returnTo: "/search?q=tea",
      intent: "link usr_1",
    });
    expect(cookieFor).toBe(600_000);
    const asked = new URL(location).searchParams;
    expect(Object.fromEntries(asked)).toMatchObject({
      client_id: "work",
      response_type: "code",
      redirect_uri: back("work"),
      scope: "openid email profile",
      code_challenge_method: "S256",
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
    });
    const url = await signedIn(location);
    expect(await providers.finish("work", { url, cookie })).toEqual({
      provider: "work",
      issuer: server.issuer,
      subject: "ada",
      email: "ada@example.org",
      emailVerified: true,
      name: "Dr ada",
      groups: ["staff", "adas"],
      role: "admin",
      teams: [
        { name: "Ada's", isIn: true },
        { name: "Ben's", isIn: false },
      ],
      returnTo: "/search?q=tea",
      intent: "link usr_1",
    });
  });

  it("tells where a provider has not verified the address", async () => {
    const providers = opened();
    const { location, cookie } = await providers.start("club", {});
    const url = await signedIn(location, "unverified");
    expect(await providers.finish("club", { url, cookie })).toMatchObject({
      email: "unverified@example.org",
      emailVerified: false,
      role: undefined,
      teams: [],
      returnTo: "/",
      intent: undefined,
    });
  });

  it("puts nothing of the sign-in into the cookie that can be read or used elsewhere", async () => {
    const { location, cookie } = await opened().start("work", {});
    const { searchParams } = new URL(location);
    for (const name of ["state", "nonce"])
      expect(Buffer.from(cookie.split(".")[2] ?? "", "base64url").toString()).not.toContain(
        searchParams.get(name),
      );
    expect(cookie.length).toBeLessThan(3000);
  });

  it("works in the browser that began it only", async () => {
    const providers = opened();
    const { location, cookie } = await providers.start("work", {});
    const other = await providers.start("work", {});
    const url = await signedIn(location);
    const stranger = openKeyring({ current: randomBytes(32) });
    for (const wrong of [
      undefined,
      "",
      "x",
      other.cookie,
      `${cookie.slice(0, -4)}AAAA`,
      stranger.seal("{}", ["sign-in", "work"]),
      keyring.seal("{}", ["sign-in", "work"]),
    ])
      await expect(providers.finish("work", { url, cookie: wrong })).rejects.toEqual(
        refused("wrong-state"),
      );
    for (const odd of [
      `${back("work")}?code=x`,
      `${back("work")}?code=x&state=`,
      "http://[",
      back("work"),
    ])
      await expect(providers.finish("work", { url: odd, cookie })).rejects.toEqual(
        refused("wrong-state"),
      );
  });

  it("works at the provider that it was begun for only", async () => {
    const providers = opened();
    const work = await providers.start("work", {});
    const club = await providers.start("club", {});
    const url = await signedIn(work.location);
    const moved = url.replace("/work/", "/club/");
    for (const cookie of [work.cookie, club.cookie])
      await expect(providers.finish("club", { url: moved, cookie })).rejects.toEqual(
        refused("wrong-state"),
      );
  });

  it("works once: a code that came back twice is refused", async () => {
    const providers = opened();
    const { location, cookie } = await providers.start("work", {});
    const url = await signedIn(location);
    await providers.finish("work", { url, cookie });
    await expect(providers.finish("work", { url, cookie })).rejects.toEqual(
      refused("provider-refused"),
    );
  });

  it("takes ten minutes at most", async () => {
    const providers = opened();
    const { location, cookie } = await providers.start("work", {});
    const url = await signedIn(location);
    const began = at;
    try {
      at = millis(began + 600_000);
      await expect(providers.finish("work", { url, cookie })).rejects.toEqual(
        refused("link-expired"),
      );
      at = millis(began + 599_999);
      expect(await providers.finish("work", { url, cookie })).toMatchObject({ name: "Dr ada" });
    } finally {
      at = began;
    }
  });

  it("takes no code of another sign-in, which PKCE binds to its own browser", async () => {
    const providers = opened();
    const victim = await providers.start("work", {});
    const stolen = new URL(await signedIn(victim.location)).searchParams.get("code") ?? "";
    const thief = await providers.start("work", {});
    const url = new URL(await signedIn(thief.location, "eve"));
    url.searchParams.set("code", stolen);
    await expect(providers.finish("work", { url: url.href, cookie: thief.cookie })).rejects.toEqual(
      refused("provider-refused"),
    );
  });

  it("takes no code that was sent to another address", async () => {
    const providers = opened();
    const { location, cookie } = await providers.start("work", {});
    const changed = new URL(location);
    changed.searchParams.set("redirect_uri", `${publicUrl}/elsewhere`);
    const { search } = new URL(await signedIn(changed.href));
    await expect(
      providers.finish("work", { url: `${back("work")}${search}`, cookie }),
    ).rejects.toEqual(refused("provider-refused"));
    changed.searchParams.set("redirect_uri", "https://evil.example/");
    await expect(signingIn(changed.href, { login: "ada", until: "https://" })).rejects.toThrow(
      "answered 400",
    );
  });

  it("is refused where another provider answers", async () => {
    const providers = opened();
    const { location, cookie } = await providers.start("work", {});
    const url = new URL(await signedIn(location));
    expect(url.searchParams.get("iss")).toBe(server.issuer);
    url.searchParams.set("iss", "https://evil.example");
    await expect(providers.finish("work", { url: url.href, cookie })).rejects.toEqual(
      refused("provider-refused"),
    );
    url.searchParams.delete("iss");
    await expect(providers.finish("work", { url: url.href, cookie })).rejects.toEqual(
      refused("provider-refused"),
    );
  });

  it("says why the provider let nobody in", async () => {
    const providers = opened();
    const { location, cookie } = await providers.start("work", {});
    const answer = new URLSearchParams({
      state: new URL(location).searchParams.get("state") ?? "",
      iss: server.issuer,
      error: "access_denied",
      error_description: "<b>not to be shown</b>",
    });
    const denied = providers.finish("work", { url: `${back("work")}?${answer}`, cookie });
    await expect(denied).rejects.toEqual(refused("provider-refused"));
    await expect(denied).rejects.toThrow("did not let you in");
    await expect(denied).rejects.not.toThrow("not to be shown");
    answer.set("error", "temporarily_unavailable");
    await expect(
      providers.finish("work", { url: `${back("work")}?${answer}`, cookie }),
    ).rejects.toMatchObject({ kind: "unavailable", code: "provider-down" });
  });

  it("tells the operator of a wrong secret", async () => {
    const providers = opened({ clientSecret: "wrong" });
    const { location, cookie } = await providers.start("work", {});
    await expect(
      providers.finish("work", { url: await signedIn(location), cookie }),
    ).rejects.toThrow("clientSecret");
  });

  it("says that a provider is down, and works again when it is up", async () => {
    const gone = await aProvider([]);
    const providers = opened({ issuer: gone.issuer });
    gone.close();
    await expect(providers.start("work", {})).rejects.toMatchObject({
      kind: "unavailable",
      code: "provider-down",
    });
    await expect(opened({ issuer: `${server.issuer}/nothing` }).start("work", {})).rejects.toEqual(
      expect.objectContaining({ code: "provider-down" }),
    );
    await expect(opened().start("nobody", {})).rejects.toMatchObject({
      code: "unknown-provider",
      status: 404,
    });
  });
});
