// The k best rows seen so far: nearest first, ties by smaller row.
import type { Neighbours } from "./ann.ts";

/** Keeps the k rows of the greatest similarity out of any number offered, in any order. */
export class Best {
  readonly #k: number;
  readonly #rows: number[] = [];
  readonly #similarities: number[] = [];

  constructor(k: number) {
    this.#k = k;
  }

  /** The similarity below which an offer is refused: −∞ while there is room. */
  get bar(): number {
    return this.#rows.length < this.#k ? -Infinity : (this.#similarities[0] ?? Infinity);
  }

  /** A similarity that is not a number is never kept. */
  offer(row: number, similarity: number): void {
    if (this.#rows.length < this.#k) {
      if (Number.isNaN(similarity)) return;
      this.#rows.push(row);
      this.#similarities.push(similarity);
      this.#rise(this.#rows.length - 1);
      return;
    }
    if (this.#k === 0 || !this.#beatsWorst(row, similarity)) return;
    this.#rows[0] = row;
    this.#similarities[0] = similarity;
    this.#sink();
  }

  /** The rows kept, in no order. */
  get rows(): readonly number[] {
    return this.#rows;
  }

  /** What was kept, in order. */
  neighbours(): Neighbours {
    const order = Array.from(this.#rows.keys()).sort(
      (a, b) => this.#similarity(b) - this.#similarity(a) || this.#row(a) - this.#row(b),
    );
    return {
      rows: Uint32Array.from(order, (place) => this.#row(place)),
      similarities: Float32Array.from(order, (place) => this.#similarity(place)),
    };
  }

  #row(place: number): number {
    return this.#rows[place] ?? -1;
  }

  #similarity(place: number): number {
    return this.#similarities[place] ?? -Infinity;
  }

  #beatsWorst(row: number, similarity: number): boolean {
    const worst = this.#similarity(0);
    return similarity > worst || (similarity === worst && row < this.#row(0));
  }

  /** A heap with the worst on top: place p is worse than its children 2p+1 and 2p+2. */
  #worse(a: number, b: number): boolean {
    const left = this.#similarity(a);
    const right = this.#similarity(b);
    return left < right || (left === right && this.#row(a) > this.#row(b));
  }

  #swap(a: number, b: number): void {
    const row = this.#row(a);
    const similarity = this.#similarity(a);
    this.#rows[a] = this.#row(b);
    this.#similarities[a] = this.#similarity(b);
    this.#rows[b] = row;
    this.#similarities[b] = similarity;
  }

  #rise(from: number): void {
    let place = from;
    while (place > 0) {
      const parent = (place - 1) >>> 1;
      if (!this.#worse(place, parent)) return;
      this.#swap(place, parent);
      place = parent;
    }
  }

  #sink(): void {
    let place = 0;
    for (;;) {
      let worst = place;
      for (const child of [2 * place + 1, 2 * place + 2])
        if (child < this.#rows.length && this.#worse(child, worst)) worst = child;
      if (worst === place) return;
      this.#swap(place, worst);
      place = worst;
    }
  }
}
