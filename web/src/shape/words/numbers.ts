// Numbers as text: counts, sizes, durations, shares.
import { numberFormat } from "#services/domain/english.ts";
import { writtenIn } from "./english.ts";

const compact = { notation: "compact", maximumFractionDigits: 1 } as const;

/** 12345 → "12,345"; as the form of English groups digits. */
export const count = (value: number): string => numberFormat(writtenIn())(value);

/** A number with so many digits after the point at most: 1234.567 → "1,234.57". */
export const decimal = (value: number, digits: number): string =>
  numberFormat(writtenIn(), { maximumFractionDigits: digits })(value);

/** 12345 → "12.3K"; in full below ten thousand. */
export const shortCount = (value: number): string =>
  value < 10_000 ? count(value) : numberFormat(writtenIn(), compact)(value);

/** "1 message", "2 messages", "1,204 replies". */
export const counted = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`;

/** Milliseconds → "0.8 ms", "12 ms", "1.2 s". */
export const took = (ms: number): string => {
  if (ms < 9.95) return `${ms.toFixed(1)} ms`;
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
};

/** A percent sign after a no-break space. */
export const percentSign = "\u00a0%";

/** A part of a whole → "0 %" … "100 %"; rounded so that a part above 0 and below the whole is never "0 %" or "100 %". */
export const share = (part: number, of: number): string => {
  if (of <= 0) return `0${percentSign}`;
  const percent = (part / of) * 100;
  if (percent > 0 && percent < 1) return `1${percentSign}`;
  return `${percent >= 100 ? 100 : Math.min(99, Math.round(percent))}${percentSign}`;
};

/** part / of, within 0 … 1. */
export const fraction = (part: number, of: number): number =>
  of <= 0 ? 0 : Math.min(1, Math.max(0, part / of));
