// The rows that a question's words count: those that hold at least half of what it asks for, each word worth as much as it is rare.
import {
  idf,
  type RowSet,
  type Searcher,
  tokenize,
  type WordMass,
} from "#index-store/index-store.ts";
import type { Asked } from "./asked.ts";
import type { KnownWords, Unit } from "./known-words.ts";
import { languagesOf } from "./languages.ts";
import { relativesOf } from "./nearest.ts";
import { isGated } from "./terms.ts";

/** The share of a question's mass that a row must hold. */
const SHARE = 0.5;
/** Where no row holds so much, half of it will do, and so on: a question of fifty words is in no single message. */
const HALVINGS = 4;

/** A word in its forms, and in the usual spelling where it looks mistyped. */
const withForms = (term: string, searcher: Searcher): readonly string[] => {
  const { forms, nearest } = relativesOf(term, languagesOf(searcher), searcher);
  const usual = searcher.documentFrequency(term) > 0 ? nearest : [];
  return [term, ...forms.map((form) => form.term), ...usual.map((one) => one.term)];
};

/** What counts as each word. A compound that no row has counts by its parts. */
const wordsOf = ({ terms, word, knowledge }: Unit, searcher: Searcher): (readonly string[])[] => {
  if (knowledge.kind === "unknown") return [];
  if (knowledge.kind === "corrected") return [knowledge.to.map(({ term }) => term)];
  if (terms.length === 1 || searcher.documentFrequency(word) > 0)
    return [withForms(word, searcher)];
  return terms.slice(1).map((part) => withForms(part, searcher));
};

/** By what is known of a question's words, which is said of one searcher: rows are counted with them, and hits compared. */
const remembered = new WeakMap<KnownWords, readonly WordMass[]>();

/** The known words of a question with their masses. Unknown ones have none: no row could hold them. */
export const massesOf = (known: KnownWords, searcher: Searcher): readonly WordMass[] => {
  const masses = remembered.get(known) ?? findMasses(known, searcher);
  remembered.set(known, masses);
  return masses;
};

const findMasses = ({ content }: KnownWords, searcher: Searcher): WordMass[] =>
  content
    .flatMap((unit) => wordsOf(unit, searcher))
    .map((terms) => ({
      terms,
      mass: idf(
        searcher.rows,
        terms.reduce((sum, term) => sum + searcher.documentFrequency(term), 0),
      ),
    }))
    .filter(({ mass }) => mass > 0);

/** What words that no row contains are worth: each as much as the rarest could be. */
const unknownMass = (content: readonly Unit[], searcher: Searcher): number =>
  content.filter(({ knowledge }) => knowledge.kind === "unknown").length * idf(searcher.rows, 0);

/**
 * Rows that match by words, for totals and facets. Where words are required, or the question is an exact string, every row with
 * those; otherwise rows with half of the question's mass; none where words that no row contains are more than half of it.
 */
export const countedByWords = ({ searcher, plan, known, within }: Asked): RowSet => {
  if (known.isStrange) return searcher.rowsOf([]);
  if (isGated(plan.query)) return searcher.matching(plan.query, within);
  const exact = searcher.union(plan.exact.map((query) => searcher.matching(query, within)));
  if (exact.count > 0) return exact;
  const words = massesOf(known, searcher);
  const mass = words.reduce((sum, one) => sum + one.mass, 0);
  if (mass < SHARE * (mass + unknownMass(known.content, searcher))) return searcher.rowsOf([]);
  let least = mass * SHARE;
  let rows = searcher.holding(words, least, within);
  for (let at = 0; at < HALVINGS && rows.count === 0; at++) {
    least /= 2;
    rows = searcher.holding(words, least, within);
  }
  return rows;
};

/**
 * For texts of a collection: the share of the question's mass that a text contains. An unknown word is worth most, and is in none;
 * so is one whose correction is two edits away. 1 for texts found by phrases and required words alone.
 */
export const coverageOf = ({
  known,
  searcher,
  plan,
}: Pick<Asked, "known" | "searcher" | "plan">) => {
  const isGuess = ({ knowledge }: Unit): boolean =>
    knowledge.kind === "unknown" ||
    (knowledge.kind === "corrected" && knowledge.to.every(({ edits }) => edits > 1));
  const content = known.content.filter((unit) => !isGuess(unit));
  const words = massesOf({ ...known, content }, searcher);
  const unknown = known.content.length - content.length;
  const total = words.reduce((sum, { mass }) => sum + mass, unknown * idf(searcher.rows, 0));
  // A question of nothing but phrases and required words: what was found has all of them.
  const isGate = known.content.length === 0 && isGated(plan.query);
  return (text: string): number => {
    if (isGate) return 1;
    if (known.isStrange || total === 0) return 0;
    const terms = new Set(tokenize(text).map(({ term }) => term));
    const held = words.filter((word) => word.terms.some((term) => terms.has(term)));
    return held.reduce((sum, { mass }) => sum + mass, 0) / total;
  };
};
