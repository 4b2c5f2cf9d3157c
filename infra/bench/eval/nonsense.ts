// Questions that no collection answers, from a seeded generator: random letters, keyboard mash, made-up words, salads of them.
import { seeded } from "../irc-archive.ts";

export const nonsenseKinds = [
  "random letters",
  "keyboard mash",
  "made-up words",
  "salads of made-up words",
  "made-up words in a sentence",
] as const;
export type NonsenseKind = (typeof nonsenseKinds)[number];

export interface NonsenseQuestion {
  readonly kind: NonsenseKind;
  readonly text: string;
}

type Random = () => number;

const letters = "abcdefghijklmnopqrstuvwxyz";
const keyRows = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];
const onsets =
  "b bl br c ch cl cr d dr f fl fr g gl gr h j k kl l m n p pl pr qu r s sk sl sn sp st t tr v w x y z";
const vowels = "a e i o u ai ea ee io oo ou";
const codas = "b ck d f g k l lt m n nd ng nt p r rd rk s sh st t th v x z";
const sentences = [
  "how do i * the * on *",
  "what is a * and why does it * with my *",
  "where can i find the * for *",
  "* not working after *",
  "is there any way to * a * without *",
  "why is my * so *",
  "can someone help me with * please",
  "which * is the best for *",
];

const pick = <T>(from: readonly T[], random: Random): T => {
  const one = from[Math.floor(random() * from.length)];
  if (one === undefined) throw new Error("There is nothing to pick from.");
  return one;
};

const between = (low: number, high: number, random: Random): number =>
  low + Math.floor(random() * (high - low + 1));

const times = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);

const randomWord = (random: Random): string =>
  times(between(3, 12, random), () => pick([...letters], random)).join("");

/** Fingers that run along the keys: most strokes stay in a row and near the last key. */
const mash = (random: Random): string => {
  let row = pick(keyRows, random);
  let at = between(0, row.length - 1, random);
  let word = "";
  for (const length = between(5, 14, random); word.length < length; ) {
    word += row[at] ?? "";
    if (random() < 0.15) row = pick(keyRows, random);
    at = (at + between(-2, 2, random) + row.length) % row.length;
  }
  return word;
};

const syllable = (random: Random): string =>
  pick(onsets.split(" "), random) +
  pick(vowels.split(" "), random) +
  (random() < 0.4 ? pick(codas.split(" "), random) : "");

const madeUp = (random: Random): string =>
  times(between(2, 4, random), () => syllable(random)).join("");

const makers: Readonly<Record<NonsenseKind, (random: Random) => string>> = {
  "random letters": (random) => times(between(1, 4, random), () => randomWord(random)).join(" "),
  "keyboard mash": (random) => times(between(1, 3, random), () => mash(random)).join(" "),
  "made-up words": (random) => times(between(1, 2, random), () => madeUp(random)).join(" "),
  "salads of made-up words": (random) =>
    times(between(3, 9, random), () => madeUp(random)).join(" "),
  "made-up words in a sentence": (random) =>
    pick(sentences, random).replaceAll("*", () => madeUp(random)),
};

/** As many of each kind; the same seed gives the same questions. */
export const nonsenseQuestions = (count: number, seed = 21): NonsenseQuestion[] => {
  const random = seeded(seed);
  return Array.from({ length: count }, (_, at) => {
    const kind = nonsenseKinds[at % nonsenseKinds.length] ?? "random letters";
    return { kind, text: makers[kind](random) };
  });
};
