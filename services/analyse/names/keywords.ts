// A topic's keywords: words and phrases that are frequent in it and not in the topics nearest to it.
import type { Term, TermCounts } from "./term-counts.ts";
import { distinct, noTally, type Tally, united } from "./term-table.ts";
import { stemOf } from "./word-stem.ts";

export interface Keyword {
  /** As people write it. */
  readonly term: string;
  /** Its folded words. */
  readonly words: readonly string[];
  /** 1 for the best keyword of the topic, less for the others. */
  readonly weight: number;
  /** Texts of the topic that hold it. */
  readonly texts: number;
  /** Their share of the topic's texts. */
  readonly share: number;
}

export interface KeywordOptions {
  /** Leaf topics nearest the topic, none of its own: what it is told apart from. All others where there is none. */
  readonly outside: readonly number[];
  /** Keywords wanted, 10 by default; fewer where the topic does not have them. */
  readonly count?: number;
}

const DEFAULT_COUNT = 10;
/** Candidates looked at closely. */
const SHORTLIST = 80;
/** A keyword of fewer texts is an accident; in a topic of few texts two say it. */
const LEAST_TEXTS = 3;
const FEW_TEXTS = 80;
/** Of conversations and authors each where the topic has several times as many. */
const LEAST_CARRIERS = 3;
/** A phrase that stands where half of a word's texts are explains the word. */
const EXPLAINS = 0.5;
/** Words that meet by chance have 0, that only occur together 1 (normalised pointwise mutual information, Bouma 2009). */
const LEAST_COHESION = 0.2;
/** What a further keyword loses for words that were there before in any inflection; for all of them nine tenths. */
const REPEAT = 0.6;
const ALL_REPEATED = 0.9;

interface Candidate {
  readonly number: number;
  readonly term: Term;
  readonly tally: Tally;
  readonly weight: number;
}

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

/** A term that one person says, or that one thread is about, is no topic's word. */
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

/** How much oftener a phrase's words stand together than chance would have it, −1 … 1; 1 for a word. */
const cohesion = (term: Term, counts: TermCounts, all: number): number => {
  if (term.parts.length < 2) return 1;
  let expected = 1;
  for (const part of term.parts) expected *= (counts.terms[part]?.times ?? 1) / all;
  const share = term.times / all;
  // As many words as there are pairs to divide by: three words are no likelier to be chance than two.
  return Math.log(share / expected) / ((term.parts.length - 1) * -Math.log(share));
};

/**
 * Class-based TF-IDF (Grootendorst, BERTopic, 2022: tf · log(1 + A / f)), with shares of texts in place of term frequencies
 * (a word said ten times in one text is not ten times the topic) and set against the nearest topics:
 *
 *   w(t, c) = p_c(t) · log(1 + A / f(t)) · (p_c(t) / (p_c(t) + p_near(t)))²
 *
 * p_c: share of the topic's texts that hold t; p_near: of the nearest outside topics' texts; f: times of t in all texts;
 * A: words of an average topic. Of topics put together (a parent's leaves) tallies are added up beforehand.
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
      weight: share * Math.log(1 + average / term.times) * contrast * contrast * length,
    });
  }
  return candidates.sort((a, b) => b.weight - a.weight || a.number - b.number);
};

const holds = (whole: readonly string[], part: readonly string[]): boolean =>
  whole.length > part.length &&
  whole.some((_, from) => part.every((word, at) => whole[from + at] === word));

/**
 * Leaves out words that a phrase explains, phrases that are only a case of another, and phrases that break off
 * ("improve my credit", where "credit" is nearly always "credit score").
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

/** @param topics leaf topics: one, or those of a parent. */
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
  }));
};
