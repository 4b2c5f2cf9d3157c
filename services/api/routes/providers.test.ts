// Tests of signing in at a real OpenID Connect provider over HTTP: who comes in, who gets an account and which role, what is refused.
import { HOTP, Secret } from "otpauth";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { signingIn } from "#services/accounts/provider-server.builders.ts";
import { account, authState, linkStart, totpSecret } from "#services/contract/accounts.ts";
import { madeInvitation, memberList } from "#services/contract/organizations.ts";
import { spend } from "#services/store/store.ts";
import { openTestApi } from "../api.builders.ts";
import { aBrowser, openPeopleApi, owner } from "../browsers.builders.ts";
import {
  crossSite,
  type Elsewhere,
  ids,
  openElsewhere,
  secureHere,
  start,
} from "../elsewhere.builders.ts";

let all: Elsewhere;
beforeAll(async () => {
  all = await openElsewhere();
});
afterAll(() => all.close());

const invite = (email: string, role = "member") =>
  all.admin.read(madeInvitation, "/api/v1/invitations", { body: { email, role } });
const roleOf = async (email: string) => (await all.memberNamed(email))?.role;

describe("signing in elsewhere", () => {
  it("is offered by name, and begins with a cookie for the way back only", async () => {
    const { providers } = await aBrowser(all.api).read(authState, "/api/v1/auth/state");
    expect(providers).toEqual(ids.map((id) => ({ id, name: `The ${id}` })));
    const browser = aBrowser(all.api);
    const left = await browser.ask(start("open", "/search?q=tea"));
    expect(left.status).toBe(302);
    expect(left.headers.get("location")).toContain(`${all.issuer}/auth?`);
    const attributes = browser.cookies.get("parlance_elsewhere")?.attributes ?? "";
    expect(attributes).toContain("Path=/api/v1/auth/providers/open/callback");
    expect(attributes).toContain("HttpOnly");
    expect(attributes).toContain("SameSite=Lax");
    expect(attributes).not.toContain("Secure");
  });

  it("protects the cookie where the server is reached over TLS", async () => {
    const secure = await openPeopleApi({ ...all.env, PARLANCE_PUBLIC_URL: secureHere });
    try {
      const browser = aBrowser(secure);
      const host = "talk.example.org";
      const left = await browser.ask(start("open"), { headers: { host } });
      const attributes = browser.cookies.get("__Secure-parlance-elsewhere")?.attributes ?? "";
      expect(attributes).toMatch(/HttpOnly; Secure; SameSite=Lax/u);
      const location = left.headers.get("location") ?? "";
      const url = await signingIn(location, { login: "tess", until: secureHere });
      const headers = { host, ...crossSite };
      await browser.ask(url.slice(secureHere.length), { headers });
      expect([...browser.cookies.keys()]).toEqual(["__Host-parlance"]);
      expect(browser.cookies.get("__Host-parlance")?.attributes).toMatch(
        /Secure; SameSite=Strict/u,
      );
    } finally {
      await secure.close();
    }
  });

  it("makes an account at the first sign-in, and knows who comes back", async () => {
    const browser = aBrowser(all.api);
    expect(await all.go(browser, "open", "ada", "/search?q=tea")).toBe("/search?q=tea");
    expect([...browser.cookies.keys()]).toEqual(["parlance_session"]);
    await browser.enter();
    const made = await browser.read(account, "/api/v1/account");
    expect(made).toMatchObject({
      user: { email: "ada@example.org", name: "Dr ada", hasPassword: false },
      role: "member",
    });
    const again = await (await all.entered("open", "ada")).read(account, "/api/v1/account");
    expect(again.user?.id).toBe(made.user?.id);
    const [entry] = await all.entries("sign-in");
    expect(entry).toMatchObject({ actor: "Dr ada", details: { by: "provider open" } });
    const [joined] = await all.entries("member.join");
    expect(joined).toMatchObject({ actorId: made.user?.id, details: { role: "member" } });
  });

  it("lets nobody in who was not invited, and gives who was the role of the invitation", async () => {
    const browser = aBrowser(all.api);
    expect(await all.go(browser, "invited", "ben")).toBe(
      "/sign-in?problem=not-invited&provider=invited",
    );
    expect([...browser.cookies]).toEqual([]);
    await invite("BEN@example.org", "viewer");
    const made = await (await all.entered("invited", "ben")).read(account, "/api/v1/account");
    expect(made).toMatchObject({ user: { email: "ben@example.org" }, role: "viewer" });
    // The invitation is used: nobody joins by it again.
    const { invitations } = JSON.parse(await (await all.admin.ask("/api/v1/invitations")).text());
    expect(invitations).toEqual([]);
  });

  it("believes no address that the provider has not verified", async () => {
    await invite("unverified@example.org");
    const problem = "/sign-in?problem=email-not-verified&provider=";
    expect(await all.go(aBrowser(all.api), "invited", "unverified")).toBe(`${problem}invited`);
    expect(await all.go(aBrowser(all.api), "open", "unverified")).toBe(`${problem}open`);
    expect(await all.memberNamed("unverified@example.org")).toBeUndefined();
    // One whose people cannot choose their addresses is trusted, where its settings say so.
    await all.entered("trusted", "unverified");
    expect(await roleOf("unverified@example.org")).toBe("member");
  });

  it("takes over no account that has the address", async () => {
    const browser = aBrowser(all.api);
    expect(await all.go(browser, "open", "olga")).toBe(
      "/sign-in?problem=account-exists&provider=open",
    );
    expect([...browser.cookies]).toEqual([]);
  });

  it("works once for each sign-in that was begun, and in the browser that began it", async () => {
    const browser = aBrowser(all.api);
    const left = await browser.ask(start("open"));
    const location = left.headers.get("location") ?? "";
    const way = await all.there(location, "ada");
    const wrong = "/sign-in?problem=wrong-state&provider=open";
    expect(await all.comeBack(aBrowser(all.api), way)).toBe(wrong);
    const cookie = `parlance_elsewhere=${browser.cookies.get("parlance_elsewhere")?.value}`;
    expect(await all.comeBack(browser, way)).toBe("/");
    const replayed = await aBrowser(all.api).ask(way, { headers: { ...crossSite, cookie } });
    expect(replayed.headers.get("location")).toMatch(/^\/sign-in\?problem=/u);
    expect(replayed.headers.getSetCookie().join()).not.toContain("parlance_session=");
  });

  it("is taken once also by a provider that takes a code twice", async () => {
    const browser = aBrowser(all.api);
    const left = await browser.ask(start("open"));
    const location = left.headers.get("location") ?? "";
    const way = await all.there(location, "ada");
    const { keyring, database } = await all.parts();
    const cookie = browser.cookies.get("parlance_elsewhere")?.value ?? "";
    const { id, expiresAt } = JSON.parse(keyring.open(cookie, ["sign-in", "open"]));
    // As if this sign-in had come back a moment ago.
    await database.system.transaction((rows) => spend(rows, `elsewhere ${id}`, expiresAt));
    const page = await all.comeBack(browser, way);
    expect(page).toBe("/sign-in?problem=wrong-state&provider=open");
    expect([...browser.cookies]).toEqual([]);
  });

  it("is the only address of programs to which another site may send people", async () => {
    const at = (path: string) => all.admin.refusal(path, { headers: crossSite });
    for (const path of [
      start("open"),
      "/api/v1/account",
      "/api/v1/auth/providers/open/callback/more",
      "/api/v1/auth/providers/../callback",
    ])
      expect(await at(path)).toEqual([403, "cross-site"]);
    const framed = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" };
    expect(
      await all.admin.refusal("/api/v1/auth/providers/open/callback", { headers: framed }),
    ).toEqual([403, "cross-site"]);
  });

  it("tells of providers that are not there on the sign-in page, and leads to no other site", async () => {
    expect((await aBrowser(all.api).ask(start("nobody"))).headers.get("location")).toBe(
      "/sign-in?problem=unknown-provider&provider=nobody",
    );
    const browser = aBrowser(all.api);
    for (const path of ["//evil.example", "https://evil.example", "/\\evil.example"])
      expect(await all.go(browser, "open", "ada", path)).toBe("/");
  });

  it("keeps the page that was asked for where a sign-in fails, so that the next one leads there", async () => {
    const asked = "/search?q=tea";
    const to = `/sign-in?to=${encodeURIComponent(asked).replace("%20", "+")}`;
    expect(await all.go(aBrowser(all.api), "invited", "stranger", asked)).toBe(
      `${to}&problem=not-invited&provider=invited`,
    );
    const nobody = await aBrowser(all.api).ask(start("nobody", asked));
    expect(nobody.headers.get("location")).toBe(`${to}&problem=unknown-provider&provider=nobody`);
    const elsewhere = await aBrowser(all.api).ask(start("nobody", "//evil.example"));
    expect(elsewhere.headers.get("location")).toBe(
      "/sign-in?problem=unknown-provider&provider=nobody",
    );
  });

  it("asks for the second factor that an account has", async () => {
    const ada = await all.entered("open", "ada");
    const { secret } = await ada.read(totpSecret, "/api/v1/account/totp", { body: {} });
    const code = HOTP.generate({
      secret: Secret.fromBase32(secret),
      counter: Math.floor(Date.now() / 30_000),
    });
    await ada.ask("/api/v1/account/totp/confirm", { body: { code } });
    const browser = aBrowser(all.api);
    const location = await all.go(browser, "open", "ada", "/search");
    expect(location).toMatch(/^\/sign-in\?to=%2Fsearch#second-factor=/u);
    expect([...browser.cookies]).toEqual([]);
    const asked = new URLSearchParams(location?.split("#")[1]);
    expect(asked.get("methods")).toBe("totp,recovery-code");
    const body = { token: asked.get("second-factor"), code: "000000" };
    expect(await browser.refusal("/api/v1/auth/second-factor", { body })).toEqual([
      400,
      "wrong-code",
    ]);
    await ada.tell("/api/v1/account/totp/remove", { body: {} });
  });

  it("is no way in for whoever is suspended", async () => {
    await all.entered("open", "sam");
    const id = (await all.memberNamed("sam@example.org"))?.id;
    const suspended = { method: "PATCH", body: { state: "suspended" } };
    await all.admin.ask(`/api/v1/members/${id}`, suspended);
    expect(await all.go(aBrowser(all.api), "open", "sam")).toBe(
      "/sign-in?problem=suspended&provider=open",
    );
  });

  it("asks a provider no more after many wrong answers", async () => {
    const flooded = await openPeopleApi(all.env);
    try {
      const browser = aBrowser(flooded);
      const problems = new Map<string | null, number>();
      for (let n = 0; n < 52; n++) {
        // Each sign-in comes back once.
        const left = await browser.ask(start("open"));
        const { searchParams } = new URL(left.headers.get("location") ?? "");
        const cookie = `parlance_elsewhere=${browser.cookies.get("parlance_elsewhere")?.value}`;
        const query = new URLSearchParams({
          error: "access_denied",
          state: searchParams.get("state") ?? "",
          iss: all.issuer,
        });
        const path = `/api/v1/auth/providers/open/callback?${query}`;
        const back = await flooded.ask(path, { headers: { ...crossSite, cookie } });
        const page = back.headers.get("location");
        problems.set(page, (problems.get(page) ?? 0) + 1);
      }
      expect([...problems]).toEqual([
        ["/sign-in?problem=provider-refused&provider=open", 50],
        ["/sign-in?problem=too-many-tries&provider=open", 2],
      ]);
    } finally {
      await flooded.close();
    }
  });

  it("does not begin where its settings are wrong", async () => {
    const PARLANCE_SIGN_IN_PROVIDERS = '[{"id": "work"}]';
    const env = { PARLANCE_SIGN_IN_PROVIDERS, PARLANCE_PUBLIC_URL: secureHere };
    const wrong = await openTestApi({ idle: true, env });
    try {
      await expect(wrong.instance.accounts()).rejects.toMatchObject({ code: "bad-setting" });
    } finally {
      await wrong.close();
    }
  });
});

describe("the groups of a provider", () => {
  it("give the role at each sign-in, and take away what they gave", async () => {
    // The groups of the test's provider are named after the people.
    await all.entered("roles", "reader");
    expect(await roleOf("reader@example.org")).toBe("viewer");
    await all.entered("roles", "lead");
    expect(await roleOf("lead@example.org")).toBe("admin");
    // Made a member by hand: the next sign-in follows the groups again.
    const id = (await all.memberNamed("lead@example.org"))?.id;
    const path = `/api/v1/members/${id}`;
    await all.admin.ask(path, { method: "PATCH", body: { role: "member" } });
    await all.entered("roles", "lead");
    expect(await roleOf("lead@example.org")).toBe("admin");
    const [changed] = await all.entries("member.role");
    expect(changed).toMatchObject({
      actor: "provider The roles",
      target: id,
      details: { role: "admin", before: "member" },
    });
    // Whoever is in none of the groups any more may only read.
    const { rows } = (await all.parts()).database.system;
    await rows
      .updateTable("identities")
      .set({ subject: "former" })
      .where("subject", "=", "lead")
      .execute();
    await all.entered("roles", "former");
    expect(await roleOf("lead@example.org")).toBe("viewer");
  });

  it("give somebody new who is in none of them the right to read", async () => {
    await all.entered("roles", "guest");
    expect(await roleOf("guest@example.org")).toBe("viewer");
  });

  it("leave a role alone that an admin gave", async () => {
    await all.entered("roles", "plain");
    const id = (await all.memberNamed("plain@example.org"))?.id;
    await all.admin.ask(`/api/v1/members/${id}`, { method: "PATCH", body: { role: "admin" } });
    await all.entered("roles", "plain");
    expect(await roleOf("plain@example.org")).toBe("admin");
  });

  it("never take the last owner away, but others", async () => {
    const path = "/api/v1/account/identities/roles";
    const body = { password: owner.password };
    const { location } = await all.admin.read(linkStart, `${path}/start`, { body });
    const way = await all.there(location, "guard");
    await all.comeBack(all.admin, way);
    await all.entered("roles", "guard");
    expect(await roleOf(owner.email)).toBe("owner");
    const chief = await all.entered("roles", "chief");
    expect(await roleOf("chief@example.org")).toBe("owner");
    await all.entered("roles", "guard");
    const { members } = await chief.read(memberList, "/api/v1/members");
    const olga = members.find(({ email }) => email === owner.email);
    expect(olga?.role).toBe("viewer");
    const role = { method: "PATCH", body: { role: "owner" } };
    expect((await chief.ask(`/api/v1/members/${olga?.id}`, role)).status).toBe(200);
    await all.admin.tell(path, { method: "DELETE", body });
  });
});
