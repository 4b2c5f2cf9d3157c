// Tests of webhooks against a real server: signatures, limits of time and size, no private addresses.
import { createHmac } from "node:crypto";
import { createServer, type IncomingHttpHeaders, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { millis, milliseconds } from "#services/domain/units.ts";
import { isPublicAddress } from "./address.ts";
import { postWebhook, webhookSecret, webhookSignature } from "./webhook.ts";

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

const serving = async (listener: RequestListener): Promise<string> => {
  const server = createServer(listener);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
};

const secret = webhookSecret();
const aPost = (url: string) => ({
  url,
  secret,
  id: "msg_1",
  at: millis(1_700_000_000_999),
  body: '{"name":"Größe"}',
});
const inside = { allowPrivate: true } as const;

describe("a webhook", () => {
  it("signs like the example of the specification", () => {
    // https://github.com/standard-webhooks/standard-webhooks, libraries' shared test vector
    const signature = webhookSignature("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", {
      id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
      timestamp: 1_614_265_330,
      body: '{"test": 2432232314}',
    });
    expect(signature).toBe("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  });

  it("is sent with an id, a time and a signature that its receiver can verify", async () => {
    const got: { headers: IncomingHttpHeaders; body: string }[] = [];
    const url = await serving((request, response) => {
      const parts: Buffer[] = [];
      request.on("data", (part: Buffer) => parts.push(part));
      request.on("end", () => {
        got.push({ headers: request.headers, body: Buffer.concat(parts).toString() });
        response.writeHead(204).end();
      });
    });
    expect(await postWebhook(aPost(url), inside)).toEqual({
      kind: "accepted",
      says: "It answered 204.",
    });
    const [{ headers, body } = { headers: {}, body: "" }] = got;
    expect(body).toBe('{"name":"Größe"}');
    expect(headers).toMatchObject({
      "content-type": "application/json",
      "webhook-id": "msg_1",
      "webhook-timestamp": "1700000000",
    });
    const key = Buffer.from(secret.replace("whsec_", ""), "base64");
    expect(key).toHaveLength(32);
    const wanted = createHmac("sha256", key).update(`msg_1.1700000000.${body}`).digest("base64");
    expect(headers["webhook-signature"]).toBe(`v1,${wanted}`);
  });

  it("follows no redirect", async () => {
    let led = 0;
    const target = await serving((_, response) => {
      led++;
      response.end();
    });
    const url = await serving((_, response) => response.writeHead(307, { location: target }).end());
    expect(await postWebhook(aPost(url), inside)).toMatchObject({ kind: "failed" });
    expect(led).toBe(0);
  });

  it.each([
    [200, "accepted"],
    [404, "failed"],
    [410, "refused"],
    [500, "failed"],
  ])("takes %i for %s", async (status, kind) => {
    const url = await serving((_, response) => response.writeHead(status).end());
    expect(await postWebhook(aPost(url), inside)).toMatchObject({ kind });
  });

  it("fails where the receiver does not answer in time or does not exist", async () => {
    const silent = await serving(() => undefined);
    const soon = { ...inside, timeout: milliseconds(100) };
    expect(await postWebhook(aPost(silent), soon)).toEqual({
      kind: "failed",
      says: "It did not answer in time.",
    });
    for (const close of closers.splice(0)) close();
    expect(await postWebhook(aPost(silent), inside)).toEqual({
      kind: "failed",
      says: "No server is listening there.",
    });
  });

  it("does not read an endless answer", async () => {
    let written = 0;
    let closed: () => void = () => undefined;
    const whenClosed = new Promise<void>((done) => {
      closed = done;
    });
    const url = await serving((_, response) => {
      response.on("close", closed).on("error", () => undefined);
      response.writeHead(200);
      const more = () => {
        written += 65_536;
        if (!response.destroyed) response.write(Buffer.alloc(65_536), more);
      };
      more();
    });
    expect(await postWebhook(aPost(url), inside)).toMatchObject({ kind: "accepted" });
    await whenClosed;
    // Bytes in buffers on the way count as written.
    expect(written).toBeLessThan(32 << 20);
  });

  it("reaches no private address unless that is allowed, however the address is written", async () => {
    let reached = 0;
    const url = await serving((_, response) => {
      reached++;
      response.end();
    });
    const { port } = new URL(url);
    for (const host of [
      "127.0.0.1",
      "2130706433",
      "0x7f.1",
      "0177.0.0.1",
      "[::1]",
      "[::ffff:127.0.0.1]",
      "[::ffff:7f00:1]",
      "localhost",
      "0.0.0.0",
      "[::]",
    ])
      for (const scheme of ["http", "https"])
        expect(
          await postWebhook(aPost(`${scheme}://${host}:${port}/hook`), { allowPrivate: false }),
          `${scheme}://${host}`,
        ).toMatchObject({ kind: "refused" });
    for (const odd of ["file:///etc/passwd", "https://ada:pass@example.org/", "nonsense"])
      expect(await postWebhook(aPost(odd), inside)).toMatchObject({ kind: "refused" });
    expect(reached).toBe(0);
  });

  it("distinguishes public from private addresses", () => {
    for (const address of ["93.184.216.34", "8.8.8.8", "172.32.0.1", "2606:4700::1111"])
      expect(isPublicAddress(address), address).toBe(true);
    for (const address of [
      "10.1.2.3",
      "100.64.0.1",
      "169.254.169.254",
      "172.31.255.255",
      "192.168.0.1",
      "198.18.0.1",
      "224.0.0.1",
      "255.255.255.255",
      "::1",
      "::ffff:8.8.8.8",
      "64:ff9b::a00:1",
      "fd00::1",
      "fe80::1",
      "ff02::1",
      "2002:7f00:1::",
      "2001:db8::1",
      "example.org",
    ])
      expect(isPublicAddress(address), address).toBe(false);
  });
});
