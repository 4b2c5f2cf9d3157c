// Takes out marks of citations as ChatGPT exports write them: 【4†source】, and runs between two private-use characters.

const LINE_FEED = 0x0a;
const DAGGER = 0x2020;
/** What stands before and after the dagger, and between the private-use characters, at most. */
const DAGGER_SIDE = 80;
const PRIVATE_INNER = 400;

interface Kind {
  readonly open: number;
  readonly close: number;
  /** Whether the units from `start` to `end` are what stands between the two signs of a citation. */
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

/** Places in a growing array outside the heap: a hostile text opens as many citations as it has characters. */
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

  /** undefined where there is none. */
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
 * Takes out every citation of a kind in one pass, those also that stand around others: an opening sign's place in what is kept is
 * remembered until it is closed, or until a line end or another closing sign shows that it cannot be.
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

/** Doing it twice is the same as once. Time grows with the text only, however the marks are nested. */
export const withoutCitations = (text: string): string =>
  without(without(text, privateUse).replace(strayMarks, ""), dagger);
