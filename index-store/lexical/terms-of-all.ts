// Terms of several word indexes as of one: frequencies added up, the most frequent and the most similar ones of all.
import type { LexicalIndex, TermFrequency } from "./lexical.ts";
import { byCodePoint } from "./term-order.ts";

type Frequencies = Pick<LexicalIndex, "documentFrequency">;

export const documentFrequency = (indexes: readonly Frequencies[], term: string): number =>
  indexes.reduce((sum, words) => sum + words.documentFrequency(term), 0);

/** Most frequent first, equals in dictionary order. */
const byFrequency = (a: TermFrequency, b: TermFrequency): number =>
  b.documentFrequency - a.documentFrequency || byCodePoint(a.term, b.term);

const GROWTH = 4;

/**
 * The terms that begin so, most frequent first, equals in dictionary order. A term may be rare in each index and frequent in
 * all of them together: each index is asked for more until no term that it has not named can be among the first `limit`.
 */
export const termsWithPrefix = (
  indexes: readonly Pick<LexicalIndex, "documentFrequency" | "termsWithPrefix">[],
  prefix: string,
  limit: number,
): TermFrequency[] => {
  const [only] = indexes;
  if (only === undefined || limit < 1) return [];
  if (indexes.length === 1) return only.termsWithPrefix(prefix, limit);
  for (let depth = limit * 2; ; depth *= GROWTH) {
    const lists = indexes.map((words) => words.termsWithPrefix(prefix, depth));
    const most = lists.reduce(
      (sum, list) => sum + (list.length < depth ? 0 : (list.at(-1)?.documentFrequency ?? 0)),
      0,
    );
    const terms = new Set(lists.flatMap((list) => list.map(({ term }) => term)));
    const found = Array.from(terms, (term) => ({
      term,
      documentFrequency: documentFrequency(indexes, term),
    }))
      .sort(byFrequency)
      .slice(0, limit);
    const last = found.length < limit ? 0 : (found.at(-1)?.documentFrequency ?? 0);
    if (most === 0 || last > most) return found;
  }
};

/** Known terms within so many edits: nearest first, then most frequent, then in dictionary order. */
export const similarTerms = (
  indexes: readonly Pick<LexicalIndex, "documentFrequency" | "similarTerms">[],
  { term, maxEdits }: { readonly term: string; readonly maxEdits: 1 | 2 },
  limit: number,
): (TermFrequency & { edits: number })[] => {
  const [only] = indexes;
  if (only === undefined) return [];
  if (indexes.length === 1) return only.similarTerms(term, maxEdits, limit);
  const edits = new Map<string, number>();
  for (const words of indexes)
    for (const found of words.similarTerms(term, maxEdits, Number.MAX_SAFE_INTEGER))
      edits.set(found.term, found.edits);
  return Array.from(edits, ([similar, distance]) => ({
    term: similar,
    documentFrequency: documentFrequency(indexes, similar),
    edits: distance,
  }))
    .sort((a, b) => a.edits - b.edits || byFrequency(a, b))
    .slice(0, limit);
};
