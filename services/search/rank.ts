// Two rankings → one: reciprocal rank fusion, and weighted normalised scores. Pure.

/** One found row of any collection; `key` is unique in the whole question, `score` bigger is better. */
export interface Candidate {
  readonly key: number;
  readonly score: number;
}

export interface Fused {
  readonly key: number;
  readonly score: number;
  /** 1 = first; null where that side did not find it. */
  readonly semanticRank: number | null;
  readonly lexicalRank: number | null;
  readonly similarity: number | null;
  readonly bm25: number | null;
}

export interface FusionOptions {
  readonly method: "rrf" | "weighted";
  /** Share of the semantic side, 0 … 1; the lexical side has the rest. */
  readonly semanticWeight: number;
  /**
   * How fast a rank loses value (rrf). 60 as in Cormack, Clarke, Büttcher, "Reciprocal Rank Fusion outperforms Condorcet and
   * individual Rank Learning Methods", SIGIR 2009.
   */
  readonly k?: number;
}

interface Draft {
  key: number;
  score: number;
  semanticRank: number | null;
  lexicalRank: number | null;
  similarity: number | null;
  bm25: number | null;
}

/** Scores of a ranking stretched to 0 … 1 (all 1 where they are equal), so that cosine and BM25 may be added. */
const normalised = (ranking: readonly Candidate[]): number[] => {
  const best = ranking.reduce((most, { score }) => Math.max(most, score), -Infinity);
  const worst = ranking.reduce((least, { score }) => Math.min(least, score), Infinity);
  return ranking.map(({ score }) => (best > worst ? (score - worst) / (best - worst) : 1));
};

const bestRank = (draft: Draft): number =>
  Math.min(draft.semanticRank ?? Infinity, draft.lexicalRank ?? Infinity);

/**
 * Fuses two rankings, best first each. Equal scores go by the better single rank, then rows found by meaning go first. Not by
 * key: a key tells where a row lies in the index, which depends on how the same messages were batched.
 * A side with weight 0 adds its rows at the end, so that nothing found is lost.
 */
export const fuse = (
  semantic: readonly Candidate[],
  lexical: readonly Candidate[],
  options: FusionOptions,
): Fused[] => {
  const k = options.k ?? 60;
  const drafts = new Map<number, Draft>();
  const draftOf = (key: number): Draft => {
    const known = drafts.get(key);
    if (known !== undefined) return known;
    const made: Draft = {
      key,
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
  for (const [place, { key, score }] of semantic.entries()) {
    const draft = draftOf(key);
    draft.semanticRank = place + 1;
    draft.similarity = score;
    draft.score += options.semanticWeight * (semanticGains[place] ?? 0);
  }
  for (const [place, { key, score }] of lexical.entries()) {
    const draft = draftOf(key);
    draft.lexicalRank = place + 1;
    draft.bm25 = score;
    draft.score += (1 - options.semanticWeight) * (lexicalGains[place] ?? 0);
  }
  return [...drafts.values()].sort((a, b) => b.score - a.score || bestRank(a) - bestRank(b));
};

/** A single ranking in the shape of a fused one. */
export const alone = (ranking: readonly Candidate[], side: "semantic" | "lexical"): Fused[] =>
  ranking.map(({ key, score }, place) => ({
    key,
    score,
    semanticRank: side === "semantic" ? place + 1 : null,
    lexicalRank: side === "lexical" ? place + 1 : null,
    similarity: side === "semantic" ? score : null,
    bm25: side === "lexical" ? score : null,
  }));

/** Rankings of several collections as one by score; ties by the earlier collection, then by place. At most `k`. */
export const merge = (rankings: readonly (readonly Candidate[])[], k: number): Candidate[] => {
  if (rankings.length === 1) return (rankings[0] ?? []).slice(0, k);
  return rankings
    .flat()
    .sort((a, b) => b.score - a.score)
    .slice(0, k);
};
