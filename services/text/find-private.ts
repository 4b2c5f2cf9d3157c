// Finds personal data and secrets in a text, each with its kind and place, and shows them without giving them away.
import { type FoundKind, foundKinds } from "#services/domain/cleaning.ts";
import { findCards, findEmails } from "./find-addresses.ts";
import { findIbans } from "./find-ibans.ts";
import { findPhones } from "./find-phones.ts";
import { findPrivateKeys, findTokens } from "./find-secrets.ts";
import { blankSpans, type Finder, type Span } from "./spans.ts";

export interface FoundSpan extends Span {
  readonly kind: FoundKind;
}

const finders: Readonly<Record<FoundKind, Finder>> = {
  key: findPrivateKeys,
  token: findTokens,
  email: findEmails,
  iban: findIbans,
  card: findCards,
  phone: findPhones,
};

/** Secrets first, because parts of them look like others; account numbers before telephone numbers for the same reason. */
const order: readonly FoundKind[] = ["key", "token", "email", "iban", "card", "phone"];

/**
 * What there is of these kinds, in order and without overlaps. All kinds are looked for in any case, so that what is found of one does
 * not depend on which others are wanted. Linear in the text's length.
 */
export const findPrivate = (
  text: string,
  wanted: readonly FoundKind[] = foundKinds,
): FoundSpan[] => {
  if (wanted.length === 0) return [];
  const all: FoundSpan[] = [];
  let rest = text;
  for (const kind of order) {
    const spans = finders[kind](rest);
    for (const span of spans) all.push({ ...span, kind });
    rest = blankSpans(rest, spans);
  }
  return all.filter(({ kind }) => wanted.includes(kind)).sort((a, b) => a.start - b.start);
};

const HIDDEN = "•••";

const first = (text: string, characters: number): string =>
  Array.from(text.slice(0, 2 * characters), (one) => one)
    .slice(0, characters)
    .join("");

/** As much of a value as tells it from others to whoever knows it: an•••@•••.org. */
export const hiddenValue = (kind: FoundKind, value: string): string => {
  switch (kind) {
    case "email":
      return `${first(/^[^@[( ]*/u.exec(value)?.[0] ?? "", 2)}${HIDDEN}@${HIDDEN}${/\.[\p{L}\p{N}-]{1,12}$/u.exec(value)?.[0] ?? ""}`;
    case "phone":
      return `${first(value, 3)}${HIDDEN}${value.slice(-2)}`;
    case "card":
      return `${HIDDEN} ${value.replace(/\D/g, "").slice(-4)}`;
    case "iban":
      return `${first(value, 4)} ${HIDDEN}`;
    case "key":
      return `a private key of ${value.length} characters`;
    case "token":
      return value.length < 16 ? HIDDEN : `${first(value, 4)}${HIDDEN}`;
  }
};
