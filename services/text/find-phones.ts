// Finds telephone numbers in a text, but not dates, times, versions, prices and ranges.
import { type Finder, inTurn, plainSeparators, type Span, spansOf } from "./spans.ts";

/** Not the decimals of a number, nor a number with separated thousands. */
const numberLike =
  /(?<![\w.:/-])(?<!\b0,)(?:\+|\(\+?)?\d[\d \t()./-]{5,22}\d(?![\w:]|[.-]\d|,\d{1,3}(?!\d))/g;
/** "tel. 12 34 56", "my mobile is 5551234": after such words, a number of any form is a telephone number. */
const announced =
  /\b(tel|telephone|phone|mobile|cell|cellphone|fax|whatsapp|handy|telefon|téléphone|tél|teléfono|telefono|telefone|celular|móvil|телефон)(\.?(?: (?:number|no\.?|is|nr\.?|est|es|ist))*[ :=#]{1,3})(\+?\(?\d[\d \t()./-]{4,20}\d)(?![\w:])/giu;
const date =
  /(?<![\d./-])(?:\d{4}[./-]\d{1,2}[./-]\d{1,2}|\d{1,2}[./-]\d{1,2}[./-](?:19|20)\d{2}|\d{1,2}\/\d{1,2}\/\d{2})(?![./-]?\d)/;

/** National numbers in their usual forms: North America, Spain, India, and local ones of seven digits. */
const national: readonly RegExp[] = [
  /^(?:1[ .-]?)?\(?[2-9]\d{2}\)?[ .-]?[2-9]\d{2}[ .-]?\d{4}$/,
  /^(?:1[ .-]?)?\(\d{3}\) ?\d{3}[ .-]?\d{4}$/,
  /^\d{3}[.-]\d{3}[.-]\d{4}$/,
  /^[6-9]\d{2}[ .-]\d{3}[ .-]\d{3}$/,
  /^[6-9]\d{4}[ -]?\d{5}$/,
  /^[2-9]\d{2}-\d{4}$/,
];

const isPhone = (found: string): boolean => {
  const digits = found.replace(/\D/g, "");
  if (digits.length < 7 || digits.length > 15) return false;
  if (/^\(?\+/.test(found) || digits.startsWith("00")) return digits.length >= 8;
  if (date.test(found) || /^\d+\.\d+$/.test(found)) return false;
  // With a trunk prefix: 0171 1234567, 06 12 34 56 78, (020) 7946 0958.
  if (/^\(?0[1-9]/.test(found)) return digits.length >= 9 && digits.length <= 13;
  return national.some((pattern) => pattern.test(found));
};

const announcedPhones: Finder = (text) => {
  const spans: Span[] = [];
  for (const match of text.matchAll(announced)) {
    const [whole, label = "", link = "", number = ""] = match;
    if (date.test(number)) continue;
    spans.push({
      start: match.index + label.length + link.length,
      end: match.index + whole.length,
    });
  }
  return spans;
};

const allPhones = inTurn(announcedPhones, (text) =>
  spansOf(text, numberLike, ([found]) => isPhone(found.trim())),
);

/** Two numbers separated by a space only may be missed. */
export const findPhones: Finder = (text) =>
  /\d{2}/.test(text) ? allPhones(plainSeparators(text)) : [];
