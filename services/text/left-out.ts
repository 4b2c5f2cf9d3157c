// What a collection's rules leave out of the index: whole messages, and quoted text and code in them.
import {
  type CleaningRules,
  type KindToLeaveOut,
  kindsToLeaveOut,
  type LeftOutReason,
} from "#services/domain/cleaning.ts";
import type { MessageKind } from "#services/domain/conversation.ts";
import { codeBlocks } from "./code-blocks.ts";
import { blankSpans, type Span } from "./spans.ts";

export interface Indexed {
  /** With blanks in place of what is left out, so that places in it are places in the message. */
  readonly text: string;
  /** What nothing at all is indexed of, where that is because of a rule. */
  readonly leftOut: LeftOutReason | undefined;
  /** Parts that are left out of a message of which the rest is indexed. */
  readonly partly: readonly LeftOutReason[];
}

const isToLeaveOut = (kind: MessageKind): kind is KindToLeaveOut =>
  kindsToLeaveOut.some((one) => one === kind);

/** The line above a quotation: "On Monday, Ann wrote:", in the languages that mail programs write it in most. */
const introduction =
  /(?:wrote|schrieb|writes|a écrit|escribió|ha scritto|schreef|escreveu|skrev|napisał\(a\)|пишет)[^\n]{0,60}:[ \t]*$/iu;
/** From here on a mail holds the one that it answers, in full. */
const answered =
  /^[ \t]*-{2,}[ \t]?(?:Original Message|Ursprüngliche Nachricht|Message d'origine|Mensaje original|Messaggio originale|Forwarded message|Weitergeleitete Nachricht)[ \t]?-{2,}[ \t]*$/imu;

const quotes = (text: string): Span[] => {
  const spans: Span[] = [];
  const add = (start: number, end: number) => {
    if (end > start) spans.push({ start, end });
  };
  const whole = answered.exec(text)?.index ?? text.length;
  let above: Span | undefined;
  let inQuote = false;
  for (let start = 0; start < whole; ) {
    const newline = text.indexOf("\n", start);
    const end = Math.min(newline < 0 ? text.length : newline, whole);
    const line = text.slice(start, end);
    const isQuote = /^[ \t]{0,8}>/.test(line);
    if (isQuote) {
      if (!inQuote && above && introduction.test(text.slice(above.start, above.end)))
        add(above.start, above.end);
      add(start, end);
    }
    if (line.trim() !== "") {
      above = { start, end };
      inQuote = isQuote;
    }
    start = end + 1;
  }
  add(whole, text.length);
  return spans;
};

/** Line ends stay, so that what was a paragraph of its own still is one. */
const blanked = (text: string, spans: readonly Span[]): string => {
  if (spans.length === 0) return text;
  const lines = spans.flatMap(({ start, end }) => {
    const pieces: Span[] = [];
    for (let at = start; at < end; ) {
      const newline = text.indexOf("\n", at);
      const stop = newline < 0 || newline > end ? end : newline;
      if (stop > at) pieces.push({ start: at, end: stop });
      at = stop + 1;
    }
    return pieces;
  });
  return blankSpans(text, lines, " ");
};

/**
 * What is indexed of a message. Code is looked for first: a line of it may begin with ">".
 * @param message.isBot whether its author is known to be one
 */
export const indexedOf = (
  message: { readonly kind: MessageKind; readonly text: string; readonly isBot: boolean },
  { leaveOut }: Pick<CleaningRules, "leaveOut">,
): Indexed => {
  const { kind, text } = message;
  const nothing = (leftOut: LeftOutReason): Indexed => ({ text: "", leftOut, partly: [] });
  if (isToLeaveOut(kind) && leaveOut.kinds.includes(kind)) return nothing(kind);
  if (leaveOut.bots && message.isBot) return nothing("bots");
  if (!leaveOut.code && !leaveOut.quotes) return { text, leftOut: undefined, partly: [] };
  const withoutCode = leaveOut.code ? blanked(text, codeBlocks(text)) : text;
  const rest = leaveOut.quotes ? blanked(withoutCode, quotes(withoutCode)) : withoutCode;
  const partly: LeftOutReason[] = [];
  if (withoutCode !== text) partly.push("code");
  if (rest !== withoutCode) partly.push("quotes");
  const [why] = partly;
  if (why !== undefined && !/\S/.test(rest)) return nothing(why);
  return { text: rest, leftOut: undefined, partly };
};
