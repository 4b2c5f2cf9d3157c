// The question's words → a lexical question: variants of inflection, and the nearest known words for unknown ones. Pure.
import type { LexicalQuery } from "#index-store/index-store.ts";
import type { Question } from "./query.ts";

/** What a snapshot knows about words; a Searcher is one. */
export interface Vocabulary {
  documentFrequency(term: string): number;
  similarTerms(
    term: string,
    maxEdits: 1 | 2,
    limit: number,
  ): { term: string; documentFrequency: number; edits: number }[];
}

export interface Token {
  readonly term: string;
  /** UTF-16 offsets in the text. */
  readonly start: number;
  readonly end: number;
  /** A whole made of several terms, which follow it: a path, an address, a code. */
  readonly compound: boolean;
}

export interface WordTools {
  /** Text → normalised terms in order, as the index cuts its texts. */
  tokenize(text: string): readonly Token[];
  /** Other forms of the same word (plural, past tense …), itself left out. */
  variants(term: string): readonly string[];
}

export interface Expansion {
  readonly word: string;
  readonly to: readonly string[];
}

export interface LexicalPlan {
  readonly query: LexicalQuery;
  readonly expansions: readonly Expansion[];
  /** Terms to highlight, besides phrases and prefixes. */
  readonly highlighted: readonly string[];
}

const VARIANT_WEIGHT = 0.5;
const MAX_EXPANSIONS = 4;
/** A typing mistake is often in the collection already, as somebody else's: so rare beside its neighbour, it counts as one. */
const RARE = { atMost: 5, neighbourTimes: 40 };

const maxEdits = (term: string): 0 | 1 | 2 => {
  const length = [...term].length;
  // Numbers and codes with one digit changed are other numbers and codes.
  if (length < 4 || /\p{N}/u.test(term) || !/^[\p{L}\p{M}'’]+$/u.test(term)) return 0;
  return length <= 5 ? 1 : 2;
};

interface Weighted {
  readonly term: string;
  readonly weight: number;
}

/** The nearest known words of one that the collection does not know, the likelier ones first; weights sum to at most about one word. */
const nearest = (term: string, vocabulary: Vocabulary): Weighted[] => {
  const edits = maxEdits(term);
  if (edits === 0) return [];
  const own = vocabulary.documentFrequency(term);
  const similar = vocabulary
    .similarTerms(term, edits, 24)
    .filter((one) => one.term !== term)
    .filter(
      (one) => own === 0 || (one.edits === 1 && one.documentFrequency >= own * RARE.neighbourTimes),
    );
  const fewest = Math.min(...similar.map((one) => one.edits));
  return similar
    .map((one) => ({
      term: one.term,
      // An edit more makes a word much less likely than being ten times as frequent makes it likelier; the first letter is seldom wrong.
      likelihood:
        Math.log2(2 + one.documentFrequency) *
        0.12 ** (one.edits - fewest) *
        (one.term[0] === term[0] ? 1 : 0.4),
      weight: one.edits === 1 ? 0.8 : 0.6,
    }))
    .sort((a, b) => b.likelihood - a.likelihood)
    .slice(0, MAX_EXPANSIONS)
    .map(({ term: known, weight, likelihood }, _, all) => ({
      term: known,
      weight: weight * (likelihood / (all[0]?.likelihood ?? 1)),
    }));
};

const variantsOf = (term: string, vocabulary: Vocabulary, tools: WordTools): Weighted[] =>
  tools
    .variants(term)
    .filter((form) => form !== term && vocabulary.documentFrequency(form) > 0)
    .map((form) => ({ term: form, weight: VARIANT_WEIGHT }));

/** Keeps the larger weight of a term named twice. */
const heaviest = (terms: readonly Weighted[]): Weighted[] => {
  const weights = new Map<string, number>();
  for (const { term, weight } of terms) weights.set(term, Math.max(weight, weights.get(term) ?? 0));
  return [...weights].map(([term, weight]) => ({ term, weight }));
};

/** Words next to each other: what takes a position in the index. */
const phraseOf = (text: string, tools: WordTools): string[] =>
  tools
    .tokenize(text)
    .filter(({ compound }) => !compound)
    .map(({ term }) => term);

/** What must occur of a word: the whole of a compound, which only texts with it as typed have. */
const requiredOf = (text: string, tools: WordTools): string[] => {
  const tokens = tools.tokenize(text);
  const [first] = tokens;
  return first?.compound === true ? [first.term] : tokens.map(({ term }) => term);
};

interface Draft {
  readonly should: Weighted[];
  readonly expansions: Expansion[];
}

/** A typed term, its inflections, and, where the collection does not know it, its nearest known words. */
const addTerm = (draft: Draft, token: Token, { vocabulary, tools }: Known): void => {
  const { term, compound } = token;
  draft.should.push({ term, weight: 1 });
  if (compound) return;
  const forms = variantsOf(term, vocabulary, tools);
  draft.should.push(...forms);
  const frequency = vocabulary.documentFrequency(term);
  const unknown = frequency === 0 && forms.length === 0;
  if (!unknown && frequency > RARE.atMost) return;
  const known = nearest(term, vocabulary);
  const [likeliest] = known;
  if (likeliest === undefined) return;
  draft.should.push(...known);
  for (const form of variantsOf(likeliest.term, vocabulary, tools))
    draft.should.push({ ...form, weight: form.weight * likeliest.weight });
  if (unknown) draft.expansions.push({ word: term, to: known.map((one) => one.term) });
};

interface Known {
  readonly vocabulary: Vocabulary;
  readonly tools: WordTools;
}

/** Builds the lexical question of one snapshot. */
export const planTerms = (
  question: Question,
  vocabulary: Vocabulary,
  tools: WordTools,
): LexicalPlan => {
  const draft: Draft = { should: [], expansions: [] };
  for (const word of question.words)
    for (const token of tools.tokenize(word)) addTerm(draft, token, { vocabulary, tools });
  const must = question.required.flatMap((word) => requiredOf(word, tools));
  const several = (texts: readonly string[]) =>
    texts.map((text) => phraseOf(text, tools)).filter((phrase) => phrase.length > 0);
  return {
    query: {
      should: heaviest(draft.should),
      must: heaviest(must.map((term) => ({ term, weight: 1 }))),
      phrases: several(question.phrases),
      prefixes: question.prefixes.flatMap((prefix) => phraseOf(prefix, tools).slice(-1)),
      not: several(question.excluded),
    },
    expansions: draft.expansions,
    highlighted: [...new Set([...draft.should.map(({ term }) => term), ...must])],
  };
};

/** The question with its unknown words replaced by the likeliest known ones, for the semantic side. */
export const corrected = (
  text: string,
  expansions: readonly Expansion[],
  tools: WordTools,
): string => {
  if (expansions.length === 0) return text;
  const to = new Map(expansions.map(({ word, to: [first] }) => [word, first]));
  let out = "";
  let at = 0;
  for (const { term, start, end } of tools.tokenize(text)) {
    const better = to.get(term);
    if (better === undefined) continue;
    out += text.slice(at, start) + better;
    at = end;
  }
  return out + text.slice(at);
};

/** True where rows are gated by words, whatever the mode: +word, "phrase", prefix*, -word. */
export const isGated = (query: LexicalQuery): boolean =>
  query.must.length + query.phrases.length + query.prefixes.length + query.not.length > 0;

/** The gate alone: what must and must not occur. */
export const gateOf = (query: LexicalQuery): LexicalQuery => ({ ...query, should: [] });
