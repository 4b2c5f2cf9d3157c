// Counts the words and phrases of a collection's texts by topic, one text at a time; keywords are chosen from these counts.
import { openStopWords, WordRole } from "./stop-words.ts";
import { readTermCounts, type TermCounts } from "./term-counts.ts";
import { bitOf, type Gram, type Occurrence, TermTable } from "./term-table.ts";
import { addressOf, type Tokenize, visitWords, type Word } from "./term-words.ts";
import { type UsedWord, WordUse } from "./word-use.ts";

export interface TermCounterOptions {
  /** Leaf topics, numbered 0 … topics − 1. */
  readonly topics: number;
  /** The tokenizer of the word index. */
  readonly tokenize: Tokenize;
  /** Names of the authors by number: the names of people who are addressed are not counted as terms. */
  readonly authors: readonly string[];
  /** ISO 639-1 of most of the texts, assumed for texts of unknown language. "en" by default. */
  readonly language?: string;
  /** (term, topic) pairs held at once; beyond that the rarest are dropped. 1.5 million by default: 150 MB at most. */
  readonly most?: number;
}

export interface CountedText {
  readonly text: string;
  /** −1: no topic. The text still counts as background for the comparison. */
  readonly topic: number;
  /** ISO 639-1; null where it is not known. */
  readonly language: string | null;
  /** Any number that identifies the conversation. */
  readonly conversation: number;
  /** Number of the author, in `authors`. */
  readonly author: number;
  /** Any number that identifies the author and does not depend on the order of authors; `author` by default. */
  readonly authorNumber?: number;
}

export interface TermCounter {
  /**
   * Texts may come in any order; the same texts in the same order give the same counts.
   * @returns how many of its words are content words; `typicalRows` recognises fragments by it.
   */
  add(text: CountedText): number;
  /** The counts so far; more texts may be added afterwards. */
  counts(): TermCounts;
}

const MOST_WORDS = 2 ** 21;
const DEFAULT_MOST = 1_500_000;
/** Author names that are roles and not names of people. */
const rolesNotNames = new Set(["user", "assistant", "system", "tool", "human", "bot", "model"]);

const lowerLatin = /^[a-z0-9]+$/;
const capital = /^\p{Lu}/u;
const capitalised = /^\p{Lu}\p{Ll}{2,}$/u;

/** Word numbers count from 1. */
class Vocabulary {
  readonly terms: string[] = [""];
  /** Occurrences of the plain lower-case form. */
  readonly lower: number[] = [0];
  /** Other forms → their word and occurrences. */
  readonly surfaces = new Map<string, { readonly word: number; times: number }>();
  readonly #numbers = new Map<string, number>();

  find(term: string): number | undefined {
    return this.#numbers.get(term);
  }

  /** 0 where there is no room left. */
  numberOf(term: string): number {
    const known = this.#numbers.get(term);
    if (known !== undefined) return known;
    if (this.terms.length >= MOST_WORDS) return 0;
    const number = this.terms.length;
    this.terms.push(term);
    this.lower.push(0);
    this.#numbers.set(term, number);
    return number;
  }

  see(number: number, word: Word): void {
    if (word.surface === word.term) {
      this.lower[number] = (this.lower[number] ?? 0) + 1;
      return;
    }
    // Ignore the capital of a sentence's first word.
    if (word.first && word.surface.slice(1) === word.term.slice(1) && lowerLatin.test(word.term))
      return;
    const known = this.surfaces.get(word.surface);
    if (known !== undefined) known.times++;
    else this.surfaces.set(word.surface, { word: number, times: 1 });
  }
}

/** A word of a run, as needed to form phrases of two and three words. */
interface Placed {
  readonly number: number;
  readonly role: WordRole;
  readonly capital: boolean;
  /** A stop word that starts a name: New York, Las Vegas. */
  readonly name: boolean;
}

/** Names that may be the reason why texts are alike. */
const FEW_NAMES = 4;

const mostAddressed = (names: ReadonlyMap<string, number> | undefined): number =>
  [...(names?.values() ?? [])]
    .sort((a, b) => b - a)
    .slice(0, FEW_NAMES)
    .reduce((sum, times) => sum + times, 0);

class Counter implements TermCounter {
  readonly #options: TermCounterOptions;
  readonly #language: string;
  readonly #roleOf: (term: string, language: string | null) => WordRole;
  readonly #table: TermTable;
  readonly #vocabulary = new Vocabulary();
  readonly #use = new WordUse();
  /** By topic; the last entry is for texts without a topic. */
  readonly #texts: Uint32Array;
  readonly #words: Float64Array;
  readonly #conversations: Uint32Array;
  readonly #authors: Uint32Array;
  readonly #names: Set<string>;
  /** By author: number of texts. */
  readonly #written: Uint32Array;
  /** Folded first words before a colon → occurrences. */
  readonly #spokenTo = new Map<string, number>();
  /** By topic: the names that its texts are addressed to. */
  readonly #addressed: Map<string, number>[];
  #text = 0;

  constructor(options: TermCounterOptions) {
    this.#options = options;
    this.#language = options.language ?? "en";
    this.#roleOf = openStopWords(options.tokenize, this.#language);
    this.#table = new TermTable(options.most ?? DEFAULT_MOST);
    this.#texts = new Uint32Array(options.topics + 1);
    this.#words = new Float64Array(options.topics + 1);
    this.#conversations = new Uint32Array(options.topics + 1);
    this.#authors = new Uint32Array(options.topics + 1);
    this.#written = new Uint32Array(options.authors.length);
    this.#addressed = Array.from({ length: options.topics + 1 }, () => new Map());
    this.#names = new Set(options.authors.map((name) => name.toLowerCase()));
  }

  /** Where the text itself starts; also records who is addressed. */
  #afterAddress(text: string, topic: number): string {
    const address = addressOf(text);
    if (address === undefined) return text;
    const name = address.name.toLowerCase();
    const known = this.#names.has(name);
    if (known || address.colon) this.#spokenTo.set(name, (this.#spokenTo.get(name) ?? 0) + 1);
    const own = this.#addressed[topic];
    if (known) own?.set(name, (own.get(name) ?? 0) + 1);
    return known ? text.slice(address.at) : text;
  }

  add(text: CountedText): number {
    const { topics } = this.#options;
    const topic = text.topic >= 0 && text.topic < topics ? text.topic : topics;
    const at: Occurrence = {
      topic,
      text: this.#text++,
      conversation: bitOf(text.conversation),
      author: bitOf(text.authorNumber ?? text.author),
    };
    this.#texts[topic] = (this.#texts[topic] ?? 0) + 1;
    this.#conversations[topic] = (this.#conversations[topic] ?? 0) | at.conversation;
    this.#authors[topic] = (this.#authors[topic] ?? 0) | at.author;
    if (text.author >= 0 && text.author < this.#written.length)
      this.#written[text.author] = (this.#written[text.author] ?? 0) + 1;
    return this.#count(this.#afterAddress(text.text, topic), text.language, at);
  }

  #count(text: string, language: string | null, at: Occurrence): number {
    let telling = 0;
    const english = (language ?? this.#language) === "en";
    const run: Placed[] = [];
    const used: UsedWord[] = [];
    const isEmpty = (term: string) => this.#roleOf(term, language) !== WordRole.content;
    visitWords(text, this.#options.tokenize, isEmpty, {
      word: (word) => {
        const role = this.#roleOf(word.term, language);
        // In languages where only names have capitals, a capitalised stop word within a sentence starts a name.
        const name =
          english && role !== WordRole.content && !word.first && capitalised.test(word.surface);
        const number = role === WordRole.stop && !name ? 0 : this.#vocabulary.numberOf(word.term);
        if (number > 0 && (name || role === WordRole.content)) this.#vocabulary.see(number, word);
        if (number > 0 && role === WordRole.content) telling++;
        used.push({ number: role === WordRole.content ? number : 0, term: word.term });
        run.push({
          number,
          role: number === 0 ? WordRole.stop : role,
          capital: capital.test(word.surface),
          name: name && number > 0,
        });
      },
      gap: () => {
        this.#phrases(run, at);
        if (english) this.#use.see(used);
        run.length = 0;
        used.length = 0;
      },
    });
    return telling;
  }

  /** Counts single words, pairs of neighbours, and triples, whose middle may be a joining word. */
  #phrases(run: readonly Placed[], at: Occurrence): void {
    for (let i = 0; i < run.length; i++) {
      const [one, two, three] = [run[i], run[i + 1], run[i + 2]];
      if (one === undefined) continue;
      if (one.role === WordRole.content) {
        this.#words[at.topic] = (this.#words[at.topic] ?? 0) + 1;
        this.#tally([one.number, 0, 0], at, one.capital);
      } else if (!one.name || two?.capital !== true || two.role !== WordRole.content) continue;
      if (two === undefined || two.role === WordRole.stop || two.number === one.number) continue;
      if (two.role === WordRole.content)
        this.#tally([one.number, two.number, 0], at, one.capital && two.capital);
      if (three === undefined || three.role !== WordRole.content) continue;
      if (three.number === one.number || three.number === two.number) continue;
      const upper = one.capital && three.capital && (two.capital || two.role === WordRole.joining);
      this.#tally([one.number, two.number, three.number], at, upper);
    }
  }

  #tally(gram: Gram, at: Occurrence, capitalised: boolean): void {
    this.#table.add(gram, at, capitalised);
  }

  /**
   * Words that are names of people: authors who are addressed, or mentioned not much more often than they write ("mike", but not
   * "dell" or "ubuntu", which are nicknames too); and words that mostly stand before a colon at the start of a message.
   */
  #namesAmongWords(timesOf: (word: number) => number): Set<number> {
    const names = new Set<number>();
    const judge = (name: string, written: number) => {
      if (rolesNotNames.has(name)) return;
      const spokenTo = this.#spokenTo.get(name) ?? 0;
      const tokens = this.#options.tokenize(name);
      for (const { term, compound } of tokens) {
        const word = this.#vocabulary.find(term);
        // Of "Anna Schmidt" each part counts as a name, of "lin-ux_" only the whole, of "eric^^" the part that is a word.
        const whole = compound || tokens.length <= 2 || name.includes(" ");
        if (word === undefined || !whole) continue;
        const times = timesOf(word);
        if (spokenTo >= times * 0.1 + 1 || times <= 5 * written + 3) names.add(word);
      }
    };
    for (const [number, name] of this.#options.authors.entries())
      judge(name.toLowerCase(), this.#written[number] ?? 0);
    for (const [name, spokenTo] of this.#spokenTo) {
      const word = this.#vocabulary.find(name);
      if (word !== undefined && spokenTo >= 2 && spokenTo >= timesOf(word) * 0.4) names.add(word);
    }
    return names;
  }

  counts(): TermCounts {
    return readTermCounts({
      table: this.#table,
      words: this.#vocabulary,
      use: this.#language === "en" && this.#use.areSentences ? this.#use : undefined,
      namesAmong: (timesOf) => this.#namesAmongWords(timesOf),
      isJoining: (term) => this.#roleOf(term, null) === WordRole.joining,
      topics: Array.from(this.#texts, (texts, topic) => ({
        texts,
        words: this.#words[topic] ?? 0,
        conversations: (this.#conversations[topic] ?? 0) >>> 0,
        authors: (this.#authors[topic] ?? 0) >>> 0,
        addressed: mostAddressed(this.#addressed[topic]) / Math.max(1, texts),
      })),
      language: this.#language,
    });
  }
}

/** Counts terms by topic. 223,000 chat lines took 2.7 to 4 s (14 at load 7) and 30 to 90 MB (infra/bench/names.bench.ts). */
export const openTermCounter = (options: TermCounterOptions): TermCounter => new Counter(options);
