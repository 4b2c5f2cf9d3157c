// Tests of passkeys over HTTP with real signatures: made, used to sign in, counted as a second factor, removed, reset by an admin.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { aDevice } from "#services/accounts/authenticator.builders.ts";
import {
  account,
  madePasskey,
  passkeyList,
  passkeyQuestion,
  passkey as passkeyShape,
  signedIn,
  signInAnswer,
} from "#services/contract/accounts.ts";
import { problem } from "#services/contract/common.ts";
import {
  auditList,
  madeInvitation,
  memberList,
  organization,
} from "#services/contract/organizations.ts";
import type { TestApi } from "../api.builders.ts";
import { aBrowser, type Browser, openPeopleApi, owner } from "../browsers.builders.ts";

const site = { id: "localhost", origin: "http://localhost" };
const own = "/api/v1/account/passkeys";
const password = "green spoons climb tall walls";

let api: TestApi;
let admin: Browser;
beforeAll(async () => {
  api = await openPeopleApi();
  admin = aBrowser(api);
  await admin.signIn(owner.email, owner.password);
});
afterAll(() => api.close());

let count = 0;
let email: string;
let person: Browser;
/** Each test has a person of its own. */
beforeEach(async () => {
  email = `person${++count}@example.org`;
  const { link } = await admin.read(madeInvitation, "/api/v1/invitations", { body: { email } });
  const token = link?.split("#token=")[1];
  person = aBrowser(api);
  const body = { token, name: "Some Person", password };
  await person.enter(await person.read(signedIn, "/api/v1/auth/accept-invitation", { body }));
});

type Device = ReturnType<typeof aDevice>;

const add = async (browser: Browser, device: Device, name = "Phone") => {
  const { options, token } = await browser.read(passkeyQuestion, `${own}/begin`, {
    body: { password },
  });
  const response = device.register(options.challenge);
  return browser.read(madePasskey, `${own}/finish`, { body: { token, response, name } });
};
const idOf = async (browser: Browser) =>
  (await browser.read(account, "/api/v1/account")).user?.id ?? "";
const begin = (browser: Browser) =>
  browser.read(passkeyQuestion, "/api/v1/auth/passkey/begin", { body: {} });
const answered = async (browser: Browser, device: Device, userId: string) => {
  const { options, token } = await begin(browser);
  return { token, response: device.signIn(options.challenge, userId) };
};
const finish = "/api/v1/auth/passkey/finish";
const enterBy = async (device: Device, userId: string): Promise<Browser> => {
  const browser = aBrowser(api);
  const body = await answered(browser, device, userId);
  await browser.enter(await browser.read(signedIn, finish, { body }));
  return browser;
};
const lastEntry = async (action: string) =>
  (await admin.read(auditList, `/api/v1/audit?action=${action}`)).entries[0];
const factors = async (browser: Browser) =>
  (await browser.read(account, "/api/v1/account")).secondFactor;

describe("a passkey", () => {
  it("is made with the password, comes with recovery codes, and signs in without anything else", async () => {
    const body = { password: "wrong" };
    expect(await person.refusal(`${own}/begin`, { body })).toEqual([400, "wrong-password"]);
    const device = aDevice(site);
    const { passkey, recoveryCodes } = await add(person, device);
    expect(passkey).toMatchObject({ name: "Phone", site: "localhost", lastUsedAt: null });
    expect(recoveryCodes).toHaveLength(10);
    const id = await idOf(person);
    expect(await lastEntry("passkey.add")).toMatchObject({
      target: id,
      details: { name: "Phone" },
    });
    const browser = await enterBy(device, id);
    expect(await idOf(browser)).toBe(id);
    expect(await lastEntry("sign-in")).toMatchObject({ actorId: id, details: { by: "passkey" } });
    const { passkeys } = await browser.read(passkeyList, own);
    expect(passkeys).toMatchObject([{ id: passkey.id, lastUsedAt: expect.any(Number) }]);
    // A second one brings no new codes.
    expect((await add(person, aDevice(site), "Key")).recoveryCodes).toBeNull();
    expect(await factors(person)).toEqual({
      ...{ totp: false, passkeys: 2, recoveryCodes: 10, required: false },
    });
  });

  it("is asked for after a password, or a recovery code instead", async () => {
    const { recoveryCodes } = await add(person, aDevice(site));
    const browser = aBrowser(api);
    const body = { email, password };
    const asked = await browser.read(signInAnswer, "/api/v1/auth/sign-in", { body });
    if (asked.kind === "signed-in") throw new Error("no second factor was asked for");
    expect(asked.methods).toEqual(["recovery-code", "passkey"]);
    const { token } = asked;
    const given = { token, code: recoveryCodes?.[0] };
    await browser.enter(
      await browser.read(signedIn, "/api/v1/auth/second-factor", { body: given }),
    );
    expect((await factors(browser)).recoveryCodes).toBe(9);
  });

  it("ends other sessions where it is the first second factor", async () => {
    const other = aBrowser(api);
    await other.signIn(email, password);
    await add(person, aDevice(site));
    expect(await other.refusal("/api/v1/account")).toEqual([401, "signed-out"]);
    expect((await person.ask("/api/v1/account")).status).toBe(200);
  });

  it("answers each question once, for five minutes, and for its person only", async () => {
    const device = aDevice(site);
    const { options, token } = await person.read(passkeyQuestion, `${own}/begin`, {
      body: { password },
    });
    const body = { token, response: device.register(options.challenge), name: "Phone" };
    // The question of one person is worth nothing to another.
    expect(await admin.refusal(`${own}/finish`, { body })).toEqual([400, "passkey-refused"]);
    await person.read(madePasskey, `${own}/finish`, { body });
    expect(await person.refusal(`${own}/finish`, { body })).toEqual([400, "passkey-refused"]);
    const id = await idOf(person);
    const answer = await answered(aBrowser(api), device, id);
    await aBrowser(api).read(signedIn, finish, { body: answer });
    expect(await aBrowser(api).refusal(finish, { body: answer })).toEqual([400, "passkey-refused"]);
    const { keyring } = (await api.instance.accounts()).parts;
    const late = keyring.seal(
      JSON.stringify({ challenge: options.challenge, until: Date.now() - 1 }),
      ["passkey", "sign-in"],
    );
    const response = device.signIn(options.challenge, id);
    const refusal = await aBrowser(api).refusal(finish, { body: { token: late, response } });
    expect(refusal).toEqual([400, "link-expired"]);
    // What was asked to make one signs nobody in.
    const swapped = { token, response };
    expect(await aBrowser(api).refusal(finish, { body: swapped })).toEqual([
      400,
      "passkey-refused",
    ]);
  });

  it("is refused where its count goes back, it is unknown, or it is of another site", async () => {
    const device = aDevice(site);
    await add(person, device);
    const id = await idOf(person);
    device.countTo(41);
    await enterBy(device, id);
    device.countTo(20);
    const refusal = async (by: Device, userId: string) => {
      const browser = aBrowser(api);
      return browser.refusal(finish, { body: await answered(browser, by, userId) });
    };
    expect(await refusal(device, id)).toEqual([400, "passkey-refused"]);
    expect(await refusal(aDevice(site), id)).toEqual([400, "passkey-refused"]);
    device.countTo(50);
    expect(await refusal(device, "usr_somebodyelse")).toEqual([400, "passkey-refused"]);
    const elsewhere = aDevice({ id: "evil.example", origin: "https://evil.example" });
    const { options, token } = await person.read(passkeyQuestion, `${own}/begin`, {
      body: { password },
    });
    const body = { token, response: elsewhere.register(options.challenge), name: "Phone" };
    expect(await person.refusal(`${own}/finish`, { body })).toEqual([400, "passkey-refused"]);
  });

  it("is no way in for whoever is suspended", async () => {
    const device = aDevice(site);
    await add(person, device);
    const id = await idOf(person);
    await admin.ask(`/api/v1/members/${id}`, { method: "PATCH", body: { state: "suspended" } });
    const browser = aBrowser(api);
    const body = await answered(browser, device, id);
    expect(await browser.refusal(finish, { body })).toEqual([403, "suspended"]);
  });

  it("is removed with the password by its owner, and that is told", async () => {
    const device = aDevice(site);
    const { passkey } = await add(person, device);
    const path = `${own}/${passkey.id}`;
    const sent = (given: string) => ({ method: "DELETE", body: { password: given } });
    expect(await person.refusal(path, sent("wrong"))).toEqual([400, "wrong-password"]);
    expect(await admin.refusal(path, sent(owner.password))).toEqual([404, "unknown-passkey"]);
    const id = await idOf(person);
    await person.tell(path, sent(password));
    expect(await factors(person)).toMatchObject({ passkeys: 0, recoveryCodes: 0 });
    expect(await lastEntry("passkey.remove")).toMatchObject({ actorId: id });
    const browser = aBrowser(api);
    const body = await answered(browser, device, id);
    expect(await browser.refusal(finish, { body })).toEqual([400, "passkey-refused"]);
    await browser.signIn(email, password);
  });

  it("is renamed by its owner, and that is told", async () => {
    const { passkey } = await add(person, aDevice(site));
    const path = `${own}/${passkey.id}`;
    const sent = (name: string) => ({ method: "PATCH", body: { name } });
    const renamed = await person.read(passkeyShape, path, sent("  Blue phone "));
    expect(renamed).toEqual({ ...passkey, name: "Blue phone" });
    expect((await person.read(passkeyList, own)).passkeys).toMatchObject([{ name: "Blue phone" }]);
    expect(await lastEntry("passkey.rename")).toMatchObject({
      target: await idOf(person),
      details: { name: "Blue phone", before: "Phone" },
    });
    expect(await person.refusal(path, sent("  "))).toEqual([400, "bad-request"]);
    expect(await admin.refusal(path, sent("Mine"))).toEqual([404, "unknown-passkey"]);
    expect(await person.refusal(`${own}/none`, sent("Mine"))).toEqual([404, "unknown-passkey"]);
  });

  it("stays where it is the last way in", async () => {
    const { passkey } = await add(person, aDevice(site));
    const { rows } = (await api.instance.accounts()).parts.database.system;
    const change = rows.updateTable("users").set({ password_hash: null });
    await change.where("email", "=", email).execute();
    expect(await person.refusal(`${own}/${passkey.id}`, { method: "DELETE", body: {} })).toEqual([
      409,
      "last-way-in",
    ]);
  });

  it("is what an organization asks for that wants second factors, and an admin can reset it", async () => {
    const device = aDevice(site);
    // Whoever turns it on has one.
    const asked = await admin.read(passkeyQuestion, `${own}/begin`, {
      body: { password: owner.password },
    });
    const response = aDevice(site).register(asked.options.challenge);
    const body = { token: asked.token, response, name: "Key" };
    await admin.read(madePasskey, `${own}/finish`, { body });
    const wanted = { method: "PATCH", body: { requiresSecondFactor: true } };
    await admin.read(organization, "/api/v1/organization", wanted);
    expect((await admin.ask("/api/v1/members")).status).toBe(200);
    expect(await person.refusal("/api/v1/collections")).toEqual([403, "second-factor-required"]);
    expect((await factors(person)).required).toBe(true);
    const { passkey } = await add(person, device);
    expect((await person.ask("/api/v1/collections")).status).toBe(200);
    expect(await factors(person)).toMatchObject({ passkeys: 1, required: false });
    const path = `${own}/${passkey.id}`;
    expect(await person.refusal(path, { method: "DELETE", body: { password } })).toEqual([
      403,
      "second-factor-required",
    ]);
    const id = await idOf(person);
    const listed = async () =>
      (await admin.read(memberList, "/api/v1/members")).members.find((one) => one.id === id);
    expect((await listed())?.secondFactor).toBe(true);
    const reset = await admin.ask(`/api/v1/members/${id}/reset-second-factor`, { body: {} });
    expect(reset.status).toBeLessThan(300);
    expect((await listed())?.secondFactor).toBe(false);
    expect(await lastEntry("second-factor.reset")).toMatchObject({
      target: id,
      details: { passkeys: 1 },
    });
    expect(await person.refusal("/api/v1/account")).toEqual([401, "signed-out"]);
    const browser = aBrowser(api);
    const given = await answered(browser, device, id);
    expect(await browser.refusal(finish, { body: given })).toEqual([400, "passkey-refused"]);
    await admin.read(organization, "/api/v1/organization", {
      ...{ method: "PATCH", body: { requiresSecondFactor: false } },
    });
  });

  it("is not offered at a numeric address, nor without TLS elsewhere", async () => {
    for (const url of ["http://127.0.0.1:8787", "http://talk.example.org"]) {
      const other = await openPeopleApi({ PARLANCE_PUBLIC_URL: url });
      try {
        const path = "/api/v1/auth/passkey/begin";
        expect(await aBrowser(other).refusal(path, { body: {} })).toEqual([
          409,
          "no-passkeys-here",
        ]);
      } finally {
        await other.close();
      }
    }
  });
});

describe("confirming with a passkey", () => {
  const proving = `${own}/prove`;
  const prove = async (browser: Browser, device: Device) => {
    const { options, token } = await browser.read(passkeyQuestion, `${proving}/begin`, {
      body: {},
    });
    return { token, response: device.signIn(options.challenge, await idOf(browser)) };
  };
  /** The code of a refusal; "" where it is done. */
  const codeFrom = async (browser: Browser, path: string, sent: { body: unknown }) => {
    const response = await browser.ask(path, sent);
    return response.status < 400 ? "" : problem.parse(await response.json()).code;
  };
  /** What asks for the password, in an order in which nothing is in the way of the next. */
  const proofs = ["totp", "recovery-codes", "identities/none/start", "passkeys/begin"] as const;

  /** Nobody has typed a password, nor signed in, for hours. */
  const growOld = async (browser: Browser) => {
    const { rows } = (await api.instance.accounts()).parts.database.system;
    await rows
      .updateTable("user_sessions")
      .set({ created_at: 1, proved_at: null })
      .where("user_id", "=", (await idOf(browser)) as never)
      .execute();
  };
  const forgetPassword = async () => {
    const { rows } = (await api.instance.accounts()).parts.database.system;
    const change = rows.updateTable("users").set({ password_hash: null });
    await change.where("email", "=", email).execute();
  };

  it("lets somebody without a password do all that asks for one", async () => {
    const device = aDevice(site);
    const { passkey } = await add(person, device);
    await forgetPassword();
    await growOld(person);
    const refusals = async () =>
      Promise.all(
        proofs.map(async (name) => codeFrom(person, `/api/v1/account/${name}`, { body: {} })),
      );
    expect(await refusals()).toEqual([
      "sign-in-again",
      "sign-in-again",
      // Looked up first.
      "unknown-provider",
      "sign-in-again",
    ]);
    await person.tell(`${proving}/finish`, { body: await prove(person, device) });
    expect(await refusals()).toEqual(["", "", "unknown-provider", ""]);
    await person.tell("/api/v1/account/password", {
      body: { next: "harbour willow granite nine" },
    });
    await person.tell(`${own}/${passkey.id}`, { method: "DELETE", body: {} });
    await person.tell("/api/v1/account/delete", { body: {} });
  });

  it("takes the place of the password for a quarter of an hour, in this session only", async () => {
    const device = aDevice(site);
    await add(person, device);
    const other = await enterBy(device, await idOf(person));
    const asks = (browser: Browser) => codeFrom(browser, `${own}/begin`, { body: {} });
    expect([await asks(person), await asks(other)]).toEqual(["wrong-password", "wrong-password"]);
    await person.tell(`${proving}/finish`, { body: await prove(person, device) });
    expect([await asks(person), await asks(other)]).toEqual(["", "wrong-password"]);
    // A wrong password is wrong all the same.
    expect(await codeFrom(person, `${own}/begin`, { body: { password: "wrong" } })).toBe(
      "wrong-password",
    );
    const { rows } = (await api.instance.accounts()).parts.database.system;
    await rows
      .updateTable("user_sessions")
      .set({ proved_at: Date.now() - 15 * 60_000 })
      .where("proved_at", "is not", null)
      .execute();
    expect(await asks(person)).toBe("wrong-password");
  });

  it("counts once, by a passkey of one's own, and for the session that asked", async () => {
    const device = aDevice(site);
    await add(person, device);
    const other = await enterBy(device, await idOf(person));
    const body = await prove(person, device);
    expect(await other.refusal(`${proving}/finish`, { body })).toEqual([400, "passkey-refused"]);
    await person.tell(`${proving}/finish`, { body });
    expect(await person.refusal(`${proving}/finish`, { body })).toEqual([400, "passkey-refused"]);
    const strange = await prove(person, aDevice(site));
    expect(await person.refusal(`${proving}/finish`, { body: strange })).toEqual([
      400,
      "passkey-refused",
    ]);
    // What confirms signs nobody in.
    const swapped = await prove(person, device);
    expect(await aBrowser(api).refusal(finish, { body: swapped })).toEqual([
      400,
      "passkey-refused",
    ]);
    const none = { body: {} };
    const bare = aBrowser(api);
    const { link } = await admin.read(madeInvitation, "/api/v1/invitations", {
      body: { email: `bare${count}@example.org` },
    });
    const accepted = { token: link?.split("#token=")[1], name: "Bare", password };
    await bare.enter(
      await bare.read(signedIn, "/api/v1/auth/accept-invitation", { body: accepted }),
    );
    expect(await bare.refusal(`${proving}/begin`, none)).toEqual([409, "no-passkey"]);
  });
});
