// Masks data of people and accounts in a text before it is sent anywhere: «e-mail», «phone», «card», «IBAN», «IP», «secret».
import { isIPv6 } from "node:net";
import { maskIbans } from "./mask-iban.ts";
import { maskPhones } from "./mask-phone.ts";
import { maskSecrets } from "./mask-secret.ts";

export const maskKinds = ["email", "phone", "card", "iban", "ip", "secret"] as const;
export type MaskKind = (typeof maskKinds)[number];

export interface MaskRules {
  /** All kinds by default. */
  readonly kinds?: readonly MaskKind[];
  /** Further words and names, as whole words in any case; a * stands for any ending. */
  readonly words?: readonly string[];
}

// Matches only at the start of a run of address characters, so that a long run is read once.
const emailAddress =
  /(?<![\p{L}\p{N}._%+'-])[\p{L}\p{N}._%+'-]+@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){1,8}/gu;
const spelledAddress =
  /(?<![\w.-])[\w.+-]{1,64} ?[[(] ?at ?[\])] ?[\w-]{1,63}(?: ?[[(] ?dot ?[\])] ?[\w-]{1,63}|\.[\w-]{1,63}){1,4}/gi;

const cardLike = /(?<![\d.,])\d(?:[ -]?\d){12,18}(?!\d)/g;

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

/** Card numbers start with 2 to 6, times in milliseconds with 1. Digits after the card number stay. */
const maskCard = (run: string): string => {
  if (!/^[2-6]/.test(run)) return run;
  for (const length of [19, 18, 16, 15, 14, 13]) {
    let end = 0;
    let digits = "";
    while (end < run.length && digits.length < length) {
      if (/\d/.test(run.charAt(end))) digits += run.charAt(end);
      end++;
    }
    if (digits.length === length && !/\d/.test(run.charAt(end)) && luhn(digits))
      return `«card»${run.slice(end)}`;
  }
  return run;
};

const byte = "(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)";
/** "v1.2.3.4", "firefox-1.5.0.7" and "version 1.2.3.4" are versions. */
const ipv4 = new RegExp(
  `(?<![\\w.-])(?<!\\bversion )(?:${byte}\\.){3}${byte}(?![\\w-]|\\.\\d)`,
  "gi",
);
const harmless = /^(?:127\.|0\.0\.0\.0|255\.)/;
const ipv6Like = /(?<![\w:.])[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}(?![\w:])/gi;
const hardware = /(?<![\w:-])[0-9a-f]{2}(?:([:-])[0-9a-f]{2})(?:\1[0-9a-f]{2}){4}(?![\w:-])/gi;

const maskAddresses = (text: string): string =>
  text
    .replace(ipv4, (found) => (harmless.test(found) ? found : "«IP»"))
    .replace(hardware, "«IP»")
    .replace(ipv6Like, (found) =>
      found.length >= 6 && /\d/.test(found) && isIPv6(found) ? "«IP»" : found,
    );

const placeholders = "«(?:e-mail|phone|card|IBAN|IP|secret|masked)»";
const special = /[.*+?^${}()|[\]\\/]/g;
const patterns = new WeakMap<readonly string[], RegExp | null>();

const sourceOf = (word: string): string =>
  word
    .trim()
    .split(/\s+/)
    .map((part) =>
      part
        .split("*")
        .map((piece) => piece.replace(special, "\\$&"))
        .join("[\\p{L}\\p{M}\\p{N}_-]{0,64}"),
    )
    .join("\\s{1,4}");

/** The longest first, so that "Anna Schmidt" is replaced as a whole where "Anna" is listed too. */
const patternOf = (words: readonly string[]): RegExp | null => {
  const known = patterns.get(words);
  if (known !== undefined) return known;
  const forms = words
    .filter((word) => /[\p{L}\p{N}]/u.test(word))
    .flatMap((word) => [word.normalize("NFC"), word.normalize("NFD")])
    .sort((a, b) => b.length - a.length);
  const sources = [...new Set(forms.map(sourceOf))];
  const edge = "[\\p{L}\\p{M}\\p{N}_]";
  const pattern =
    sources.length === 0
      ? null
      : new RegExp(`${placeholders}|(?<!${edge})(?:${sources.join("|")})(?!${edge})`, "giu");
  patterns.set(words, pattern);
  return pattern;
};

const placeholder = new RegExp(`^${placeholders}$`);

const steps: Readonly<Record<MaskKind, (text: string) => string>> = {
  secret: maskSecrets,
  email: (text) =>
    text.includes("@") || /\bat\b/i.test(text)
      ? text.replace(emailAddress, "«e-mail»").replace(spelledAddress, "«e-mail»")
      : text,
  iban: maskIbans,
  card: (text) => text.replace(cardLike, maskCard),
  ip: maskAddresses,
  phone: maskPhones,
};

/** Account numbers before telephone numbers, because parts of them look like telephone numbers. */
const order: readonly MaskKind[] = ["secret", "email", "iban", "card", "ip", "phone"];

/**
 * Replaces what the rules name; the rest stays unchanged. Pure, and linear in the text's length (every pattern is bounded or
 * matches only at the start of a run). Patterns cannot find everything: paraphrased data stays.
 * @param rules.words compiled once per list: pass the same array again.
 */
export const maskText = (text: string, rules: MaskRules = {}): string => {
  const kinds = new Set(rules.kinds ?? maskKinds);
  let out = text;
  for (const kind of order) if (kinds.has(kind)) out = steps[kind](out);
  const words = rules.words === undefined ? null : patternOf(rules.words);
  if (words === null) return out;
  return out.replace(words, (found) => (placeholder.test(found) ? found : "«masked»"));
};
