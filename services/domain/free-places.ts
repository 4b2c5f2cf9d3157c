// Messages in the order of their times, each of which is taken at most once: the next free one is found at once, however many are taken.

/** The first of these places, in the order of their times, that is at `least` or later. */
const lowerBound = (places: readonly number[], times: readonly number[], least: number): number => {
  let low = 0;
  let high = places.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[places[middle] ?? 0] ?? 0) < least) low = middle + 1;
    else high = middle;
  }
  return low;
};

export class FreePlaces {
  readonly #places: readonly number[];
  readonly #times: readonly number[];
  /** Of each one that was found taken: one after it, with none that is free between them. */
  readonly #next: number[];

  /** @param times of all places */
  constructor(places: readonly number[], times: readonly number[]) {
    this.#places = [...places].sort((a, b) => (times[a] ?? 0) - (times[b] ?? 0) || a - b);
    this.#times = times;
    this.#next = this.#places.map((_, at) => at + 1);
  }

  /** The first free one in a time. */
  first(from: number, to: number, taken: ReadonlySet<number>): number | undefined {
    const begin = lowerBound(this.#places, this.#times, from);
    const free = this.#freeFrom(begin, taken);
    const place = this.#places[free];
    return place === undefined || (this.#times[place] ?? 0) > to ? undefined : place;
  }

  #freeFrom(begin: number, taken: ReadonlySet<number>): number {
    let free = begin;
    while (taken.has(this.#places[free] ?? -1)) free = this.#next[free] ?? free + 1;
    // All of them on the way lead there from now on: nobody looks at each of them again.
    for (let at = begin; at < free; ) {
      const next = this.#next[at] ?? free;
      this.#next[at] = free;
      at = next;
    }
    return free;
  }
}
