// The gate of a worker process: jobs run beside each other, except a suspect, which runs alone.

/** A place inside the gate, from `enter` until `leave`. */
export interface PlaceInGate {
  /** Runs a wait outside of the gate, and comes in again in turn, alone where it was alone. One at a time. */
  outside<T>(wait: () => Promise<T>): Promise<T>;
  /** Call it once. */
  leave(): void;
}

/** Whoever asks to be alone comes before those who ask later, so that it is not kept out for ever. */
export class Gate {
  #inside = 0;
  #alone = false;
  readonly #queue: { readonly alone: boolean; readonly open: () => void }[] = [];

  async enter({ alone }: { readonly alone: boolean }): Promise<PlaceInGate> {
    const comeIn = () => this.#comeIn(alone);
    const leave = () => this.#leave();
    await comeIn();
    return {
      async outside(wait) {
        leave();
        try {
          return await wait();
        } finally {
          await comeIn();
        }
      },
      leave,
    };
  }

  async #comeIn(alone: boolean): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#queue.push({ alone, open: resolve });
    this.#admit();
    await promise;
  }

  #leave(): void {
    this.#inside--;
    this.#alone = false;
    this.#admit();
  }

  #admit(): void {
    for (let next = this.#queue[0]; next; next = this.#queue[0]) {
      if (this.#alone || (next.alone && this.#inside > 0)) return;
      this.#queue.shift();
      this.#inside++;
      this.#alone = next.alone;
      next.open();
    }
  }
}
