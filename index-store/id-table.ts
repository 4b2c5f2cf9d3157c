// Ids in one array of bytes, numbered in the order in which they are added, with a hash table over them: a million take 45 MB.
import { hashOf } from "./id-column.ts";

const encoder = new TextEncoder();
/** UTF-8 bytes of a UTF-16 unit at most. */
const UNIT_BYTES = 3;
const FIRST_BYTES = 4096;
const FIRST_IDS = 128;

export class IdTable {
  #bytes = Buffer.alloc(FIRST_BYTES);
  /** Where each id begins, and the last one ends. */
  #offsets = new Uint32Array(FIRST_IDS);
  /** Number of an id + 1 by its hash; 0 where there is none. At most half of it is used. */
  #table = new Uint32Array(2 * FIRST_IDS);
  #length = 0;

  /** Number of ids. */
  get length(): number {
    return this.#length;
  }

  /** "" where there is no such number. */
  at(number: number): string {
    if (!(number >= 0 && number < this.#length)) return "";
    return this.#bytes.toString("utf8", this.#offsets[number], this.#offsets[number + 1]);
  }

  /** The number of an id; one that is new is added with the next number. */
  add(id: string): number {
    const to = this.#write(id);
    const slot = this.#slotOf(to);
    const known = this.#table[slot] ?? 0;
    if (known > 0) return known - 1;
    const number = this.#length++;
    if (this.#length + 1 > this.#offsets.length) this.#offsets = grown(this.#offsets);
    this.#offsets[number + 1] = to;
    this.#table[slot] = this.#length;
    if (2 * this.#length > this.#table.length) this.#rehash();
    return number;
  }

  /** The number of an id, or undefined. */
  find(id: string): number | undefined {
    const known = this.#table[this.#slotOf(this.#write(id))] ?? 0;
    return known > 0 ? known - 1 : undefined;
  }

  get #end(): number {
    return this.#offsets[this.#length] ?? 0;
  }

  /** Writes an id behind the last one, where `add` keeps it; returns where it ends. */
  #write(id: string): number {
    const from = this.#end;
    if (from + id.length * UNIT_BYTES > this.#bytes.length) {
      const wider = Buffer.alloc(Math.ceil(this.#bytes.length * 1.5) + id.length * UNIT_BYTES);
      this.#bytes.copy(wider, 0, 0, from);
      this.#bytes = wider;
    }
    return from + encoder.encodeInto(id, this.#bytes.subarray(from)).written;
  }

  /** The slot of the id that is written behind the last one: with its number, or empty. */
  #slotOf(to: number): number {
    const from = this.#end;
    const mask = this.#table.length - 1;
    let slot = hashOf(this.#bytes, from, to) & mask;
    for (;;) {
      const known = this.#table[slot] ?? 0;
      if (known === 0 || this.#equals(known - 1, from, to)) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #equals(number: number, from: number, to: number): boolean {
    const start = this.#offsets[number] ?? 0;
    if ((this.#offsets[number + 1] ?? 0) - start !== to - from) return false;
    for (let at = 0; at < to - from; at++)
      if (this.#bytes[start + at] !== this.#bytes[from + at]) return false;
    return true;
  }

  #rehash(): void {
    this.#table = new Uint32Array(this.#table.length * 2);
    const mask = this.#table.length - 1;
    for (let number = 0; number < this.#length; number++) {
      const [from, to] = [this.#offsets[number] ?? 0, this.#offsets[number + 1] ?? 0];
      let slot = hashOf(this.#bytes, from, to) & mask;
      while (this.#table[slot] !== 0) slot = (slot + 1) & mask;
      this.#table[slot] = number + 1;
    }
  }
}

const grown = (numbers: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> => {
  const wider = new Uint32Array(numbers.length * 2);
  wider.set(numbers);
  return wider;
};
