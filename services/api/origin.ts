// Where a request comes from: the address behind trusted proxies, its network, the kind of program, and how it reached us.
import { type BlockList, isIP } from "node:net";
import type { HttpBindings } from "@hono/node-server";
import type { Context } from "hono";
import type { Origin } from "#services/accounts/accounts.ts";

const plainAddress = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/u, "");

const isIn = (list: BlockList, address: string): boolean => {
  const version = isIP(address);
  return version !== 0 && list.check(address, version === 4 ? "ipv4" : "ipv6");
};

/**
 * The last address in X-Forwarded-For that no trusted proxy has, as far as each one that passed it on is trusted: anything to the left
 * of it was written by whoever asked.
 */
export const clientAddress = (
  peer: string,
  forwarded: string | undefined,
  trusted: BlockList,
): string => {
  const passed = (forwarded ?? "").split(",").map((part) => plainAddress(part.trim()));
  let address = plainAddress(peer);
  while (isIn(trusted, address)) {
    const before = passed.pop();
    if (before === undefined || isIP(before) === 0) break;
    address = before;
  }
  return address;
};

/** The part that says roughly where it is: a /24 of IPv4, a /48 of IPv6. */
export const networkOf = (address: string): string => {
  const version = isIP(address);
  if (version === 4) return `${address.split(".").slice(0, 3).join(".")}.0/24`;
  if (version !== 6) return "unknown";
  const [head = ""] = address.split("::");
  const groups = head.split(":").filter(Boolean).slice(0, 3);
  while (groups.length < 3) groups.push("0");
  return `${groups.join(":")}::/48`;
};

const browsers = [
  ["Edge", /\bEdg\//u],
  ["Opera", /\bOPR\//u],
  ["Firefox", /\bFirefox\//u],
  ["Chrome", /\bChrome\//u],
  ["Safari", /\bSafari\//u],
] as const;
const systems = [
  ["Android", /Android/u],
  ["iPhone", /iPhone|iPad/u],
  ["Windows", /Windows/u],
  ["macOS", /Mac OS X/u],
  ["Linux", /Linux/u],
] as const;

const first = (list: readonly (readonly [string, RegExp])[], text: string): string | undefined =>
  list.find(([, pattern]) => pattern.test(text))?.[0];

/** Such as "Firefox on Linux"; of other programs the first word that they say. */
export const deviceOf = (agent: string | undefined): string => {
  if (agent === undefined || agent === "") return "Unknown program";
  const browser = first(browsers, agent);
  const system = first(systems, agent);
  if (browser !== undefined) return system === undefined ? browser : `${browser} on ${system}`;
  return (
    agent
      .split(/[\s/]/u)[0]
      ?.replaceAll(/[^\w.-]/gu, "")
      .slice(0, 60) || "Unknown program"
  );
};

export interface Reach {
  /** How people reach this server, where it is configured. */
  readonly publicUrl: string | undefined;
  readonly trusted: BlockList;
}

const isSecure = (c: Context, reach: Reach, peer: string): boolean => {
  if (reach.publicUrl !== undefined) return reach.publicUrl.startsWith("https:");
  return isIn(reach.trusted, plainAddress(peer)) && c.req.header("x-forwarded-proto") === "https";
};

/** @param reach how this server is reached, and which proxies are trusted */
export const originOf = (c: Context, reach: Reach): Origin & { readonly isSecure: boolean } => {
  const { incoming } = (c.env ?? {}) as Partial<HttpBindings>;
  const peer = incoming?.socket.remoteAddress ?? "";
  const address = clientAddress(peer, c.req.header("x-forwarded-for"), reach.trusted);
  const secure = isSecure(c, reach, peer);
  const host = c.req.header("host") ?? new URL(c.req.url).host;
  return {
    address,
    network: networkOf(address),
    device: deviceOf(c.req.header("user-agent")),
    url: reach.publicUrl ?? `${secure ? "https" : "http"}://${host}`,
    isSecure: secure,
  };
};
