// Many ids in a few bytes each: numbered in the order in which they are added, and found again. A Map of strings takes four times as much.

const EMPTY = 0;

/** Ids of ASCII letters, digits and signs, as all of ours are. */
export class PackedIds {
  #bytes = Buffer.alloc(1 << 16);
  #offsets = new Uint32Array(1 << 12);
  /** Number of an id plus one, at the place that its hash says or after it. */
  #table = new Uint32Array(1 << 13);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  at(number: number): string {
    return number < this.#size
      ? this.#bytes.toString("latin1", this.#offsets[number], this.#offsets[number + 1])
      : "";
  }

  /** The number of an id, −1 where it was not added. */
  find(id: string): number {
    return (this.#table[this.#slotOf(id)] ?? EMPTY) - 1;
  }

  /** The number of an id, which is added where it is new. */
  add(id: string): number {
    const slot = this.#slotOf(id);
    const known = this.#table[slot] ?? EMPTY;
    if (known !== EMPTY) return known - 1;
    const number = this.#size++;
    this.#append(number, id);
    this.#table[slot] = number + 1;
    if (this.#size * 2 > this.#table.length) this.#grow();
    return number;
  }

  #append(number: number, id: string): void {
    if (number + 2 > this.#offsets.length) {
      const longer = new Uint32Array(this.#offsets.length * 2);
      longer.set(this.#offsets);
      this.#offsets = longer;
    }
    const from = this.#offsets[number] ?? 0;
    if (from + id.length > this.#bytes.length) {
      const longer = Buffer.alloc(Math.max(this.#bytes.length * 2, from + id.length));
      this.#bytes.copy(longer);
      this.#bytes = longer;
    }
    this.#bytes.write(id, from, "latin1");
    this.#offsets[number + 1] = from + id.length;
  }

  #isAt(number: number, id: string): boolean {
    const from = this.#offsets[number] ?? 0;
    if ((this.#offsets[number + 1] ?? 0) - from !== id.length) return false;
    for (let at = 0; at < id.length; at++)
      if (this.#bytes[from + at] !== id.charCodeAt(at)) return false;
    return true;
  }

  /** Where the id is in the table, or where it would be put. */
  #slotOf(id: string): number {
    let hash = 0x811c9dc5;
    for (let at = 0; at < id.length; at++) hash = Math.imul(hash ^ id.charCodeAt(at), 0x01000193);
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    const mask = this.#table.length - 1;
    for (let slot = (hash ^ (hash >>> 13)) & mask; ; slot = (slot + 1) & mask) {
      const entry = this.#table[slot] ?? EMPTY;
      if (entry === EMPTY || this.#isAt(entry - 1, id)) return slot;
    }
  }

  #grow(): void {
    this.#table = new Uint32Array(this.#table.length * 2);
    for (let number = 0; number < this.#size; number++)
      this.#table[this.#slotOf(this.at(number))] = number + 1;
  }
}
