// Two hundred ways to write an address of this machine or of an inner network, as the address of a webhook: none is reached.
import { createServer, type Server } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { millis } from "#services/domain/units.ts";
import { postWebhook } from "./webhook.ts";

let server: Server;
let port = 0;
let reached = 0;
beforeAll(async () => {
  server = createServer((socket) => {
    reached++;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, "::", resolve));
  const address = server.address();
  port = typeof address === "object" && address !== null ? address.port : 0;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

/** One IPv4 address as a browser, a shell or a C library reads it. */
const spellings = (address: string): string[] => {
  const bytes = address.split(".").map(Number);
  const [a = 0, b = 0, c = 0, d = 0] = bytes;
  const whole = ((a * 256 + b) * 256 + c) * 256 + d;
  const hex = (value: number) => `0x${value.toString(16)}`;
  const octal = (value: number) => `0${value.toString(8)}`;
  return [
    address,
    `${address}.`,
    String(whole),
    hex(whole),
    octal(whole),
    bytes.map(hex).join("."),
    bytes.map(octal).join("."),
    `${a}.${(b * 256 + c) * 256 + d}`,
    `${a}.${b}.${c * 256 + d}`,
    `${hex(a)}.${b}.${octal(c)}.${d}`,
    `[::ffff:${address}]`,
    `[::ffff:${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}]`,
    `[64:ff9b::${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}]`,
    `[2002:${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}::]`,
    `[::${address}]`,
    address.replaceAll(".", "。"),
    address.replaceAll(/\d/gu, (digit) => String.fromCodePoint(0xff10 + Number(digit))),
  ];
};

const inner = [
  "127.0.0.1",
  "127.1.2.3",
  "0.0.0.0",
  "10.0.0.1",
  "172.16.0.1",
  "192.168.1.1",
  "169.254.169.254",
  "100.64.0.1",
  "100.100.100.200",
  "198.18.0.1",
  "224.0.0.1",
  "255.255.255.255",
  "192.0.0.192",
];

const others = [
  "localhost",
  "LOCALHOST",
  "localhost.",
  "ip6-localhost",
  "[::1]",
  "[0:0:0:0:0:0:0:1]",
  "[::]",
  "[fe80::1]",
  "[fd00:ec2::254]",
  "[fc00::1]",
  "[ff02::1]",
  "[2001:db8::1]",
];

describe("addresses of this machine and of inner networks", () => {
  it("are not reached, however they are written", async () => {
    const hosts = [...inner.flatMap(spellings), ...others];
    expect(hosts.length).toBeGreaterThan(200);
    const outcomes = await Promise.all(
      hosts.map(async (host) => {
        const outcome = await postWebhook(
          {
            url: `https://${host}:${port}/hook`,
            secret: "whsec_eA==",
            id: "x",
            at: millis(0),
            body: "{}",
          },
          { allowPrivate: false },
        );
        return [host, outcome.kind] as const;
      }),
    );
    expect(outcomes.filter(([, kind]) => kind === "accepted")).toEqual([]);
    // A name that nobody here knows is as good.
    const isName = (host: string) => /^(?:ip6|localhost\.$)/u.test(host);
    expect(outcomes.filter(([host, kind]) => kind !== "refused" && !isName(host))).toEqual([]);
    expect(reached).toBe(0);
  });
});
