// The matrix of rights: every route of the app, asked by every kind of caller; what each may is stated in a reviewed file.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { keyScopes, madeApiKey, signInAnswer } from "#services/contract/accounts.ts";
import { startedLook } from "#services/contract/looks.ts";
import { memberList } from "#services/contract/organizations.ts";
import { defaultOrganization, organizationId } from "#services/domain/ids.ts";
import { addOrganization, changeOrganization } from "#services/store/store.ts";
import {
  type AccountsApi,
  codeAt,
  goodPassword,
  openAccountsApi,
  ownersEmail,
} from "./accounts.builders.ts";
import { honoPath, rules } from "./rules.ts";

let api: AccountsApi;
/** What each caller sends in the header Authorization; undefined sends none. */
const callers = new Map<string, string | undefined>();

const missing: Readonly<Record<string, string>> = {
  id: "col_0000000000000000",
  version: "1",
  name: "topics.json",
  point: "0",
  tag: "none",
  topic: "top_0000000000000000",
  concept: "con_0000000000000000",
  label: "lab_0000000000000000",
  edit: "edt_0000000000000000",
};

const routes = Object.keys(rules);

const roles = ["viewer", "member", "admin"] as const;

/** The owner of another organization. */
const ownerOfAnother = async (name: string, requiresSecondFactor = false) => {
  const { parts } = await api.instance.accounts();
  const other = organizationId(name);
  const { rows } = parts.database.system;
  await addOrganization(rows, { id: other, name, created_at: 1 });
  if (requiresSecondFactor) await changeOrganization(rows, other, { requires_second_factor: 1 });
  const email = `${name}@example.org`;
  const person = await api.join(email, "member");
  const key = await person.read(madeApiKey, "/api/v1/account/keys", {
    body: { name: "all", scopes: ["read", "search", "import", "embed", "write"] },
  });
  const { members } = await api.owner.read(memberList, "/api/v1/members");
  const id = members.find((one) => one.email === email)?.id;
  await parts.database.system.rows
    .updateTable("memberships")
    .set({ role: "owner", org_id: other as never })
    .where("user_id", "=", id as never)
    .execute();
  await parts.database.system.rows
    .updateTable("api_keys")
    .set({ org_id: other as never })
    .where("id", "=", key.key.id as never)
    .execute();
  (await api.instance.accounts()).callers.forget();
  await person.refresh();
  return { person, key: key.secret };
};

beforeAll(async () => {
  api = await openAccountsApi();
  const { parts } = await api.instance.accounts();
  callers.set("nobody", undefined);
  callers.set("garbage", "Bearer no.token.this");
  callers.set("basic", "Basic b2xnYTpwYXNzd29yZA==");
  callers.set("unsigned", `Bearer ${btoa('{"alg":"none","typ":"at+jwt"}')}.${btoa("{}")}.`);
  callers.set("refresh", `Bearer ${api.owner.cookie?.split("=")[1]}`);
  for (const role of roles) {
    const person = await api.join(`${role}@example.org`, role);
    callers.set(role, `Bearer ${person.access}`);
  }
  callers.set("owner", `Bearer ${api.owner.access}`);
  for (const scope of keyScopes) {
    const made = await (scope === "scim"
      ? api.owner.read(madeApiKey, "/api/v1/keys", { body: { name: scope } })
      : api.owner.read(madeApiKey, "/api/v1/account/keys", {
          body: { name: scope, scopes: [scope] },
        }));
    callers.set(`key:${scope}`, `Bearer ${made.secret}`);
  }
  const viewersKey = await (async () => {
    // A viewer is given no such key, but may have been a member when it was made.
    const viewer = await api.join("past-member@example.org", "member");
    const made = await viewer.read(madeApiKey, "/api/v1/account/keys", {
      body: { name: "much", scopes: ["read", "search", "import", "embed", "write"] },
    });
    const { members } = await api.owner.read(memberList, "/api/v1/members");
    const id = members.find(({ email }) => email === "past-member@example.org")?.id;
    await api.owner.ask(`/api/v1/members/${id}`, { method: "PATCH", body: { role: "viewer" } });
    return made;
  })();
  callers.set("viewer's key", `Bearer ${viewersKey.secret}`);
  callers.set("foreign owner", `Bearer ${(await ownerOfAnother("elsewhere")).person.access}`);
  const strict = await ownerOfAnother("strict", true);
  callers.set("must enrol", `Bearer ${strict.person.access}`);
  callers.set("their key", `Bearer ${strict.key}`);
  const ended = await api.join("ended@example.org", "admin");
  await ended.ask("/api/v1/auth/sign-out", { method: "POST" });
  callers.set("signed out", `Bearer ${ended.access}`);
  const suspended = await api.join("suspended@example.org", "admin");
  const { members } = await api.owner.read(memberList, "/api/v1/members");
  const id = members.find(({ email }) => email === "suspended@example.org")?.id;
  await api.owner.ask(`/api/v1/members/${id}`, { method: "PATCH", body: { state: "suspended" } });
  callers.set("suspended", `Bearer ${suspended.access}`);
  const half = await api.join("half@example.org", "admin");
  const secret = (
    (await half.ask("/api/v1/account/totp", { body: { password: goodPassword } })).json() as {
      secret: string;
    }
  ).secret;
  await half.ask("/api/v1/account/totp/confirm", { body: { code: codeAt(secret, api.clock.now) } });
  const answer = signInAnswer.parse((await api.browser().signIn("half@example.org")).json());
  callers.set("half signed in", `Bearer ${answer.kind === "second-factor" ? answer.token : ""}`);
  const ticket = await parts.tokens.ticket({
    ...(await parts.tokens.readAccess(api.owner.access ?? "")),
    path: "/api/v1/collections",
  });
  callers.set("ticket", `Bearer ${ticket}`);
  await api.owner.ask("/api/v1/organization", { method: "PATCH", body: { allowsLooking: true } });
  // An owner, who sees it as a member does.
  const seen = members.find(({ email }) => email === "member@example.org")?.id;
  const look = await api.owner.read(startedLook, `/api/v1/members/${seen}/look`, {
    body: { reason: "the matrix", password: goodPassword },
  });
  callers.set("looking", `Bearer ${look.access}`);
  callers.set("operator", `Bearer ${await parts.tokens.operator(defaultOrganization)}`);
}, 120_000);
afterAll(() => api.close());

/** Nothing that these ask for is there, so that nothing is changed; but for these, which would, of these callers. */
const changing: ReadonlyMap<string, string> = new Map([
  ["post /api/v1/accounts/off", "operator"],
  ["post /api/v1/auth/sign-out", "operator"],
  ["post /api/v1/account/look/end", "looking"],
]);

const pathOf = (template: string): string =>
  template.replaceAll(/\{(\w+)\}/gu, (_, name: string) => missing[name] ?? "x");

const refused = new Set(["signed-out", "not-allowed", "second-factor-required", "read-only-view"]);

/** "+" where it is let through to the route, whatever the route then says; the code of the refusal otherwise. */
const outcomeOf = async (route: string, authorization: string | undefined): Promise<string> => {
  const [method = "", template = ""] = route.split(" ");
  const response = await api.ask(pathOf(template), {
    method: method.toUpperCase(),
    headers: {
      "content-type": "application/json",
      "x-parlance-client": "test",
      ...(authorization === undefined ? {} : { authorization }),
    },
    ...(method === "get" || method === "delete" ? {} : { body: "{}" }),
  });
  const text = await response.text();
  if (response.status !== 401 && response.status !== 403) return "+";
  // The addresses for clients of OpenAI, Ollama and TEI, and those for SCIM, answer in their words.
  const code = /"code":"([^"]+)"/u.exec(text)?.[1] ?? "";
  if (refused.has(code)) return code;
  return /^\/(?:(?:v1|scim)\/|api\/(?!v1\/)|embed$|info$)/u.test(template)
    ? response.status === 401
      ? "signed-out"
      : "not-allowed"
    : "+";
};

const short: Readonly<Record<string, string>> = {
  "signed-out": "out",
  "not-allowed": "no",
  "second-factor-required": "2nd",
  "read-only-view": "view",
};

describe("the rights of every route", () => {
  it("are stated for every kind of caller, and kept", async () => {
    const names = [...callers.keys()];
    const lines = [`${"".padEnd(68)}${names.map((name) => name.padEnd(15)).join("")}`.trimEnd()];
    for (const route of routes.toSorted()) {
      const cells: string[] = [];
      for (const name of names) {
        // What turns accounts off is not asked of those who may, and is stated as such.
        const isLeft = changing.get(route) === name;
        const outcome = isLeft ? "+" : await outcomeOf(route, callers.get(name));
        cells.push((short[outcome] ?? outcome).padEnd(15));
      }
      lines.push(`${route.padEnd(68)}${cells.join("")}`.trimEnd());
    }
    expect(lines).toHaveLength(routes.length + 1);
    await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot("./rights.txt");
  }, 120_000);

  it("let nobody who is not signed in past the pages for signing in and what a link opens", async () => {
    const open = routes.filter((route) => rules[route]?.right === "public");
    expect(
      open.filter(
        (route) =>
          !/ \/(?:api\/v1\/(?:auth\/|formats|shared\/(?:open|check|file)$|notices\/unsubscribe$)|health|ready)/u.test(
            route,
          ),
      ),
    ).toEqual([]);
    for (const name of [
      "nobody",
      "garbage",
      "basic",
      "unsigned",
      "refresh",
      "signed out",
      "suspended",
      "half signed in",
      "ticket",
    ])
      for (const route of routes.filter((one) => !open.includes(one)))
        expect([name, route, await outcomeOf(route, callers.get(name))]).toEqual([
          name,
          route,
          "signed-out",
        ]);
  }, 120_000);

  it("cannot be walked around by other spellings of a path or a method", async () => {
    for (const path of [
      "//api/v1/collections",
      "/api//v1/collections",
      "/api/v1/collections/",
      "/api/v1/Collections",
      "/API/v1/collections",
      "/api/v1/collections%2f",
      "/api/v1/./collections",
      "/api/v1/formats/../collections",
      "/api/v1/collections;a=b",
      "/v1/../api/v1/collections",
    ]) {
      const response = await api.ask(path);
      expect([401, 404], path).toContain(response.status);
      expect(await response.text()).not.toContain('"collections":');
    }
    for (const method of ["HEAD", "OPTIONS", "TRACE", "PROPFIND", "PURGE"]) {
      if (method === "TRACE") continue;
      const response = await api.ask("/api/v1/collections", { method });
      expect([401, 404], method).toContain(response.status);
    }
    const override = { method: "POST", headers: { "x-http-method-override": "GET" } };
    expect((await api.ask("/api/v1/auth/state", override)).status).toBe(404);
  });

  it("are the same for paths as the routes read them", () => {
    for (const route of routes) expect(honoPath(route.split(" ")[1] ?? "")).not.toContain("{id}");
  });

  it("let a ticket open one download and nothing else", async () => {
    const ticketFor = async (path: string) =>
      (
        (await api.owner.ask("/api/v1/account/tickets", { body: { path } })).json() as {
          ticket: string;
        }
      ).ticket;
    await api.owner.signIn(ownersEmail);
    const path = "/api/v1/audit/export";
    const ticket = await ticketFor(`${path}?format=jsonl`);
    expect((await api.ask(`${path}?format=jsonl&ticket=${ticket}`)).status).toBe(200);
    expect((await api.ask(`/api/v1/members?ticket=${ticket}`)).status).toBe(401);
    const posted = await api.ask(`${path}?ticket=${ticket}`, { method: "POST" });
    expect(posted.status).toBe(404);
    api.clock.now += 91_000;
    expect((await api.ask(`${path}?ticket=${ticket}`)).status).toBe(401);
  });
});
