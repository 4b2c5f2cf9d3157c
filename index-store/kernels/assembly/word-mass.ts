// The rows that hold most of a question: a word counts once, in whichever of its forms, and as much as it is rare.

import { isForbidden, rowOf, scoresAt, seek, setUp, WINDOW, word } from "./postings";

/**
 * Sets the bits of the rows that hold at least `wanted` of the masses together; a word counts once, in whichever of its terms. The terms
 * lie one after another by descending mass of their words; those from number `light` on have too little mass together, so that a row
 * needs one of the others. Windows without an allowed row are left out (0: every row is allowed).
 */
export function holding(
  table: usize, rows: i32, terms: i32, light: i32, wanted: f64, allowed: usize, matches: usize,
): void {
  setUp(table);
  for (let first = 0; first < rows; first += WINDOW) {
    const end = <u32>min(first + WINDOW, rows);
    if (isForbidden(first, end, allowed)) continue;
    memory.fill(scoresAt, 0, <usize>WINDOW << 3);
    for (let at = 0; at < terms; at++) {
      store<u32>(word(at), seek(load<u32>(word(at), 8), load<u32>(word(at), 4), first), 8);
      holdingIn(word(at), <u32>first, end, at >= light, wanted, matches);
    }
  }
  memory.fill(scoresAt, 0, <usize>WINDOW << 3);
}

/** For each row of the window, in its slot: the mass so far as float32, and the number of the last word that was added to it. */
function holdingIn(at: usize, first: u32, end: u32, isLight: bool, wanted: f64, matches: usize): void {
  const number = load<u32>(at, 12);
  const mass = load<f64>(at, 16);
  const to = load<u32>(at, 4);
  let posting = load<u32>(at, 8);
  for (; posting < to; posting++) {
    const row = rowOf(posting);
    if (row >= end) break;
    const slot = scoresAt + (<usize>(row - first) << 3);
    const last = load<u32>(slot, 4);
    if (last == number || (isLight && last == 0)) continue;
    const sum = <f64>load<f32>(slot) + mass;
    store<f32>(slot, <f32>sum);
    store<u32>(slot, number, 4);
    if (sum < wanted) continue;
    const bits = matches + ((<usize>row >> 5) << 2);
    store<u32>(bits, load<u32>(bits) | (1 << (row & 31)));
  }
  store<u32>(at, posting, 8);
}
