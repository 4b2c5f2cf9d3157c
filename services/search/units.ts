// Tokens → what was typed without a space: words, and compounds with their parts. Pure.
import type { Token } from "#index-store/index-store.ts";

export interface Unit {
  /** The largest term: the compound, or the word itself. */
  readonly whole: string;
  /** Its terms that take a position in the index, in order: what a phrase of it is made of. */
  readonly parts: readonly string[];
}

/** Largest units in order. A compound's parts follow it in the tokens, and stand inside it. */
export const unitsOf = (tokens: readonly Token[]): Unit[] => {
  const units: { whole: string; parts: string[] }[] = [];
  let end = 0;
  for (const token of tokens) {
    if (units.length === 0 || token.start >= end) {
      units.push({ whole: token.term, parts: [] });
      end = token.end;
    }
    if (!token.compound) units.at(-1)?.parts.push(token.term);
  }
  return units;
};

/** The terms of a phrase, as the index finds them. A single compound such as c++ is its whole term and not its parts. */
export const phraseOf = (tokens: readonly Token[]): string[] => {
  const units = unitsOf(tokens);
  const [only] = units;
  if (only !== undefined && units.length === 1 && only.parts.length < 2) return [only.whole];
  return units.flatMap(({ parts }) => parts);
};
