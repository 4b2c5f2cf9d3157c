// Decides which versions are loaded when they follow each other quickly: all of a small index, some of a large one.

/** Up to so many rows every version is loaded; beyond, only one with a tenth more rows, with fewer rows, or after a while. */
const SMALL_ROWS = 20_000;
const WORTHWHILE_GROWTH = 1.1;
const WORTHWHILE_AFTER_MS = 2000;

/** @param held the current version: its rows, and how long it has been used */
export const isWorthLoading = (
  rows: number,
  held: { readonly rows: number; readonly forMs: number },
): boolean =>
  rows <= SMALL_ROWS ||
  rows < held.rows ||
  rows >= held.rows * WORTHWHILE_GROWTH ||
  held.forMs > WORTHWHILE_AFTER_MS;
