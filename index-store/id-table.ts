// Ids with their numbers, in the order in which they are added, and a hash table over their bytes: a million take 45 MB, as a Map 150.
import { hashOf } from "./id-column.ts";
import { PackedTexts } from "./packed-texts.ts";

const FIRST_SLOTS = 256;

/** Ids are added by `add`, never by `push`: it gives equal ones the same number. */
export class IdTable extends PackedTexts {
  /** Number of an id + 1 by its hash; 0 where there is none. At most half of it is used. */
  #table = new Uint32Array(FIRST_SLOTS);

  /** The number of an id; one that is new is added with the next number. */
  add(id: string): number {
    const to = this.write(id);
    const slot = this.#slotOf(to);
    const known = this.#table[slot] ?? 0;
    if (known > 0) return known - 1;
    this.keep(to);
    this.#table[slot] = this.length;
    if (2 * this.length > this.#table.length) this.#rehash();
    return this.length - 1;
  }

  /** The number of an id, or undefined. */
  find(id: string): number | undefined {
    const known = this.#table[this.#slotOf(this.write(id))] ?? 0;
    return known > 0 ? known - 1 : undefined;
  }

  /** The slot of the id that is written behind the last one: with its number, or empty. */
  #slotOf(to: number): number {
    const from = this.end;
    const mask = this.#table.length - 1;
    let slot = hashOf(this.bytes, from, to) & mask;
    for (;;) {
      const known = this.#table[slot] ?? 0;
      if (known === 0 || this.#equals(known - 1, from, to)) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #equals(number: number, from: number, to: number): boolean {
    const start = this.offsets[number] ?? 0;
    if ((this.offsets[number + 1] ?? 0) - start !== to - from) return false;
    for (let at = 0; at < to - from; at++)
      if (this.bytes[start + at] !== this.bytes[from + at]) return false;
    return true;
  }

  #rehash(): void {
    this.#table = new Uint32Array(this.#table.length * 2);
    const mask = this.#table.length - 1;
    for (let number = 0; number < this.length; number++) {
      const [from, to] = [this.offsets[number] ?? 0, this.offsets[number + 1] ?? 0];
      let slot = hashOf(this.bytes, from, to) & mask;
      while (this.#table[slot] !== 0) slot = (slot + 1) & mask;
      this.#table[slot] = number + 1;
    }
  }
}
