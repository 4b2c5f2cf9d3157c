// Chooses a topic's keywords: words and phrases that are frequent in it and rare in the topics nearest to it.
import type { Term, TermCounts } from "./term-counts.ts";
import { distinct, noTally, type Tally, united } from "./term-table.ts";
import { stemOf } from "./word-stem.ts";

export interface Keyword {
  /** In the spelling that most people use. */
  readonly term: string;
  /** Its folded words (lower case, without accents). */
  readonly words: readonly string[];
  /** 1 for the topic's best keyword, less for the others. */
  readonly weight: number;
  /** Number of the topic's texts that contain it. */
  readonly texts: number;
  /** Their share of the topic's texts. */
  readonly share: number;
  /** Whether it names a thing; titles are made of such keywords. */
  readonly noun: boolean;
}

export interface KeywordOptions {
  /** The nearest leaf topics outside this topic, with which it is compared; all others where there is none. */
  readonly outside: readonly number[];
  /** Number of keywords wanted, 10 by default; fewer where the topic has fewer. */
  readonly count?: number;
}

const DEFAULT_COUNT = 10;
/** Number of candidates that are examined further. */
const SHORTLIST = 80;
/** A keyword must be in so many texts; in a topic of few texts, in two. */
const LEAST_TEXTS = 3;
const FEW_TEXTS = 80;
/** Least number of conversations and of authors, where the topic has several times as many. */
const LEAST_CARRIERS = 3;
/** A phrase that is in this share of a word's texts explains the word. */
const EXPLAINS = 0.5;
/** Normalised pointwise mutual information (Bouma 2009): 0 for words that meet by chance, 1 for words that only occur together. */
const LEAST_COHESION = 0.2;
/** What a further keyword loses where its words, in any inflection, are in earlier ones; nine tenths where all are. */
const REPEAT = 0.6;
const ALL_REPEATED = 0.9;
/** What a word counts that is used for what is done, or how: it says less about the subject than the name of a thing. */
const OTHER_WORD = 0.4;

interface Candidate {
  readonly number: number;
  readonly term: Term;
  readonly tally: Tally;
  readonly weight: number;
}

/** Orders equal weights by what is said: numbers of terms depend on the order of the texts. */
const key = ({ term }: Candidate): string => term.words.join(" ");

const gathered = (counts: TermCounts, topics: readonly number[]) => {
  const tallies = new Map<number, Tally>();
  const size = { texts: 0, conversations: 0, authors: 0 };
  for (const topic of topics) {
    const whole = counts.topics[topic];
    size.texts += whole?.texts ?? 0;
    size.conversations |= whole?.conversations ?? 0;
    size.authors |= whole?.authors ?? 0;
    for (const [term, tally] of counts.ofTopic(topic))
      tallies.set(term, united(tallies.get(term) ?? noTally, tally));
  }
  return { tallies, size };
};

/** Whether enough texts, conversations and authors use the term: one person's or one conversation's word does not describe the topic. */
const isCarried = (
  tally: Tally,
  size: { texts: number; conversations: number; authors: number },
): boolean => {
  const enough = (bits: number, all: number) =>
    distinct(bits) >= Math.min(LEAST_CARRIERS, Math.max(1, Math.floor(distinct(all) / 3)));
  return (
    tally.texts >= (size.texts < FEW_TEXTS ? LEAST_TEXTS - 1 : LEAST_TEXTS) &&
    enough(tally.conversations, size.conversations) &&
    enough(tally.authors, size.authors)
  );
};

/** How much more often a phrase's words stand together than by chance, −1 … 1; 1 for a single word. */
const cohesion = (term: Term, counts: TermCounts, all: number): number => {
  if (term.parts.length < 2) return 1;
  let expected = 1;
  for (const part of term.parts) expected *= (counts.terms[part]?.times ?? 1) / all;
  const share = term.times / all;
  // Divided by the number of word pairs, so that phrases of three words are not preferred to phrases of two.
  return Math.log(share / expected) / ((term.parts.length - 1) * -Math.log(share));
};

/**
 * Class-based TF-IDF (Grootendorst, BERTopic, 2022: tf · log(1 + A / f)), with shares of texts in place of term frequencies
 * (a word said ten times in one text is not ten times as important), and compared with the nearest topics:
 *
 *   w(t, c) = p_c(t) · log(1 + A / f(t)) · (p_c(t) / (p_c(t) + p_near(t)))²
 *
 * p_c: share of the topic's texts that contain t; p_near: the same for the nearest outside topics; f: occurrences of t in all texts;
 * A: words of an average topic. For a parent, the counts of its leaves are added up beforehand.
 */
const weigh = (
  counts: TermCounts,
  inside: ReturnType<typeof gathered>,
  outside: ReturnType<typeof gathered>,
): Candidate[] => {
  const all = counts.topics.reduce((sum, topic) => sum + topic.words, 0);
  const average = all / Math.max(1, counts.topics.filter((topic) => topic.texts > 0).length);
  const candidates: Candidate[] = [];
  for (const [number, tally] of inside.tallies) {
    const term = counts.terms[number];
    if (term === undefined || !isCarried(tally, inside.size)) continue;
    const together = cohesion(term, counts, all);
    if (together < LEAST_COHESION) continue;
    const share = tally.texts / inside.size.texts;
    const near = (outside.tallies.get(number)?.texts ?? 0) / Math.max(1, outside.size.texts);
    const contrast = share / (share + near);
    const length = 1 + 0.5 * (term.parts.length - 1) * together;
    candidates.push({
      number,
      term,
      tally,
      weight:
        share *
        Math.log(1 + average / term.times) *
        contrast *
        contrast *
        length *
        (term.noun ? 1 : OTHER_WORD),
    });
  }
  return candidates.sort((a, b) => b.weight - a.weight || (key(a) < key(b) ? -1 : 1));
};

const holds = (whole: readonly string[], part: readonly string[]): boolean =>
  whole.length > part.length &&
  whole.some((_, from) => part.every((word, at) => whole[from + at] === word));

/**
 * Leaves out words that a phrase explains, phrases that are special cases of another, and incomplete phrases
 * ("improve my credit", where "credit" is nearly always followed by "score").
 */
const explained = (shortlist: readonly Candidate[]): Candidate[] => {
  const out = new Set<number>();
  const longestFirst = [...shortlist].sort((a, b) => b.term.words.length - a.term.words.length);
  const phrases = longestFirst.filter(({ term }) => term.words.length > 1);
  const textsOf = new Map(shortlist.map(({ term, tally }) => [term.words.join(" "), tally.texts]));
  const breaksOff = ({ number, term: { words } }: Candidate): boolean =>
    phrases.some((other) => {
      if (other.number === number || other.term.words[0] !== words.at(-1)) return false;
      return other.tally.texts >= EXPLAINS * (textsOf.get(words.at(-1) ?? "") ?? Infinity);
    });
  for (const phrase of phrases) if (breaksOff(phrase)) out.add(phrase.number);
  for (const phrase of phrases) {
    if (out.has(phrase.number)) continue;
    for (const part of shortlist) {
      if (part.number === phrase.number || !holds(phrase.term.words, part.term.words)) continue;
      const explains = phrase.tally.texts / part.tally.texts;
      if (explains >= EXPLAINS) out.add(part.number);
      else if (part.term.words.length > 1) out.add(phrase.number);
    }
  }
  return shortlist.filter(({ number }) => !out.has(number));
};

/** @param topics leaf topics: one, or those below a parent. */
export const keywordsOf = (
  counts: TermCounts,
  topics: readonly number[],
  options: KeywordOptions,
): readonly Keyword[] => {
  const own = new Set(topics);
  const others = options.outside.filter((topic) => !own.has(topic));
  const inside = gathered(counts, topics);
  const outside = gathered(
    counts,
    others.length > 0 ? others : [...counts.topics.keys()].filter((topic) => !own.has(topic)),
  );
  const left = explained(weigh(counts, inside, outside).slice(0, SHORTLIST));
  const chosen: { candidate: Candidate; weight: number }[] = [];
  const used = new Set<string>();
  while (chosen.length < (options.count ?? DEFAULT_COUNT) && left.length > 0) {
    let best = 0;
    let bestWeight = -1;
    for (const [at, { term, weight }] of left.entries()) {
      const repeated =
        term.words.filter((word) => used.has(stemOf(word))).length / term.words.length;
      const value = weight * (1 - (repeated === 1 ? ALL_REPEATED : REPEAT * repeated));
      if (value > bestWeight) {
        best = at;
        bestWeight = value;
      }
    }
    for (const candidate of left.splice(best, 1)) {
      chosen.push({ candidate, weight: bestWeight });
      for (const word of candidate.term.words) used.add(stemOf(word));
    }
  }
  const top = chosen[0]?.weight ?? 1;
  return chosen.map(({ candidate: { term, tally }, weight }) => ({
    term: term.surface,
    words: term.words,
    weight: weight / top,
    texts: tally.texts,
    share: tally.texts / inside.size.texts,
    noun: term.noun,
  }));
};
