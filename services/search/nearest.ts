// For a word of the question: the words of the same stem that the index contains and, where it may be mistyped, the nearest words that it contains.
import { idf } from "#index-store/index-store.ts";
import { type Lru, openLru } from "./lru.ts";
import { type PrefixedTerms, sameStem } from "./stems.ts";

/** The words of an index version; a Searcher is one. */
export interface Vocabulary extends PrefixedTerms {
  readonly rows: number;
  documentFrequency(term: string): number;
  similarTerms(
    term: string,
    maxEdits: 1 | 2,
    limit: number,
  ): { term: string; documentFrequency: number; edits: number }[];
}

/** A known word that was probably meant. */
export interface Nearest extends Weighted {
  readonly edits: number;
}

export interface Weighted {
  readonly term: string;
  readonly weight: number;
}

/** Weight of the words of the same stem, against the word itself; measured in infra/decisions/0022-ranking.md. */
const STEM_WEIGHT = 0.5;
const MAX_EXPANSIONS = 4;
/**
 * A word with a neighbour 40 times as frequent counts as mistyped where it is in at most five rows, or, of five letters and with the
 * same first one, in one of 5,000: others make the same mistakes, in a large log again and again. Not where its forms are in half as
 * many rows as itself: words are inflected (paint, painted), mistakes hardly.
 */
const RARE = {
  atMost: 5,
  neighbourTimes: 40,
  rowsEach: 5000,
  letters: 5,
  forms: 0.5,
};
/** Factor of a word's likelihood for each further edit. */
const PER_EDIT = 0.12;
/** Factor for a word with another first letter, because first letters are seldom mistyped. */
const OTHER_FIRST_LETTER = 0.4;
const ASKED_FOR = 24;
/** Longest word that counts as possibly mistyped; longer strings are not words. */
const LONGEST = 40;

const maxEdits = (term: string): 0 | 1 | 2 => {
  const length = [...term].length;
  // With one digit changed, a number or code is another number or code.
  if (length < 4 || length > LONGEST || /\p{N}/u.test(term) || !/^[\p{L}\p{M}'’]+$/u.test(term))
    return 0;
  return length <= 5 ? 1 : 2;
};

const frequencyLikelihood = (documentFrequency: number): number => Math.log2(2 + documentFrequency);

/** Whether two neighbouring letters are swapped, one mistake that counts as two edits. */
const isSwapped = (term: string, other: string): boolean => {
  let at = 0;
  while (at < term.length && term[at] === other[at]) at++;
  return (
    at + 1 < term.length &&
    term[at] === other[at + 1] &&
    term[at + 1] === other[at] &&
    term.slice(at + 2) === other.slice(at + 2)
  );
};

/** Words that the vocabulary has with two neighbouring letters of this one swapped, the most frequent first. */
const swappedIn = (term: string, vocabulary: Vocabulary) => {
  const letters = [...term];
  return letters
    .flatMap((letter, at) => {
      const next = letters[at + 1];
      if (next === undefined || next === letter) return [];
      const swapped = letters.toSpliced(at, 2, next, letter).join("");
      return [
        { term: swapped, documentFrequency: vocabulary.documentFrequency(swapped), edits: 1 },
      ];
    })
    .sort((a, b) => b.documentFrequency - a.documentFrequency || (a.term < b.term ? -1 : 1));
};

/** Words so much more frequent than a known one that it looks like a mistake: one edit away, or with two letters swapped. */
const nearKnown = (term: string, own: number, vocabulary: Vocabulary) => {
  const isRepeated = own > RARE.atMost;
  const letters = [...term].length;
  if (isRepeated && letters < RARE.letters) return [];
  const isUsual = (one: { readonly term: string; readonly documentFrequency: number }): boolean =>
    one.documentFrequency >= own * RARE.neighbourTimes && (!isRepeated || one.term[0] === term[0]);
  const close = vocabulary.similarTerms(term, 1, ASKED_FOR).filter(isUsual);
  if (close.length > 0 || letters < RARE.letters) return close;
  // Looked up one by one: among many mistakes of a frequent word they may come late, and more edits take ten times as long.
  return swappedIn(term, vocabulary).filter(isUsual);
};

/** Known words near an unknown one. Searching for two edits takes ten times as long, so it is skipped where one edit gives a likely word. */
const nearUnknown = (term: string, edits: 1 | 2, vocabulary: Vocabulary) => {
  const close = vocabulary.similarTerms(term, 1, ASKED_FOR);
  if (edits === 1) return close;
  const farAtBest = PER_EDIT * frequencyLikelihood(vocabulary.rows);
  const isLikeliest = close.some(
    (one) => one.term[0] === term[0] && frequencyLikelihood(one.documentFrequency) >= farAtBest,
  );
  return isLikeliest ? close : vocabulary.similarTerms(term, 2, ASKED_FOR);
};

/** The nearest known words, the most likely first. */
const findNearest = (term: string, own: number, vocabulary: Vocabulary): Nearest[] => {
  const edits = maxEdits(term);
  if (edits === 0) return [];
  const similar =
    own === 0 ? nearUnknown(term, edits, vocabulary) : nearKnown(term, own, vocabulary);
  const others = similar
    .filter((one) => one.term !== term)
    .map((one) => (isSwapped(term, one.term) ? { ...one, edits: 1 } : one));
  const fewest = Math.min(...others.map((one) => one.edits));
  return others
    .map((one) => ({
      term: one.term,
      edits: one.edits,
      likelihood:
        frequencyLikelihood(one.documentFrequency) *
        PER_EDIT ** (one.edits - fewest) *
        (one.term[0] === term[0] ? 1 : OTHER_FIRST_LETTER),
      weight: one.edits === 1 ? 0.8 : 0.6,
    }))
    .sort((a, b) => b.likelihood - a.likelihood)
    .slice(0, MAX_EXPANSIONS)
    .map(({ term: known, edits: apart, weight, likelihood }, _, all) => ({
      term: known,
      edits: apart,
      weight: weight * (likelihood / (all[0]?.likelihood ?? 1)),
    }));
};

interface Relatives {
  /** The factor of the word's own weight. */
  readonly own: number;
  readonly forms: readonly Weighted[];
  /** Words that were probably meant instead, or too; empty for a word that is frequent enough to be right. */
  readonly nearest: readonly Nearest[];
  /** True where neither the word nor a form of it is in the index. */
  readonly unknown: boolean;
}

/**
 * A word and its forms count as one word: each is as rare as all of them together, so that a rare form of a frequent word is
 * not worth more than the word. (The weight is multiplied by the term's own rarity when it is searched for.)
 */
const asOneWord = (term: string, languages: readonly string[], vocabulary: Vocabulary) => {
  const { rows } = vocabulary;
  const own = vocabulary.documentFrequency(term);
  const forms = sameStem(term, languages, vocabulary);
  const together = Math.min(
    rows,
    [...forms.values()].reduce((sum, count) => sum + count, own),
  );
  const shared = idf(rows, together);
  return {
    documentFrequency: own,
    isInflected: together - own >= own * RARE.forms,
    own: own === 0 || forms.size === 0 ? 1 : shared / idf(rows, own),
    forms: Array.from(forms, ([form, count]) => ({
      term: form,
      weight: (STEM_WEIGHT * shared) / idf(rows, count),
    })),
  };
};

const find = (term: string, languages: readonly string[], vocabulary: Vocabulary): Relatives => {
  const { documentFrequency, isInflected, own, forms } = asOneWord(term, languages, vocabulary);
  const unknown = documentFrequency === 0 && forms.length === 0;
  const most = Math.max(RARE.atMost, Math.floor(vocabulary.rows / RARE.rowsEach));
  const isRepeated = documentFrequency > RARE.atMost;
  const rare = unknown || (documentFrequency <= most && !(isRepeated && isInflected));
  return {
    own,
    forms,
    nearest: rare ? findNearest(term, documentFrequency, vocabulary) : [],
    unknown,
  };
};

const REMEMBERED = 4096;
const remembered = new WeakMap<Vocabulary, Lru<Relatives>>();

/** What an index version contains for a word. Cached per searcher, which never changes, because a question is asked again with each letter typed. */
export const relativesOf = (
  term: string,
  languages: readonly string[],
  vocabulary: Vocabulary,
): Relatives => {
  const ofSearcher = remembered.get(vocabulary) ?? openLru<Relatives>(REMEMBERED);
  remembered.set(vocabulary, ofSearcher);
  const known = ofSearcher.get(term);
  if (known !== undefined) return known;
  const found = find(term, languages, vocabulary);
  ofSearcher.set(term, found);
  return found;
};
