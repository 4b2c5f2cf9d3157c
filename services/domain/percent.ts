// How a share of a whole is written, the same on every page, in the API's sentences and on the command line.

/**
 * A share, 0 … 1, as per cent: 0.1234 → "12 %", 0.0123 → "1.2 %". What is not zero never reads as zero, nor what is not whole as
 * whole. Shares below zero or above one (differences, ratios) are written by the same rule.
 * @param sign with what stands before it: a page keeps number and sign on one line with a no-break space
 */
export const percent = (share: number, sign = " %"): string => {
  const value = Math.abs(share * 100);
  const minus = share < 0 ? "−" : "";
  if (value === 0) return `0${sign}`;
  if (value < 0.1) return `${minus}<0.1${sign}`;
  if (value > 99 && value < 100) return `${minus}>99${sign}`;
  return `${minus}${value < 9.95 ? Number(value.toFixed(1)) : Math.round(value)}${sign}`;
};
