// The ids of a segment as they lie in its Arrow file, with a hash table over their bytes: id → row without a string per row.
import { setImmediate } from "node:timers/promises";

const encoder = new TextEncoder();
const EMPTY = 0;
/** Rows hashed between two turns of the event loop: a few milliseconds. */
const ROWS_PER_TURN = 32_768;

/** An id ready to be looked up in many segments: its UTF-8 bytes and their hash. */
export interface IdKey {
  readonly bytes: Uint8Array;
  readonly hash: number;
}

/** FNV-1a over the bytes, with murmur3's last step, since a table of a power of two takes only the low bits. */
export const hashOf = (bytes: Uint8Array, from: number, to: number): number => {
  let hash = 0x811c9dc5;
  for (let at = from; at < to; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
};

export const idKey = (id: string): IdKey => {
  const bytes = encoder.encode(id);
  return { bytes, hash: hashOf(bytes, 0, bytes.length) };
};

export class IdColumn {
  readonly rows: number;
  readonly #bytes: Buffer;
  readonly #offsets: Int32Array;
  #table: Uint32Array | undefined;

  /** `offsets` has rows + 1 entries (or more: Arrow pads) into `bytes`. */
  constructor(rows: number, offsets: Int32Array, bytes: Uint8Array) {
    this.rows = rows;
    this.#offsets = offsets;
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  at(row: number): string {
    return this.#bytes.toString("utf8", this.#offsets[row], this.#offsets[row + 1]);
  }

  /** The row with this id, or undefined. */
  find(key: IdKey): number | undefined {
    const table = this.#table ?? this.#fill(this.#emptyTable(), 0, this.rows);
    this.#table = table;
    const mask = table.length - 1;
    for (let slot = key.hash & mask; ; slot = (slot + 1) & mask) {
      const entry = table[slot] ?? EMPTY;
      if (entry === EMPTY) return undefined;
      if (this.#isAt(entry - 1, key.bytes)) return entry - 1;
    }
  }

  #isAt(row: number, bytes: Uint8Array): boolean {
    const from = this.#offsets[row] ?? 0;
    const length = (this.#offsets[row + 1] ?? 0) - from;
    if (length !== bytes.length) return false;
    for (let at = 0; at < length; at++) if (this.#bytes[from + at] !== bytes[at]) return false;
    return true;
  }

  /** Makes the table that `find` needs, with pauses for the event loop. */
  async prepare(): Promise<void> {
    const table = this.#emptyTable();
    for (let from = 0; from < this.rows; from += ROWS_PER_TURN) {
      if (from > 0) await setImmediate();
      this.#fill(table, from, Math.min(this.rows, from + ROWS_PER_TURN));
    }
    this.#table = table;
  }

  #emptyTable(): Uint32Array {
    return new Uint32Array(1 << (32 - Math.clz32(Math.max(1, this.rows * 2 - 1))));
  }

  #fill(table: Uint32Array, from: number, to: number): Uint32Array {
    const mask = table.length - 1;
    for (let row = from; row < to; row++) {
      let slot = hashOf(this.#bytes, this.#offsets[row] ?? 0, this.#offsets[row + 1] ?? 0) & mask;
      while (table[slot] !== EMPTY) slot = (slot + 1) & mask;
      table[slot] = row + 1;
    }
    return table;
  }
}
