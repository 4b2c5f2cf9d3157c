// Columns that grow as rows are read, in typed arrays, and numbers for texts that come again and again.

/** Gives each distinct text a number, in order of appearance. */
export class Names {
  readonly list: string[] = [];
  readonly #places = new Map<string, number>();

  place(name: string): number {
    const known = this.#places.get(name);
    if (known !== undefined) return known;
    this.#places.set(name, this.list.length);
    this.list.push(name);
    return this.list.length - 1;
  }

  /** −1 for null. */
  placeOf(name: string | null): number {
    return name === null ? -1 : this.place(name);
  }
}

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

  /** The value at a place that was pushed; undefined behind the last. */
  at(place: number): number | undefined {
    return place < this.#length ? this.#values[place] : undefined;
  }

  /** Replaces every value. */
  change(to: (value: number) => number): void {
    for (let at = 0; at < this.#length; at++) this.#values[at] = to(this.#values[at] ?? 0);
  }

  all(): N {
    return this.#values.slice(0, this.#length) as N;
  }
}
