// BM25 with the port's parameters: what one word adds to a row's score.

/** Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009); k1 and b as in Lucene and FTS5. */
const K1 = 1.2;
const B = 0.75;

/** idf = ln(1 + (N − n + 0.5)/(n + 0.5)) with n rows of N; never negative. */
export const idf = (rows: number, documentFrequency: number): number => {
  const n = Math.min(documentFrequency, rows);
  return Math.log(1 + (rows - n + 0.5) / (n + 0.5));
};

/**
 * One clause's part of a score: weight · idf · f·(k1 + 1) / (f + k1·(1 − b + b·length/average)).
 * Rounded to float32: sums of such numbers in float64 are exact, so a score does not depend on the order of adding.
 */
export class Contribution {
  /** Weight · idf · (k1 + 1). */
  readonly scale: number;
  readonly average: number;

  constructor(weightTimesIdf: number, averageLength: number) {
    this.scale = weightTimesIdf * (K1 + 1);
    this.average = averageLength > 0 ? averageLength : 1;
  }

  of(frequency: number, length: number): number {
    const norm = K1 * (1 - B + (B * length) / this.average);
    return Math.fround((this.scale * frequency) / (frequency + norm));
  }
}
