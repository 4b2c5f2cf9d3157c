// Removes citation marks as ChatGPT exports have them: 【4†source】, and text between two private-use characters.

const LINE_FEED = 0x0a;
const DAGGER = 0x2020;
/** Most characters before and after the dagger, and between the private-use characters. */
const DAGGER_SIDE = 80;
const PRIVATE_INNER = 400;

interface Kind {
  readonly open: number;
  readonly close: number;
  /** Whether the units from `start` to `end`, between two signs, form a citation. */
  isCitation(units: Uint16Array, start: number, end: number): boolean;
}

const privateUse: Kind = {
  open: 0xe200,
  close: 0xe201,
  isCitation: (_, start, end) => end - start <= PRIVATE_INNER,
};

const dagger: Kind = {
  open: 0x3010,
  close: 0x3011,
  isCitation: (units, start, end) => {
    if (end - start > 2 * DAGGER_SIDE + 1) return false;
    for (let at = Math.max(start, end - DAGGER_SIDE - 1); at < end; at++)
      if (units[at] === DAGGER && at - start <= DAGGER_SIDE) return true;
    return false;
  },
};

/** A stack of numbers outside the JavaScript heap: a hostile text opens as many citations as it has characters. */
class Places {
  #places = new Uint32Array(64);
  #length = 0;

  push(place: number): void {
    if (this.#length === this.#places.length) {
      const larger = new Uint32Array(this.#length * 2);
      larger.set(this.#places);
      this.#places = larger;
    }
    this.#places[this.#length++] = place;
  }

  /** undefined where the stack is empty. */
  pop(): number | undefined {
    if (this.#length === 0) return undefined;
    this.#length--;
    return this.#places[this.#length];
  }

  clear(): void {
    this.#length = 0;
  }
}

/**
 * Removes all citations of a kind in one pass, also ones around others: the place of an opening sign is
 * kept until the closing sign, or until a line end or another closing sign shows that it is no citation.
 */
const without = (text: string, { open, close, isCitation }: Kind): string => {
  if (!text.includes(String.fromCharCode(open))) return text;
  const kept = new Uint16Array(text.length);
  let length = 0;
  const opened = new Places();
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === open) opened.push(length);
    else if (unit === close) {
      const start = opened.pop();
      if (start !== undefined && isCitation(kept, start + 1, length)) {
        length = start;
        continue;
      }
      opened.clear();
    } else if (unit === LINE_FEED) opened.clear();
    kept[length++] = unit;
  }
  return length === text.length
    ? text
    : Buffer.from(kept.buffer, 0, length * 2).toString("utf16le");
};

const strayMarks = /[\ue200-\ue206]+/g;

/** Removing twice gives the same as once. The time is linear in the text, however the marks are nested. */
export const withoutCitations = (text: string): string =>
  without(without(text, privateUse).replace(strayMarks, ""), dagger);
