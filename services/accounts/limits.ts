// How often somebody may fail: counted for the account and for the address, for all servers together.
import { isIP } from "node:net";
import type { Limit } from "#services/counters/counters.ts";
import { rejected } from "#services/domain/errors.ts";
import { type AccountParts, hashOf, minutes } from "./parts.ts";
import { refusedBy } from "./refused-by.ts";

interface Allowed {
  readonly most: number;
  readonly ms: number;
}

/** A person forgets which password it was; a program tries thousands. Networks of offices hold many people. */
const limits = {
  password: {
    account: { most: 10, ms: minutes(15) },
    address: { most: 50, ms: minutes(15) },
  },
  "second-factor": {
    account: { most: 5, ms: minutes(15) },
    address: { most: 50, ms: minutes(15) },
  },
  share: { account: { most: 10, ms: minutes(15) }, address: { most: 50, ms: minutes(15) } },
  /** Answers that a provider did not give: each is a question to it, which would soon answer nobody here. */
  elsewhere: {
    account: { most: 50, ms: minutes(15) },
    address: { most: 50, ms: minutes(15) },
  },
  /** Invitations to one address; an admin invites many people. */
  invitation: { account: { most: 5, ms: minutes(60) }, address: { most: 500, ms: minutes(60) } },
  /** Mails that anybody can have sent to somebody. */
  mail: { account: { most: 3, ms: minutes(60) }, address: { most: 20, ms: minutes(60) } },
} as const satisfies Record<string, { account: Allowed; address: Allowed }>;

export type LimitedKind = keyof typeof limits;

/** What is tried: of whose account, and from where. */
export interface Try {
  readonly kind: LimitedKind;
  /** An e-mail address or an id, whether it exists or not. */
  readonly account: string;
  readonly address: string;
}

/** Of IPv6 somebody has a whole /64: the first four groups, in the form in which a URL writes an address. */
export const placeOf = (address: string): string => {
  if (isIP(address) !== 6) return address;
  const [head = "", tail] = new URL(`http://[${address.split("%")[0]}]`).hostname
    .slice(1, -1)
    .split("::");
  const groups = (text: string) => text.split(":").filter(Boolean);
  const [first, last] = [groups(head), groups(tail ?? "")];
  const gap = tail === undefined ? 0 : 8 - first.length - last.length;
  return [...first, ...Array.from({ length: gap }, () => "0"), ...last].slice(0, 4).join(":");
};

/** No address is kept: a hash is enough to count. */
const namesOf = ({ kind, account, address }: Try) => [
  { name: `${kind} account ${hashOf(account)}`, allowed: limits[kind].account },
  { name: `${kind} address ${hashOf(placeOf(address))}`, allowed: limits[kind].address },
];

const tooMany = ({ most, since, until }: Limit, ends: number, now: number) => {
  const retryAfterSeconds = Math.max(1, Math.ceil((ends - now) / 1000));
  return rejected("Too many failed tries.", {
    code: "too-many-tries",
    status: 429,
    hint: `Wait ${Math.ceil(retryAfterSeconds / 60)} minutes, then try again.`,
    data: refusedBy(
      { policy: "tries", limit: most, seconds: (until - since) / 1000 },
      retryAfterSeconds,
    ),
  });
};

/**
 * Counts a try before it is made: of many at the same moment no more are made than the limit allows. Say with `forgetTry` that it
 * worked.
 * @throws ParlanceError rejected `too-many-tries` (429)
 */
export const takeTry = async ({ counters, now }: AccountParts, tried: Try): Promise<void> => {
  const at = now();
  const taken = await counters.tries.take(
    namesOf(tried).map(({ name, allowed: { most, ms } }) => ({
      name,
      most,
      since: at,
      until: at + ms,
    })),
  );
  if (taken.kind === "full") throw tooMany(taken.limit, taken.count.until, at);
};

/** It worked: what failed before was a mistake. What failed from the address stays counted. */
export const forgetTry = async ({ counters }: AccountParts, tried: Try): Promise<void> => {
  const [account, address] = namesOf(tried);
  if (account !== undefined) await counters.tries.forget(account.name);
  if (address !== undefined) await counters.tries.giveBack(address.name);
};
