// Negations of English: "not", "cannot" and "doesn't" are one word to a question that holds one of them.
import { idf } from "#index-store/index-store.ts";
import type { Vocabulary, Weighted } from "./nearest.ts";

const verbs = "are ca could did do does had has have is must need should was were wo would".split(
  " ",
);
const negations: ReadonlySet<string> = new Set([
  ..."no not never none neither nor without cannot nobody nothing nowhere unable".split(" "),
  // As they are indexed, without the apostrophe: arent, cant, dont …
  ...verbs.map((verb) => `${verb}nt`),
]);

export const isNegation = (term: string): boolean => negations.has(term);

/** All negations that the index has, together as rare as they are together. */
export const negationsIn = (vocabulary: Vocabulary, weight: number): Weighted[] => {
  const known = [...negations]
    .map((term) => ({ term, found: vocabulary.documentFrequency(term) }))
    .filter(({ found }) => found > 0);
  const { rows } = vocabulary;
  const together = known.reduce((sum, { found }) => sum + found, 0);
  return known.map(({ term, found }) => ({
    term,
    weight: (weight * idf(rows, together)) / idf(rows, found),
  }));
};
