// Which of the versions that follow each other quickly are loaded: each one of a small index, of a large one those that are worth it.

/** Up to so many rows every version is loaded; beyond, one that is worth it: a tenth more rows, fewer, or after a while. */
const SMALL_ROWS = 20_000;
const WORTHWHILE_GROWTH = 1.1;
const WORTHWHILE_AFTER_MS = 2000;

/** @param held the version that answers now: its rows, and how long it has been held */
export const isWorthLoading = (
  rows: number,
  held: { readonly rows: number; readonly forMs: number },
): boolean =>
  rows <= SMALL_ROWS ||
  rows < held.rows ||
  rows >= held.rows * WORTHWHILE_GROWTH ||
  held.forMs > WORTHWHILE_AFTER_MS;
