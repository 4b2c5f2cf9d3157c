// What an exchange shows before it is opened: its opening, what else was asked of the words searched for, and its best answer.
import type { Exchange, ExchangeMessage } from "#services/contract/search.ts";

export interface ExchangeLines {
  readonly question: readonly ExchangeMessage[];
  readonly answers: readonly ExchangeMessage[];
  /** Number of messages that are listed when it is opened; 0 where all are shown. */
  readonly hidden: number;
}

/** Where nothing marks the best one. */
const MOST_ANSWERS = 2;
/** So few more lines are shown rather than hidden. */
const FEW = 1;

/** The opening, and of what its author added the line with the most words of the question. */
const askedFirst = ([opening, ...added]: readonly ExchangeMessage[]): ExchangeMessage[] => {
  if (opening === undefined) return [];
  const [telling] = added.toSorted((a, b) => b.highlights.length - a.highlights.length);
  return telling === undefined ? [opening] : [opening, telling];
};

export const exchangeLines = (
  { question, answers, best }: Exchange,
  isOpen: boolean,
): ExchangeLines => {
  const asked = askedFirst(question);
  const marked = answers.filter(({ message }) => message === best);
  const shown = marked.length > 0 ? marked : answers.slice(0, MOST_ANSWERS);
  const hidden = question.length + answers.length - asked.length - shown.length;
  return isOpen || hidden <= FEW
    ? { question, answers, hidden: 0 }
    : { question: asked, answers: shown, hidden };
};
