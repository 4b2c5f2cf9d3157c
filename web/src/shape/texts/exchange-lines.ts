// What an exchange shows before it is opened: the beginning of its question and its best answer.
import type { Exchange, ExchangeMessage } from "#services/contract/search.ts";

export interface ExchangeLines {
  readonly question: readonly ExchangeMessage[];
  readonly answers: readonly ExchangeMessage[];
  /** Number of messages that are listed when it is opened; 0 where all are shown. */
  readonly hidden: number;
}

const MOST_ASKED = 2;
/** Where nothing marks the best one. */
const MOST_ANSWERS = 2;
/** So few more lines are shown rather than hidden. */
const FEW = 1;

export const exchangeLines = (
  { question, answers, best }: Exchange,
  isOpen: boolean,
): ExchangeLines => {
  const asked = question.slice(0, MOST_ASKED);
  const marked = answers.filter(({ message }) => message === best);
  const shown = marked.length > 0 ? marked : answers.slice(0, MOST_ANSWERS);
  const hidden = question.length + answers.length - asked.length - shown.length;
  return isOpen || hidden <= FEW
    ? { question, answers, hidden: 0 }
    : { question: asked, answers: shown, hidden };
};
