// Locks by key: one holder at a time for each key, first come first served, within this process.
export interface Held {
  /**
   * To be asked right before something is changed for good that has no compare-and-set of its own.
   * @throws ParlanceError unavailable `lock-lost` where somebody else holds the lock by now, because this process stood still too long
   */
  check(): Promise<void>;
}

export interface Locks {
  /** Runs the work when nobody else holds the key any more. */
  hold<T>(key: string, work: (held: Held) => Promise<T>): Promise<T>;
}

const always: Held = { check: async () => undefined };

export class KeyedLocks implements Locks {
  readonly #last = new Map<string, Promise<void>>();

  async hold<T>(key: string, work: (held: Held) => Promise<T>): Promise<T> {
    const before = this.#last.get(key);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#last.set(key, promise);
    await before;
    try {
      return await work(always);
    } finally {
      if (this.#last.get(key) === promise) this.#last.delete(key);
      resolve();
    }
  }
}
