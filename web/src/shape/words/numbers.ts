// Numbers as text: counts, sizes, durations, shares.
const whole = new Intl.NumberFormat("en");
const short = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });

/** 12345 → "12,345". */
export const count = (value: number): string => whole.format(value);

/** 12345 → "12.3K"; in full below ten thousand. */
export const shortCount = (value: number): string =>
  value < 10_000 ? whole.format(value) : short.format(value);

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
