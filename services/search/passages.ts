// Quotes the sentences of the best hits that answer a question. Pure.
import type { Passage } from "#services/contract/answers.ts";
import type { ExchangeMessage, Hit } from "#services/contract/search.ts";
import { sentences } from "#services/text/text.ts";

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

/** The answers of an exchange, the best one first. */
const answersOf = ({ exchange }: Hit): ExchangeMessage[] => {
  const { answers, best } = exchange ?? { answers: [], best: null };
  return answers.toSorted((a, b) => Number(b.message === best) - Number(a.message === best));
};

const passageOf = (hit: Hit): Passage | null => {
  const place = {
    conversation: hit.conversation,
    collection: hit.collection,
    title: hit.title,
    channel: hit.channel,
    source: hit.source,
  };
  for (const said of answersOf(hit)) {
    const part = bestPart(said);
    if (part !== null)
      return {
        ...part,
        ...place,
        message: said.message,
        author: said.author,
        at: said.at,
        answers: askedIn(hit),
      };
  }
  if (hit.exchange !== null) return null;
  const part = bestPart(hit);
  return (
    part && {
      ...part,
      ...place,
      message: hit.message,
      author: hit.author,
      at: hit.at,
      answers: null,
    }
  );
};

/**
 * At most so many passages of the best hits that are certain, each of another message and saying something else. Answers to what
 * somebody asked come before what only mentions the words; then what contains more of the question; then the better hit.
 */
export const passagesOf = (hits: readonly Hit[], most: number, judging: Judging): Passage[] => {
  const found: { passage: Passage; quarters: number }[] = [];
  // What was deleted, or written again, answers nobody.
  for (const hit of hits.filter(({ gone }) => !gone).slice(0, MOST_HITS)) {
    const coverage = coverageOf(hit, judging);
    const passage = isCertain(hit, coverage, judging) ? passageOf(hit) : null;
    if (passage === null) continue;
    const isSaid = found.some(
      ({ passage: { message, text } }) =>
        message === passage.message || overlap(text, passage.text) >= SAME,
    );
    if (!isSaid) found.push({ passage, quarters: Math.round(coverage * 4) });
  }
  return found
    .toSorted(
      (a, b) =>
        Number(b.passage.answers !== null) - Number(a.passage.answers !== null) ||
        b.quarters - a.quarters,
    )
    .map(({ passage }) => passage)
    .slice(0, most);
};
