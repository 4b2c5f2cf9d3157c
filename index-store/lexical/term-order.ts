// The order of terms in a dictionary and among equals: by UTF-8 bytes, which is the order of code points.

/** Whether a text may stand elsewhere by UTF-16 code units than by code points. */
export const hasHighUnits = /[\ud800-\uffff]/;

/** Compares by code points; UTF-16 differs where surrogates meet U+E000 and above. */
export const byCodePoint = (a: string, b: string): number => {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const x = a.charCodeAt(at);
    const y = b.charCodeAt(at);
    if (x === y) continue;
    const xHigh = x >= 0xd800 && x <= 0xdfff;
    const yHigh = y >= 0xd800 && y <= 0xdfff;
    if (xHigh !== yHigh && x >= 0xd800 && y >= 0xd800) return xHigh ? 1 : -1;
    return x - y;
  }
  return a.length - b.length;
};
