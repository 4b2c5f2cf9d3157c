// The values of a column → what they look like: times, names that come again, roles, texts.
import { roleOfWord } from "#services/domain/table-rows.ts";

export interface ColumnShape {
  /** Whether some values have a digit, as every time has. */
  readonly hasDigits: boolean;
  /** Number of values that are not empty. */
  readonly filled: number;
  readonly distinct: number;
  /** Whether nearly all values are dates or times. */
  readonly isTime: boolean;
  /** Whether all values are words for roles: user, assistant. */
  readonly isRole: boolean;
  /** Numbers with decimals, as amounts and ratings are. */
  readonly isDecimal: boolean;
  readonly isNumber: boolean;
  /** Short values, of which some come again: who wrote it, which room. */
  readonly isName: boolean;
  /** Sentences. */
  readonly isText: boolean;
  /** Characters, on average. */
  readonly length: number;
}

const time =
  /^(?:\d{4}[-/.年년]\s*\d{1,2}[-/.月월]\s*\d{1,2}.{0,20}|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}(?:[ ,T].{1,16})?|1\d{9}(?:\.\d+)?|1\d{12})$/u;
const number = /^-?\d{1,20}$/u;
const decimal = /^[-+]?[\d., ]*\d[.,]\d+(?:\s?[€$£%])?$/u;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-/iu;

/** A little damage does not change what a column holds. */
const nearlyAll = (share: number) => share >= 0.9;

export const shapeOfColumn = (values: readonly string[]): ColumnShape => {
  const filled = values.map((value) => value.trim()).filter((value) => value !== "");
  const share = (test: (value: string) => boolean) =>
    filled.length === 0 ? 0 : filled.filter(test).length / filled.length;
  const distinct = new Set(filled).size;
  const length = filled.reduce((sum, value) => sum + value.length, 0) / Math.max(1, filled.length);
  const isTime = nearlyAll(share((value) => time.test(value)));
  const isNumber = nearlyAll(share((value) => number.test(value)));
  const isDecimal = !isTime && nearlyAll(share((value) => decimal.test(value)));
  const isPlain = !(isTime || isNumber || isDecimal) && filled.length > 0;
  const isName =
    isPlain &&
    nearlyAll(share((value) => value.length <= 60 && !value.includes("\n") && !uuid.test(value))) &&
    distinct < filled.length;
  return {
    filled: filled.length,
    distinct,
    hasDigits: share((value) => /\p{N}/u.test(value)) > 0,
    isTime,
    isNumber,
    isDecimal,
    isRole: share((value) => roleOfWord(value) !== undefined) === 1,
    isName,
    // Languages that are written without spaces have long values all the same.
    isText:
      isPlain &&
      (share((value) => /\s/u.test(value)) >= 0.5 || length >= 12) &&
      share((value) => uuid.test(value)) < 0.5 &&
      distinct > filled.length / 3,
    length,
  };
};
