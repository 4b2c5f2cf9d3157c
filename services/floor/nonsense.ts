// Questions that mean nothing, in a collection's own letters: its frequent words read backwards.
import type { Searcher } from "#index-store/index-store.ts";

/** Words that are taken, the most frequent first. */
const MOST_WORDS = 3000;
const FEWEST_WORDS = 40;
/** Letters only: numbers and codes read backwards are as good as before. */
const isWord = /^[\p{L}\p{M}]{3,20}$/u;
const SEED = 21;

/** Mulberry32. */
const seeded = (seed: number) => {
  let state = seed >>> 0;
  return (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

/** The letters in reverse; a letter keeps the marks that follow it. */
const backwards = (word: string): string => (word.match(/\P{M}\p{M}*/gu) ?? []).reverse().join("");

/**
 * So many questions of each length in words, the same ones for the same version. null where the collection has too few words.
 * Their best similarities are distributed as those of made-up words and of random letters (infra/bench/eval/nothing.ts), and they
 * need no list of syllables for each script.
 */
export const nonsenseOf = (
  searcher: Pick<Searcher, "termsWithPrefix" | "documentFrequency">,
  lengths: readonly number[],
  questions: number,
): readonly (readonly string[])[] | null => {
  const words = searcher
    .termsWithPrefix("", MOST_WORDS)
    .filter(({ term }) => isWord.test(term))
    .map(({ term }) => backwards(term))
    .filter((word) => searcher.documentFrequency(word) === 0);
  if (words.length < FEWEST_WORDS) return null;
  const random = seeded(SEED);
  const pick = () => words[Math.floor(random() * words.length)] ?? "";
  return lengths.map((length) =>
    Array.from({ length: questions }, () => Array.from({ length }, pick).join(" ")),
  );
};
