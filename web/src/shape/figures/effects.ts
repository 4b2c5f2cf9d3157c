// Ratios, shares, p-values and odds ratios as text.
import { percent as percentOf } from "#services/domain/percent.ts";
import { decimal, percentSign } from "../words/numbers.ts";

/** 2.31 → "× 2.3", 0.42 → "× 0.42". */
export const times = (ratio: number): string => {
  if (!Number.isFinite(ratio)) return "× ∞";
  return `× ${decimal(ratio, ratio >= 1 ? 1 : 2)}`;
};

/** A share as `percent` of the server's sentences writes it, on one line. */
export const percent = (part: number): string => percentOf(part, percentSign);

/** "p < 0.001", "p = 0.03", with no-break spaces. */
export const chance = (p: number): string =>
  p < 0.001
    ? "p\u00a0<\u00a00.001"
    : `p\u00a0=\u00a0${p < 0.1 ? p.toFixed(3).replace(/0$/u, "") : p.toFixed(2)}`;

const mostTimes = 50;

/** A log odds ratio in words: 0.69 → "2 times the odds in A". */
export const oddsInWords = (effect: number, a: string, b: string): string => {
  const ratio = Math.exp(Math.abs(effect));
  if (ratio < 1.05) return "equal odds in both";
  // A very large ratio comes from a count near zero on the other side and is not precise.
  if (ratio > mostTimes) return `more than ${mostTimes} times the odds in ${effect > 0 ? a : b}`;
  return `${decimal(ratio, 1)} times the odds in ${effect > 0 ? a : b}`;
};
