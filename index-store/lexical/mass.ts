// The rows that contain most of a question: a word counts once, in whichever of its forms, and as much as it is rare.
import type { RowBitmap } from "../ann/ann.ts";
import type { Dictionary } from "./dictionary.ts";
import type { WordMass } from "./lexical.ts";
import { listOf } from "./posting-list.ts";
import type { PostingsData } from "./postings-format.ts";

/** Masses are added in single precision. */
const SLACK = 1e-4;

/**
 * Words by ascending mass, and how many of the first ones have too little mass together: a row needs one of the others, so that
 * the rows of the frequent words are looked at only where another word is (Turtle and Flood, "Query evaluation", 1995).
 */
const divided = (words: readonly WordMass[], least: number) => {
  const ordered = words.toSorted((a, b) => a.mass - b.mass);
  let light = 0;
  let sum = 0;
  for (const { mass } of ordered) {
    sum += mass;
    if (sum >= least) break;
    light += 1;
  }
  return { ordered, light };
};

interface Scratch {
  /** Mass found so far, by row. */
  readonly sums: Float32Array;
  /** The last word that was added to a row, from 1, so that a second form of it adds nothing. */
  readonly last: Uint8Array;
}

/** Kept between questions: fresh memory of this size costs a page fault every 4 KB, which takes longer than to clear it. */
const scratches = new WeakMap<PostingsData, Scratch>();

const scratchOf = (data: PostingsData): Scratch => {
  const known = scratches.get(data);
  known?.sums.fill(0);
  known?.last.fill(0);
  const scratch = known ?? {
    sums: new Float32Array(data.rows),
    last: new Uint8Array(data.rows),
  };
  scratches.set(data, scratch);
  return scratch;
};

/** Rows whose words have at least this mass together. */
export const rowsWithMass = (
  data: PostingsData,
  dictionary: Dictionary,
  { words, least }: { readonly words: readonly WordMass[]; readonly least: number },
): RowBitmap => {
  const matches = new Uint32Array((data.rows + 31) >>> 5);
  const wanted = least * (1 - SLACK);
  const { ordered, light } = divided(words, wanted);
  if (light === ordered.length) return matches;
  const { sums, last } = scratchOf(data);
  for (let at = ordered.length - 1; at >= 0; at--) {
    const word = ordered[at];
    if (word === undefined) continue;
    const mark = (at % 255) + 1;
    for (const term of word.terms) {
      const { rows, from, to } = listOf(data, dictionary.find(term));
      for (let posting = from; posting < to; posting++) {
        const row = rows[posting] ?? 0;
        const sum = sums[row] ?? 0;
        if (last[row] === mark || (at < light && sum === 0)) continue;
        last[row] = mark;
        sums[row] = sum + word.mass;
        if (sum + word.mass >= wanted)
          matches[row >>> 5] = (matches[row >>> 5] ?? 0) | (1 << (row & 31));
      }
    }
  }
  return matches;
};
