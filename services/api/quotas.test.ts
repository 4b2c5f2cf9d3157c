// Limits of requests, embedded tokens and kept bytes: told with each answer, and kept.

import { afterEach, describe, expect, it } from "vitest";
import { madeApiKey } from "#services/contract/accounts.ts";
import { openaiError } from "#services/contract/embeddings.ts";
import { auditList, organizationList } from "#services/contract/organizations.ts";
import { organizationQuotas } from "#services/contract/quotas.ts";
import { shareId } from "#services/domain/ids.ts";
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
    expect([first.headers.get("ratelimit-policy"), first.headers.get("ratelimit")]).toEqual([
      '"caller";q=30;w=60',
      '"caller";r=29;t=59',
    ]);
    for (let at = 0; at < 29; at++) expect((await ask()).status).toBe(200);
    const refused = await ask();
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "59"]);
    expect(
      ["limit", "remaining", "reset"].map((name) => refused.headers.get(`ratelimit-${name}`)),
    ).toEqual(["30", "0", "59"]);
    expect(refused.headers.get("ratelimit")).toBe('"caller";r=0;t=59');
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
    const refused = await api.ask("/v1/embeddings", {
      method: "POST",
      headers: {
        authorization: `Bearer ${api.owner.access}`,
        "content-type": "application/json",
      },
      body: JSON.stringify({ model: "hash-64", input: "one" }),
    });
    const toMidnight = Math.ceil((86_400_000 - (api.clock.now % 86_400_000)) / 1000);
    expect([
      refused.status,
      refused.headers.get("retry-after"),
      refused.headers.get("ratelimit"),
      refused.headers.get("ratelimit-policy"),
    ]).toEqual([429, String(toMidnight), `"tokens";r=0;t=${toMidnight}`, '"tokens";q=12;w=86400']);
    expect(openaiError.parse(await refused.json()).error).toMatchObject({
      type: "rate_limit_exceeded",
      code: "quota_used",
    });
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

  it("of failed tries and of strangers says with its 429 when to try again", async () => {
    api = await openAccountsApi();
    const guess = () =>
      api.ask("/api/v1/auth/sign-in", {
        method: "POST",
        headers: { "x-parlance-client": "test", "content-type": "application/json" },
        body: JSON.stringify({ email: ownersEmail, password: "wrong wrong wrong" }),
      });
    for (let at = 0; at < 10; at++) expect((await guess()).status).toBe(400);
    const refused = await guess();
    expect([
      refused.status,
      refused.headers.get("retry-after"),
      refused.headers.get("ratelimit"),
    ]).toEqual([429, "900", '"tries";r=0;t=900']);
  });

  it("of strangers counts all addresses of one IPv6 network as one, and those of another apart", async () => {
    api = await openAccountsApi();
    const { quotas } = await api.instance.accounts();
    for (let at = 0; at < 60; at++) await quotas.stranger(`2001:db8:1:2::${at.toString(16)}`);
    await expect(quotas.stranger("2001:db8:1:2:ffff::1")).rejects.toMatchObject({
      code: "too-many-requests",
    });
    await quotas.stranger("2001:db8:1:3::1");
    const [one, other] = [shareId("one"), shareId("other")];
    for (let at = 0; at < 600; at++) await quotas.linkCheck(one);
    await expect(quotas.linkCheck(one)).rejects.toMatchObject({ code: "too-many-requests" });
    await quotas.linkCheck(other);
    for (let at = 0; at < 600; at++) await quotas.linkFile(one);
    await expect(quotas.linkFile(one)).rejects.toMatchObject({ code: "too-many-requests" });
    await quotas.linkFile(other);
  });
});

/** A file that comes in pieces, without saying how long it is; the rest comes when it is let go. */
const inPieces = (bytes: number, piece: number) => {
  let letGo: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  let sent = 0;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (sent > 0) await gate;
      if (sent >= bytes) return controller.close();
      controller.enqueue(new TextEncoder().encode("x".repeat(Math.min(piece, bytes - sent))));
      sent += piece;
    },
  });
  return { body, letGo };
};

describe("kept bytes", () => {
  const uploading =
    (id: string, person = api.owner) =>
    (body: string | ReadableStream<Uint8Array>, length?: number) =>
      api.ask(`/api/v1/collections/${id}/uploads?filename=a.log`, {
        method: "PUT",
        headers: {
          authorization: `Bearer ${person.access}`,
          ...(length === undefined ? {} : { "content-length": String(length) }),
        },
        body,
        ...({ duplex: "half" } as object),
      });
  const kept = async () =>
    (await api.owner.read(organizationQuotas, "/api/v1/organization/quotas")).storedBytes.used;

  it("count from the moment that a file is announced, so that two side by side do not pass the limit", async () => {
    api = await openAccountsApi({ env: { PARLANCE_STORED_BYTES: "100" } });
    const put = uploading(await makeCollectionOf(api.owner, "Logs"));
    const first = inPieces(60, 20);
    const answered = put(first.body, 60);
    await expect.poll(kept).toBe(60);
    const refused = await put("x".repeat(60), 60);
    expect([refused.status, (await refused.text()).includes("quota-used")]).toEqual([403, true]);
    first.letGo();
    expect((await answered).status).toBe(202);
    expect(await kept()).toBe(60);
  });

  it("of files that come in pieces count as they come: many side by side never pass the limit", async () => {
    const most = 3_000_000;
    api = await openAccountsApi({ env: { PARLANCE_STORED_BYTES: String(most) } });
    const put = uploading(await makeCollectionOf(api.owner, "Logs"));
    const files = Array.from({ length: 8 }, () => inPieces(1_000_000, 100_000));
    const answers = files.map(({ body }) => put(body));
    await expect.poll(kept).toBeGreaterThanOrEqual(800_000);
    let highest = 0;
    for (const { letGo } of files) {
      letGo();
      highest = Math.max(highest, (await kept()) ?? 0);
    }
    const statuses = (await Promise.all(answers)).map(({ status }) => status);
    const taken = statuses.filter((status) => status === 202).length;
    expect(taken).toBeGreaterThan(0);
    expect(statuses.filter((status) => status === 403)).toHaveLength(8 - taken);
    expect(await kept()).toBe(taken * 1_000_000);
    expect(highest).toBeLessThanOrEqual(most);
  });

  it("count for a file that comes in several parts of a form, and whoever sends it cannot see the others", async () => {
    api = await openAccountsApi({ env: { PARLANCE_STORED_BYTES: "100" } });
    const put = uploading(await makeCollectionOf(api.owner, "Private"));
    expect((await put("x".repeat(60), 60)).status).toBe(202);
    const person = await api.join("kim@example.org", "member");
    const own = await makeCollectionOf(person, "Own");
    const form = new FormData();
    form.append("file", new File(["y".repeat(60)], "b.log"));
    const refused = await api.ask(`/api/v1/collections/${own}/uploads`, {
      method: "POST",
      headers: { authorization: `Bearer ${person.access}` },
      body: form,
    });
    expect([refused.status, (await refused.text()).includes("quota-used")]).toEqual([403, true]);
    expect(await kept()).toBe(60);
  });
});

describe("the quotas of one organization", () => {
  const path = "/api/v1/organizations/org_default/quotas";
  const set = (body: object, at = path) => api.owner.ask(at, { method: "PATCH", body });

  it("hold from now on, are shown alike everywhere, are told in the log, and go back to the settings", async () => {
    api = await openAccountsApi({ env: { PARLANCE_ORGANIZATION_REQUESTS_PER_MINUTE: "1000" } });
    api.clock.now += 60_000 - (api.clock.now % 60_000) + 1000;
    const made = organizationQuotas.parse(
      (await set({ requestsPerMinute: 20, storedBytes: 100 })).json(),
    );
    expect(made).toMatchObject({
      requestsPerMinute: { limit: 20, own: 20, server: 1000 },
      tokensPerDay: { limit: 0, own: null, server: 0 },
      storedBytes: { limit: 100, own: 100, server: 0, used: 0 },
    });
    const { organizations } = await api.owner.read(organizationList, "/api/v1/organizations");
    const own = await api.owner.read(organizationQuotas, "/api/v1/organization/quotas");
    const listed = organizations.find(({ id }) => id === "org_default")?.quotas;
    // The one that set them was the first; each of these counts itself.
    expect([listed?.requestsPerMinute.used, own.requestsPerMinute.used]).toEqual([2, 3]);
    expect(listed?.storedBytes).toEqual(own.storedBytes);
    for (let at = 0; at < 17; at++)
      expect((await api.owner.ask("/api/v1/collections")).status).toBe(200);
    expect((await api.owner.ask("/api/v1/collections")).code).toBe("too-many-requests");
    api.clock.now += 60_000;
    const { entries } = await api.owner.read(auditList, "/api/v1/audit?action=organization.quotas");
    expect(entries[0]).toMatchObject({
      actor: "Olga",
      target: "org_default",
      details: { requestsPerMinute: 20, storedBytes: 100 },
    });
    // What is left out stays; null is what the settings say; 0 is any number.
    await set({ requestsPerMinute: null });
    expect(organizationQuotas.parse((await set({ tokensPerDay: 0 })).json())).toMatchObject({
      requestsPerMinute: { limit: 1000, own: null },
      tokensPerDay: { limit: 0, own: 0 },
      storedBytes: { limit: 100, own: 100 },
    });
  });

  it("refuse nonsense, and an organization that is not there", async () => {
    api = await openAccountsApi();
    for (const body of [
      { storedBytes: -1 },
      { storedBytes: 1.5 },
      { tokens: 1 },
      { storedBytes: "1" },
    ])
      expect((await set(body)).status, JSON.stringify(body)).toBe(400);
    for (const id of ["org_0000000000000000", "nonsense"])
      expect((await set({ tokensPerDay: 1 }, `/api/v1/organizations/${id}/quotas`)).code).toBe(
        "unknown-organization",
      );
  });
});
