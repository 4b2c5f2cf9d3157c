// Finds e-mail addresses, the numbers of payment cards, and addresses of machines in a text.
import { isIPv6 } from "node:net";
import { type Finder, inTurn, plainSeparators, spansOf } from "./spans.ts";

// Matches only at the start of a run of address characters, so that a long run is read once.
const emailAddress =
  /(?<![\p{L}\p{N}._%+'-])[\p{L}\p{N}._%+'-]+@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){0,7}\.(?=\p{L})[\p{L}\p{N}-]{2,63}/gu;
const spelledAddress =
  /(?<![\w.-])[\w.+-]{1,64} ?[[(] ?at ?[\])] ?[\w-]{1,63}(?: ?[[(] ?dot ?[\])] ?[\w-]{1,63}|\.[\w-]{1,63}){1,4}/gi;

/** Not the decimals of a number. */
const cardLike = /(?<!\d)(?<!\d\.)(?<!\b0,)\d(?:[ -]?\d){12,18}(?!\d)/g;

/** The check digit of payment cards (ISO/IEC 7812-1, Luhn's). */
const luhn = (digits: string): boolean => {
  let sum = 0;
  for (let at = 0; at < digits.length; at++) {
    const digit = Number(digits.at(-1 - at));
    const doubled = at % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
};

/** Card numbers start with 2 to 6, times in milliseconds with 1. @returns where the number ends in the run; 0 for none */
const endOfCard = (run: string): number => {
  if (!/^[2-6]/.test(run)) return 0;
  for (const length of [19, 18, 16, 15, 14, 13]) {
    let end = 0;
    let digits = "";
    while (end < run.length && digits.length < length) {
      if (/\d/.test(run.charAt(end))) digits += run.charAt(end);
      end++;
    }
    if (digits.length === length && !/\d/.test(run.charAt(end)) && luhn(digits)) return end;
  }
  return 0;
};

/** Digits after the number of a card are no part of it. */
export const findCards: Finder = (text) =>
  [...plainSeparators(text).matchAll(cardLike)].flatMap(({ index, 0: run }) => {
    const end = endOfCard(run);
    return end === 0 ? [] : [{ start: index, end: index + end }];
  });

const byte = "(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)";
/** "v1.2.3.4", "firefox-1.5.0.7" and "version 1.2.3.4" are versions. */
const ipv4 = new RegExp(
  `(?<![\\w.-])(?<!\\bversion )(?:${byte}\\.){3}${byte}(?![\\w-]|\\.\\d)`,
  "gi",
);
const harmless = /^(?:127\.|0\.0\.0\.0|255\.)/;
const ipv6Like = /(?<![\w:.])[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}(?![\w:])/gi;
const hardware = /(?<![\w:-])[0-9a-f]{2}(?:([:-])[0-9a-f]{2})(?:\1[0-9a-f]{2}){4}(?![\w:-])/gi;

export const findIps: Finder = inTurn(
  (text) => spansOf(text, ipv4, ([found]) => !harmless.test(found)),
  (text) => spansOf(text, hardware),
  (text) =>
    spansOf(text, ipv6Like, ([found]) => found.length >= 6 && /\d/.test(found) && isIPv6(found)),
);

const allEmails = inTurn(
  (text) => spansOf(text, emailAddress),
  (text) => spansOf(text, spelledAddress),
);

/** Written with an @, or spelled: "ann [at] example [dot] org". */
export const findEmails: Finder = (text) =>
  text.includes("@") || /\bat\b/i.test(text) ? allEmails(text) : [];
