// Collections, conversations, versions and the system's own addresses over HTTP.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import {
  collection,
  collectionList,
  version,
  versionDiff,
  versionList,
} from "#services/contract/collections.ts";
import { conversationList, conversationPage, rawRecord } from "#services/contract/conversations.ts";
import { formatList, readiness } from "#services/contract/system.ts";
import { openTestApi, printerDay, type TestApi } from "../api.builders.ts";

let api: TestApi;
let id: string;

beforeAll(async () => {
  api = await openTestApi();
  id = (await api.makeCollection("House")).id;
  await api.importText(id, "ubuntu/2008-01-03.log", printerDay);
  await api.importText(id, "ubuntu/2008-01-04.log", printerDay.replaceAll("kernel", "driver"));
});
afterAll(() => api.close());

describe("collections", () => {
  it("are made, listed, changed and deleted", async () => {
    const made = await api.makeCollection("Short-lived");
    const at = `/api/v1/collections/${made.id}`;
    expect(await api.refusal("/api/v1/collections", { body: { name: " Short-lived " } })).toEqual([
      409,
      "name-taken",
    ]);
    const body = { description: "Gone soon", zone: "Europe/Berlin" };
    const changed = await api.read(collection, at, { method: "PATCH", body });
    expect(changed).toMatchObject({ ...body, name: "Short-lived", version: null, notices: [] });
    expect(await api.refusal(at, { method: "PATCH", body: { zone: "Mars/Olympus" } })).toEqual([
      400,
      "unknown-zone",
    ]);
    expect((await api.ask(at, { method: "DELETE" })).status).toBe(202);
    expect(await api.refusal(at)).toEqual([404, "unknown-collection"]);
    const { collections } = await api.read(collectionList, "/api/v1/collections");
    expect(collections.map(({ name }) => name)).toEqual(["House"]);
  });

  it("say what is in them", async () => {
    const house = await api.read(collection, `/api/v1/collections/${id}`);
    expect(house).toMatchObject({
      conversations: 2,
      messages: 16,
      pending: 0,
      model: "hash-64",
      sources: [{ source: "irc", conversations: 2 }],
      defaultMode: "hybrid",
    });
    expect(house.indexed).toBeGreaterThan(0);
    expect(house.indexBytes).toBeGreaterThan(0);
  });
});

describe("conversations", () => {
  it("are listed by page", async () => {
    const at = `/api/v1/collections/${id}/conversations?limit=1`;
    const first = await api.read(conversationList, at);
    expect(first.total).toBe(2);
    const next = await api.read(conversationList, `${at}&cursor=${first.nextCursor}`);
    expect(next.nextCursor).toBeNull();
    expect(next.conversations[0]?.id).not.toBe(first.conversations[0]?.id);
    expect(await api.refusal(`${at}&sort=sideways`)).toEqual([400, "bad-request"]);
  });

  it("are read by page, around a message, with the raw records", async () => {
    const { conversations } = await api.read(
      conversationList,
      `/api/v1/collections/${id}/conversations?sort=oldest`,
    );
    const at = `/api/v1/conversations/${conversations[0]?.id}`;
    const page = await api.read(conversationPage, `${at}?limit=3`);
    expect(page).toMatchObject({ total: 8, offset: 0, previousCursor: null });
    const next = await api.read(conversationPage, `${at}?limit=3&cursor=${page.nextCursor}`);
    expect(next.offset).toBe(3);
    const centre = next.messages[2];
    const around = await api.read(conversationPage, `${at}?limit=3&around=${centre?.id}`);
    expect(around.messages.map((message) => message.id)).toContain(centre?.id);
    const record = await api.read(rawRecord, `/api/v1/messages/${centre?.id}/raw`);
    expect(record.raw).toContain(centre?.text);
    expect(await api.refusal(`${at}?cursor=x`)).toEqual([400, "bad-cursor"]);
    const last = await api.read(conversationPage, `${at}?limit=3&around=last`);
    expect([last.nextCursor, last.offset + last.messages.length]).toEqual([null, last.total]);
    expect(await api.refusal(`${at}?around=x`)).toEqual([404, "unknown-message"]);
    expect(await api.refusal("/api/v1/messages/msg_0000000000000000/raw")).toEqual([
      404,
      "unknown-message",
    ]);
    expect(await api.refusal("/api/v1/conversations/cnv_0000000000000000")).toEqual([
      404,
      "unknown-conversation",
    ]);
  });

  it("are written out again in three ways", async () => {
    const take = async (format: string) =>
      (await api.ask(`/api/v1/collections/${id}/export?format=${format}`)).text();
    const lines = (await take("jsonl")).trim().split("\n");
    expect(lines.map((line) => JSON.parse(line).messages.length)).toEqual([8, 8]);
    const [openai] = (await take("openai")).split("\n");
    expect(JSON.parse(openai ?? "").messages[0]).toMatchObject({ role: "user", name: "anna" });
    expect(await take("markdown")).toContain("**berg**");
    expect(await api.refusal(`/api/v1/collections/${id}/export?format=pdf`)).toEqual([
      400,
      "bad-request",
    ]);
  });
});

describe("versions", () => {
  it("are listed, compared and named", async () => {
    const at = `/api/v1/collections/${id}/versions`;
    const { versions } = await api.read(versionList, at);
    expect(versions.length).toBeGreaterThanOrEqual(2);
    const [newest] = versions;
    const oldest = versions.at(-1);
    const diff = await api.read(versionDiff, `${at}/diff?from=${oldest?.number}&to=${newest?.id}`);
    expect(diff.addedCount).toBe((newest?.rows ?? 0) - (oldest?.rows ?? 0));
    const named = await api.read(version, `${at}/${oldest?.number}/tags`, {
      body: { name: "before-merge" },
      status: 201,
    });
    expect(named).toMatchObject({ number: oldest?.number, tags: ["before-merge"] });
    const page = await api.read(versionList, `${at}?limit=1`);
    // Not that of above: segments may have been merged into a further version since.
    expect(page.nextCursor).toBe(String(page.versions[0]?.number));
    expect(await api.refusal(`${at}/diff?from=1&to=99`)).toEqual([404, "unknown-version"]);
    expect(await api.refusal(`${at}/99/tags`, { body: { name: "x" } })).toEqual([
      404,
      "unknown-version",
    ]);
    expect(await api.refusal(`${at}/1/tags`, { body: { name: "--upload-pack" } })).toEqual([
      400,
      "bad-request",
    ]);
  });
});

describe("the system", () => {
  it("says that it lives, is ready, and what it reads", async () => {
    expect(await api.read(z.object({ status: z.string() }), "/health")).toEqual({ status: "ok" });
    const ready = await api.read(readiness, "/ready");
    expect(ready).toMatchObject({ ready: true, model: { id: "hash-64", dim: 64 } });
    const { formats } = await api.read(formatList, "/api/v1/formats");
    expect(formats.map(({ source }) => source)).toContain("irc");
  });

  it("shows its documentation from its own files", async () => {
    const page = await (await api.ask("/docs")).text();
    const loaded = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path = ""]) => path);
    expect(loaded).toHaveLength(3);
    for (const path of loaded) expect((await api.ask(path)).status, path).toBe(200);
    expect(page).not.toMatch(/<script>|onload|https?:/);
  });

  it("describes every address in OpenAPI, and names no schema that is not there", async () => {
    const document: unknown = await (await api.ask("/openapi.json")).json();
    const shape = z.looseObject({
      openapi: z.literal("3.1.0"),
      paths: z.record(
        z.string(),
        z.record(z.string(), z.looseObject({ responses: z.record(z.string(), z.unknown()) })),
      ),
      components: z.looseObject({ schemas: z.record(z.string(), z.unknown()) }),
    });
    const { paths, components } = shape.parse(document);
    const described = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    const { buildApp } = await import("../app.ts");
    const served = buildApp(api.instance)
      .routes.filter(({ method, path }) => method !== "ALL" && !path.startsWith("/docs"))
      .map(({ method, path }) => {
        const named = path.replace(/:(\w+)(?:\{[^}]*\})?/g, "{$1}");
        return `${method.toLowerCase()} ${named}`;
      })
      .filter((route) => route !== "get /openapi.json");
    expect(new Set(described)).toEqual(new Set(served));
    const references = JSON.stringify(document).matchAll(
      /"\$ref":"#\/components\/schemas\/(\w+)"/g,
    );
    for (const [, name = ""] of references) expect(components.schemas).toHaveProperty(name);
  });
});

describe("the web app", () => {
  it("is served with its own addresses, its hashed files kept for ever, compressed", async () => {
    const web = join(api.folder, "web");
    await mkdir(join(web, "assets"), { recursive: true });
    await writeFile(join(web, "index.html"), "<!doctype html><title>Parlance</title>");
    await writeFile(join(web, "assets", "app-1a2b.js"), "export const a = 1;\n".repeat(200));
    for (const path of ["/", "/c/col_x/topics", "/conversation/cnv_1?at=2"]) {
      const page = await api.ask(path);
      expect(await page.text()).toContain("Parlance");
      expect(page.headers.get("cache-control")).toBe("no-cache");
    }
    const script = await api.ask("/assets/app-1a2b.js", { headers: { "accept-encoding": "br" } });
    expect(script.headers.get("content-encoding")).toBe("br");
    expect(script.headers.get("cache-control")).toContain("immutable");
    const etag = script.headers.get("etag") ?? "";
    const same = await api.ask("/assets/app-1a2b.js", { headers: { "if-none-match": etag } });
    expect(same.status).toBe(304);
    for (const path of ["/metrics", "/api", "/api/v1/nothing", "/collections/x", "/c.php"])
      expect(await api.refusal(path)).toEqual([404, "not-found"]);
    const typed = await api.ask("/serach", { headers: { accept: "text/html,*/*;q=0.8" } });
    expect([typed.status, await typed.text()]).toEqual([404, expect.stringContaining("Parlance")]);
    for (const path of ["/assets/none.js", "/..%2fsecret.txt", "/.env", "/assets/../../x.txt"])
      expect((await api.ask(path)).status, path).toBe(404);
  });
});
