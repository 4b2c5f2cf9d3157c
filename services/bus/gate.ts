// The gate of a worker process: jobs run beside each other, except a suspect, which runs alone.

/** Whoever asks to be alone comes before those who ask later, so that it is not kept out for ever. */
export class Gate {
  #inside = 0;
  #alone = false;
  readonly #queue: { readonly alone: boolean; readonly open: () => void }[] = [];

  /** @returns how to leave again; call it once */
  async enter(how: { readonly alone: boolean }): Promise<() => void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#queue.push({ alone: how.alone, open: resolve });
    this.#admit();
    await promise;
    return () => {
      this.#inside--;
      this.#alone = false;
      this.#admit();
    };
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
