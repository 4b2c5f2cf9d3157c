// Tests of sign-in providers that are added while the server runs: they sign people in, are changed, turned off and removed; secrets stay secret.
import { createServer } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  aProvider,
  listening,
  signingIn,
  stopped,
} from "#services/accounts/provider-server.builders.ts";
import { account, authState } from "#services/contract/accounts.ts";
import { problem } from "#services/contract/common.ts";
import { auditList, memberList } from "#services/contract/organizations.ts";
import {
  type NewSignInProvider,
  signInProvider,
  signInProviderList,
  testedProvider,
} from "#services/contract/sign-in-providers.ts";
import { openAccountsApi } from "../accounts.builders.ts";
import type { TestApi } from "../api.builders.ts";
import { aBrowser, type Browser, openPeopleApi, owner } from "../browsers.builders.ts";
import { crossSite, here, start } from "../elsewhere.builders.ts";

const path = "/api/v1/sign-in-providers";
const secret = "hush 4f1c0e3c";
const back = (id: string) => `${here}/api/v1/auth/providers/${id}/callback`;

let provider: Awaited<ReturnType<typeof aProvider>>;
let api: TestApi;
let admin: Browser;
beforeAll(async () => {
  provider = await aProvider(
    ["work", "club", "fixed"].map((id) => ({
      client_id: id,
      client_secret: secret,
      redirect_uris: [back(id)],
    })),
  );
  const fixed = {
    ...{ id: "fixed", name: "Fixed", kind: "oidc", issuer: provider.issuer, allowHttp: true },
    ...{ clientId: "fixed", clientSecret: secret },
  };
  api = await openPeopleApi({ PARLANCE_SIGN_IN_PROVIDERS: JSON.stringify([fixed]) });
  admin = aBrowser(api);
  await admin.signIn(owner.email, owner.password);
});
afterAll(async () => {
  await api.close();
  provider.close();
});

const aNewProvider = (
  id: string,
  more: Readonly<Record<string, unknown>> = {},
): NewSignInProvider => ({
  id,
  kind: "oidc",
  name: `The ${id}`,
  settings: {
    issuer: provider.issuer,
    allowHttp: true,
    clientId: id,
    newAccounts: "anyone",
    ...more,
  },
  secrets: { clientSecret: secret },
});
/** People of an earlier test may be linked to one with this id. */
const add = (id: string, more = {}) =>
  admin.read(signInProvider, path, { body: { ...aNewProvider(id, more), confirmed: true } });
const patch = (id: string, body: unknown) =>
  admin.read(signInProvider, `${path}/${id}`, { method: "PATCH", body });
const remove = (id: string, confirmed = true) =>
  admin.ask(`${path}/${id}`, { method: "DELETE", body: { confirmed } });
const listed = async (id: string) =>
  (await admin.read(signInProviderList, path)).providers.find((one) => one.id === id);
const buttons = async () =>
  (await aBrowser(api).read(authState, "/api/v1/auth/state")).providers.map(({ id }) => id);
const entries = async (action: string) =>
  (await admin.read(auditList, `/api/v1/audit?action=${action}`)).entries;

/** There and back. @returns the page that the browser is sent to in the end */
const go = async (browser: Browser, id: string, login: string): Promise<string> => {
  const left = (await browser.ask(start(id))).headers.get("location") ?? "";
  if (left.startsWith("/")) return left;
  const url = await signingIn(left, { login, until: here });
  const answer = await browser.ask(url.slice(here.length), { headers: crossSite });
  return answer.headers.get("location") ?? "";
};

describe("a sign-in provider that is added", () => {
  it("signs people in at once, and its secret is told to nobody", async () => {
    const made = await add("work");
    expect(made).toMatchObject({
      source: "added",
      state: "on",
      secrets: ["clientSecret"],
      redirectUri: back("work"),
      people: 0,
      problem: null,
    });
    expect(await buttons()).toEqual(["fixed", "work"]);
    const tess = aBrowser(api);
    expect(await go(tess, "work", "tess")).toBe("/");
    await tess.enter();
    expect((await tess.read(account, "/api/v1/account")).user?.email).toBe("tess@example.org");
    expect(await listed("work")).toMatchObject({ people: 1, peopleOnlyByIt: 1 });

    const { database } = (await api.instance.accounts()).parts;
    const rows = await database.system.rows.selectFrom("sign_in_providers").selectAll().execute();
    const told = [
      JSON.stringify(rows),
      await (await admin.ask(path)).text(),
      JSON.stringify(await entries("provider.add")),
    ];
    for (const text of told) {
      expect(text).toContain("work");
      expect(text).not.toContain("4f1c0e3c");
    }
    expect((await entries("provider.add"))[0]).toMatchObject({
      actor: owner.name,
      target: "work",
      details: { kind: "oidc", name: "The work", at: provider.issuer },
    });
  });

  it("keeps its secret where a change gives none, and uses another one that is given", async () => {
    const named = await patch("work", { name: "Work", secrets: { clientSecret: "" } });
    expect(named.name).toBe("Work");
    expect(await go(aBrowser(api), "work", "tess")).toBe("/");
    await patch("work", { secrets: { clientSecret: "another one" } });
    expect(await go(aBrowser(api), "work", "tess")).toContain("problem=provider-refused");
    await patch("work", { secrets: { clientSecret: secret } });
    expect(await go(aBrowser(api), "work", "tess")).toBe("/");
    const [newest] = await entries("provider.change");
    expect(newest?.details).toMatchObject({ changed: "clientSecret" });
  });

  it("is offered no more once it is off, while sessions go on and people are known again later", async () => {
    const tess = aBrowser(api);
    await go(tess, "work", "tess");
    await tess.enter();
    const { user } = await tess.read(account, "/api/v1/account");
    await patch("work", { state: "off", confirmed: true });
    expect(await buttons()).toEqual(["fixed"]);
    expect(await go(aBrowser(api), "work", "tess")).toContain("problem=unknown-provider");
    expect((await tess.read(account, "/api/v1/account")).user?.id).toBe(user?.id);
    await patch("work", { state: "on" });
    const again = aBrowser(api);
    expect(await go(again, "work", "tess")).toBe("/");
    await again.enter();
    expect((await again.read(account, "/api/v1/account")).user?.id).toBe(user?.id);
    expect((await entries("provider.off"))[0]?.details).toMatchObject({ lockedOut: 1 });
  });

  it("is taken away only once it is confirmed where people sign in only there", async () => {
    const tess = aBrowser(api);
    await go(tess, "work", "tess");
    await tess.enter();
    for (const [method, body] of [
      ["PATCH", { state: "off" }],
      [
        "PATCH",
        {
          settings: { ...(await listed("work"))?.settings, issuer: "https://new.example.org" },
          secrets: { clientSecret: secret },
        },
      ],
      ["DELETE", {}],
    ] as const) {
      const answer = await admin.ask(`${path}/work`, { method, body });
      const refusal = problem.parse(await answer.json());
      expect(refusal).toMatchObject({ status: 409, code: "locks-out", data: { people: 1 } });
      expect(refusal.detail).toContain("One person signs in only there");
    }
    expect((await remove("work")).status).toBe(204);
    expect(await buttons()).toEqual(["fixed"]);
    expect(await listed("work")).toBeUndefined();
    expect((await tess.read(account, "/api/v1/account")).user?.email).toBe("tess@example.org");
    // Added again, it knows them, which whoever adds it is told.
    const again = await admin.ask(path, { body: aNewProvider("work") });
    expect(problem.parse(await again.json())).toMatchObject({
      ...{ status: 409, code: "knows-people", data: { people: 1 } },
      detail: expect.stringContaining("One person is linked to it"),
    });
    await add("work");
    expect((await entries("provider.add"))[0]?.details).toMatchObject({ knows: 1 });
    expect(await go(aBrowser(api), "work", "tess")).toBe("/");
  });

  it("stays while no owner could sign in without it", async () => {
    const { database } = (await api.instance.accounts()).parts;
    const { members } = await admin.read(memberList, "/api/v1/members");
    const id = members.find(({ email }) => email === owner.email)?.id as never;
    const { rows } = database.system;
    const { password_hash } = await rows
      .selectFrom("users")
      .select("password_hash")
      .where("id", "=", id)
      .executeTakeFirstOrThrow();
    const link = { issuer: provider.issuer, subject: "olga", provider: "work", email: null };
    await rows
      .insertInto("identities")
      .values({ ...link, user_id: id, role: null, created_at: 1 })
      .execute();
    await rows.updateTable("users").set({ password_hash: null }).where("id", "=", id).execute();
    try {
      for (const [method, body] of [
        ["PATCH", { state: "off", confirmed: true }],
        ["DELETE", { confirmed: true }],
      ] as const)
        expect(await admin.refusal(`${path}/work`, { method, body })).toEqual([409, "last-way-in"]);
    } finally {
      await rows.updateTable("users").set({ password_hash }).where("id", "=", id).execute();
      await rows.deleteFrom("identities").where("subject", "=", "olga").execute();
    }
  });

  it("leaves signing in by password alone where it is down", async () => {
    const closed = createServer();
    const issuer = await listening(closed);
    stopped(closed);
    await add("club", { issuer });
    expect(await go(aBrowser(api), "club", "tess")).toContain("problem=provider-down");
    await aBrowser(api).signIn(owner.email, owner.password);
    const { ok, steps } = await admin.read(testedProvider, `${path}/club/test`, { body: {} });
    expect(ok).toBe(false);
    expect(steps).toEqual([
      expect.objectContaining({
        ...{ name: "Discovery", state: "failed" },
        detail: "The sign-in provider cannot be reached.",
      }),
    ]);
    expect((await remove("club")).status).toBe(204);
  });

  it("is tested before it is added, and the log says what was asked", async () => {
    const right = await admin.read(testedProvider, `${path}/test`, { body: aNewProvider("club") });
    expect(right.steps.map(({ name, state }) => [name, state])).toEqual([
      ["Discovery", "ok"],
      ["Issuer", "ok"],
      ["Keys", "ok"],
      ["Sign-in page", "ok"],
      ["Client secret", "ok"],
      ["Clock", "ok"],
    ]);
    const wrong = await admin.read(testedProvider, `${path}/work/test`, {
      body: { secrets: { clientSecret: "another one" } },
    });
    expect(wrong.steps.filter(({ state }) => state === "failed").map(({ name }) => name)).toEqual([
      "Client secret",
    ]);
    expect(await listed("club")).toBeUndefined();
    expect(await go(aBrowser(api), "work", "tess")).toBe("/");
    expect((await entries("provider.test"))[1]).toMatchObject({
      target: "club",
      details: { at: provider.issuer },
    });
  });

  it("has an id of its own, and fields that are right", async () => {
    const refused = async (body: unknown) => {
      const answer = await admin.ask(path, { method: "POST", body });
      const { code, data, detail } = problem.parse(await answer.json());
      expect(detail).not.toContain("4f1c0e3c");
      return [code, data?.["field"]];
    };
    const good = aNewProvider("next");
    const withSettings = (more: object) => ({ ...good, settings: { ...good.settings, ...more } });
    expect(await refused(aNewProvider("work"))).toEqual(["provider-exists", undefined]);
    expect(await refused(aNewProvider("fixed"))).toEqual(["provider-exists", undefined]);
    expect(await refused(aNewProvider("directory"))).toEqual(["bad-provider", "id"]);
    expect(await refused(aNewProvider("No id"))).toEqual(["bad-provider", "id"]);
    for (const [issuer, allowHttp] of [
      ["http://login.example.org", true],
      ["http://169.254.169.254/latest", true],
      [provider.issuer, false],
      ["file:///etc/passwd", true],
      ["ldap://login.example.org", true],
      ["login.example.org", true],
    ])
      expect(await refused(withSettings({ issuer, allowHttp }))).toEqual([
        "bad-provider",
        "issuer",
      ]);
    expect(await refused({ ...good, secrets: {} })).toEqual(["bad-provider", "clientSecret"]);
    expect(await refused({ ...good, secrets: { clientSecret: "changeme" } })).toEqual([
      "bad-provider",
      "clientSecret",
    ]);
    expect(await refused(withSettings({ more: 1 }))).toEqual(["bad-provider", undefined]);
    const directory = { id: "directory", kind: "ldap", name: "People" };
    const settings = { url: "ldaps://ldap.example.org", base: "dc=example,dc=org" };
    expect(await refused({ ...directory, settings: { ...settings, ca: "/etc/passwd" } })).toEqual([
      "bad-provider",
      "ca",
    ]);
    expect(
      await refused({
        ...directory,
        settings: { ...settings, url: "ldap://a.b", startTls: false },
      }),
    ).toEqual(["bad-provider", "startTls"]);
  });

  it("keeps a secret sealed that somebody wrote among the settings", async () => {
    await admin.read(signInProvider, path, {
      body: { ...aNewProvider("club", { clientSecret: secret }), secrets: {} },
    });
    expect((await listed("club"))?.settings).not.toHaveProperty("clientSecret");
    const { database } = (await api.instance.accounts()).parts;
    const rows = await database.system.rows.selectFrom("sign_in_providers").selectAll().execute();
    expect(JSON.stringify(rows)).not.toContain("4f1c0e3c");
    await remove("club");
  });

  it("takes the address of the description for the issuer", async () => {
    const issuer = `${provider.issuer}/.well-known/openid-configuration`;
    expect((await add("club", { issuer })).settings).toMatchObject({ issuer: provider.issuer });
    await remove("club");
  });
});

describe("a sign-in provider of the settings", () => {
  it("is shown without its secret, tested, and changed nowhere but there", async () => {
    expect(await listed("fixed")).toMatchObject({
      source: "setting",
      settings: { issuer: provider.issuer, clientId: "fixed" },
      secrets: ["clientSecret"],
    });
    const tested = await admin.read(testedProvider, `${path}/fixed/test`, { body: {} });
    expect(tested.ok).toBe(true);
    const other = { settings: { issuer: provider.issuer, allowHttp: true, clientId: "fixed" } };
    for (const body of [other, { secrets: { clientSecret: "another one" } }])
      expect(await admin.refusal(`${path}/fixed/test`, { body })).toEqual([
        409,
        "provider-of-settings",
      ]);
    for (const [method, body] of [
      ["PATCH", { state: "off" }],
      ["DELETE", {}],
    ] as const)
      expect(await admin.refusal(`${path}/fixed`, { method, body })).toEqual([
        409,
        "provider-of-settings",
      ]);
  });
});

describe("a server that does not know how people reach it", () => {
  it("adds no provider that would send them back", async () => {
    const alone = await openAccountsApi();
    try {
      const made = await alone.owner.ask(path, { body: aNewProvider("work") });
      expect([made.status, made.code]).toEqual([409, "needs-public-url"]);
    } finally {
      await alone.close();
    }
  });
});
