// The rows that contain most of a question: a word counts once, in whichever of its forms, and as much as it is rare.
import type { RowBitmap } from "../ann/ann.ts";
import type { Dictionary } from "./dictionary.ts";
import type { WordMass } from "./lexical.ts";
import { listOf } from "./posting-list.ts";
import type { HeldTerm, PostingsKernel } from "./postings-kernel.ts";

/** Masses are added in single precision. */
const SLACK = 1e-4;

/**
 * How many of the words, by ascending mass, have too little mass together: a row needs one of the others, so that the rows of the
 * frequent words are looked at only where another word is (Turtle and Flood, "Query evaluation", 1995).
 */
const lightOf = (ascending: readonly WordMass[], least: number): number => {
  let light = 0;
  let sum = 0;
  for (const { mass } of ascending) {
    sum += mass;
    if (sum >= least) break;
    light += 1;
  }
  return light;
};

/** Rows whose words have at least this mass together. */
export const rowsWithMass = (
  kernel: PostingsKernel,
  dictionary: Dictionary,
  asked: {
    readonly words: readonly WordMass[];
    readonly least: number;
    readonly filter: RowBitmap | undefined;
  },
): RowBitmap => {
  const { data } = kernel;
  const least = asked.least * (1 - SLACK);
  const ascending = asked.words.toSorted((a, b) => a.mass - b.mass);
  const heavy = ascending.length - lightOf(ascending, least);
  if (heavy === 0) return new Uint32Array((data.rows + 31) >>> 5);
  const terms: HeldTerm[] = [];
  let light = 0;
  for (const [at, { terms: forms, mass }] of ascending.toReversed().entries()) {
    for (const term of forms) {
      const list = listOf(data, dictionary.find(term));
      if (list.to > list.from) terms.push({ list, word: at + 1, mass });
    }
    if (at < heavy) light = terms.length;
  }
  return kernel.holding(terms, { light, least, allowed: asked.filter });
};
