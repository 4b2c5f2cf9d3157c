// Tests of making an account for oneself over HTTP, with letters that come by a real mail server.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aMailbox, type Mailbox, tokenIn } from "#services/accounts/mailbox.builders.ts";
import { account, authState, signedIn } from "#services/contract/accounts.ts";
import { auditList, memberList } from "#services/contract/organizations.ts";
import type { TestApi } from "../api.builders.ts";
import { aBrowser, openPeopleApi, owner } from "../browsers.builders.ts";

let mailbox: Mailbox;
let api: TestApi;
beforeAll(async () => {
  mailbox = await aMailbox();
  api = await openPeopleApi({
    PARLANCE_REGISTRATION: "example.org, Example.net",
    PARLANCE_MAIL_URL: mailbox.url,
    PARLANCE_MAIL_FROM: "Parlance <parlance@example.org>",
  });
});
afterAll(async () => {
  await api.close();
  mailbox.close();
});

const at = "/api/v1/auth/register";
const verify = "/api/v1/auth/verify";
const password = "green spoons climb tall walls";
const person = (name: string, more: object = {}) => ({
  ...{ email: `${name}@example.org`, name: `Dr ${name}`, password },
  ...more,
});
const members = async () => {
  const admin = aBrowser(api);
  await admin.signIn(owner.email, owner.password);
  return (await admin.read(memberList, "/api/v1/members")).members.map(({ email }) => email);
};
/** Registers and reads the letter that comes. */
const registered = async (body: ReturnType<typeof person>) => {
  const before = mailbox.letters.length;
  await aBrowser(api).tell(at, { body });
  return mailbox.letter(before + 1);
};

describe("registration", () => {
  it("makes the account once the link is used with the password, and signs in", async () => {
    const browser = aBrowser(api);
    const state = await browser.read(authState, "/api/v1/auth/state");
    expect(state.registration).toEqual({ domains: ["example.org", "example.net"] });
    const letter = await registered(person("ada", { email: "Ada@Example.org" }));
    expect(letter.to.toLowerCase()).toBe("ada@example.org");
    expect(await members()).toEqual([owner.email]);
    const signIn = { email: "ada@example.org", password };
    expect(await browser.refusal("/api/v1/auth/sign-in", { body: signIn })).toEqual([
      400,
      "wrong-sign-in",
    ]);
    const token = tokenIn(letter);
    await browser.enter(await browser.read(signedIn, verify, { body: { token, password } }));
    expect(await browser.read(account, "/api/v1/account")).toMatchObject({
      user: { email: "ada@example.org", name: "Dr ada", hasPassword: true },
      role: "member",
    });
    await aBrowser(api).signIn(signIn.email, password);
    expect(await browser.refusal(verify, { body: { token, password } })).toEqual([
      410,
      "link-used",
    ]);
    const admin = aBrowser(api);
    await admin.signIn(owner.email, owner.password);
    const { entries } = await admin.read(auditList, "/api/v1/audit?action=member");
    expect(entries[0]).toMatchObject({ actor: "Dr ada", action: "member.join" });
  });

  it("gives no account to whoever registered somebody else's address", async () => {
    const theirs = await registered(person("ben", { password: "brown clocks sing under water" }));
    const own = await registered(person("ben"));
    // Ben opens the link of the other one, with the password that he chose himself.
    const wrong = { token: tokenIn(theirs), password };
    expect(await aBrowser(api).refusal(verify, { body: wrong })).toEqual([400, "wrong-password"]);
    const browser = aBrowser(api);
    const body = { token: tokenIn(own), password };
    await browser.enter(await browser.read(signedIn, verify, { body }));
    const late = { token: tokenIn(theirs), password: "brown clocks sing under water" };
    expect(await aBrowser(api).refusal(verify, { body: late })).toEqual([409, "account-exists"]);
  });

  it("answers the same for an address that has an account, and writes to it", async () => {
    const letter = await registered(person("olga"));
    expect(letter.to).toBe(owner.email);
    expect(letter.text).toContain("You have an account on Parlance already");
    expect(letter.text).not.toContain("#token=");
    expect(letter.text).toContain("http://localhost/sign-in");
  });

  it("takes no address elsewhere, no weak password, and no flood", async () => {
    const refusal = (body: object) => aBrowser(api).refusal(at, { body });
    for (const email of ["cora@evil.example", "cora@sub.example.org", "cora@notexample.org"])
      expect(await refusal(person("cora", { email }))).toEqual([403, "wrong-domain"]);
    expect(await refusal(person("cora", { password: "short" }))).toEqual([400, "weak-password"]);
    for (let n = 0; n < 3; n++) await registered(person("cora"));
    expect(await refusal(person("cora"))).toEqual([429, "too-many-tries"]);
    // Pages of other sites cannot send the header of ours.
    expect(await api.refusal(at, { body: person("dora") })).toEqual([403, "not-from-app"]);
  });

  it("counts wrong passwords at a link", async () => {
    const token = tokenIn(await registered(person("emil")));
    const body = { token, password: "wrong" };
    for (let n = 0; n < 10; n++) await aBrowser(api).refusal(verify, { body });
    expect(await aBrowser(api).refusal(verify, { body: { token, password } })).toEqual([
      429,
      "too-many-tries",
    ]);
  });

  it("is off where nothing is said", async () => {
    const closed = await openPeopleApi();
    try {
      const browser = aBrowser(closed);
      expect((await browser.read(authState, "/api/v1/auth/state")).registration).toBeNull();
      expect(await browser.refusal(at, { body: person("ada") })).toEqual([403, "registration-off"]);
    } finally {
      await closed.close();
    }
  });
});
