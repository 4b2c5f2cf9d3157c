// Tests of linking accounts to a real OpenID Connect provider over HTTP: with proof, one person each, and never the last way in.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { account, linkedIdentityList, linkStart } from "#services/contract/accounts.ts";
import { aBrowser, type Browser, owner } from "../browsers.builders.ts";
import { type Elsewhere, openElsewhere } from "../elsewhere.builders.ts";

let all: Elsewhere;
beforeAll(async () => {
  all = await openElsewhere();
});
afterAll(() => all.close());

describe("linking an account to a provider", () => {
  const begin = "/api/v1/account/identities/open/start";
  const list = async (browser: Browser) =>
    (await browser.read(linkedIdentityList, "/api/v1/account/identities")).identities;

  it("asks for the password, and comes back to the account", async () => {
    expect(await all.admin.refusal(begin, { body: { password: "wrong" } })).toEqual([
      400,
      "wrong-password",
    ]);
    const body = { password: owner.password, return: "/account?tab=security" };
    const { location } = await all.admin.read(linkStart, begin, { body });
    const way = await all.there(location, "olga");
    const page = await all.comeBack(all.admin, way);
    expect(page).toBe("/account?tab=security");
    expect(await list(all.admin)).toMatchObject([
      { provider: "open", name: "The open", email: "olga@example.org" },
    ]);
    const [entry] = await all.entries("identity.link");
    expect(entry).toMatchObject({ actor: owner.name, details: { provider: "open" } });
    const olga = await (await all.entered("open", "olga")).read(account, "/api/v1/account");
    expect(olga).toMatchObject({ user: { email: owner.email }, role: "owner" });
    expect(await all.admin.refusal(begin, { body })).toEqual([409, "has-identity"]);
  });

  it("is refused for an identity that is somebody else's, and where it is not verified", async () => {
    await all.admin.tell("/api/v1/account/identities/open", {
      method: "DELETE",
      body: { password: owner.password },
    });
    await all.entered("open", "ada");
    for (const [login, problem] of [
      ["ada", "identity-taken"],
      ["unverified", "email-not-verified"],
    ] as const) {
      const body = { password: owner.password };
      const { location } = await all.admin.read(linkStart, begin, { body });
      const way = await all.there(location, login);
      const page = await all.comeBack(all.admin, way);
      expect(page).toBe(`/account?problem=${problem}&provider=open`);
    }
    expect(await list(all.admin)).toEqual([]);
  });

  it("does nothing once the session has ended that began it", async () => {
    const browser = aBrowser(all.api);
    await browser.signIn(owner.email, owner.password);
    const { location } = await browser.read(linkStart, begin, {
      body: { password: owner.password },
    });
    const way = await all.there(location, "olga");
    await browser.tell("/api/v1/auth/sign-out", { body: {} });
    const page = await all.comeBack(browser, way);
    expect(page).toBe("/account?problem=signed-out&provider=open");
    expect(await list(all.admin)).toEqual([]);
  });

  it("takes the place of a link to what the provider was before, which lets nobody in", async () => {
    const { rows } = (await all.parts()).database.system;
    const { user } = await all.admin.read(account, "/api/v1/account");
    await rows
      .insertInto("identities")
      .values({
        ...{ issuer: "https://before.example.org", subject: "olga", user_id: user?.id as never },
        ...{ provider: "open", email: null, role: null, created_at: 1 },
      })
      .execute();
    const body = { password: owner.password };
    const { location } = await all.admin.read(linkStart, begin, { body });
    expect(await all.comeBack(all.admin, await all.there(location, "olga"))).toBe("/account");
    expect(await list(all.admin)).toMatchObject([{ email: "olga@example.org" }]);
    expect(await all.admin.refusal(begin, { body })).toEqual([409, "has-identity"]);
  });

  it("is taken away with the password, but never the last way in", async () => {
    const ada = await all.entered("open", "ada");
    const path = "/api/v1/account/identities/open";
    expect(await ada.refusal(path, { method: "DELETE", body: {} })).toEqual([409, "last-way-in"]);
    await ada.tell("/api/v1/account/password", { body: { next: "green spoons climb tall walls" } });
    const wrong = { method: "DELETE", body: { password: "wrong" } };
    expect(await ada.refusal(path, wrong)).toEqual([400, "wrong-password"]);
    const body = { password: "green spoons climb tall walls" };
    await ada.tell(path, { method: "DELETE", body });
    expect(await ada.refusal(path, { method: "DELETE", body })).toEqual([404, "unknown-identity"]);
    expect(await list(ada)).toEqual([]);
    expect(await all.entries("identity.unlink")).not.toEqual([]);
  });

  it("asks whoever has no password to sign in again", async () => {
    const cora = await all.entered("open", "cora");
    const { rows } = (await all.parts()).database.system;
    const { session } = await cora.read(account, "/api/v1/account");
    await rows
      .updateTable("user_sessions")
      .set({ created_at: Date.now() - 20 * 60_000 })
      .where("id", "=", session as never)
      .execute();
    expect(await cora.refusal("/api/v1/account/totp", { body: {} })).toEqual([
      403,
      "sign-in-again",
    ]);
    expect(await cora.refusal("/api/v1/account/delete", { body: {} })).toEqual([
      403,
      "sign-in-again",
    ]);
  });
});
