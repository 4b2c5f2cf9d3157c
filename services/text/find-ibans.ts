// Finds bank account numbers (ISO 13616) in a text by country code, length and check digits.
import { type Finder, plainSeparators, type Span } from "./spans.ts";

/** Length by country, from the SWIFT registry. */
const lengths: ReadonlyMap<string, number> = new Map(
  "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30"
    .split(" ")
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);

const beginning = /(?<![A-Z0-9])[A-Z]{2}\d{2}(?=[ -]?[A-Z0-9])/g;
const digitOrLetter = /[A-Z0-9]/;

/** ISO 7064 mod 97-10 with letters as numbers (A = 10). */
const isValid = (iban: string): boolean => {
  let rest = 0;
  for (const char of iban.slice(4) + iban.slice(0, 4)) {
    const value = Number.parseInt(char, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest === 1;
};

/** Reads at most `length` letters and digits from `from` on, skipping single spaces and hyphens; also returns where they end. */
const readNumber = (upper: string, from: number, length: number): { end: number; iban: string } => {
  let iban = "";
  let at = from;
  while (at < upper.length && iban.length < length) {
    const char = upper.charAt(at);
    if (digitOrLetter.test(char)) iban += char;
    else if ((char !== " " && char !== "-") || !digitOrLetter.test(upper.charAt(at + 1))) break;
    at++;
  }
  return { end: at, iban };
};

/** Each valid one. */
export const findIbans: Finder = (text) => {
  // Only ASCII is made upper case: the capital of ß is two letters, which would shift the places.
  const upper = plainSeparators(text).replace(/[a-z]+/g, (letters) => letters.toUpperCase());
  const spans: Span[] = [];
  let done = 0;
  for (const match of upper.matchAll(beginning)) {
    const length = lengths.get(match[0].slice(0, 2));
    if (length === undefined || match.index < done) continue;
    const { end, iban } = readNumber(upper, match.index, length);
    if (iban.length < length || digitOrLetter.test(upper.charAt(end)) || !isValid(iban)) continue;
    spans.push({ start: match.index, end });
    done = end;
  }
  return spans;
};
