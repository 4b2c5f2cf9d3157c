// The parts of an upload that are read and not saved yet, and when it is time to save them.
import type { ResolvedPart } from "./resolve.ts";

/** Messages per transaction: with more, other writers would wait; with fewer, durable writes would take too much of the time. */
const AT_ONCE = 1000;
/** The first transactions are small, so that the first hits come soon. */
const AT_FIRST = 300;
/** Characters per transaction, where messages are long. */
const CHARACTERS_AT_ONCE = 8_000_000;
/** Messages of a slow file are saved after this time at the latest. */
const HOLD_MS = 500;

export class HeldParts {
  #parts: ResolvedPart[] = [];
  #messages = 0;
  #characters = 0;
  #flushedAt = performance.now();
  #flushes = 0;

  get parts(): readonly ResolvedPart[] {
    return this.#parts;
  }

  add(part: ResolvedPart): void {
    this.#parts.push(part);
    this.#messages += part.messages.length;
    for (const { text, raw } of part.messages) this.#characters += text.length + (raw?.length ?? 0);
  }

  isDue(): boolean {
    const enough = this.#flushes === 0 ? AT_FIRST : AT_ONCE;
    return (
      this.#messages >= enough ||
      this.#characters >= CHARACTERS_AT_ONCE ||
      performance.now() - this.#flushedAt > HOLD_MS
    );
  }

  /** They are saved. */
  clear(): void {
    this.#parts = [];
    this.#messages = 0;
    this.#characters = 0;
  }

  /** All that followed from them is saved as well. */
  flushed(): void {
    this.#flushedAt = performance.now();
    this.#flushes++;
  }
}
