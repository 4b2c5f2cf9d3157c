// Looking at the app as somebody else: who may, what is read and what is refused, who is told, and when it is over.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aMailbox, type Mailbox, tokenIn } from "#services/accounts/mailbox.builders.ts";
import { account, madeApiKey } from "#services/contract/accounts.ts";
import { collectionList } from "#services/contract/collections.ts";
import { lookList, startedLook } from "#services/contract/looks.ts";
import { auditCheck, auditList, memberList } from "#services/contract/organizations.ts";
import { defaultOrganization } from "#services/domain/ids.ts";
import {
  type AccountsApi,
  goodPassword,
  makeCollectionOf,
  openAccountsApi,
  ownersEmail,
  type TestBrowser,
} from "../accounts.builders.ts";

let api: AccountsApi;
let mira: TestBrowser;
let admin: TestBrowser;
/** Of Mira alone. */
let secret: string;

const reason = "ticket 17: search finds nothing";
const allow = (allowsLooking: boolean, by = api.owner) =>
  by.ask("/api/v1/organization", { method: "PATCH", body: { allowsLooking } });
const idOf = async (email: string) => {
  const { members } = await api.owner.read(memberList, "/api/v1/members");
  return members.find((one) => one.email === email)?.id ?? "";
};
const begin = async (
  by: TestBrowser,
  email: string,
  given: object = { reason, password: goodPassword },
) => by.ask(`/api/v1/members/${await idOf(email)}/look`, { body: given });

/** Somebody who has the token of a look and nothing else. */
const looking = async (by: TestBrowser, email = "mira@example.org"): Promise<TestBrowser> => {
  const answered = await begin(by, email);
  const browser = api.browser();
  browser.access = startedLook.parse(answered.json()).access;
  return browser;
};
const isIn = async (browser: TestBrowser): Promise<boolean> =>
  (await browser.ask("/api/v1/collections")).status === 200;
const entries = async (action?: string) =>
  (
    await api.owner.read(
      auditList,
      `/api/v1/audit${action === undefined ? "" : `?action=${action}`}`,
    )
  ).entries;
const setMember = async (email: string, body: object) =>
  expect(
    (await api.owner.ask(`/api/v1/members/${await idOf(email)}`, { method: "PATCH", body })).status,
  ).toBe(200);

describe("looking as somebody else", () => {
  beforeAll(async () => {
    api = await openAccountsApi();
    mira = await api.join("mira@example.org", "member");
    admin = await api.join("anna@example.org", "admin");
    secret = await makeCollectionOf(mira, "Diary");
  });
  afterAll(() => api.close());

  it("is off until an owner allows it", async () => {
    expect((await begin(api.owner, "mira@example.org")).code).toBe("looking-off");
    expect((await allow(true, admin)).code).toBe("not-allowed");
    expect((await allow(true, mira)).code).toBe("not-allowed");
    const key = await api.owner.read(madeApiKey, "/api/v1/account/keys", {
      body: { name: "admin", scopes: ["admin"] },
    });
    const program = api.browser();
    program.access = key.secret;
    expect((await allow(true, program)).code).toBe("not-allowed");
    expect((await allow(true)).status).toBe(200);
    expect((await entries("organization.change"))[0]?.details).toMatchObject({
      allowsLooking: true,
    });
    // Saying what is so already changes nothing.
    expect((await allow(true, admin)).status).toBe(200);
    expect((await begin(program, "mira@example.org")).code).toBe("not-allowed");
  });

  it("is for owners and admins, of nobody above them, with a reason and their password", async () => {
    expect((await begin(mira, ownersEmail)).code).toBe("not-allowed");
    expect((await begin(admin, ownersEmail)).code).toBe("not-allowed");
    expect((await begin(admin, "anna@example.org")).code).toBe("own-account");
    const path = `/api/v1/members/${await idOf("mira@example.org")}/look`;
    for (const given of [
      { password: goodPassword },
      { password: goodPassword, reason: " " },
      { password: goodPassword, reason: "x".repeat(201) },
    ])
      expect((await admin.ask(path, { body: given })).status).toBe(400);
    for (const given of [{ reason }, { reason, password: "another word of mine" }])
      expect((await admin.ask(path, { body: given })).code).toBe("wrong-password");
    const nobody = { body: { reason, password: goodPassword } };
    for (const id of ["usr_0000000000000000", "x"])
      expect((await admin.ask(`/api/v1/members/${id}/look`, nobody)).code).toBe("unknown-member");
    expect((await begin(admin, "mira@example.org")).status).toBe(201);
    expect((await begin(api.owner, "anna@example.org")).status).toBe(201);
  });

  it("reads what that person may read, in this organization, and no more than reads", async () => {
    const look = await looking(admin);
    const own = await makeCollectionOf(admin, "Salaries");
    const { collections } = await look.read(collectionList, "/api/v1/collections");
    expect(collections.map(({ id, level }) => [id, level])).toEqual([[secret, "read"]]);
    expect((await admin.ask(`/api/v1/collections/${secret}`)).status).toBe(404);
    expect((await look.ask(`/api/v1/collections/${own}`)).status).toBe(404);
    const seen = await look.read(account, "/api/v1/account");
    expect(seen).toMatchObject({
      user: { name: "mira", hasPassword: false },
      role: "viewer",
      secondFactor: { totp: false, passkeys: 0, recoveryCodes: 0, required: false },
      session: null,
      look: { by: "anna" },
    });
    expect(seen.organizations).toHaveLength(1);
    expect((await mira.read(account, "/api/v1/account")).look).toBeNull();
  });

  it("refuses changes, and everything about accounts, keys, access, links and downloads", async () => {
    const look = await looking(admin);
    const at = `/api/v1/collections/${secret}`;
    for (const [path, sent] of [
      [at, { method: "PATCH", body: { description: "changed" } }],
      [at, { method: "DELETE" }],
      ["/api/v1/account", { method: "PATCH", body: { name: "Somebody" } }],
      ["/api/v1/account/sessions"],
      ["/api/v1/account/keys"],
      ["/api/v1/account/export"],
      ["/api/v1/account/tickets", { body: { path: `${at}/export` } }],
      ["/api/v1/members"],
      ["/api/v1/audit"],
      [`${at}/access`],
      [`${at}/shares`],
      [`${at}/export`],
      [`${at}/report`],
      ["/api/v1/uploads/upl_0000000000000000/original"],
    ] as const) {
      const { status, code } = await look.ask(path, sent);
      expect([path, status, code]).toEqual([path, 403, "read-only-view"]);
    }
    expect((await mira.ask(at)).status).toBe(200);
  });

  it("is told in the log by the name of whoever looks, with what they open and search", async () => {
    const look = await looking(admin);
    await look.ask(`/api/v1/collections/${secret}/conversations`);
    await look.ask(`/api/v1/collections/${secret}/conversations?cursor=x`);
    for (const query of ["wages", "wages"])
      await look.ask(`/api/v1/collections/${secret}/search`, { body: { query } });
    await look.ask("/api/v1/conversations/cnv_0000000000000000");
    expect((await look.ask("/api/v1/account/look/end", { method: "POST" })).status).toBe(204);
    const mine = await idOf("mira@example.org");
    const anna = await idOf("anna@example.org");
    const found = (await entries()).slice(0, 6).toReversed();
    expect(found.map(({ action, target }) => [action, target])).toEqual([
      ["look.begin", mine],
      ["conversation.list", secret],
      ["search", secret],
      ["search", secret],
      ["conversation.open", "cnv_0000000000000000"],
      ["look.end", mine],
    ]);
    for (const entry of found) expect(entry.actorId).toBe(anna);
    for (const entry of found.slice(1, 5)) {
      expect(entry.actor).toBe("anna as mira");
      expect(entry.details).toMatchObject({ as: mine });
    }
    expect(found[0]?.details).toMatchObject({ reason, name: "mira", minutes: 30 });
    expect(found[0]?.network).not.toBeNull();
    expect(found[5]?.details).toMatchObject({ why: "stopped" });
    expect(JSON.stringify(found)).not.toContain("wages");
    expect(await api.owner.read(auditCheck, "/api/v1/audit/check")).toMatchObject({ ok: true });
  });

  it("is told to the person, and to nobody else", async () => {
    const { looks } = await mira.read(lookList, "/api/v1/account/looks");
    expect(looks[0]).toMatchObject({ by: "anna", organization: "Parlance", reason });
    expect(looks[0]?.endedAt).not.toBeNull();
    const others = await api.join("ivan@example.org", "member");
    expect(await others.read(lookList, "/api/v1/account/looks")).toEqual({ looks: [] });
  });

  it("is the only one of a session, and begins anew", async () => {
    const first = await looking(admin);
    const second = await looking(admin);
    expect(await isIn(first)).toBe(false);
    expect(await isIn(second)).toBe(true);
    const [entry] = await entries("look.end");
    expect(entry?.details).toMatchObject({ why: "begun anew" });
  });

  it("is not counted among what people search for", async () => {
    const look = await looking(admin);
    const at = `/api/v1/collections/${secret}/search`;
    expect((await look.ask(at, { body: { query: "wages" } })).status).toBe(200);
    const before = (await api.owner.ask("/api/v1/searches")).text;
    await look.ask(at, { body: { query: "wages" } });
    expect((await api.owner.ask("/api/v1/searches")).text).toBe(before);
  });
});

describe("a look", () => {
  beforeAll(async () => {
    api = await openAccountsApi();
    mira = await api.join("mira@example.org", "member");
    admin = await api.join("anna@example.org", "admin");
    await allow(true);
  });
  afterAll(() => api.close());

  const why = async () => {
    await (await api.instance.accounts()).sweep();
    return (await entries("look.end"))[0]?.details["why"];
  };

  it("is over after half an hour", async () => {
    const look = await looking(admin);
    api.clock.now += 29 * 60_000;
    expect(await isIn(look)).toBe(true);
    api.clock.now += 2 * 60_000;
    expect(await isIn(look)).toBe(false);
    await api.owner.signIn(ownersEmail);
    expect(await why()).toBe("time");
    await admin.signIn("anna@example.org");
    await mira.signIn("mira@example.org");
    const { looks } = await mira.read(lookList, "/api/v1/account/looks");
    expect(looks[0]?.endedAt).not.toBeNull();
  });

  it("is over where the person, or whoever looks, is suspended", async () => {
    for (const email of ["mira@example.org", "anna@example.org"]) {
      const look = await looking(admin);
      expect(await isIn(look)).toBe(true);
      await setMember(email, { state: "suspended" });
      expect(await isIn(look)).toBe(false);
      await setMember(email, { state: "active" });
      // It does not come back with the member.
      expect(await isIn(look)).toBe(false);
      await admin.signIn("anna@example.org");
    }
    expect(["suspended", "signed out"]).toContain(await why());
  });

  it("is over where whoever looks signs out, or may not any more", async () => {
    const signedOut = await looking(admin);
    await admin.ask("/api/v1/auth/sign-out", { method: "POST" });
    expect(await isIn(signedOut)).toBe(false);
    expect(await why()).toBe("signed out");
    await admin.signIn("anna@example.org");
    const demoted = await looking(admin);
    await setMember("anna@example.org", { role: "member" });
    expect(await isIn(demoted)).toBe(false);
    expect(await why()).toBe("not allowed");
    await setMember("anna@example.org", { role: "admin" });
    const below = await looking(admin);
    await setMember("mira@example.org", { role: "owner" });
    expect(await isIn(below)).toBe(false);
    await setMember("mira@example.org", { role: "member" });
  });

  it("is over where the organization does not allow it any more", async () => {
    const look = await looking(admin);
    await allow(false);
    expect(await isIn(look)).toBe(false);
    expect(await why()).toBe("turned off");
    await allow(true);
    expect(await isIn(look)).toBe(false);
  });

  it("is of nobody who sees nothing for want of a second factor", async () => {
    const { parts, callers } = await api.instance.accounts();
    const { rows } = parts.database.system;
    const require = async (required: 0 | 1) => {
      await rows.updateTable("organizations").set({ requires_second_factor: required }).execute();
      callers.forget();
    };
    for (const email of [ownersEmail, "anna@example.org"])
      await rows.updateTable("users").set({ totp: "kept" }).where("email", "=", email).execute();
    const look = await looking(admin);
    await require(1);
    expect(await isIn(look)).toBe(false);
    expect(await why()).toBe("second factor missing");
    expect(await begin(admin, "mira@example.org")).toMatchObject({
      status: 409,
      code: "second-factor-missing",
    });
    await require(0);
    await rows.updateTable("users").set({ totp: null }).execute();
    expect(await isIn(await looking(admin))).toBe(true);
  });

  it("can be begun by the command line beside the data, which has no password", async () => {
    const { parts } = await api.instance.accounts();
    await mira.signIn("mira@example.org");
    const operator = api.browser();
    operator.access = await parts.tokens.operator(defaultOrganization);
    const answered = await begin(operator, "mira@example.org", { reason });
    const look = api.browser();
    look.access = startedLook.parse(answered.json()).access;
    expect(await isIn(look)).toBe(true);
    const { looks } = await mira.read(lookList, "/api/v1/account/looks");
    expect(looks[0]).toMatchObject({ by: null, reason, endedAt: null });
    expect((await operator.ask("/api/v1/account/look/end", { method: "POST" })).code).toBe(
      "no-look",
    );
  });
});

describe("where mail is sent", () => {
  let mailbox: Mailbox;
  beforeAll(async () => {
    mailbox = await aMailbox();
    api = await openAccountsApi({
      env: {
        PARLANCE_PUBLIC_URL: "http://localhost",
        PARLANCE_MAIL_URL: mailbox.url,
        PARLANCE_MAIL_FROM: "parlance@example.org",
      },
    });
  });
  afterAll(async () => {
    await api.close();
    mailbox.close();
  });

  it("the person is told by a letter, with the reason", async () => {
    await allow(true);
    await api.owner.ask("/api/v1/invitations", {
      body: { email: "mira@example.org", role: "member" },
    });
    const token = tokenIn(await mailbox.letter(1));
    const person = api.browser();
    const body = { token, name: "Mira", password: goodPassword };
    expect((await person.ask("/api/v1/auth/accept-invitation", { body })).status).toBe(200);
    await looking(api.owner);
    const { to, text } = await mailbox.letter(2);
    expect(to).toBe("mira@example.org");
    expect(text).toContain("ticket 17 search finds nothing");
    expect(text).toContain("Olga");
  });
});
