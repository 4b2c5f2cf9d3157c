// Fuses two rankings into one: reciprocal rank fusion, or weighted normalised scores. Pure.

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

/** Scores of a ranking scaled to 0 … 1 (all 1 where they are equal), so that cosine and BM25 can be added. */
const normalised = (ranking: readonly Candidate[]): number[] => {
  const best = ranking.reduce((most, { score }) => Math.max(most, score), -Infinity);
  const worst = ranking.reduce((least, { score }) => Math.min(least, score), Infinity);
  return ranking.map(({ score }) => (best > worst ? (score - worst) / (best - worst) : 1));
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
    options.method === "rrf" ? ranking.map((_, place) => 1 / (k + place + 1)) : normalised(ranking);
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

/** A single ranking in the shape of a fused one. */
export const alone = (ranking: readonly Candidate[], side: "semantic" | "lexical"): Fused[] =>
  ranking.map(({ key, id, score }, place) => ({
    key,
    id,
    score,
    semanticRank: side === "semantic" ? place + 1 : null,
    lexicalRank: side === "lexical" ? place + 1 : null,
    similarity: side === "semantic" ? score : null,
    bm25: side === "lexical" ? score : null,
  }));

/** Merges the rankings of several collections by score. At most `k` rows. */
export const merge = (rankings: readonly (readonly Candidate[])[], k: number): Candidate[] =>
  rankings.flat().sort(byScore).slice(0, k);
