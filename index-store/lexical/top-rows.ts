// The best k rows so far, in a heap with the worst on top; equal scores by smaller row.

/** Bigger scores are better, then smaller rows. */
export class TopRows {
  readonly #k: number;
  readonly #rows: number[] = [];
  readonly #scores: number[] = [];

  constructor(k: number) {
    this.#k = k;
  }

  /** A row that comes after all others must score more than this to get in. */
  get threshold(): number {
    if (this.#k === 0) return Number.POSITIVE_INFINITY;
    return this.#rows.length < this.#k ? Number.NEGATIVE_INFINITY : (this.#scores[0] ?? 0);
  }

  /** Rows are offered in ascending order. */
  offer(row: number, exact: number): void {
    const score = Math.fround(exact);
    if (!(score > this.threshold)) return;
    if (this.#rows.length < this.#k) {
      this.#rows.push(row);
      this.#scores.push(score);
      this.#rise(this.#rows.length - 1);
      return;
    }
    this.#rows[0] = row;
    this.#scores[0] = score;
    this.#sink();
  }

  result(): { rows: Uint32Array; scores: Float32Array } {
    return inOrder({ rows: this.#rows, scores: this.#scores });
  }

  #isWorse(a: number, b: number): boolean {
    const difference = (this.#scores[a] ?? 0) - (this.#scores[b] ?? 0);
    return difference === 0 ? (this.#rows[a] ?? 0) > (this.#rows[b] ?? 0) : difference < 0;
  }

  #swap(a: number, b: number): void {
    const row = this.#rows[a] ?? 0;
    const score = this.#scores[a] ?? 0;
    this.#rows[a] = this.#rows[b] ?? 0;
    this.#scores[a] = this.#scores[b] ?? 0;
    this.#rows[b] = row;
    this.#scores[b] = score;
  }

  #rise(from: number): void {
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#isWorse(at, parent)) return;
      this.#swap(at, parent);
      at = parent;
    }
  }

  #sink(): void {
    let at = 0;
    for (;;) {
      const left = at * 2 + 1;
      const right = left + 1;
      let worst = at;
      if (left < this.#rows.length && this.#isWorse(left, worst)) worst = left;
      if (right < this.#rows.length && this.#isWorse(right, worst)) worst = right;
      if (worst === at) return;
      this.#swap(at, worst);
      at = worst;
    }
  }
}

/** Rows with their scores, best first. */
export const inOrder = ({
  rows,
  scores,
}: {
  readonly rows: ArrayLike<number>;
  readonly scores: ArrayLike<number>;
}): { rows: Uint32Array; scores: Float32Array } => {
  const order = Array.from(rows, (_, at) => at).sort(
    (a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || (rows[a] ?? 0) - (rows[b] ?? 0),
  );
  return {
    rows: Uint32Array.from(order, (at) => rows[at] ?? 0),
    scores: Float32Array.from(order, (at) => scores[at] ?? 0),
  };
};
