// Whether a file is an IRC log: most of its first lines must have the layout of one.
import { ircLine } from "./irc-line.ts";

/** Lines that are looked at. */
const LOOKED_AT = 200;
/**
 * Of them, so many must look like IRC. Subtitles, diaries and other programs' logs hold such lines too, among many of their own:
 * read as IRC, most of their text would be left out as unreadable lines.
 */
const LEAST_SHARE = 0.6;

/** A time and any text is no sign of IRC: subtitles and diaries have that too. */
const isStatus = (text: string): boolean =>
  /^(?:===|\S+ (?:-!-|\*{1,3} |<\*{3}> |===|-->|<--|--)|\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:\.\d{1,9}Z?)?\t|[A-Z][a-z]{2} \d\d \d\d:\d\d:\d\d \*\t)/.test(
    text,
  );

const look = (head: string) => {
  const lines = head
    .slice(0, 64 * 1024)
    .split(/\r?\n/)
    .filter((line) => line.trim() !== "")
    .slice(0, LOOKED_AT);
  let spoken = 0;
  let marks = 0;
  for (const text of lines) {
    const line = ircLine(text);
    if (line?.kind === "said" || (line?.kind === "event" && isStatus(text))) spoken += 1;
    else if (line?.kind === "day" || line?.kind === "mark") marks += 1;
  }
  return { lines: lines.length, spoken, marks };
};

/** @param head the file's beginning. */
export const looksLikeIrc = (head: string): boolean => {
  const { lines, spoken, marks } = look(head);
  return spoken > 0 && spoken + marks >= lines * LEAST_SHARE;
};

/** For a file that is not taken for an IRC log although lines of one are in it: a sentence that says why; else undefined. */
export const whyNotIrc = (head: string): string | undefined => {
  const { lines, spoken, marks } = look(head);
  if (spoken === 0) return undefined;
  return `Of its first ${lines} lines only ${spoken + marks} look like an IRC log: at least ${LEAST_SHARE * 100} % must, because other files contain such lines too.`;
};
