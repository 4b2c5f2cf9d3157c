// Quotes the sentences of the best hits that answer a question. Pure.
import type { Passage } from "#services/contract/answers.ts";
import type { Hit } from "#services/contract/search.ts";
import { asksBack, type Substance, sentences, substanceOf } from "#services/text/text.ts";

/** What is known of a hit beside what is shown. */
export interface Judging {
  /** The share of what the question's words are worth that a text of the hit contains, 0 … 1. */
  coverage(text: string, hit: Hit): number;
  /** The similarity that hardly any nonsense question reaches in the hit's collection; −1 where none was measured. */
  sure(hit: Hit): number;
}

/** Hits that are looked at. */
const MOST_HITS = 10;
const MOST_SENTENCES = 3;
/** Characters of a passage after which no further sentence is added. */
const LONG_ENOUGH = 240;
/** A shorter message ("yes", "try it") says nothing away from its conversation; a longer one may without words of the question. */
const FEWEST_WORDS = 4;
const ENOUGH_WORDS = 8;
/** Paths, addresses, options, commands. */
const telling = /[/\\~]\S|\bsudo\b|\S-\S/u;
/** Share of the question that a hit must contain. */
const MOST_OF_IT = 0.6;
/** How far a hit must be above what nonsense questions reach, and the share that it must contain even then. */
const MARGIN = 0.08;
const SOME_OF_IT = 0.3;
/** Two passages with such a share of words in common say the same. */
const SAME = 0.6;

const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

/** Words that two texts have in common, of the words of the shorter one. */
const overlap = (one: string, other: string): number => {
  const a = new Set(wordsOf(one));
  const b = new Set(wordsOf(other));
  const common = [...a].filter((word) => b.has(word)).length;
  return common / Math.max(1, Math.min(a.size, b.size));
};

/** The share of the question that the whole hit contains. */
const coverageOf = (hit: Hit, judging: Judging): number => {
  const said = hit.exchange === null ? [] : [...hit.exchange.question, ...hit.exchange.answers];
  return judging.coverage([hit.snippet, ...said.map((one) => one.snippet)].join("\n"), hit);
};

/** Whether the hit is about the question: most of its words, or some of them and a meaning that is no chance. */
const isCertain = (hit: Hit, coverage: number, judging: Judging): boolean => {
  if (coverage >= MOST_OF_IT) return true;
  const { similarity } = hit;
  return similarity !== null && similarity >= judging.sure(hit) + MARGIN && coverage >= SOME_OF_IT;
};

/** The mark of a list's item whose words are not quoted. */
const openItem = /\s*\n\s*(?:\d{1,3}[.)]|[-*•])\s*$/u;

const isQuestion = (text: string): boolean => /\?["'”’)\]\s]*$/u.test(text);

interface Quoted {
  readonly snippet: string;
  readonly highlights: readonly { readonly start: number; readonly end: number }[];
}

/** The neighbouring sentences of a text that have the most highlighted words, the first among equals. */
const bestPart = ({ snippet, highlights }: Quoted): Pick<Passage, "text" | "highlights"> | null => {
  const all = sentences(snippet);
  const marksIn = (start: number, end: number) =>
    highlights.filter((mark) => mark.start >= start && mark.end <= end);
  let best: { start: number; end: number; marks: number } | undefined;
  for (let first = 0; first < all.length; first++) {
    const start = all[first]?.start ?? 0;
    let end = start;
    for (const { start: at, text } of all.slice(first, first + MOST_SENTENCES)) {
      if (end > start && (end - start >= LONG_ENOUGH || isQuestion(text))) break;
      end = at + text.length;
    }
    const marks = marksIn(start, end).length;
    if (isQuestion(snippet.slice(start, end))) continue;
    if (best === undefined || marks > best.marks) best = { start, end, marks };
  }
  if (best === undefined) return null;
  const { start } = best;
  const end = start + snippet.slice(start, best.end).replace(openItem, "").length;
  const text = snippet.slice(start, end);
  const words = wordsOf(text).length;
  const isTelling = best.marks > 0 || words >= ENOUGH_WORDS || telling.test(text);
  if (words < FEWEST_WORDS || !isTelling) return null;
  return {
    text,
    highlights: marksIn(start, end).map((mark) => ({
      start: mark.start - start,
      end: mark.end - start,
    })),
  };
};

/** The line of an exchange's question with the most words of what was searched for, the first of equal ones. */
const askedIn = ({ exchange }: Hit): string | null =>
  exchange?.question.toSorted((a, b) => b.highlights.length - a.highlights.length)[0]?.snippet ??
  null;

/** A passage that could be quoted, and what is known of it. */
export interface Quote {
  readonly passage: Passage;
  /** All that was asked, for which it is an answer; empty for a message that stands for itself. */
  readonly asked: string;
  readonly hit: Hit;
  /** Place of the hit, from 0. */
  readonly rank: number;
  /** Whether it is from the best answer by the exchange's own evidence. */
  readonly isBest: boolean;
}

const quotesOfHit = (hit: Hit, rank: number): Quote[] => {
  const place = {
    conversation: hit.conversation,
    collection: hit.collection,
    title: hit.title,
    channel: hit.channel,
    source: hit.source,
  };
  const { exchange } = hit;
  const said = exchange === null ? [hit] : exchange.answers;
  const asked = exchange?.question.map(({ snippet }) => snippet).join("\n") ?? "";
  return said.flatMap((one): Quote[] => {
    const part = bestPart(one);
    if (part === null) return [];
    const { message, author, at } = one;
    const passage = { ...part, ...place, message, author, at, answers: askedIn(hit) };
    return [{ passage, asked, hit, rank, isBest: one === hit || message === exchange?.best }];
  });
};

/** All passages that could be quoted: of the hits that are certain, one of each answer. */
export const quotesOf = (hits: readonly Hit[], judging: Judging): Quote[] =>
  hits
    // What was deleted, or written again, answers nobody.
    .filter(({ gone }) => !gone)
    .slice(0, MOST_HITS)
    .flatMap((hit, rank) => {
      const isSure = isCertain(hit, coverageOf(hit, judging), judging);
      return isSure ? quotesOfHit(hit, rank) : [];
    });

/** What each piece of evidence counts that a passage answers the question; see infra/decisions/0021-nothing-and-answers.md. */
const worth = {
  /** Share of the question's words in what was asked, and in the passage. */
  askedWords: 0.35,
  words: 0.5,
  /** Similarity of what was asked, and of the passage, to the question. */
  askedMeaning: 0.55,
  meaning: 0.7,
  best: 0.35,
  place: -0.04,
  asksBack: -0.5,
  ownTrouble: -0.3,
} as const;
const worthOfSubstance: Readonly<Record<Substance, number>> = {
  way: 0.6,
  statement: 0.3,
  remark: 0,
};
/** A passage with so much less evidence than the best one is left out. */
const FAR_BEHIND = 0.5;
/** Whoever begins with himself, after the name of whom he talks to, mostly tells of the same trouble. */
const ownTrouble = /^\s*(?:\S+\s?[:,]\s+)?(?:i|i['’]?m|i['’]?ve|my|we)\b/iu;
export interface Evidence extends Pick<Judging, "coverage"> {
  /** Similarity of a text to the question, −1 … 1; 0 where none is known. */
  nearness(text: string): number;
}

/** A message that stands for itself counts so much as what was asked: it is about the question, and answers nobody's. */
const ALONE = 0.5;

const evidenceFor = ({ passage: { text }, asked, hit, rank, isBest }: Quote, of: Evidence) => {
  const [question, share] = asked === "" ? [text, ALONE] : [asked, 1];
  return (
    share * worth.askedWords * of.coverage(question, hit) +
    share * worth.askedMeaning * of.nearness(question) +
    worth.words * of.coverage(text, hit) +
    worth.meaning * of.nearness(text) +
    worthOfSubstance[substanceOf(text)] +
    (isBest ? worth.best : 0) +
    worth.place * rank +
    (asksBack(text) ? worth.asksBack : 0) +
    (ownTrouble.test(text) ? worth.ownTrouble : 0)
  );
};

/** At most so many passages, those with the most evidence first, each of another hit and saying something else. */
export const passagesOf = (quotes: readonly Quote[], most: number, of: Evidence): Passage[] => {
  const rated = quotes
    .map((quote) => ({ quote, evidence: evidenceFor(quote, of) }))
    .toSorted((a, b) => b.evidence - a.evidence);
  const least = (rated[0]?.evidence ?? 0) - FAR_BEHIND;
  const taken: Quote[] = [];
  for (const { quote, evidence } of rated) {
    if (taken.length === most || evidence < least) break;
    const { hit, passage } = quote;
    const isSaid = taken.some(
      (other) =>
        other.hit === hit ||
        other.passage.message === passage.message ||
        overlap(other.passage.text, passage.text) >= SAME,
    );
    if (!isSaid) taken.push(quote);
  }
  return taken.map(({ passage }) => passage);
};
