// Makes a lexical query of the question's words: adds words of the same stem, and the nearest known words for unknown ones.
import {
  type GroupWord,
  type LexicalQuery,
  type Token,
  tokenize,
} from "#index-store/index-store.ts";
import { isModelWord, type WordPieces } from "./model-words.ts";
import { relativesOf, type Vocabulary, type Weighted } from "./nearest.ts";
import { isNegation, negationsIn } from "./negation.ts";
import type { Question } from "./query.ts";
import { isStopWord, stopWordWeight } from "./stop-words.ts";
import { phraseOf, type Unit, unitsOf } from "./units.ts";

export interface Expansion {
  readonly word: string;
  readonly to: readonly string[];
  /** Whether rows contain the word as typed: few, so that it looks like a typing mistake that others made too. */
  readonly isKnown: boolean;
}

export interface LexicalPlan {
  readonly query: LexicalQuery;
  /** The words of the question as typed; of one that no row has, its forms or likely spellings. */
  readonly words: readonly GroupWord[];
  readonly expansions: readonly Expansion[];
  /** Terms to highlight, in addition to phrases and prefixes. */
  readonly highlighted: readonly string[];
  /** Only for a question of nothing but exact strings (codes, versions, paths …): rows found by these come first, in this order. */
  readonly exact: readonly LexicalQuery[];
}

/** Keeps the larger weight of a repeated term. */
const heaviest = (terms: readonly Weighted[]): Weighted[] => {
  const weights = new Map<string, number>();
  for (const { term, weight } of terms) weights.set(term, Math.max(weight, weights.get(term) ?? 0));
  return [...weights].map(([term, weight]) => ({ term, weight }));
};

interface Draft {
  readonly should: Weighted[];
  readonly words: GroupWord[];
  readonly must: string[];
  readonly phrases: string[][];
  readonly prefixes: string[];
  readonly expansions: Expansion[];
}

/** The most terms that are looked up: a text without spaces can have hundreds. */
const MOST_TERMS = 256;
/** Words of the same stem and likely spellings are looked up for so many words only. */
const MOST_RELATED = 24;
/** Words of a phrase that are compared; the rest of a longer phrase is ignored. */
const MOST_IN_PHRASE = 32;
/** A question with more words is not taken as a list of exact strings. */
const MOST_EXACT = 16;

const boundedPhrase = (text: string): string[] => phraseOf(tokenize(text)).slice(0, MOST_IN_PHRASE);

interface Planned {
  readonly languages: readonly string[];
  readonly vocabulary: Vocabulary;
}

/** Adds a word as it is. */
const addWord = (draft: Draft, term: string, weight: number): void => {
  draft.should.push({ term, weight });
  draft.words.push({ weight, terms: [{ term, weight: 1 }] });
};

/** Adds a term, the words of its stem and, where the index does not contain it, its nearest known words. */
const addRelated = (
  draft: Draft,
  { term, compound }: Token,
  { languages, vocabulary }: Planned,
): void => {
  if (compound) {
    addWord(draft, term, 1);
    return;
  }
  const { own, forms, nearest, unknown } = relativesOf(term, languages, vocabulary);
  draft.should.push({ term, weight: own }, ...forms);
  const isKnown = vocabulary.documentFrequency(term) > 0;
  draft.words.push({
    weight: 1,
    terms: isKnown ? [{ term, weight: 1 }] : [...forms, ...nearest],
  });
  const [likeliest] = nearest;
  if (likeliest === undefined) return;
  draft.should.push(...nearest);
  for (const form of relativesOf(likeliest.term, languages, vocabulary).forms)
    draft.should.push({ ...form, weight: form.weight * likeliest.weight });
  // Of a word that is there in another form only, nothing needs to be said.
  if (unknown || isKnown)
    draft.expansions.push({ word: term, to: nearest.map((one) => one.term), isKnown });
};

/** A negation counts as so many stop words: it decides between a statement and its opposite. */
const NEGATION_WEIGHT = 2;

/** Adds the plain words. Stop words have less weight, but where there are no other words. */
const addWords = (draft: Draft, words: readonly string[], planned: Planned): void => {
  const typed = new Map(
    words.flatMap((word) => tokenize(word)).map((token) => [token.term, token]),
  );
  const terms = [...typed.values()].slice(0, MOST_TERMS);
  const stop = new Set(terms.filter(({ term }) => isStopWord(term, planned.languages)));
  const content = terms.length - stop.size;
  const weight = content === 0 ? 1 : stopWordWeight(content);
  let related = 0;
  const negation = terms.some(({ term }) => planned.languages.includes("en") && isNegation(term));
  if (negation && content > 0) {
    const most = NEGATION_WEIGHT * stopWordWeight(content);
    draft.should.push(...negationsIn(planned.vocabulary, most));
  }
  for (const token of terms) {
    if (negation && content > 0 && isNegation(token.term)) continue;
    if (stop.has(token)) addWord(draft, token.term, weight);
    else if (related++ < MOST_RELATED) addRelated(draft, token, planned);
    else addWord(draft, token.term, 1);
  }
};

/** Every word must occur; for a compound its parts in order, because 2.6.32-21 is also part of linux-image-2.6.32-21. */
const addRequired = (draft: Draft, units: readonly Unit[]): void => {
  for (const { whole, parts } of units) {
    if (parts.length < 2) {
      draft.must.push(whole);
      continue;
    }
    draft.phrases.push(parts.slice(0, MOST_IN_PHRASE));
    // A separate word counts more than a part of a longer one.
    draft.should.push({ term: whole, weight: 1 });
  }
};

/** Everything before the star is the prefix; words before it that are not part of the same compound are required. */
const addPrefix = (draft: Draft, text: string): void => {
  const units = unitsOf(tokenize(text));
  const last = units.at(-1);
  if (last === undefined) return;
  addRequired(draft, units.slice(0, -1));
  // Chinese text may be split into other words when it continues, so the parts are searched for as a phrase.
  const cut = last.parts.length > 1 && /\p{Script=Han}/u.test(last.whole);
  if (cut) draft.phrases.push(last.parts.slice(0, MOST_IN_PHRASE));
  else draft.prefixes.push(last.whole);
};

/** A short word is more often a function word: "for" in 9 % of the messages says less than "ubuntu" in 9 %. */
const COMMON = { share: 0.15, shortShare: 0.05, shortLength: 3 };

/** Terms to highlight: very frequent ones only where there are no others. */
const meaningful = (terms: readonly string[], vocabulary: Vocabulary): readonly string[] => {
  const telling = terms.filter((term) => {
    const most = term.length <= COMMON.shortLength ? COMMON.shortShare : COMMON.share;
    return vocabulary.documentFrequency(term) <= most * vocabulary.rows;
  });
  return telling.some((term) => vocabulary.documentFrequency(term) > 0) ? telling : terms;
};

/** Words with signs or digits or, where typed alone, with several capitals: codes, versions, paths, addresses, names of people and functions. */
const isExact = (word: string, alone: boolean): boolean =>
  /[^\p{L}\p{M}'’]/u.test(word.replace(/[.,;:!?…]+$/u, "")) ||
  (alone && /\p{Lu}.*\p{Lu}|\p{Ll}\p{Lu}/u.test(word));

/** Queries for rows with all exact strings: first as separate words, then as parts in order inside longer words. */
const exactOf = ({ words, required }: Question, query: LexicalQuery): LexicalQuery[] => {
  const typed = [...words, ...required];
  if (typed.length > MOST_EXACT) return [];
  if (!typed.every((word) => isExact(word, typed.length === 1))) return [];
  const units = typed.map((word) => unitsOf(tokenize(word))).filter((of) => of.length > 0);
  if (units.length === 0) return [];
  const wholes = units.flat().map(({ whole }) => ({ term: whole, weight: 1 }));
  const phrases = typed.map(boundedPhrase).filter(({ length }) => length > 1);
  const asWords = {
    ...query,
    must: heaviest([...query.must, ...wholes]),
    phrases: [
      ...query.phrases,
      // The parts of a word that are separated by signs must stand next to each other.
      ...units
        .filter((of) => of.length > 1)
        .map((of) => of.flatMap(({ parts }) => parts).slice(0, MOST_IN_PHRASE)),
    ],
  };
  return phrases.length === 0
    ? [asWords]
    : [asWords, { ...query, phrases: [...query.phrases, ...phrases] }];
};

/**
 * Builds the lexical query for one searcher.
 * @param languages of its texts, ISO 639-1: whose stop words and stems are known by
 */
export const planTerms = (
  question: Question,
  vocabulary: Vocabulary,
  languages: readonly string[] = ["en"],
): LexicalPlan => {
  const draft: Draft = {
    should: [],
    words: [],
    must: [],
    phrases: [],
    prefixes: [],
    expansions: [],
  };
  const several = (texts: readonly string[]) =>
    texts.map(boundedPhrase).filter((phrase) => phrase.length > 0);
  addWords(draft, question.words, { languages, vocabulary });
  const soft = heaviest(draft.should).map(({ term }) => term);
  for (const word of question.required) addRequired(draft, unitsOf(tokenize(word)));
  for (const prefix of question.prefixes) addPrefix(draft, prefix);
  const query: LexicalQuery = {
    should: heaviest(draft.should),
    must: heaviest(draft.must.map((term) => ({ term, weight: 1 }))),
    phrases: [...several(question.phrases), ...draft.phrases],
    prefixes: draft.prefixes,
    not: several(question.excluded),
  };
  return {
    query,
    words: [
      ...draft.words,
      ...query.must.map(({ term, weight }) => ({ weight, terms: [{ term, weight: 1 }] })),
    ],
    expansions: draft.expansions,
    highlighted: [...new Set([...meaningful(soft, vocabulary), ...draft.must])],
    exact: exactOf(question, query),
  };
};

/** A text in which some terms are replaced; what stands around them stays. */
export const replacedTerms = (
  text: string,
  betterOf: (term: string) => string | undefined,
): string => {
  let out = "";
  let at = 0;
  for (const { term, start, end } of tokenize(text)) {
    const better = betterOf(term);
    // The parts of a compound follow it: where it was replaced, they were too.
    if (better === undefined || start < at) continue;
    out += text.slice(at, start) + better;
    at = end;
  }
  return out + text.slice(at);
};

/** The question with its unknown and mistyped words replaced by the most likely ones, for the semantic side. */
export const corrected = (
  text: string,
  expansions: readonly Expansion[],
  model: WordPieces | undefined,
): string => {
  // A word that messages contain and the model knows means what it says.
  const wrong = expansions.filter(
    ({ word, isKnown }) => !isKnown || (model !== undefined && !isModelWord(word, model)),
  );
  if (wrong.length === 0) return text;
  const to = new Map(wrong.map(({ word, to: [first] }) => [word, first]));
  return replacedTerms(text, (term) => to.get(term));
};

/** True where words decide which rows may be found in any mode: +word, "phrase", prefix*. (Rows with a -word pass nowhere.) */
export const isGated = (query: LexicalQuery): boolean =>
  query.must.length + query.phrases.length + query.prefixes.length > 0;

/** The words that must or must not occur, without those that only add to the score. */
export const gateOf = (query: LexicalQuery): LexicalQuery => ({ ...query, should: [] });
