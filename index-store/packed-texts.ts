// Many short texts in one array of bytes: a million ids take 35 MB, as strings with an array of them about 80.

const encoder = new TextEncoder();
/** UTF-8 bytes of a UTF-16 unit at most. */
const UNIT_BYTES = 3;
const FIRST_BYTES = 4096;
const FIRST_TEXTS = 128;

export class PackedTexts {
  protected bytes = Buffer.alloc(FIRST_BYTES);
  /** Where each text begins, and the last one ends. */
  protected offsets = new Uint32Array(FIRST_TEXTS);
  #length = 0;

  /** Number of texts. */
  get length(): number {
    return this.#length;
  }

  /** "" where there is no such number. */
  at(number: number): string {
    if (!(number >= 0 && number < this.#length)) return "";
    return this.bytes.toString("utf8", this.offsets[number], this.offsets[number + 1]);
  }

  /** Adds a text under the next number. */
  push(text: string): void {
    this.keep(this.write(text));
  }

  /** Where the last text ends. */
  protected get end(): number {
    return this.offsets[this.#length] ?? 0;
  }

  /** Writes a text behind the last one, where `keep` leaves it and the next `write` replaces it; returns where it ends. */
  protected write(text: string): number {
    const from = this.end;
    if (from + text.length * UNIT_BYTES > this.bytes.length) {
      const wider = Buffer.alloc(Math.ceil(this.bytes.length * 1.5) + text.length * UNIT_BYTES);
      this.bytes.copy(wider, 0, 0, from);
      this.bytes = wider;
    }
    return from + encoder.encodeInto(text, this.bytes.subarray(from)).written;
  }

  /** Gives the text that was written the next number. */
  protected keep(to: number): void {
    this.#length++;
    if (this.#length >= this.offsets.length) {
      const wider = new Uint32Array(this.offsets.length * 2);
      wider.set(this.offsets);
      this.offsets = wider;
    }
    this.offsets[this.#length] = to;
  }
}
