// An exchange as a hit shows it: the lines of its question and of its answers, each with its highlights; the best answer among them.
import type { Exchange, ExchangeMessage } from "#services/contract/search.ts";
import { shownText, snippet } from "#services/text/text.ts";
import type { LexicalPlan } from "./terms.ts";
import { marksIn } from "./words.ts";

/** A message of an exchange as it is stored. */
export interface ExchangeMember
  extends Pick<ExchangeMessage, "message" | "author" | "role" | "at"> {
  readonly text: string;
  readonly answers: boolean;
}

export interface StoredExchange {
  readonly members: readonly ExchangeMember[];
  /** Messages that are not among the members. */
  readonly more: number;
  readonly best: string | null;
}

/** Most lines that are sent of each side, and characters of a line. More is shown in the conversation. */
const MOST_ASKED = 6;
const MOST_ANSWERS = 12;
const SNIPPET_LENGTH = 320;
/** The best answer is what people read. */
const BEST_LENGTH = 720;

/** The first ones, and the best one in its place. */
const chosen = (members: readonly ExchangeMember[], best: string | null, most: number) => {
  const first = members.slice(0, most);
  const later = members.slice(most).find(({ message }) => message === best);
  return later === undefined ? first : [...first.slice(0, -1), later];
};

export const showExchange = (
  { members, best, more }: StoredExchange,
  plan: LexicalPlan,
): Exchange => {
  const shown = (member: ExchangeMember): ExchangeMessage => {
    const { message, author, role, at } = member;
    const text = shownText(member);
    const length = message === best ? BEST_LENGTH : SNIPPET_LENGTH;
    const piece = snippet(text, marksIn(text, plan), { length });
    return {
      message,
      author,
      role,
      at,
      snippet: piece.text,
      textLength: text.length,
      highlights: piece.spans.map(({ start, end }) => ({ start, end })),
    };
  };
  const side = (answers: boolean) => members.filter((member) => member.answers === answers);
  const asked = chosen(side(false), null, MOST_ASKED);
  const answers = chosen(side(true), best, MOST_ANSWERS);
  return {
    question: asked.map(shown),
    answers: answers.map(shown),
    best: answers.some(({ message }) => message === best) ? best : null,
    more: more + members.length - asked.length - answers.length,
  };
};
