// Puts one typing mistake into a question: a letter left out, doubled, swapped or wrong, in a word of at least five letters.
import { seeded } from "../irc-archive.ts";

const letters = "abcdefghijklmnopqrstuvwxyz";

const misspell = (word: string, random: () => number): string => {
  const at = 1 + Math.floor(random() * (word.length - 2));
  const letter = letters[Math.floor(random() * letters.length)] ?? "x";
  switch (Math.floor(random() * 4)) {
    case 0:
      return word.slice(0, at) + word.slice(at + 1);
    case 1:
      return word.slice(0, at) + letter + word.slice(at);
    case 2:
      return word.slice(0, at) + (word[at + 1] ?? "") + (word[at] ?? "") + word.slice(at + 2);
    default:
      return word.slice(0, at) + letter + word.slice(at + 1);
  }
};

/** The same question and seed always give the same mistake. */
export const withOneMistake = (question: string, seed: number): string => {
  const random = seeded(seed);
  const words = [...question.matchAll(/\p{L}{5,}/gu)];
  const chosen = words[Math.floor(random() * words.length)];
  if (chosen === undefined) return question;
  let wrong = chosen[0];
  while (wrong === chosen[0]) wrong = misspell(chosen[0], random);
  return question.slice(0, chosen.index) + wrong + question.slice(chosen.index + chosen[0].length);
};
