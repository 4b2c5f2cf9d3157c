// Reads an answer while a model writes it: notices a refusal before any of it is shown, and which sources are cited. Pure.

import { NO_ANSWER } from "./answer-prompt.ts";
import type { AnswerPiece } from "./answering.ts";

const MOST_CHARACTERS = 4000;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control and direction characters are removed
const invisible = /[\0-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;
/** A word that may go on in the next piece, and a citation that is not closed. */
const openWord = /\S{1,500}$/;
const openCitation = /\[[\d,\s]{0,60}$/;

/** How many characters of a text may be looked at before the next piece comes. */
const wholeIn = (text: string): number => {
  const words = openWord.exec(text)?.index ?? text.length;
  return openCitation.exec(text.slice(0, words))?.index ?? words;
};
const citation = /\[\s*(\d{1,2}(?:\s*,\s*\d{1,2})*)\s*\]/g;

const address = /\b(?:https?:\/\/|www\.)[^\s<>"'`]*[^\s<>"'`.,;:!?)\]]/gi;

/** The citations of sources that exist, and the addresses that stand in one: a message may have told the model to write others. */
const checked = (text: string, sources: readonly string[], cited: Set<number>): string =>
  text
    .replace(address, (found) =>
      sources.some((source) => source.includes(found)) ? found : "(address left out)",
    )
    .replace(citation, (_, list: string) =>
      list
        .split(",")
        .map(Number)
        .filter((number) => number >= 1 && number <= sources.length)
        .map((number) => {
          cited.add(number);
          return `[${number}]`;
        })
        .join(""),
    );

/**
 * Turns raw pieces of text into pieces of an answer; the last one says how it ended.
 * @param sources their texts, in the order of their numbers
 */
export const readWritten = async function* (
  raw: AsyncIterable<string>,
  sources: readonly string[],
): AsyncGenerator<AnswerPiece, void, undefined> {
  const cited = new Set<number>();
  let held = "";
  let written = 0;
  const piece = (text: string): AnswerPiece => {
    written += text.length;
    return { kind: "text", text: checked(text, sources, cited) };
  };
  for await (const more of raw) {
    held += more.replace(invisible, "");
    const isStart = written === 0;
    if (isStart) held = held.trimStart();
    if (isStart && NO_ANSWER.startsWith(held.slice(0, NO_ANSWER.length))) continue;
    const whole = wholeIn(held);
    if (whole > 0) yield piece(held.slice(0, whole));
    held = held.slice(whole);
    if (written > MOST_CHARACTERS) break;
  }
  if (written === 0 && (held.trim() === "" || held.startsWith(NO_ANSWER))) {
    yield { kind: "refused" };
    return;
  }
  if (held !== "") yield piece(held);
  // An answer that rests on no source is the model's own knowledge, or an obeyed order.
  if (cited.size === 0) yield { kind: "failed", message: "The language model cited no message." };
  else yield { kind: "end", cited: [...cited].sort((a, b) => a - b) };
};
