// A list of numbers that grows, eight bytes each: a list of JavaScript would take more, and all of it in the heap.

/** There may be a list for each of a million rooms of one message. */
const FIRST = 4;

export class Numbers {
  #data = new Float64Array(FIRST);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#data.length) {
      const grown = new Float64Array(this.#data.length * 2);
      grown.set(this.#data);
      this.#data = grown;
    }
    this.#data[this.#length++] = value;
  }

  /** 0 beyond the end. */
  at(index: number): number {
    return this.#data[index] ?? 0;
  }
}
