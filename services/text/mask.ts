// Masks data of people and accounts in a text before it is sent anywhere: «e-mail», «phone», «card», «IBAN», «IP», «secret».
import { findCards, findEmails, findIps } from "./find-addresses.ts";
import { findIbans } from "./find-ibans.ts";
import { findPhones } from "./find-phones.ts";
import { findPrivateKeys, findTokens } from "./find-secrets.ts";
import { blankSpans, type Finder, inTurn, replaceSpans, type Span } from "./spans.ts";

export const maskKinds = ["email", "phone", "card", "iban", "ip", "secret"] as const;
export type MaskKind = (typeof maskKinds)[number];

export interface MaskRules {
  /** All kinds by default. */
  readonly kinds?: readonly MaskKind[];
  /** Further words and names, as whole words in any case; a * stands for any ending. */
  readonly words?: readonly string[];
}

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

const marks: Readonly<Record<MaskKind, string>> = {
  email: "«e-mail»",
  phone: "«phone»",
  card: "«card»",
  iban: "«IBAN»",
  ip: "«IP»",
  secret: "«secret»",
};

const finders: Readonly<Record<MaskKind, Finder>> = {
  secret: inTurn(findPrivateKeys, findTokens),
  email: findEmails,
  iban: findIbans,
  card: findCards,
  ip: findIps,
  phone: findPhones,
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
  const found: (Span & { readonly kind: MaskKind })[] = [];
  let rest = text;
  for (const kind of order) {
    if (!kinds.has(kind)) continue;
    const spans = finders[kind](rest);
    for (const span of spans) found.push({ ...span, kind });
    rest = blankSpans(rest, spans);
  }
  found.sort((a, b) => a.start - b.start);
  const out = replaceSpans(text, found, ({ kind }) => marks[kind]);
  const words = rules.words === undefined ? null : patternOf(rules.words);
  if (words === null) return out;
  return out.replace(words, (found) => (placeholder.test(found) ? found : "«masked»"));
};
