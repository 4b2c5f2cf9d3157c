// Reads an answer while a model writes it: notices a refusal before any of it is shown, and which sources are cited. Pure.

import { NO_ANSWER } from "./answer-prompt.ts";
import type { AnswerPiece } from "./answering.ts";

const MOST_CHARACTERS = 4000;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control and direction characters are removed
const invisible = /[\0-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;
/** A citation that may go on in the next piece. */
const openCitation = /\[[\d,\s]{0,60}$/;
const citation = /\[\s*(\d{1,2}(?:\s*,\s*\d{1,2})*)\s*\]/g;

/** The citations of sources that exist; others are removed. */
const checked = (text: string, sources: number, cited: Set<number>): string =>
  text.replace(citation, (_, list: string) =>
    list
      .split(",")
      .map(Number)
      .filter((number) => number >= 1 && number <= sources)
      .map((number) => {
        cited.add(number);
        return `[${number}]`;
      })
      .join(""),
  );

/** Turns raw pieces of text into pieces of an answer; the last one says how it ended. */
export const readWritten = async function* (
  raw: AsyncIterable<string>,
  sources: number,
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
    const open = openCitation.exec(held)?.index ?? held.length;
    if (open > 0) yield piece(held.slice(0, open));
    held = held.slice(open);
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
