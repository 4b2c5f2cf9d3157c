// Tests of the keys for SCIM: who makes them, what they open, and when they end.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { apiKeyList, madeApiKey } from "#services/contract/accounts.ts";
import { type AccountsApi, openAccountsApi } from "../accounts.builders.ts";
import { aScimClient, aUser, patchOf, type ScimClient, scimKeyOf } from "../scim.builders.ts";

let api: AccountsApi;
let scim: ScimClient;
beforeAll(async () => {
  api = await openAccountsApi();
  scim = aScimClient(api, await scimKeyOf(api.owner));
});
afterAll(() => api.close());

const inactive = patchOf({ op: "replace", path: "active", value: false });
const idOf = async (email: string): Promise<string> => {
  const filter = encodeURIComponent(`userName eq "${email}"`);
  const [found] = (await scim("GET", `/Users?filter=${filter}`)).body.Resources ?? [];
  if (found === undefined) throw new Error(`There is no ${email}.`);
  return found.id;
};
describe("a key for SCIM", () => {
  it("is made by owners and admins only, opens SCIM and nothing else", async () => {
    const admin = await api.join("adam@example.org", "admin");
    const { key, secret } = await admin.read(madeApiKey, "/api/v1/keys", {
      body: { name: "Okta", days: null },
    });
    expect(key).toMatchObject({ scopes: ["scim"], expiresAt: null, owner: { name: "adam" } });
    const member = await api.join("mona@example.org", "member");
    const refused = await member.ask("/api/v1/keys", { body: { name: "Mine" } });
    expect([refused.status, refused.code]).toEqual([403, "not-allowed"]);
    const own = await admin.ask("/api/v1/account/keys", {
      body: { name: "Mine", scopes: ["scim"] },
    });
    expect(own.status).toBe(400);
    const adminKey = await admin.read(madeApiKey, "/api/v1/account/keys", {
      body: { name: "Admin", scopes: ["admin"] },
    });
    const byKey = await member.ask("/api/v1/keys", {
      body: { name: "Mine" },
      headers: { authorization: `Bearer ${adminKey.secret}` },
    });
    expect([byKey.status, byKey.code]).toEqual([403, "not-allowed"]);
    const authorization = `Bearer ${secret}`;
    for (const path of ["/api/v1/members", "/api/v1/collections", "/api/v1/keys", "/v1/models"]) {
      const { status } = await api.ask(path, { headers: { authorization } });
      expect([path, status]).toEqual([path, path === "/v1/models" ? 200 : 403]);
    }
    expect((await aScimClient(api, secret)("GET", "/Users")).status).toBe(200);
    const { keys } = await api.owner.read(apiKeyList, "/api/v1/keys");
    expect(keys.map(({ name }) => name)).toContain("Okta");
  });

  it("is needed: no session and no key of another scope does", async () => {
    const all = await api.owner.read(madeApiKey, "/api/v1/account/keys", {
      body: { name: "all", scopes: ["read", "search", "import", "embed", "write", "admin"] },
    });
    for (const [sent, status] of [
      [all.secret, 403],
      [api.owner.access, 403],
      ["nonsense", 401],
      ["", 401],
    ] as const) {
      const answer = await aScimClient(api, sent ?? "")("GET", "/Users");
      expect([answer.status, answer.type]).toEqual([status, "application/scim+json"]);
      expect(answer.body).toMatchObject({ status: String(status) });
    }
  });

  it("ends with the rights of whoever made it", async () => {
    const admin = await api.join("short@example.org", "admin");
    const theirs = aScimClient(api, await scimKeyOf(admin));
    expect((await theirs("GET", "/Users")).status).toBe(200);
    const id = await idOf("short@example.org");
    await api.owner.ask(`/api/v1/members/${id}`, { method: "PATCH", body: { role: "member" } });
    expect((await theirs("GET", "/Users")).status).toBe(403);
  });

  it("does to nobody what its maker could not", async () => {
    const admin = await api.join("agnes@example.org", "admin");
    await api.join("oscar@example.org", "owner");
    const theirs = aScimClient(api, await scimKeyOf(admin));
    const oscar = await idOf("oscar@example.org");
    expect((await theirs("PATCH", `/Users/${oscar}`, inactive)).status).toBe(403);
    expect((await theirs("DELETE", `/Users/${oscar}`)).status).toBe(403);
    const made = await theirs(
      "POST",
      "/Users",
      aUser("o2@example.org", { roles: [{ value: "owner" }] }),
    );
    expect(made.status).toBe(403);
    expect((await scim("PATCH", `/Users/${oscar}`, inactive)).body["active"]).toBe(false);
    expect((await scim("DELETE", `/Users/${oscar}`)).status).toBe(204);
  });
});
