// Numbers by text, for millions of texts in a few bytes each: what a long conversation has to remember of each of its messages.
const EMPTY = 0;
/** The share of slots that are filled before the table grows. */
const FULL = 0.6;
const FIRST_SLOTS = 64;
/** Larger tables are given back when they are cleared. */
const SMALL = 2048;

/** 53 bits of two hashes in the manner of FNV; never 0. Among a million keys two are equal once in 18,000 conversations. */
export const hashOf = (text: string): number => {
  let one = 0x811c9dc5;
  let two = 0x9e3779b9;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    one = Math.imul(one ^ unit, 0x01000193);
    two = Math.imul(two ^ unit, 0x85ebca6b);
    two ^= two >>> 15;
  }
  one ^= one >>> 16;
  return (two >>> 11) * 0x1_0000_0000 + (one >>> 0) || 1;
};

/** Numbers by text: the texts themselves are not kept. */
export class SeenKeys {
  #hashes = new Float64Array(FIRST_SLOTS);
  #values = new Uint32Array(FIRST_SLOTS);
  #size = 0;

  #slot(hash: number): number {
    const mask = this.#hashes.length - 1;
    let slot = (hash % 0x7fff_ffff) & mask;
    while (this.#hashes[slot] !== EMPTY && this.#hashes[slot] !== hash) slot = (slot + 1) & mask;
    return slot;
  }

  /** undefined where the text was not set. */
  get(text: string): number | undefined {
    return this.at(hashOf(text));
  }

  /** As `get`, for whoever kept only the text's hash. */
  at(hash: number): number | undefined {
    const slot = this.#slot(hash);
    return this.#hashes[slot] === EMPTY ? undefined : this.#values[slot];
  }

  set(text: string, value: number): void {
    this.#put(hashOf(text), value);
    if (this.#size > this.#hashes.length * FULL) this.#grow();
  }

  clear(): void {
    if (this.#hashes.length <= SMALL) {
      if (this.#size > 0) this.#hashes.fill(EMPTY);
    } else {
      this.#hashes = new Float64Array(FIRST_SLOTS);
      this.#values = new Uint32Array(FIRST_SLOTS);
    }
    this.#size = 0;
  }

  #put(hash: number, value: number): void {
    const slot = this.#slot(hash);
    if (this.#hashes[slot] === EMPTY) this.#size++;
    this.#hashes[slot] = hash;
    this.#values[slot] = value;
  }

  #grow(): void {
    const [hashes, values] = [this.#hashes, this.#values];
    this.#hashes = new Float64Array(hashes.length * 2);
    this.#values = new Uint32Array(hashes.length * 2);
    this.#size = 0;
    for (const [at, hash] of hashes.entries()) if (hash !== EMPTY) this.#put(hash, values[at] ?? 0);
  }
}
