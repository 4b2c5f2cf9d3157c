// Limits of requests, embedded tokens and kept bytes: told with each answer, and kept.
import { afterEach, describe, expect, it } from "vitest";
import { madeApiKey } from "#services/contract/accounts.ts";
import {
  type AccountsApi,
  makeCollectionOf,
  openAccountsApi,
  ownersEmail,
} from "./accounts.builders.ts";

let api: AccountsApi;
afterEach(() => api.close());

describe("a limit", () => {
  it("of requests is each person's and each key's own, is said with each answer, and begins anew", async () => {
    api = await openAccountsApi({ env: { PARLANCE_REQUESTS_PER_MINUTE: "30" } });
    const person = await api.join("kim@example.org", "member");
    const key = await person.read(madeApiKey, "/api/v1/account/keys", {
      body: { name: "CI", scopes: ["read"] },
    });
    const ask = () =>
      api.ask("/api/v1/collections", { headers: { authorization: `Bearer ${key.secret}` } });
    // Away from the end of a minute.
    api.clock.now += 60_000 - (api.clock.now % 60_000) + 1000;
    const first = await ask();
    expect([
      first.status,
      first.headers.get("ratelimit-limit"),
      first.headers.get("ratelimit-remaining"),
    ]).toEqual([200, "30", "29"]);
    expect(Number(first.headers.get("ratelimit-reset"))).toBe(59);
    for (let at = 0; at < 29; at++) expect((await ask()).status).toBe(200);
    const refused = await ask();
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "59"]);
    expect(await refused.text()).toContain("too-many-requests");
    expect((await person.ask("/api/v1/collections")).status).toBe(200);
    api.clock.now += 60_000;
    expect((await ask()).status).toBe(200);
  });

  it("of an organization holds for all its people together", async () => {
    api = await openAccountsApi({
      env: { PARLANCE_REQUESTS_PER_MINUTE: "0", PARLANCE_ORGANIZATION_REQUESTS_PER_MINUTE: "20" },
    });
    const person = await api.join("lee@example.org", "member");
    api.clock.now += 60_000 - (api.clock.now % 60_000) + 1000;
    for (let at = 0; at < 10; at++) {
      expect((await person.ask("/api/v1/collections")).status).toBe(200);
      expect((await api.owner.ask("/api/v1/collections")).status).toBe(200);
    }
    expect((await person.ask("/api/v1/collections")).code).toBe("too-many-requests");
    expect((await api.owner.ask("/api/v1/collections")).code).toBe("too-many-requests");
  });

  it("of embedded tokens is kept over a start of the server, and begins anew the next day", async () => {
    api = await openAccountsApi({ env: { PARLANCE_EMBEDDED_TOKENS_PER_DAY: "12" } });
    const embed = () =>
      api.owner.ask("/v1/embeddings", {
        body: { model: "hash-64", input: "one two three four five six seven" },
      });
    expect((await embed()).status).toBe(200);
    expect((await embed()).status).toBe(200);
    const refused = await embed();
    expect([refused.status, refused.text.includes("quota_used")]).toEqual([429, true]);
    await (await api.instance.accounts()).close();
    const { parts } = await api.instance.accounts();
    const kept = await parts.database.system.rows.selectFrom("used").selectAll().execute();
    expect(kept.find(({ name }) => name.endsWith("embedded"))?.count).toBe(14);
    api.clock.now += 86_400_000;
    await api.owner.signIn(ownersEmail);
    expect((await embed()).status).toBe(200);
  });

  it("of kept bytes refuses files before they are read", async () => {
    api = await openAccountsApi({ env: { PARLANCE_STORED_BYTES: "100" } });
    const id = await makeCollectionOf(api.owner, "Logs");
    const put = (bytes: number) =>
      api.ask(`/api/v1/collections/${id}/uploads?filename=a.log`, {
        method: "PUT",
        headers: { authorization: `Bearer ${api.owner.access}`, "content-length": String(bytes) },
        body: "x".repeat(bytes),
      });
    expect((await put(60)).status).toBe(202);
    const refused = await put(60);
    expect([refused.status, (await refused.text()).includes("quota-used")]).toEqual([403, true]);
    expect((await put(40)).status).toBe(202);
  });
});
