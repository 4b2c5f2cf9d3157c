// Which addresses a webhook may reach: public ones. Checked on the very lookup that the connection uses, so that a second DNS answer cannot differ.
import { lookup as resolve } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";

/** https://www.iana.org/assignments/iana-ipv4-special-registry: none of these is a public host. */
const inner4: readonly (readonly [string, number])[] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
];

/** Ranges within 2000::/3, the only one assigned to hosts, that embed IPv4 addresses or are for documentation. */
const inner6: readonly (readonly [string, number])[] = [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
];

const listOf = (ranges: readonly (readonly [string, number])[], family: "ipv4" | "ipv6") => {
  const list = new BlockList();
  for (const [address, prefix] of ranges) list.addSubnet(address, prefix, family);
  return list;
};

const refused4 = listOf(inner4, "ipv4");
const refused6 = listOf(inner6, "ipv6");
const hosts6 = listOf([["2000::", 3]], "ipv6");

/** Whether a numeric address belongs to a public host. False for names. */
export const isPublicAddress = (address: string): boolean => {
  const family = isIP(address);
  if (family === 4) return !refused4.check(address, "ipv4");
  // IPv4-mapped, loopback, link-local and unique-local addresses are outside the range of hosts.
  return family === 6 && hosts6.check(address, "ipv6") && !refused6.check(address, "ipv6");
};

export class RefusedAddress extends Error {
  override readonly name = "RefusedAddress";
}

/** A lookup for `http.request` that fails where any address of the name is not public. */
export const publicLookup: LookupFunction = (hostname, options, callback) => {
  resolve(hostname, { ...options, all: true }, (error, found) => {
    if (error) return callback(error, "", 0);
    const [first] = found;
    if (first === undefined || !found.every(({ address }) => isPublicAddress(address)))
      return callback(new RefusedAddress(`${hostname} is an address of a private network.`), "", 0);
    if (options.all === true) return callback(null, found);
    return callback(null, first.address, first.family);
  });
};
