// Which answer of an exchange is the best, by simple evidence: thanks for it, what it contains, its length, words of the question.
import type { ExchangeableMessage, ExchangeParts } from "./exchange.ts";
import { address, asksBack, command, isIgnorance, isManners } from "./substance.ts";

const thanks =
  /\b(?:thank(?:s|\s?you|x)?|thx|thnx|tnx|ty|cheers|danke|merci|gracias|grazie|obrigado|(?:that|it|this)(?:['’]?s| is| was)? (?:work(?:s|ed)|it|fixed|solved|did it|did the trick|helped)|works? (?:now|fine|great|perfectly)|work(?:s|ed)[.!]|(?:fixed|solved) it|got it (?:working|to work)|perfect|awesome|you rock|excellent)\b/iu;
const notYet = /\b(?:no|not|nope|still|but|did(?:n['’]?t)|does(?:n['’]?t)|anyway)\b/iu;
const number = /\d/u;

/** What each piece of evidence counts. Thanks outweigh all the rest, which otherwise tell a remark from an answer. */
const worth = {
  thanked: 4,
  thankedPerson: 2,
  address: 1,
  command: 1,
  number: 0.25,
  named: 0.5,
  sharedWord: 0.4,
  asks: -2,
  manners: -4,
  ignorance: -2,
} as const;
/** Words from which a longer answer counts no more; so many are worth 2. */
const LONG_ANSWER = 25;
const MOST_SHARED = 3;
/** With less evidence a line is a remark, a greeting or a question in return (“sup”, “hmm”, “which card?”), and no answer. */
const LEAST = 0.7;
/** A line of fewer words is no answer that somebody gives thanks for. */
const SUBSTANTIAL = 4;

const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]{2,}/gu) ?? [];
/** Short words say little about what a text is about. */
const contentWords = (text: string): Set<string> =>
  new Set(wordsOf(text).filter((word) => word.length >= 4));

interface Rated {
  readonly message: ExchangeableMessage;
  readonly words: number;
  score: number;
}

/** Thanks go to the person named, or else to whoever answered last. */
const reward = (rated: readonly Rated[], thanking: ExchangeableMessage): void => {
  const said = wordsOf(thanking.text);
  const named = rated.filter(({ message }) => {
    const name = wordsOf(message.author);
    return name.length > 0 && name.every((word) => said.includes(word));
  });
  const last = rated.at(-1)?.message.author;
  const theirs = named.length > 0 ? named : rated.filter(({ message }) => message.author === last);
  const best = theirs.findLast(({ words }) => words >= SUBSTANTIAL) ?? theirs.at(-1);
  for (const one of theirs) one.score += one === best ? worth.thanked : worth.thankedPerson;
};

/** What a line says for itself, without the thanks for it. */
const evidenceIn = (
  text: string,
  { words, shared, opener }: { words: number; shared: number; opener: string },
): number =>
  (2 * Math.min(words, LONG_ANSWER)) / LONG_ANSWER +
  (address.test(text) ? worth.address : 0) +
  (command.test(text) ? worth.command : 0) +
  (number.test(text) ? worth.number : 0) +
  (opener !== "" && text.toLowerCase().includes(opener) ? worth.named : 0) +
  worth.sharedWord * Math.min(shared, MOST_SHARED) +
  (asksBack(text) ? worth.asks : 0) +
  (isManners(text) ? worth.manners : 0) +
  (isIgnorance(text) ? worth.ignorance : 0);

/**
 * The best answer: the one with the most evidence, of equal ones the first; undefined where none has enough. Evidence: the asker
 * gives thanks after it, or says that it works (4; other answers of the person thanked 2); it has an address or a command (1 each) or
 * a number (¼); up to 25 words (2); words of at least four letters that the question has too (0.4 each, at most three); it names the
 * asker (½). Against it: it asks something itself (−2), says that its author does not know (−2), or only how to behave (−4).
 */
export const bestAnswer = ({
  members,
  isAnswer,
}: ExchangeParts): ExchangeableMessage | undefined => {
  const asked = members.filter((message) => !isAnswer(message));
  const opener = asked[0]?.author.toLowerCase() ?? "";
  const question = new Set(asked.flatMap(({ text }) => [...contentWords(text)]));
  const rated: Rated[] = [];
  for (const message of members) {
    const { text } = message;
    if (!isAnswer(message)) {
      if (rated.length > 0 && thanks.test(text) && !notYet.test(text)) reward(rated, message);
      continue;
    }
    const words = wordsOf(text).length;
    const shared = [...contentWords(text)].filter((word) => question.has(word)).length;
    rated.push({
      message,
      words,
      score: evidenceIn(text, { words, shared, opener }),
    });
  }
  let best = rated[0];
  for (const one of rated) if (best && one.score > best.score) best = one;
  return best !== undefined && best.score >= LEAST ? best.message : undefined;
};
