// nginx with our configuration before two real servers: who asks, large uploads and downloads that pass through, events at once, ids.
import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Collection } from "#services/contract/collections.ts";
import { familyOf, memoryOf, type RunningServer, startServer } from "./running-server.ts";

const NGINX = "/usr/sbin/nginx";
const configuration = join(import.meta.dirname, "..", "nginx");
const missing = !existsSync(NGINX);
if (missing) process.stdout.write("skipped: the proxy, because nginx is not installed\n");
/** Bytes of the large upload: `PROXY_UPLOAD_MB=1000` tries the size that was measured for the operations guide. */
const LARGE = Number(process.env["PROXY_UPLOAD_MB"] ?? 200) * 1_000_000;
const PIECE = 1_000_000;

const freePort = () =>
  new Promise<number>((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" ? (address?.port ?? 0) : 0));
    });
  });
/** Text that is no chat log, so that what was uploaded is refused when it is read, and not worked on. */
const piece = Buffer.alloc(PIECE, "the quick brown fox jumps over the lazy dog. ");

describe.skipIf(missing)("nginx before two servers", () => {
  let folder: string;
  let first: RunningServer;
  let second: RunningServer;
  let nginx: ChildProcess;
  let port: number;
  let collection: string;
  const at = (path: string) => `http://127.0.0.1:${port}${path}`;
  const ask = (path: string, init: RequestInit = {}) => fetch(at(path), init);
  /** Files in which nginx holds what it does not pass on at once. */
  const heldBack = () => {
    const names = ["body", "proxy"].flatMap((kind) =>
      readdirSync(join(folder, `temporary-${kind}`), { recursive: true, withFileTypes: true }),
    );
    return names.filter((entry) => entry.isFile()).length;
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "parlance-proxy-"));
    port = await freePort();
    const serve = async (name: string) =>
      startServer({
        home: join(folder, name),
        env: {
          PARLANCE_PUBLIC_URL: `http://127.0.0.1:${port}`,
          PARLANCE_TRUSTED_PROXIES: "127.0.0.1",
        },
      });
    [first, second] = await Promise.all([serve("first"), serve("second")]);
    const own = join(folder, "nginx");
    await mkdir(own);
    // As it ships, but for the places of files, and for who the servers are.
    const shipped = await readFile(join(configuration, "nginx.conf"), "utf8");
    await writeFile(
      join(own, "nginx.conf"),
      shipped
        .replaceAll(/\/tmp\/parlance-nginx-(\w+)/gu, `${folder}/temporary-$1`)
        .replaceAll("/tmp/parlance-nginx.pid", `${folder}/nginx.pid`)
        .replaceAll("/dev/stdout", `${folder}/access.log`),
    );
    await writeFile(join(own, "listen.conf"), `listen 127.0.0.1:${port};\n`);
    const server = ({ url }: RunningServer) => `127.0.0.1:${new URL(url).port}`;
    await writeFile(
      join(own, "upstream.conf"),
      `upstream parlance_api { server ${server(first)} max_fails=1; server ${server(second)} backup; }\n`,
    );
    nginx = spawn(NGINX, ["-c", join(own, "nginx.conf"), "-g", "daemon off; user root;"], {
      stdio: ["ignore", "inherit", "inherit"],
    });
    for (let tries = 0; ; tries++) {
      const answers = await fetch(at("/health")).then(
        ({ ok }) => ok,
        () => false,
      );
      if (answers) break;
      if (tries > 100) throw new Error("nginx does not answer");
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const made = await ask("/api/v1/collections", {
      method: "POST",
      body: JSON.stringify({ name: "Proxied" }),
      headers: { "content-type": "application/json" },
    });
    collection = ((await made.json()) as Collection).id;
  });
  afterAll(async () => {
    nginx?.kill("SIGTERM");
    await first?.stop();
    await second?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it("gives every request an id, or passes the caller's on", async () => {
    const given = await ask("/health", { headers: { "x-request-id": "trial-request-1" } });
    expect(given.headers.get("x-request-id")).toBe("trial-request-1");
    const own = await ask("/health", { headers: { "x-request-id": 'no id"' } });
    expect(own.headers.get("x-request-id")).toMatch(/^[0-9a-f]{32}$/u);
  });

  it("refuses bodies that are too large for what they are sent to", async () => {
    const refused = await new Promise<number | undefined>((resolve, reject) => {
      const sending = request(
        at("/api/v1/search"),
        { method: "POST", headers: { "content-length": String(65 * 1024 ** 2) } },
        (response) => {
          resolve(response.statusCode);
          sending.destroy();
        },
      );
      sending.on("error", reject);
      sending.flushHeaders();
    });
    expect(refused).toBe(413);
  });

  it("passes a large upload through as it comes, and the original back, without keeping either", async () => {
    const family = () => familyOf(nginx.pid ?? 0);
    const before = memoryOf(family());
    expect(before).toBeGreaterThan(1_000_000);
    let [most, files] = [0, 0];
    const look = () => {
      most = Math.max(most, memoryOf(family()) - before);
      files = Math.max(files, heldBack());
    };
    const watching = setInterval(look, 50);
    const sent = createHash("sha256");
    const bytes = async function* () {
      for (let at = 0; at < LARGE / PIECE; at++) {
        piece.write(`${String(at).padStart(8, "0")} `);
        const part = Buffer.from(piece);
        sent.update(part);
        yield part;
      }
    };
    try {
      const answer = await ask(`/api/v1/collections/${collection}/uploads?filename=fox.txt`, {
        method: "PUT",
        body: ReadableStream.from(bytes()),
        duplex: "half",
      } as RequestInit);
      expect(answer.status, await answer.clone().text()).toBeLessThan(300);
      const { id } = (await answer.json()) as { id: string };
      const original = await ask(`/api/v1/uploads/${id}/original`);
      const got = createHash("sha256");
      for await (const part of original.body ?? []) {
        got.update(part);
        look();
      }
      expect(got.digest("hex")).toBe(sent.digest("hex"));
      await ask(`/api/v1/uploads/${id}`, { method: "DELETE" });
    } finally {
      clearInterval(watching);
    }
    expect(files).toBe(0);
    expect(most).toBeLessThan(16_000_000);
    process.stdout.write(
      `nginx passed ${LARGE / 1e6} MB on with ${(most / 1e6).toFixed(1)} MB more of memory\n`,
    );
  }, 900_000);

  it("passes events on as they happen", async () => {
    const log = Array.from({ length: 8000 }, (_, n) =>
      JSON.stringify({
        messages: [{ role: "user", content: `Where is parcel ${n} of week ${n % 50}?` }],
      }),
    );
    const made = await ask(`/api/v1/collections/${collection}/uploads?filename=parcels.jsonl`, {
      method: "PUT",
      body: log.join("\n"),
    });
    const { id } = (await made.json()) as { id: string };
    const events = await ask(`/api/v1/uploads/${id}/events`);
    expect(events.headers.get("content-type")).toMatch(/^text\/event-stream/u);
    const came: number[] = [];
    let text = "";
    for await (const part of events.body ?? []) {
      came.push(Date.now());
      text += Buffer.from(part).toString();
      if (/"state":"done"/u.test(text)) break;
    }
    expect(text).toMatch(/"state":"done"/u);
    // Held back, they would come in one piece at the end.
    expect(came.length).toBeGreaterThan(2);
    expect((came.at(-1) ?? 0) - (came[0] ?? 0)).toBeGreaterThan(200);
  });

  it("passes on who asks: the token, the cookie, and the caller's own address", async () => {
    const on = await ask("/api/v1/accounts/on", { method: "POST" });
    const { link } = (await on.json()) as { link: string };
    expect(link).toContain(`http://127.0.0.1:${port}/setup#token=`);
    expect((await ask("/api/v1/collections")).status).toBe(401);
    expect((await ask("/health")).status).toBe(200);
    const post = (path: string, body: unknown, headers: Record<string, string>) =>
      ask(path, {
        method: "POST",
        body: JSON.stringify(body),
        headers: { "content-type": "application/json", "x-parlance-client": "test", ...headers },
      });
    const made = await post(
      "/api/v1/auth/setup",
      {
        token: link.split("#token=")[1],
        name: "Anna",
        email: "anna@example.org",
        password: "gravel otter lantern nine",
      },
      // What a caller claims to be is not passed on.
      { "x-forwarded-for": "198.51.100.7" },
    );
    const cookie = made.headers.get("set-cookie")?.split(";")[0] ?? "";
    const { access } = (await made.json()) as { access: string };
    const headers = { authorization: `Bearer ${access}` };
    expect((await ask("/api/v1/collections", { headers })).status).toBe(200);
    expect((await post("/api/v1/auth/refresh", {}, { cookie })).status).toBe(200);
    const sessions = await ask("/api/v1/account/sessions", { headers });
    expect(await sessions.text()).toContain('"network":"127.0.0.0/24"');
  });

  it("asks the other server where one does not answer", async () => {
    await first.kill();
    const { url } = second;
    expect((await fetch(`${url}/api/v1/collections/${collection}`)).status).toBe(404);
    expect((await ask("/health")).status).toBe(200);
    expect((await ask(`/api/v1/collections/${collection}`)).status).toBe(404);
  });
});
