// Locks between processes and machines: each is a lease in the database, renewed while its work goes on.
import { setTimeout as pause } from "node:timers/promises";
import { unavailable } from "#services/domain/errors.ts";
import type { Lease, Leases } from "#services/store/store.ts";
import { type Held, KeyedLocks, type Locks } from "./keyed-locks.ts";

/** Five times in the life of a lease, so that a few renewals may fail. */
const RENEW_MS = 4000;
const LOOK_AGAIN_MS = 100;

const lost = () =>
  unavailable("Another worker has taken over what this one was doing.", { code: "lock-lost" });

export class LeasedLocks implements Locks {
  readonly #leases: Leases;
  /** Those of this process wait for each other here, in order, and only the first of them asks the database. */
  readonly #here = new KeyedLocks();

  constructor(leases: Leases) {
    this.#leases = leases;
  }

  hold<T>(key: string, work: (held: Held) => Promise<T>): Promise<T> {
    return this.#here.hold(key, async () => this.#with(await this.#taken(key), work));
  }

  /** Runs the work where nobody holds the key. @returns undefined where somebody does */
  async tryHold<T>(
    key: string,
    work: (held: Held) => Promise<T>,
  ): Promise<{ readonly result: T } | undefined> {
    const lease = await this.#leases.take(key);
    return lease && { result: await this.#with(lease, work) };
  }

  /** Whether anybody on any machine holds it. */
  isHeld(key: string): Promise<boolean> {
    return this.#leases.isHeld(key);
  }

  async #taken(key: string): Promise<Lease> {
    for (;;) {
      const lease = await this.#leases.take(key);
      if (lease) return lease;
      await pause(LOOK_AGAIN_MS);
    }
  }

  async #with<T>(lease: Lease, work: (held: Held) => Promise<T>): Promise<T> {
    // A renewal that fails is tried again; whether the lease is still held is asked where it matters.
    const timer = setInterval(() => {
      this.#leases.renew(lease).catch(() => undefined);
    }, RENEW_MS).unref();
    try {
      return await work({
        check: async () => {
          if (!(await this.#leases.isOwn(lease))) throw lost();
        },
      });
    } finally {
      clearInterval(timer);
      await this.#leases.release(lease).catch(() => this.#leases.releaseLater(lease));
    }
  }
}
