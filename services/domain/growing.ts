// Columns of numbers that grow as they are filled: a quarter or an eighth of the memory of an array of numbers.

type Numbers =
  | Uint8Array<ArrayBuffer>
  | Int8Array<ArrayBuffer>
  | Int16Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer>
  | Float64Array<ArrayBuffer>;

/** A column that doubles as it grows. */
export class Growing<N extends Numbers> {
  #values: N;
  #length = 0;
  readonly #make: (length: number) => N;

  /** @param make makes an array of this length, filled with zeros */
  constructor(make: (length: number) => N) {
    this.#make = make;
    this.#values = make(1024);
  }

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const grown = this.#make(this.#values.length * 2);
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[this.#length++] = value;
  }

  /** Replaces every value. */
  change(to: (value: number) => number): void {
    for (let at = 0; at < this.#length; at++) this.#values[at] = to(this.#values[at] ?? 0);
  }

  /** What is there now: a view, which shows later changes of these values. */
  all(): N {
    return this.#values.subarray(0, this.#length) as N;
  }
}
