// Tests of signing in at a real identity provider of SAML over HTTP: there by redirect, back by a form of another site, and what is refused.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aCertificate } from "#services/accounts/certificate.builders.ts";
import {
  anIdentityProvider,
  signingInThere,
} from "#services/accounts/saml/identity-provider.builders.ts";
import { account, authState, linkedIdentityList, linkStart } from "#services/contract/accounts.ts";
import { auditList, memberList, teamList } from "#services/contract/organizations.ts";
import type { TestApi } from "../api.builders.ts";
import { aBrowser, type Browser, openPeopleApi, owner } from "../browsers.builders.ts";
import { crossSite, start } from "../elsewhere.builders.ts";

type Idp = Awaited<ReturnType<typeof anIdentityProvider>>;

let company: Idp;
let sealed: Idp;
let api: TestApi;
let admin: Browser;
const callback = (id: string) => `/api/v1/auth/providers/${id}/callback`;
const metadataOf = async (id: string) =>
  (await api.ask(`/api/v1/auth/providers/${id}/metadata`)).text();

beforeAll(async () => {
  company = await anIdentityProvider();
  sealed = await anIdentityProvider({ wantsSigned: true, encrypts: true });
  const { key, cert } = aCertificate("talk.example.org", 2048);
  const common = { kind: "saml", allowHttp: true, verifiedEmails: true, newAccounts: "anyone" };
  const list = [
    { ...common, id: "company", name: "The company", metadata: company.metadata },
    {
      ...common,
      ...{ id: "sealed", name: "The sealed", metadata: sealed.metadata },
      ...{ privateKey: key, certificate: cert },
      ...{ roles: { chiefs: "admin" }, teams: { chiefs: "Board", guests: "Lobby" } },
    },
    { ...common, id: "doubted", name: "D", metadata: company.metadata, verifiedEmails: false },
  ];
  api = await openPeopleApi({ PARLANCE_SIGN_IN_PROVIDERS: JSON.stringify(list) });
  admin = aBrowser(api);
  await admin.signIn(owner.email, owner.password);
  company.meet(await metadataOf("company"));
  sealed.meet(await metadataOf("sealed"));
});
afterAll(async () => {
  await api.close();
  company.close();
  sealed.close();
});

const form = { "content-type": "application/x-www-form-urlencoded" };
/** A browser posts a form of the provider's page: with that page's origin, and without our cookies. @returns where it is sent */
const post = async (id: string, body: URLSearchParams, headers: Record<string, string> = {}) => {
  const from = { ...form, origin: new URL(company.issuer).origin, ...crossSite, ...headers };
  const sent = { method: "POST", headers: from, body: String(body) };
  const response = await api.ask(callback(id), sent);
  return { response, location: response.headers.get("location") ?? "" };
};
const left = async (browser: Browser, id: string, path = "/") =>
  (await browser.ask(start(id, path))).headers.get("location") ?? "";
const back = async (browser: Browser, path: string) =>
  (await browser.ask(path, { headers: crossSite })).headers.get("location");
/** There and back. @returns the page at which the browser ends */
const go = async (browser: Browser, id: string, login: string, path?: string) => {
  const { form: answer } = await signingInThere(await left(browser, id, path), login);
  return back(browser, (await post(id, answer)).location);
};
const memberNamed = async (email: string) =>
  (await admin.read(memberList, "/api/v1/members")).members.find((one) => one.email === email);

describe("signing in by SAML", () => {
  it("is offered by name, and describes itself to the identity provider", async () => {
    const { providers } = await aBrowser(api).read(authState, "/api/v1/auth/state");
    expect(providers).toContainEqual({ id: "company", name: "The company" });
    const described = await api.ask("/api/v1/auth/providers/company/metadata");
    expect(described.headers.get("content-type")).toBe("application/samlmetadata+xml");
    const xml = await described.text();
    expect(xml).toContain('entityID="http://localhost/api/v1/auth/providers/company/metadata"');
    expect(xml).toContain('Location="http://localhost/api/v1/auth/providers/company/callback"');
    expect(xml).not.toContain("X509Certificate");
    expect(await metadataOf("sealed")).toContain('<KeyDescriptor use="encryption">');
    const none = await api.ask("/api/v1/auth/providers/nobody/metadata");
    expect(none.status).toBe(404);
  });

  it("makes an account at the first sign-in, and knows who comes back", async () => {
    const browser = aBrowser(api);
    expect(await go(browser, "company", "ada", "/search?q=tea")).toBe("/search?q=tea");
    expect([...browser.cookies.keys()]).toEqual(["parlance_session"]);
    await browser.enter();
    const made = await browser.read(account, "/api/v1/account");
    expect(made).toMatchObject({
      user: { email: "ada@example.org", name: "Dr ada", hasPassword: false },
      role: "member",
    });
    const again = aBrowser(api);
    expect(await go(again, "company", "ada")).toBe("/");
    await again.enter();
    expect((await again.read(account, "/api/v1/account")).user?.id).toBe(made.user?.id);
    const { rows } = (await api.instance.accounts()).parts.database.system;
    const known = await rows.selectFrom("identities").selectAll().execute();
    expect(known).toMatchObject([
      { issuer: `saml:company:${company.issuer}`, subject: "id-of-ada", provider: "company" },
    ]);
    const { entries } = await admin.read(auditList, "/api/v1/audit?action=sign-in");
    expect(entries[0]).toMatchObject({ actor: "Dr ada", details: { by: "provider company" } });
  });

  it("signs its requests, opens encrypted answers, and gives roles and teams by groups", async () => {
    const browser = aBrowser(api);
    const location = new URL(await left(browser, "sealed"));
    expect(location.searchParams.get("SigAlg")).toContain("rsa-sha256");
    const forged = new URL(location);
    forged.searchParams.set("RelayState", "another");
    await expect(signingInThere(forged.href, "chief")).rejects.toThrow("answered 400");
    expect(await go(browser, "sealed", "chief")).toBe("/");
    expect((await memberNamed("chief@example.org"))?.role).toBe("admin");
    await go(aBrowser(api), "sealed", "guest");
    expect((await memberNamed("guest@example.org"))?.role).toBe("viewer");
    const { teams } = await admin.read(teamList, "/api/v1/teams");
    expect(teams.map(({ name, members }) => [name, members.map((one) => one.name)])).toEqual([
      ["Board", ["Dr chief"]],
      ["Lobby", ["Dr guest"]],
    ]);
  });

  it("believes no address where the settings do not say that people cannot choose theirs", async () => {
    company.meet(await metadataOf("doubted"));
    try {
      expect(await go(aBrowser(api), "doubted", "eve")).toBe(
        "/sign-in?problem=email-not-verified&provider=doubted",
      );
    } finally {
      company.meet(await metadataOf("company"));
    }
  });

  it("works in the browser that began it only, and keeps nobody else's answer", async () => {
    const [victim, thief] = [aBrowser(api), aBrowser(api)];
    const { form: answer } = await signingInThere(await left(victim, "company"), "ada");
    await left(thief, "company");
    const { location } = await post("company", answer);
    expect(await back(thief, location)).toBe("/sign-in?problem=wrong-state&provider=company");
    expect(await back(aBrowser(api), location)).toBe(
      "/sign-in?problem=wrong-state&provider=company",
    );
    expect([...thief.cookies]).toEqual([]);
  });

  it("takes no answer for the request of another browser, though it has this one's state", async () => {
    const [victim, thief] = [aBrowser(api), aBrowser(api)];
    const { form: answer } = await signingInThere(await left(thief, "company"), "eve");
    const own = new URL(await left(victim, "company")).searchParams.get("RelayState") ?? "";
    answer.set("RelayState", own);
    const { location } = await post("company", answer);
    expect(await back(victim, location)).toBe("/sign-in?problem=wrong-state&provider=company");
  });

  it("takes each answer once, and each sign-in once", async () => {
    const browser = aBrowser(api);
    const { form: answer } = await signingInThere(await left(browser, "company", "/map"), "ada");
    const cookie = `parlance_elsewhere=${browser.cookies.get("parlance_elsewhere")?.value}`;
    const first = await post("company", answer);
    expect(first.response.status).toBe(303);
    const second = await post("company", answer);
    expect(second.location).toContain("&problem=provider-refused");
    const other = await signingInThere(await left(aBrowser(api), "company"), "ada");
    const all = await Promise.all(Array.from({ length: 8 }, () => post("company", other.form)));
    expect(all.filter(({ location }) => location.includes("&answer="))).toHaveLength(1);
    expect(await back(browser, first.location)).toBe("/map");
    const replayed = await api.ask(first.location, { headers: { ...crossSite, cookie } });
    expect(replayed.headers.get("location")).toMatch(/^\/sign-in\?.*problem=wrong-state/u);
    expect(replayed.headers.getSetCookie().join()).not.toContain("parlance_session=");
  });

  it("refuses what begins at the provider", async () => {
    const { form: answer } = await signingInThere(await left(aBrowser(api), "company"), "ada");
    const xml = Buffer.from(answer.get("SAMLResponse") ?? "", "base64").toString();
    const initiated = xml.replace(/ InResponseTo="[^"]*"/u, "");
    answer.set("SAMLResponse", Buffer.from(initiated).toString("base64"));
    answer.delete("RelayState");
    expect((await post("company", answer)).location).toBe(
      "/sign-in?problem=not-begun-here&provider=company",
    );
  });

  it("tells the browser that began why an answer was refused, and keeps the page that was asked for", async () => {
    const browser = aBrowser(api);
    const { form: answer } = await signingInThere(await left(browser, "company", "/map"), "ada");
    answer.set("SAMLResponse", "AAAA");
    const { location } = await post("company", answer);
    expect(await back(browser, location)).toBe(
      "/sign-in?to=%2Fmap&problem=provider-refused&provider=company",
    );
    expect([...browser.cookies]).toEqual([]);
  });

  it("takes nothing but the form of an answer from other sites", async () => {
    const good = new URLSearchParams({ SAMLResponse: "AAAA", RelayState: "x" });
    const refusal = async (id: string, body: URLSearchParams, headers: Record<string, string>) => {
      const { response, location } = await post(id, body, headers);
      return [response.status, location || JSON.parse(await response.text()).code];
    };
    const json = { "content-type": "application/json" };
    expect(await refusal("company", good, json)).toEqual([403, "wrong-origin"]);
    const plain = { "content-type": "text/plain" };
    expect(await refusal("company", good, plain)).toEqual([403, "wrong-origin"]);
    const script = { "sec-fetch-mode": "no-cors" };
    expect(await refusal("company", good, script)).toEqual([403, "cross-site"]);
    expect(await refusal("company/more", good, {})).toEqual([403, "wrong-origin"]);
    const bad = "/sign-in?problem=bad-form&provider=company";
    for (const body of [
      "",
      "RelayState=x",
      "SAMLResponse=AAAA&SAMLResponse=BBBB&RelayState=x",
      "SAMLResponse=AAAA&RelayState=x&RelayState=y",
      `SAMLResponse=AAAA&RelayState=${"x".repeat(81)}`,
    ])
      expect(await refusal("company", new URLSearchParams(body), {})).toEqual([303, bad]);
    const long = new URLSearchParams({ SAMLResponse: "A".repeat(1_000_001), RelayState: "x" });
    expect(await refusal("company", long, {})).toEqual([
      303,
      "/sign-in?problem=body-too-large&provider=company",
    ]);
    expect(await refusal("nobody", good, {})).toEqual([
      303,
      "/sign-in?problem=unknown-provider&provider=nobody",
    ]);
  });

  it("reads no more answers of an address after many wrong ones", async () => {
    const wrong = new URLSearchParams({ SAMLResponse: "AAAA", RelayState: "x" });
    const problems = new Map<string, number>();
    for (let n = 0; n < 55; n++) {
      const { location } = await post("sealed", wrong);
      const problem = new URL(location, "http://localhost").searchParams.get("problem") ?? "";
      problems.set(problem, (problems.get(problem) ?? 0) + 1);
    }
    expect([...problems.keys()]).toEqual(["provider-refused", "too-many-tries"]);
    const { rows } = (await api.instance.accounts()).parts.database.system;
    await rows.deleteFrom("tries").execute();
  });
});

describe("linking an account by SAML", () => {
  const path = "/api/v1/account/identities/company";
  const list = async () =>
    (await admin.read(linkedIdentityList, "/api/v1/account/identities")).identities;

  it("asks for the password, comes back to the account, and is taken away again", async () => {
    const body = { password: owner.password, return: "/account/security" };
    const { location } = await admin.read(linkStart, `${path}/start`, { body });
    const { form: answer } = await signingInThere(location, "olga");
    expect(await back(admin, (await post("company", answer)).location)).toBe("/account/security");
    expect(await list()).toMatchObject([{ provider: "company", email: "olga@example.org" }]);
    const browser = aBrowser(api);
    expect(await go(browser, "company", "olga")).toBe("/");
    await browser.enter();
    expect(await browser.read(account, "/api/v1/account")).toMatchObject({
      user: { email: owner.email },
      role: "owner",
    });
    await admin.tell(path, { method: "DELETE", body: { password: owner.password } });
    expect(await list()).toEqual([]);
  });

  it("tells on the page of the account why it did not work", async () => {
    await go(aBrowser(api), "company", "ada");
    const body = { password: owner.password, return: "/account/security" };
    const { location } = await admin.read(linkStart, `${path}/start`, { body });
    const { form: answer } = await signingInThere(location, "ada");
    expect(await back(admin, (await post("company", answer)).location)).toBe(
      "/account/security?problem=identity-taken&provider=company",
    );
    expect(await list()).toEqual([]);
  });
});
