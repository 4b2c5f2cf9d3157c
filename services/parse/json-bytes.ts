// The bytes of JSON that its structure is made of, and strings that may go on in the next bytes.
export const QUOTE = 0x22;
export const COLON = 0x3a;
export const COMMA = 0x2c;
export const OPEN_LIST = 0x5b;
export const CLOSE_LIST = 0x5d;
export const OPEN_OBJECT = 0x7b;
export const CLOSE_OBJECT = 0x7d;
const ESCAPE = 0x5c;

export const isBlank = (byte: number) =>
  byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

/** No beginning of a record (two keys and a short value) is longer: so much is kept over to be looked through with what follows. */
export const SIGN_BYTES = 2048;

/** Whether the bytes are inside a string, from one buffer to the next. */
export class StringState {
  isOpen = false;
  #escaped = false;

  /** A new element: outside of strings. */
  reset(): void {
    this.isOpen = false;
    this.#escaped = false;
  }

  /** Goes on inside a string. @returns the index after its closing quote, or the length of the bytes */
  leave(bytes: Buffer, start: number): number {
    let i = this.#escaped ? start + 1 : start;
    this.#escaped = false;
    for (; i < bytes.length; i += 1) {
      const byte = bytes[i];
      if (byte === ESCAPE) i += 1;
      else if (byte === QUOTE) {
        this.isOpen = false;
        return i + 1;
      }
    }
    this.#escaped = i > bytes.length;
    return bytes.length;
  }

  /** A string begins. @returns as `leave` */
  enter(bytes: Buffer, start: number): number {
    this.isOpen = true;
    return this.leave(bytes, start);
  }
}
