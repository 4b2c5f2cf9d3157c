// Hostile texts in every place that takes text: nothing but a plain answer or a clear refusal, and nobody's rows.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTenants, type Tenant, type Tenants } from "./tenants.builders.ts";

let tenants: Tenants;
let mine: Tenant;
beforeAll(async () => {
  tenants = await openTenants(2, 8);
  const [first] = tenants.all;
  if (first === undefined) throw new Error("There is no organization.");
  mine = first;
}, 120_000);
afterAll(() => tenants.close());

const payloads = [
  "' or '1'='1",
  "' or 1=1 --",
  "'; drop table users; --",
  '" or ""="',
  "') union select password_hash from users --",
  "1; attach database '/tmp/x.db' as x; --",
  "%' or org_id like '%",
  "\\'; select pg_sleep(5); --",
  "' || (select sealed from links) || '",
  "admin'/*",
  "0x27206f7220313d31",
  "{$ne: null}",
  "{{constructor.constructor('return process')()}}",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: as somebody would write it who hopes that it is put in.
  "${process.env.PARLANCE_SECRET}",
  "<%= system('id') %>",
  "$(id)",
  "`id`",
  "| cat /etc/passwd",
  "; rm -rf /",
  "&& curl http://127.0.0.1",
  "--upload-pack=touch /tmp/owned",
  "-oProxyCommand=id",
  "refs/heads/../../config",
  "HEAD:../../secret",
  "@{-1}",
  "../../../../etc/passwd",
  "..%2f..%2fetc%2fpasswd",
  "....//....//secret",
  "/etc/passwd",
  "C:\\windows\\win.ini",
  "file:///etc/passwd",
  "a\r\nset-cookie: x=y",
  "a\nlevel=error msg=forged",
  "a\u0000b",
  "\ufeff\u202eevil",
  "__proto__",
  "constructor",
  "prototype",
  "=cmd|' /C calc'!A0",
  "*".repeat(200),
  "(".repeat(500),
  `"${"a ".repeat(400)}"`,
  "from:' or 1=1 --",
  'in:"#x\' or 1=1"',
  "topic:(select 1)",
  "after:2024-01-01' or '1'='1",
  "lang:__proto__",
  "\ud800",
  "NaN",
  "-0",
];

interface Place {
  readonly name: string;
  readonly ask: (text: string) => [path: string, init: { method?: string; body?: unknown }];
}

const part = (text: string) => encodeURIComponent(text.toWellFormed());

const places = (): Place[] => {
  const at = `/api/v1/collections/${mine.collection}`;
  const body = (path: string, make: (text: string) => unknown, method = "POST"): Place => ({
    name: `${method} ${path}`,
    ask: (text) => [path, { method, body: make(text) }],
  });
  return [
    body(`${at}/search`, (query) => ({ query, mode: "lexical" })),
    body(`${at}/search`, (text) => ({
      query: "kettle",
      filters: { authors: [text], channels: [text], topics: [text] },
    })),
    body(`${at}/search`, (cursor) => ({ query: "kettle", cursor })),
    body(`${at}/search`, (like) => ({ like: like.slice(0, 60) })),
    body(`${at}/search`, (version) => ({ query: "kettle", version: version.slice(0, 100) })),
    body("/api/v1/search", (text) => ({ query: text, collections: [text.slice(0, 60)] })),
    body("/api/v1/collections", (name) => ({ name: name.slice(0, 200) })),
    body(`${at}/versions/1/tags`, (name) => ({ name: name.slice(0, 100) })),
    body(`${at}/labels`, (name) => ({ name: name.slice(0, 100), selection: { authors: [name] } })),
    body(`${at}/messages`, (text) => ({ selection: { authors: [text] }, limit: 5 })),
    body("/api/v1/teams", (name) => ({ name: name.slice(0, 100) })),
    body("/api/v1/invitations", (email) => ({ email, role: "member" })),
    {
      name: "conversations",
      ask: (text) => [`${at}/conversations?title=${part(text.slice(0, 200))}`, {}],
    },
    {
      name: "cursor",
      ask: (text) => [`${at}/conversations?cursor=${part(text.slice(0, 400))}`, {}],
    },
    {
      name: "audit",
      ask: (text) => [
        `/api/v1/audit?action=${part(text.slice(0, 60))}&actor=${part(text.slice(0, 60))}`,
        {},
      ],
    },
    {
      name: "version in the path",
      ask: (text) => [`${at}/versions/${part(text)}/tags`, { body: { name: "x" } }],
    },
    { name: "id in the path", ask: (text) => [`/api/v1/collections/${part(text)}`, {}] },
    {
      name: "conversation in the path",
      ask: (text) => [`/api/v1/conversations/${part(text)}`, {}],
    },
    {
      name: "file name",
      ask: (text) => [`${at}/uploads?filename=${part(text)}`, { method: "PUT", body: "raw" }],
    },
  ];
};

const check = async (place: Place, payload: string): Promise<void> => {
  const [path, { method, body }] = place.ask(payload);
  const isRaw = body === "raw";
  const response = await tenants.api.ask(path, {
    method: method ?? (body === undefined ? "GET" : "POST"),
    headers: {
      authorization: `Bearer ${mine.key}`,
      ...(body === undefined || isRaw ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: isRaw ? "[10:00] <a> b" : JSON.stringify(body) }),
  });
  const text = await response.text();
  expect([place.name, payload, response.status < 500], text).toEqual([place.name, payload, true]);
  for (const foreign of text.matchAll(/mark-(\d+)-/gu))
    expect(Number(foreign[1])).toBe(mine.number);
  expect(text).not.toMatch(/root:x:0|SQLITE_|syntax error at|argon2id|BEGIN (?:RSA|PRIVATE)/u);
  expect([...response.headers.keys()]).not.toContain("set-cookie");
};

describe("hostile texts", () => {
  it("get a plain answer or a clear refusal, wherever they are put", async () => {
    expect(places().length * payloads.length).toBeGreaterThan(900);
    for (const place of places()) for (const payload of payloads) await check(place, payload);
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });

  it("are refused as JSON that is too deep, too wide, or that reaches into objects", async () => {
    const send = (body: string) =>
      tenants.api.ask(`/api/v1/collections/${mine.collection}/search`, {
        method: "POST",
        headers: { authorization: `Bearer ${mine.key}`, "content-type": "application/json" },
        body,
      });
    for (const body of [
      `${"[".repeat(100_000)}${"]".repeat(100_000)}`,
      `{"query":"x","filters":${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}}`,
      '{"__proto__":{"polluted":1},"query":"x"}',
      '{"query":"x","filters":{"constructor":{"prototype":{"polluted":1}}}}',
      `{"query":"${"x".repeat(1_100_000)}"}`,
      `{"query":"x","limit":1e999}`,
      '{"query":"x",',
      "\u0000",
    ]) {
      const began = performance.now();
      const response = await send(body);
      expect(response.status).toBeGreaterThanOrEqual(400);
      expect(response.status).toBeLessThan(500);
      expect(performance.now() - began).toBeLessThan(2000);
    }
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });
});
