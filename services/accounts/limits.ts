// How often somebody may fail: counted for the account and for the address, in the database, so that all servers agree.
import { rejected } from "#services/domain/errors.ts";
import { countTries, forgetTries, triesOf } from "#services/store/store.ts";
import { type AccountParts, change, hashOf, minutes } from "./parts.ts";

interface Limit {
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
  /** Mails that anybody can have sent to somebody. */
  mail: { account: { most: 3, ms: minutes(60) }, address: { most: 20, ms: minutes(60) } },
} as const satisfies Record<string, { account: Limit; address: Limit }>;

export type LimitedKind = keyof typeof limits;

/** What is tried: of whose account, and from where. */
export interface Try {
  readonly kind: LimitedKind;
  /** An e-mail address or an id, whether it exists or not. */
  readonly account: string;
  readonly address: string;
}

/** Of IPv6 somebody has a whole /64. */
const placeOf = (address: string): string =>
  address.includes(":") ? address.split(":").slice(0, 4).join(":") : address;

/** Rows hold no address: a hash is enough to count. */
const namesOf = ({ kind, account, address }: Try) => [
  { name: `${kind} account ${hashOf(account)}`, limit: limits[kind].account },
  { name: `${kind} address ${hashOf(placeOf(address))}`, limit: limits[kind].address },
];

/** @throws ParlanceError rejected `too-many-tries` (429) */
export const checkTries = async ({ database, now }: AccountParts, tried: Try): Promise<void> => {
  const names = namesOf(tried);
  const known = await triesOf(
    database.system.rows,
    names.map(({ name }) => name),
    now(),
  );
  for (const { name, limit } of names) {
    const found = known.get(name);
    if (found === undefined || found.count < limit.most) continue;
    const retryAfterSeconds = Math.max(1, Math.ceil((found.until - now()) / 1000));
    throw rejected("Too many failed tries.", {
      code: "too-many-tries",
      status: 429,
      hint: `Wait ${Math.ceil(retryAfterSeconds / 60)} minutes, then try again.`,
      data: { retryAfterSeconds },
    });
  }
};

export const countTry = (parts: AccountParts, tried: Try): Promise<void> =>
  change(parts, (rows) =>
    countTries(
      rows,
      namesOf(tried).map(({ name, limit }) => ({ name, until: parts.now() + limit.ms })),
      parts.now(),
    ),
  );

/** It worked: what failed before was a mistake. Tries from the address stay counted. */
export const forgetTry = async (parts: AccountParts, tried: Try): Promise<void> => {
  const [account] = namesOf(tried);
  if (account !== undefined) await forgetTries(parts.database.system.rows, account.name);
};
