// Passwords: kept as Argon2id hashes, checked in the same time for everybody, and never more of them at once than the machine can bear.
import { availableParallelism } from "node:os";
import { hash as argon2, verify } from "@node-rs/argon2";
import { corrupt, rejected, unavailable } from "#services/domain/errors.ts";

export const MAX_PASSWORD_BYTES = 256;
/** What OWASP advises at least; 30 ms on one core. */
const costs = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
const CURRENT = "$argon2id$v=19$m=19456,t=2,p=1$";
/** Of nobody's password: hashing somebody unknown's takes as long as that of anybody else. */
const NOBODYS = `${CURRENT}cGFybGFuY2Utbm9ib2R5cw$1xVrhCmkOmFUISSyhVLbKwYBqCSvoEqLoJgLM9HIYvE`;

export interface Passwords {
  /**
   * Before the password of somebody who is not known yet is checked: so many a second, whoever they are, so that a flood of sign-ins
   * leaves the machine to those who are signed in.
   * @throws ParlanceError unavailable `busy` at once for the others
   */
  admit(): void;
  /** @throws ParlanceError rejected `weak-password` over 256 bytes; unavailable `busy` */
  hash(text: string): Promise<string>;
  /**
   * Whether it is the password of a hash; never where the hash is undefined, which takes as long. `outdated`: hash it again with
   * today's costs.
   * @throws ParlanceError unavailable `busy` where too many wait; corrupt `damaged-hash`
   */
  check(
    text: string,
    hash: string | undefined,
  ): Promise<{ readonly ok: boolean; readonly outdated: boolean }>;
}

/** Once, before anything else: the same letters typed on different keyboards are the same password. */
export const normalPassword = (text: string): string => text.normalize("NFKC");

/** Measured before and after, as one sign may become eighteen. */
export const isTooLong = (text: string): boolean =>
  text.length > MAX_PASSWORD_BYTES || Buffer.byteLength(normalPassword(text)) > MAX_PASSWORD_BYTES;

const busy = () =>
  unavailable("Too many passwords are being checked at this moment.", {
    code: "busy",
    status: 503,
    hint: "Try again in a few seconds.",
    data: { retryAfterSeconds: 2 },
  });

const damaged = (cause: unknown) => {
  throw corrupt("The password of this account cannot be checked: what is kept is damaged.", {
    code: "damaged-hash",
    hint: "Set a new password.",
    cause,
  });
};

/** Runs so many at once, lets so many wait in order, and refuses the others. */
const turnstile = (atOnce: number, waiting: number) => {
  const queue: (() => void)[] = [];
  let running = 0;
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (running < atOnce) running++;
    else if (queue.length >= waiting) throw busy();
    // Whoever leaves hands its place on, so `running` does not change.
    else await new Promise<void>((resolve) => queue.push(resolve));
    try {
      return await work();
    } finally {
      const next = queue.shift();
      if (next) next();
      else running--;
    }
  };
};

/** Tokens that come back at a rate, up to a number. */
const bucket = (perSecond: number, most: number) => {
  let left = most;
  let at = performance.now();
  return (): boolean => {
    const now = performance.now();
    left = Math.min(most, left + ((now - at) * perSecond) / 1000);
    at = now;
    if (left < 1) return false;
    left--;
    return true;
  };
};

/** Each takes 20 to 40 ms of a core: a third of one core at most. */
const STRANGERS_A_SECOND = 10;
const STRANGERS_AT_ONCE = 50;

/**
 * @param limits `atOnce` are hashed side by side, 19 MiB and one core each; `waiting` more wait; beyond, requests are refused, so that
 * a flood of sign-ins costs no more than this.
 */
export const openPasswords = ({
  atOnce = availableParallelism() > 2 ? 2 : 1,
  waiting = 20,
} = {}): Passwords => {
  const inTurn = turnstile(atOnce, waiting);
  const admitted = bucket(STRANGERS_A_SECOND, STRANGERS_AT_ONCE);
  return {
    admit: () => {
      if (!admitted()) throw busy();
    },
    hash: async (text) => {
      if (isTooLong(text))
        throw rejected(`A password has at most ${MAX_PASSWORD_BYTES} bytes.`, {
          code: "weak-password",
          hint: "Choose a shorter one.",
        });
      return inTurn(() => argon2(normalPassword(text), costs));
    },
    check: async (text, hash) => {
      // No hash is of one that long, so this says nothing about anybody.
      if (isTooLong(text)) return { ok: false, outdated: false };
      const same = await inTurn(() => verify(hash ?? NOBODYS, normalPassword(text)).catch(damaged));
      const ok = same && hash !== undefined;
      return { ok, outdated: ok && !hash.startsWith(CURRENT) };
    },
  };
};
