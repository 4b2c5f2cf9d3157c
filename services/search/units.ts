// Groups tokens into what was typed without a space: words, and compounds with their parts. Pure.
import type { Token } from "#index-store/index-store.ts";

export interface Unit {
  /** The longest term: the compound, or the word itself. */
  readonly whole: string;
  /** Its terms that have a position of their own in the index, in order: a phrase is made of these. */
  readonly parts: readonly string[];
}

/** The longest units, in order. In the tokens, the parts of a compound follow it. */
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

/** The terms of a phrase as the index stores them. A single compound such as c++ is one term, not its parts. */
export const phraseOf = (tokens: readonly Token[]): string[] => {
  const units = unitsOf(tokens);
  const [only] = units;
  if (only !== undefined && units.length === 1 && only.parts.length < 2) return [only.whole];
  return units.flatMap(({ parts }) => parts);
};
