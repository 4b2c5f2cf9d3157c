// A topic's typical rows: near its centroid, unlike each other, and long enough to say something.
import { dot, type Vectors } from "#services/domain/vectors.ts";

export interface TypicalOptions {
  readonly count: number;
  /** 0: the nearest ones only; 1: the most unlike ones. 0.3 by default. */
  readonly diversity?: number;
  /** Telling words of each row's text (what `add` of the term counter returns), by row of `vectors`: fragments say little. Without it all count alike. */
  readonly words?: ArrayLike<number>;
  /** Characters of each row's text, where its words were not counted: the worse measure of the two. */
  readonly lengths?: ArrayLike<number>;
  /** Rows of the same number say the same (a hash of the text): only the first of them is taken. */
  readonly sameAs?: ArrayLike<number>;
}

const DIVERSITY = 0.3;
/** Candidates compared with each other: more would only be farther away. */
const POOL = 200;
/** Nearer than this two rows are the same thing said twice. */
const SAME = 0.97;
/** Telling words: a text says enough from here on, and is no longer read from there on. */
const SHORT = 3;
const LONG = 60;
/** Characters to a telling word, stop words and spaces between them included. */
const CHARS_PER_WORD = 8;

/** 0.4 … 1: what a text of so many telling words is worth. */
const readability = (words: number): number => {
  if (words < SHORT) return 0.4 + 0.6 * (words / SHORT);
  return words <= LONG ? 1 : Math.max(0.6, 1 - 0.4 * Math.log10(words / LONG));
};

/**
 * Maximal marginal relevance (Carbonell & Goldstein, SIGIR 1998) over the nearest members:
 * argmax (1 − d) · relevance − d · max similarity to the chosen, relevance being the similarity to the centroid times what
 * its words are worth.
 * @param members rows of `vectors` (unit rows). @param centroid of `dim` numbers, any length but 0.
 * @returns rows, the most typical first; fewer than `count` where there are not as many that differ.
 */
export const typicalRows = (
  vectors: Vectors,
  members: ArrayLike<number>,
  centroid: Float32Array,
  options: TypicalOptions,
): number[] => {
  const { data, dim } = vectors;
  const diversity = options.diversity ?? DIVERSITY;
  const norm = Math.hypot(...centroid) || 1;
  const { words, lengths } = options;
  const worth = (row: number): number => {
    if (words !== undefined) return readability(words[row] ?? 0);
    return lengths === undefined ? 1 : readability((lengths[row] ?? 0) / CHARS_PER_WORD);
  };
  const vectorOf = (row: number) => data.subarray(row * dim, (row + 1) * dim);
  const relevance = (row: number) => (dot(vectorOf(row), centroid) / norm) * worth(row);
  const pool = Array.from(members, (row) => ({ row, relevance: relevance(row), nearest: 0 }))
    .sort((a, b) => b.relevance - a.relevance || a.row - b.row)
    .slice(0, Math.max(POOL, options.count * 10));
  const chosen: number[] = [];
  const seen = new Set<number>();
  let left = pool;
  while (chosen.length < options.count && left.length > 0) {
    let best = left[0];
    let bestValue = -Infinity;
    for (const candidate of left) {
      const value = (1 - diversity) * candidate.relevance - diversity * candidate.nearest;
      if (value > bestValue) {
        best = candidate;
        bestValue = value;
      }
    }
    if (best === undefined) break;
    const { row } = best;
    chosen.push(row);
    if (options.sameAs !== undefined) seen.add(options.sameAs[row] ?? -1);
    const vector = vectorOf(row);
    left = left.filter((candidate) => {
      if (candidate.row === row || seen.has(options.sameAs?.[candidate.row] ?? Number.NaN))
        return false;
      const similarity = dot(vectorOf(candidate.row), vector);
      candidate.nearest = Math.max(candidate.nearest, similarity);
      return similarity < SAME;
    });
  }
  return chosen;
};
