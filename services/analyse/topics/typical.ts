// A topic's typical rows: near its centroid, different from each other, and long enough to be understood.
import { dot, type ManyVectors, row as rowOf, rowThrough } from "#services/domain/vectors.ts";

export interface TypicalOptions {
  readonly count: number;
  /** 0: only the nearest; 1: the most different. 0.3 by default. */
  readonly diversity?: number;
  /**
   * Content words of each row's text (what `add` of the term counter returns), by row of `vectors`: fragments, with few of them, rank lower.
   * Without it all rows count alike.
   */
  readonly words?: ArrayLike<number>;
  /** Characters of each row's text, where its words were not counted: the less exact measure. */
  readonly lengths?: ArrayLike<number>;
  /** Rows with the same number have the same text (a hash of it): only the first of them is taken. */
  readonly sameAs?: ArrayLike<number>;
}

const DIVERSITY = 0.3;
/** Candidates that are compared with each other; further ones would only be further from the centroid. */
const POOL = 200;
/** Candidates held at once while the nearest are looked for. */
const MOST_HELD = 20_000;
/** Two rows with a greater cosine are taken for the same text. */
const SAME = 0.97;
/** Content words: below the first number a text is a fragment, above the second it is too long to read. */
const SHORT = 3;
const LONG = 60;
/** Characters per content word, including stop words and spaces. */
const CHARS_PER_WORD = 8;

interface Candidate {
  readonly row: number;
  readonly relevance: number;
  /** Its greatest similarity to a chosen one. */
  nearest: number;
}

/** 0.4 … 1: a factor for a text with so many content words. */
const readability = (words: number): number => {
  if (words < SHORT) return 0.4 + 0.6 * (words / SHORT);
  return words <= LONG ? 1 : Math.max(0.6, 1 - 0.4 * Math.log10(words / LONG));
};

/**
 * Maximal marginal relevance (Carbonell & Goldstein, SIGIR 1998) over the nearest members:
 * argmax (1 − d) · relevance − d · max similarity to the chosen, relevance being the similarity to the centroid times
 * the factor for its words.
 * @param members rows of `vectors` (unit rows). @param centroid of `dim` numbers, any length but 0.
 * @returns rows, the most typical first; fewer than `count` where there are not as many that differ.
 */
export const typicalRows = (
  vectors: ManyVectors,
  members: ArrayLike<number>,
  centroid: Float32Array,
  options: TypicalOptions,
): number[] => {
  const diversity = options.diversity ?? DIVERSITY;
  const norm = Math.hypot(...centroid) || 1;
  const { words, lengths } = options;
  const worth = (row: number): number => {
    if (words !== undefined) return readability(words[row] ?? 0);
    return lengths === undefined ? 1 : readability((lengths[row] ?? 0) / CHARS_PER_WORD);
  };
  const vectorOf = (row: number) => rowOf(vectors, row);
  const scratch = new Float32Array(vectors.dim);
  const relevance = (row: number) =>
    (dot(rowThrough(vectors, row, scratch), centroid) / norm) * worth(row);
  const most = Math.max(POOL, options.count * 10);
  let pool: Candidate[] = [];
  const cut = () => {
    pool = pool.sort((a, b) => b.relevance - a.relevance || a.row - b.row).slice(0, most);
  };
  for (let at = 0; at < members.length; at++) {
    const row = members[at] ?? 0;
    pool.push({ row, relevance: relevance(row), nearest: 0 });
    // Of a million members not all are kept.
    if (pool.length >= MOST_HELD) cut();
  }
  cut();
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
