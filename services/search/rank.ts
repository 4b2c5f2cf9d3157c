// Fuses two rankings into one: weighted standard scores, or reciprocal ranks. Pure.

/** One row found in any collection; `key` is unique in the whole question; bigger scores are better. */
export interface Candidate {
  readonly key: number;
  /** Id of the chunk. */
  readonly id: string;
  readonly score: number;
}

/**
 * The order of rows with equal scores: by id, whose first characters depend on text, author and time. So it depends neither on
 * the order of imports nor on the collection.
 */
export const byId = (a: { readonly id: string }, b: { readonly id: string }): number =>
  a.id < b.id ? -1 : a.id > b.id ? 1 : 0;

/** Best first. */
export const byScore = (a: Candidate, b: Candidate): number => b.score - a.score || byId(a, b);

export interface Fused {
  readonly key: number;
  readonly id: string;
  readonly score: number;
  /** 1 = first; null where that side did not find the row. */
  readonly semanticRank: number | null;
  readonly lexicalRank: number | null;
  readonly similarity: number | null;
  readonly bm25: number | null;
}

export interface FusionOptions {
  readonly method: "rrf" | "weighted";
  /** Weight of the semantic side, 0 … 1; the lexical side has the rest. */
  readonly semanticWeight: number;
  /**
   * How fast the value of a rank falls (rrf). 60 as in Cormack, Clarke, Büttcher, "Reciprocal Rank Fusion outperforms Condorcet and
   * individual Rank Learning Methods", SIGIR 2009.
   */
  readonly k?: number;
}

interface Draft {
  readonly key: number;
  readonly id: string;
  score: number;
  semanticRank: number | null;
  lexicalRank: number | null;
  similarity: number | null;
  bm25: number | null;
}

/** The best rows of a ranking that its mean and deviation are taken from, so that asking for more rows changes no score. */
const STANDARD_ROWS = 100;
/** A row that one side did not find counts there as so many standard deviations below that side's mean. */
const ABSENT = 3;

/**
 * Standard scores of a ranking, so that cosine and BM25 can be added: (score − mean) / deviation of its best 100, counted from
 * `ABSENT` below the mean, and not below 0, which is what a row has that is not in the ranking.
 */
export const standardised = (ranking: readonly { readonly score: number }[]): number[] => {
  const best = ranking.slice(0, STANDARD_ROWS).map(({ score }) => score);
  const mean = best.reduce((sum, score) => sum + score, 0) / Math.max(1, best.length);
  const variance =
    best.reduce((sum, score) => sum + (score - mean) ** 2, 0) / Math.max(1, best.length);
  const deviation = Math.sqrt(variance) || 1;
  return ranking.map(({ score }) => Math.max(0, ABSENT + (score - mean) / deviation));
};

const bestRank = (draft: Draft): number =>
  Math.min(draft.semanticRank ?? Infinity, draft.lexicalRank ?? Infinity);

/**
 * Fuses two rankings, each with the best first. Equal scores are ordered by the better single rank, then by id.
 * A side with weight 0 adds its rows at the end, so that no row is lost.
 */
export const fuse = (
  semantic: readonly Candidate[],
  lexical: readonly Candidate[],
  options: FusionOptions,
): Fused[] => {
  const k = options.k ?? 60;
  const drafts = new Map<number, Draft>();
  const draftOf = ({ key, id }: Candidate): Draft => {
    const known = drafts.get(key);
    if (known !== undefined) return known;
    const made: Draft = {
      key,
      id,
      score: 0,
      semanticRank: null,
      lexicalRank: null,
      similarity: null,
      bm25: null,
    };
    drafts.set(key, made);
    return made;
  };
  const gains = (ranking: readonly Candidate[]) =>
    options.method === "rrf"
      ? ranking.map((_, place) => 1 / (k + place + 1))
      : standardised(ranking);
  const semanticGains = gains(semantic);
  const lexicalGains = gains(lexical);
  for (const [place, candidate] of semantic.entries()) {
    const draft = draftOf(candidate);
    draft.semanticRank = place + 1;
    draft.similarity = candidate.score;
    draft.score += options.semanticWeight * (semanticGains[place] ?? 0);
  }
  for (const [place, candidate] of lexical.entries()) {
    const draft = draftOf(candidate);
    draft.lexicalRank = place + 1;
    draft.bm25 = candidate.score;
    draft.score += (1 - options.semanticWeight) * (lexicalGains[place] ?? 0);
  }
  return [...drafts.values()].sort(
    (a, b) => b.score - a.score || bestRank(a) - bestRank(b) || byId(a, b),
  );
};

/** Merges the rankings of several collections by score. At most `k` rows. */
export const merge = (rankings: readonly (readonly Candidate[])[], k: number): Candidate[] =>
  rankings.flat().sort(byScore).slice(0, k);
