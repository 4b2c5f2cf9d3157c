// The text of an exchange, which is embedded and indexed for words: the lines of the question, then those of the answers, each once, bounded.
import type { ExchangeableMessage, ExchangeParts } from "./exchange.ts";
import { withoutName } from "./named.ts";
import { sentenceStarts } from "./sentences.ts";

/**
 * About 256 tokens of English; other models take fewer and cut the rest. Counted in characters, so that the same exchange has the
 * same text, and id, with every model.
 */
export const MOST_CHARS = 1200;
/** A question with answers gets at most this much, unless they need less than the other half. */
const QUESTION_CHARS = MOST_CHARS / 2;
/** The last line is cut rather than left out where so much of it is left. */
const WORTH_CUTTING = 40;

/** Never between the two units of a surrogate pair. */
const whole = (text: string, most: number): string => {
  const unit = text.charCodeAt(most - 1);
  return text.slice(0, unit >= 0xd800 && unit <= 0xdbff ? most - 1 : most);
};

/** At most so many characters: whole sentences where they fill half of them, else whole words. */
const cut = (text: string, most: number): string => {
  if (text.length <= most) return text;
  const room = whole(text, most);
  const end = sentenceStarts(whole(text, most + 64)).findLast((at) => at <= most) ?? 0;
  if (end >= most / 2) return room.slice(0, end).trimEnd();
  const space = room.search(/\s\S*$/u);
  return (space > 0 ? room.slice(0, space) : room).trimEnd();
};

interface Line {
  readonly message: ExchangeableMessage;
  readonly text: string;
}

/** Lines from front to back, joined, until the room is used up. */
const filled = (lines: readonly Line[], most: number): Line[] => {
  const kept: Line[] = [];
  let left = most;
  for (const line of lines) {
    if (line.text.length > left && left < WORTH_CUTTING) break;
    const text = cut(line.text, left);
    kept.push({ ...line, text });
    if (text.length < line.text.length) break;
    left -= text.length + 1;
  }
  return kept;
};

const lengthOf = (lines: readonly Line[]): number =>
  lines.reduce((sum, { text }) => sum + text.length + 1, -1);

/** The best answer always has its place among the others, in their order. */
const answersIn = (
  lines: readonly Line[],
  best: ExchangeableMessage | undefined,
  most: number,
): Line[] => {
  const first = lines.find(({ message }) => message === best);
  const all = filled(lines, most);
  if (
    first === undefined ||
    all.some(({ message, text }) => message === best && text === first.text)
  )
    return all;
  const [kept] = filled([first], most);
  if (kept === undefined) return all;
  const others = lines.filter(({ message }) => message !== best);
  const beside = filled(others, most - kept.text.length - 1);
  return [...beside, kept].sort(
    (a, b) =>
      lines.findIndex((line) => line.message === a.message) -
      lines.findIndex((line) => line.message === b.message),
  );
};

/** Names that lines begin with are left out where they are those of members: who says something to whom is no part of what it says. */
const linesOf = ({ members }: ExchangeParts): Line[] => {
  const names = new Set(members.map(({ author }) => author.toLowerCase()));
  const seen = new Set<string>();
  return members.flatMap((message): Line[] => {
    const text = withoutName(message.text.trim(), (name) => names.has(name)).trim();
    if (text === "" || seen.has(text)) return [];
    seen.add(text);
    return [{ message, text }];
  });
};

/** The beginning of the question that stands before each further part. */
const HEAD_CHARS = 200;

/** The text in pieces of whole sentences or words, one after the other. */
function* pieces(text: string, most: number): Generator<string, void, undefined> {
  for (let rest = text; rest !== ""; ) {
    const piece = cut(rest, most) || whole(rest, most);
    yield piece;
    rest = rest.slice(piece.length).trimStart();
  }
}

/**
 * The texts of an exchange, at most `MOST_CHARS` each: first the question and as many of the answers as there is room for, the best
 * one always; then, below the beginning of the question, what did not find room, so that every word is found.
 */
export const exchangeTexts = (
  parts: ExchangeParts,
  best: ExchangeableMessage | undefined,
): string[] => {
  const lines = linesOf(parts);
  const asked = lines.filter(({ message }) => !parts.isAnswer(message));
  const answered = lines.filter(({ message }) => parts.isAnswer(message));
  const room = Math.max(QUESTION_CHARS, MOST_CHARS - lengthOf(answered) - 1);
  const question = filled(asked, Math.min(room, MOST_CHARS));
  const answers = answersIn(answered, best, MOST_CHARS - lengthOf(question) - 1);
  const first = [...question, ...answers];
  const said = new Map(first.map(({ message, text }) => [message, text.length]));
  const rest = lines
    .map(({ message, text }) => text.slice(said.get(message) ?? 0).trim())
    .filter((text) => text !== "")
    .join("\n");
  const head = cut(asked[0]?.text ?? "", HEAD_CHARS);
  const texts = [first.map(({ text }) => text).join("\n")];
  for (const piece of pieces(rest, MOST_CHARS - head.length - 1))
    texts.push(`${head}\n${piece}`.trim());
  return texts.filter((text) => text !== "");
};
