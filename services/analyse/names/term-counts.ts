// Reads the counts of terms: spelling that most people use, plurals united with their singular, names of people left out, by topic.
import own from "./stop-words.json" with { type: "json" };
import { uncountable } from "./stop-words.ts";
import { type Gram, Rows, type Tally, type TermTable } from "./term-table.ts";
import type { WordUse } from "./word-use.ts";

export interface Term {
  /** Folded words, including a joining word as in "terms of service". */
  readonly words: readonly string[];
  /** In the spelling that most people use. */
  readonly surface: string;
  /** Occurrences in all texts, singular and plural together. */
  readonly times: number;
  /** Numbers of the terms of its single words, as far as these were kept. */
  readonly parts: readonly number[];
  /** Whether its last word names a thing, as far as the texts show; true in other languages than English. */
  readonly noun: boolean;
}

/** The texts and words of a whole topic. */
export interface TopicSize {
  readonly texts: number;
  /** Number of words that are not stop words. */
  readonly words: number;
  readonly conversations: number;
  readonly authors: number;
  /** Share of the texts that are addressed to one of a few people, 0 … 1. */
  readonly addressed: number;
}

export interface TermCounts {
  readonly terms: readonly Term[];
  /** One per leaf topic, and a last one for texts without a topic. */
  readonly topics: readonly TopicSize[];
  /** Terms of a topic with their tallies, by the number of the term, ascending. */
  readonly ofTopic: (topic: number) => readonly (readonly [term: number, tally: Tally])[];
}

export interface CountedWords {
  readonly terms: readonly string[];
  readonly lower: readonly number[];
  readonly surfaces: ReadonlyMap<string, { readonly word: number; readonly times: number }>;
  find(term: string): number | undefined;
}

export interface Counted {
  readonly table: TermTable;
  readonly words: CountedWords;
  /** How English words are used; undefined where most texts are in another language. */
  readonly use: WordUse | undefined;
  /** Word numbers that are names of people, given how often each word occurs. */
  readonly namesAmong: (timesOf: (word: number) => number) => ReadonlySet<number>;
  readonly isJoining: (term: string) => boolean;
  readonly topics: readonly TopicSize[];
  readonly language: string;
}

/** A word or phrase must occur so often to be a term; once less where there are few texts. */
const LEAST_TIMES = 3;
const FEW_TEXTS = 2000;

/** A word counts as a name or abbreviation where its forms with capitals are this often as frequent as its plain form. */
const CAPITALS = 0.25;
const abbreviation = /^\p{Lu}{2,5}$/u;
const shouted = /^\p{Lu}{6,}$/u;
const likeName = /^\p{Lu}/u;

/** Word number → its most frequent form; names and abbreviations with their capitals. */
const surfacesOf = (words: CountedWords): ((word: number) => string) => {
  const best = new Map<number, { surface: string; times: number }>();
  for (const [surface, { word, times }] of words.surfaces) {
    const known = best.get(word);
    if (known === undefined || times > known.times) best.set(word, { surface, times });
  }
  return (word) => {
    const other = best.get(word);
    const term = words.terms[word] ?? "";
    if (other === undefined) return term;
    const { surface, times } = other;
    const isName = abbreviation.test(surface) || (likeName.test(surface) && !shouted.test(surface));
    return times > (words.lower[word] ?? 0) * (isName ? CAPITALS : 1) ? surface : term;
  };
};

/** Languages that form the plural with an s that can be removed. */
const pluralInS = new Set(["en", "es", "pt", "fr"]);
const plainWord = /^[a-z]{3,}s$/;

/** Possible singulars of a plural, the most likely first. */
const singularsOf = (term: string): readonly string[] => {
  if (!plainWord.test(term) || uncountable.has(term) || /(?:ss|us|is)$/.test(term)) return [];
  if (term.endsWith("ies") && term.length > 4) return [`${term.slice(0, -3)}y`, term.slice(0, -1)];
  if (/(?:x|ch|sh|ss|zz)es$/.test(term)) return [term.slice(0, -2), term.slice(0, -1)];
  return [term.slice(0, -1)];
};

/** Word number → the number of its singular where the texts contain that too, else its own. */
const singulars = (counted: Counted, timesOf: (word: number) => number): Uint32Array => {
  const { words } = counted;
  const folded = Uint32Array.from(words.terms.keys());
  if (!pluralInS.has(counted.language)) return folded;
  for (const [number, term] of words.terms.entries()) {
    const singular = singularsOf(term)
      .map((form) => words.find(form))
      // Not where the shorter form is rare: "source" may be a typing mistake, and "address" is not the plural of "addres".
      .find((form) => form !== undefined && timesOf(form) * 20 >= timesOf(number));
    if (singular !== undefined) folded[number] = singular;
  }
  return folded;
};

const firstUpper = (word: string): string =>
  /^\p{Ll}/u.test(word) ? word.charAt(0).toUpperCase() + word.slice(1) : word;

/** In so large a share of its uses a noun must name a thing. */
const LEAST_NOUN = 0.5;
/** Of all occurrences of a noun, so many must stand as one: adjectives and adverbs nearly always stand before other words. */
const LEAST_NAMED = 0.1;
/** For each time that it stands before another word ("famous people", "oven door"), a noun must name a thing so often. */
const LEAST_BESIDE = 0.5;
/** What people tell an assistant to do; no title is made of these words. */
const instructions = new Set(own.instructions.split(" "));
/** Names of things that say nothing about the subject, alone. */
const vague = new Set(`${own.vague} ${own.smallTalk}`.split(" "));
/** A phrase does not begin with a word that is so rarely the name of a thing. */
const LEAST_NOUN_FIRST = 0.35;

/** Whether a word names a thing in these texts. */
const isNoun = (
  { use, words }: Counted,
  word: number,
  { times, capital }: { readonly times: number; readonly capital: boolean },
): boolean => {
  const term = words.terms[word] ?? "";
  if (use === undefined) return true;
  if (instructions.has(term) || /(?:ly|ed)$/.test(term)) return false;
  // Names and abbreviations, and words with signs or digits (apt-get, mp3), are no verbs.
  if (capital || !/^[a-z]+$/.test(term)) return true;
  // A few occurrences prove nothing.
  const named = use.named(word) + 1;
  const isAdjective = named < LEAST_NAMED * times || named < LEAST_BESIDE * use.before(word);
  return use.nounness(word) >= LEAST_NOUN && !isAdjective;
};

/** Whether a phrase names a thing that can be a subject: neither "host guests" nor "related". */
const isSubject = (
  counted: Counted,
  gram: readonly number[],
  last: { readonly times: number; readonly capital: boolean },
): boolean => {
  const [first = 0, ...more] = gram;
  const terms = gram.map((word) => counted.words.terms[word] ?? "");
  if (counted.use !== undefined && instructions.has(terms[0] ?? "")) return false;
  if (more.length === 0 && vague.has(terms[0] ?? "")) return false;
  if (terms.every((term) => vague.has(term))) return false;
  const begins = more.length === 0 || (counted.use?.nounness(first) ?? 1) >= LEAST_NOUN_FIRST;
  return begins && isNoun(counted, gram.at(-1) ?? 0, last);
};

const unspacedScript =
  "[\\p{scx=Han}\\p{scx=Hiragana}\\p{scx=Katakana}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}]";
const needlessSpace = new RegExp(`(?<=${unspacedScript}) (?=${unspacedScript})`, "gu");

/** Folded grams, singular and plural together: occurrences, and the term that is the most frequent form with its occurrences. */
type MergedGrams = Rows<"times" | "best" | "bestTimes">;

/** Topic, number of a term → tally. */
type TopicTallies = Rows<"texts" | "times" | "conversations" | "authors">;

/**
 * `TermCounts.ofTopic`, which makes its lists when they are asked for: all of them as objects take 400 MB in a large collection.
 * Apart from `readTermCounts`, so that nothing else of it stays in memory.
 */
const listsOf = (tallies: TopicTallies, topics: number): TermCounts["ofTopic"] => {
  const { a: topicOf, b: numberOf, columns, size } = tallies;
  const order = Uint32Array.from({ length: size }, (_, row) => row).sort(
    (x, y) => (topicOf[x] ?? 0) - (topicOf[y] ?? 0) || (numberOf[x] ?? 0) - (numberOf[y] ?? 0),
  );
  const ends = new Uint32Array(topics);
  for (const [place, row] of order.entries()) ends[topicOf[row] ?? 0] = place + 1;
  return (topic) => {
    const end = ends[topic] ?? 0;
    let from = end;
    while (from > 0 && topicOf[order[from - 1] ?? 0] === topic) from--;
    return Array.from(order.subarray(from, end), (row) => [
      numberOf[row] ?? 0,
      {
        texts: columns.texts[row] ?? 0,
        times: columns.times[row] ?? 0,
        conversations: columns.conversations[row] ?? 0,
        authors: columns.authors[row] ?? 0,
      },
    ]);
  };
};

export const readTermCounts = (counted: Counted): TermCounts => {
  const { table, words } = counted;
  const wordTimes = new Uint32Array(words.terms.length);
  for (let term = 0; term < table.terms; term++) {
    const [one, two] = table.gramOf(term);
    if (two === 0) wordTimes[one] = table.timesOf(term);
  }
  const timesOf = (word: number) => wordTimes[word] ?? 0;
  const names = counted.namesAmong(timesOf);
  const singular = singulars(counted, timesOf);
  /** The plural of a phrase is the plural of its last word. */
  const folded = ([a, b, c]: Gram): Gram => {
    if (c > 0) return [a, b, singular[c] ?? c];
    return b > 0 ? [a, singular[b] ?? b, 0] : [singular[a] ?? a, 0, 0];
  };

  const all = counted.topics.reduce((sum, { texts }) => sum + texts, 0);
  const least = all < FEW_TEXTS ? LEAST_TIMES - 1 : LEAST_TIMES;
  const merged: MergedGrams = new Rows(["times", "best", "bestTimes"]);
  /** The merged gram of each term, −1 for none. */
  const mergedOf = new Int32Array(table.terms).fill(-1);
  for (let term = 0; term < table.terms; term++) {
    const gram = folded(table.gramOf(term));
    if (gram.some((word) => names.has(word)) || names.has(table.gramOf(term)[0])) continue;
    const times = table.timesOf(term);
    // Most phrases occur once; "driver" and "drivers" once each are still too rare.
    if (times < least - 1) continue;
    const row = merged.at(...gram);
    mergedOf[term] = row;
    const { columns } = merged;
    columns.times[row] = (columns.times[row] ?? 0) + times;
    if (times <= (columns.bestTimes[row] ?? 0)) continue;
    columns.best[row] = term;
    columns.bestTimes[row] = times;
  }

  const surfaceOf = surfacesOf(words);
  const kept = Uint32Array.from({ length: merged.size }, (_, row) => row).filter(
    (row) => (merged.columns.times[row] ?? 0) >= least,
  );
  /** The number of each merged gram among the terms, −1 for none. */
  const numbers = new Int32Array(merged.size).fill(-1);
  for (const [number, row] of kept.entries()) numbers[row] = number;
  const numberOf = (row: number | undefined) => numbers[row ?? -1] ?? -1;
  const terms = Array.from(kept, (row): Term => {
    const best = merged.columns.best[row] ?? 0;
    const times = merged.columns.times[row] ?? 0;
    const gram = table.gramOf(best).filter((word) => word > 0);
    const upper = table.capitalisedOf(best) * 2 > table.timesOf(best);
    const last = gram.at(-1) ?? 0;
    const capital = /^\p{Lu}/u.test(surfaceOf(last));
    return {
      words: gram.map((word) => words.terms[word] ?? ""),
      surface: gram
        .map((word) => {
          const joining = counted.isJoining(words.terms[word] ?? "");
          if (joining) return words.terms[word] ?? "";
          return upper && gram.length > 1 ? firstUpper(surfaceOf(word)) : surfaceOf(word);
        })
        .join(" ")
        .replaceAll(needlessSpace, ""),
      times,
      noun: isSubject(counted, gram, { times: timesOf(last), capital }),
      parts: gram
        .map((word) => numberOf(merged.find(singular[word] ?? word, 0, 0)))
        .filter((number) => number >= 0),
    };
  });

  const tallies: TopicTallies = new Rows(["texts", "times", "conversations", "authors"]);
  table.visit((term, topic, tally) => {
    const number = numberOf(mergedOf[term]);
    if (number < 0) return;
    const row = tallies.at(topic, number, 0);
    const { columns } = tallies;
    columns.texts[row] = (columns.texts[row] ?? 0) + tally.texts;
    columns.times[row] = (columns.times[row] ?? 0) + tally.times;
    columns.conversations[row] = (columns.conversations[row] ?? 0) | tally.conversations;
    columns.authors[row] = (columns.authors[row] ?? 0) | tally.authors;
  });
  return { terms, topics: counted.topics, ofTopic: listsOf(tallies, counted.topics.length) };
};
