// Ratios, shares, p-values and odds ratios as text.
import { percentSign } from "../words/numbers.ts";

const one = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });
const two = new Intl.NumberFormat("en", { maximumFractionDigits: 2 });

/** 2.31 → "× 2.3", 0.42 → "× 0.42". */
export const times = (ratio: number): string => {
  if (!Number.isFinite(ratio)) return "× ∞";
  return `× ${(ratio >= 1 ? one : two).format(ratio)}`;
};

/** 0.1234 → "12 %", 0.0123 → "1.2 %", 0.00004 → "< 0.01 %". */
export const percent = (part: number): string => {
  const value = part * 100;
  if (value === 0) return `0${percentSign}`;
  if (Math.abs(value) < 0.01) return `<\u00a00.01${percentSign}`;
  if (Math.abs(value) < 1) return `${two.format(value)}${percentSign}`;
  return `${Math.abs(value) < 10 ? one.format(value) : Math.round(value)}${percentSign}`;
};

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
  return `${one.format(ratio)} times the odds in ${effect > 0 ? a : b}`;
};
