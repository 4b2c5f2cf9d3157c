// Which of a question's words a collection knows: as they are, in another form, or after a likely correction. Pure.
import { tokenize } from "#index-store/index-store.ts";
import { type Nearest, relativesOf, type Vocabulary } from "./nearest.ts";
import type { Question } from "./query.ts";
import { isStopWord } from "./stop-words.ts";
import { unitsOf } from "./units.ts";

export interface Unit {
  /** As it was typed, folded. */
  readonly word: string;
  /** Its term and its parts; a row with one of them has the word. */
  readonly terms: readonly string[];
  readonly knowledge:
    | { readonly kind: "known" }
    /** Not in the collection, but a word that is was probably meant. */
    | { readonly kind: "corrected"; readonly to: readonly Nearest[] }
    /** Not in the collection; `near` are words of a similar spelling, the likeliest first. */
    | { readonly kind: "unknown"; readonly near: readonly Nearest[] };
}

export interface KnownWords {
  /** The words that say what the question is about: those that are no stop words; all where there are no others. */
  readonly content: readonly Unit[];
  /** True where the collection knows none of them, so that its hits by words would be chance. */
  readonly isStrange: boolean;
}

/**
 * Whether a similar word was probably meant. In a large collection nearly every short string is one edit from somebody's
 * typing mistake, so that the fewer letters agree, the more rows must contain the word: of 200 nonsense questions to the IRC
 * archive 53 have a word with a neighbour, one of them a probable one.
 */
const isProbable = ({ term, edits }: Nearest, typed: string, vocabulary: Vocabulary): boolean => {
  const found = vocabulary.documentFrequency(term);
  const fewest = Math.max(1, Math.ceil(Math.log10(vocabulary.rows)) - 3);
  const letters = [...typed].length;
  if (edits === 1) return found >= (letters >= 5 ? fewest : fewest * 20);
  return letters >= 8 && found >= fewest * 5;
};

const knowledgeOf = (
  { terms, word }: Pick<Unit, "terms" | "word">,
  languages: readonly string[],
  vocabulary: Vocabulary,
): Unit["knowledge"] => {
  if (terms.some((term) => !relativesOf(term, languages, vocabulary).unknown))
    return { kind: "known" };
  const { nearest } = relativesOf(word, languages, vocabulary);
  const probable = nearest.filter((one) => isProbable(one, word, vocabulary));
  return probable.length > 0
    ? { kind: "corrected", to: probable }
    : { kind: "unknown", near: nearest };
};

/** Words that are looked at: a pasted message may have hundreds, and no such question is strange. */
const MOST_UNITS = 24;

/** @param languages whose stop words are left out, ISO 639-1 */
export const knownWords = (
  question: Question,
  vocabulary: Vocabulary,
  languages: readonly string[],
): KnownWords => {
  const typed = new Map<string, Pick<Unit, "word" | "terms">>();
  for (const { whole, parts } of question.words.flatMap((word) => unitsOf(tokenize(word)))) {
    const telling = parts.filter((part) => !isStopWord(part, languages));
    typed.set(whole, { word: whole, terms: [...new Set([whole, ...telling])] });
    if (typed.size === MOST_UNITS) break;
  }
  const all = [...typed.values()];
  const telling = all.filter(({ word }) => !isStopWord(word, languages));
  const content = (telling.length > 0 ? telling : all).map((unit) => ({
    ...unit,
    knowledge: knowledgeOf(unit, languages, vocabulary),
  }));
  const known = content.filter(({ knowledge }) => knowledge.kind === "known").length;
  const corrected = content.filter(({ knowledge }) => knowledge.kind === "corrected").length;
  return {
    content,
    // Where every known word is a correction, more than half must be: one chance neighbour among five strange words means nothing.
    isStrange: content.length > 0 && known === 0 && corrected * 2 <= content.length,
  };
};
