// The port implemented as simply as possible, for tests: every row is read, every formula written out.
import type { LexicalQuery, LexicalSearch, TermFrequency } from "./lexical.ts";
import { phraseTerms, tokenize } from "./tokenize.ts";

export interface Scored {
  readonly row: number;
  readonly score: number;
}

interface Row {
  readonly all: readonly string[];
  readonly words: readonly string[];
}

const timesOf = ({ all, words }: Row, phrase: readonly string[]): number => {
  if (phrase.length === 1) return all.filter((term) => term === phrase[0]).length;
  // Parts that follow their compound are not there twice, as where `tokenize` made the phrase.
  const terms = withoutRepeats(phrase);
  return words.filter((_, at) => terms.every((term, next) => words[at + next] === term)).length;
};

const withoutRepeats = (phrase: readonly string[]): string[] => {
  const isCompound = (term: string) => phraseTerms(term).join(" ") !== term;
  const [first, ...rest] = phrase;
  if (first === undefined) return [];
  if (!isCompound(first)) return [first, ...withoutRepeats(rest)];
  const parts = phraseTerms(first);
  const following = rest.filter((term) => !isCompound(term));
  const repeated = parts.every((part, at) => following[at] === part);
  return repeated ? withoutRepeats(rest) : [...parts, ...withoutRepeats(rest)];
};

/** All rows that match, best first. */
export const naiveSearch = (
  texts: readonly string[],
  query: LexicalQuery,
  { statistics, filter }: LexicalSearch,
): Scored[] => {
  const average = statistics.totalLength / statistics.rows;
  const found: Scored[] = [];
  const idf = (term: string) => {
    const n = statistics.documentFrequency(term);
    return Math.log(1 + (statistics.rows - n + 0.5) / (n + 0.5));
  };
  texts.forEach((text, at) => {
    if (filter !== undefined && (((filter[at >>> 5] ?? 0) >>> (at & 31)) & 1) === 0) return;
    const row = { all: tokenize(text).map(({ term }) => term), words: phraseTerms(text) };
    const part = (f: number, rarity: number) =>
      f === 0 ? 0 : (rarity * f * 2.2) / (f + 1.2 * (0.25 + (0.75 * row.words.length) / average));
    const times = (phrase: readonly string[]) => timesOf(row, phrase);
    const begins = (prefix: string) => row.all.filter((term) => term.startsWith(prefix)).length;
    const gates = [
      ...query.must.map(({ term }) => times([term])),
      ...query.phrases.map(times),
      ...query.prefixes.map(begins),
    ];
    const any = query.should.some(({ term }) => times([term]) > 0);
    if (gates.length === 0 ? !any : gates.includes(0)) return;
    if (query.not.some((phrase) => times(phrase) > 0)) return;
    let score = 0;
    for (const { term, weight } of [...query.should, ...query.must])
      score += part(times([term]), weight * idf(term));
    for (const phrase of query.phrases) {
      const terms = phrase.length === 1 ? phrase : withoutRepeats(phrase);
      score += part(
        times(phrase),
        terms.reduce((sum, term) => sum + idf(term), 0),
      );
    }
    for (const prefix of query.prefixes) score += part(begins(prefix), 1);
    found.push({ row: at, score });
  });
  return found.sort((a, b) => b.score - a.score || a.row - b.row);
};

/** Damerau-Levenshtein, optimal string alignment, by its recursive definition. */
const distance = (a: readonly string[], b: readonly string[]): number => {
  const known = new Map<string, number>();
  const of = (i: number, j: number): number => {
    if (i === 0 || j === 0) return i + j;
    const key = `${i} ${j}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    let least = Math.min(of(i - 1, j) + 1, of(i, j - 1) + 1);
    least = Math.min(least, of(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1));
    if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
      least = Math.min(least, of(i - 2, j - 2) + 1);
    known.set(key, least);
    return least;
  };
  return of(a.length, b.length);
};

/** Terms (in dictionary order) within so many edits: nearest first, then most frequent, then in that order. */
export const naiveSimilar = (
  terms: readonly TermFrequency[],
  wanted: string,
  maxEdits: number,
): (TermFrequency & { edits: number })[] =>
  terms
    .map((known) => ({ ...known, edits: distance([...wanted], [...known.term]) }))
    .filter(({ edits }) => edits <= maxEdits)
    .sort((a, b) => a.edits - b.edits || b.documentFrequency - a.documentFrequency);
