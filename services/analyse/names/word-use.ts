// How words are used in English texts: as names of things, or as what is done. A title is made of names of things.

const words = (list: string): ReadonlySet<string> => new Set(list.split(" "));

/** Words before a noun. */
const determiners = words(
  "a an the my your our his her its their this that these those some any no each every which what another own more",
);
const prepositions = words(
  "of for in on with from about at by into onto via without per between through over under against within",
);
/** Words before a verb. */
const verbal = words(
  "to i you we they he she it can could will would should shall must may might cannot cant couldnt wouldnt shouldnt not dont doesnt didnt wont please lets let u ill youll well theyll who just also never always",
);
/** Words after a verb. */
const objects = words(
  "it me them him us you this that these those the a an my your our their his her its",
);

/** A word of a run, in order: its number (0: a stop word), and itself, folded. */
export interface UsedWord {
  readonly number: number;
  readonly term: string;
}

const LEAST_NAMED = 0.2;

/** Counts of uses of each word, by its number. */
export class WordUse {
  readonly #noun: number[] = [];
  readonly #verb: number[] = [];
  readonly #before: number[] = [];
  #seen = 0;
  #named = 0;

  /**
   * Counts the uses in a run of words without punctuation. "The driver", "of drivers": a noun, where no other content word follows;
   * "to install", "you install", "install the driver": a verb.
   */
  see(run: readonly UsedWord[]): void {
    for (const [at, { number }] of run.entries()) {
      if (number === 0) continue;
      this.#seen++;
      const before = run[at - 1];
      const after = run[at + 1];
      const followed = after !== undefined && after.number > 0;
      const named =
        before !== undefined &&
        (before.number > 0 || determiners.has(before.term) || prepositions.has(before.term));
      const afterVerbal = before !== undefined && before.number === 0 && verbal.has(before.term);
      const takesObject = after !== undefined && after.number === 0 && objects.has(after.term);
      if (followed && !afterVerbal) bump(this.#before, number);
      if (afterVerbal && (after !== undefined || before?.term !== "to")) bump(this.#verb, number);
      else if (takesObject && !(before !== undefined && determiners.has(before.term)))
        bump(this.#verb, number);
      else if (named && !followed && !takesObject) {
        bump(this.#noun, number);
        this.#named++;
      }
    }
  }

  /** Whether the texts are sentences, in which about a third of the words name things, and not lists of words. */
  get areSentences(): boolean {
    return this.#named >= LEAST_NAMED * this.#seen;
  }

  /** 0 … 1: the share of its uses in which a word names a thing; 1 half where nothing is known. */
  nounness(number: number): number {
    const noun = this.#noun[number] ?? 0;
    const verb = this.#verb[number] ?? 0;
    return (noun + 1) / (noun + verb + 2);
  }

  /** Number of times that it stood before another word that is no stop word, as adjectives do. */
  before(number: number): number {
    return this.#before[number] ?? 0;
  }

  /** Number of times that it named a thing. */
  named(number: number): number {
    return this.#noun[number] ?? 0;
  }
}

const bump = (counts: number[], number: number): void => {
  while (counts.length <= number) counts.push(0);
  counts[number] = (counts[number] ?? 0) + 1;
};
