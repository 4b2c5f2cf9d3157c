// What the words that single rows hold are worth together.
import type { WordMass } from "./lexical/lexical.ts";
import type { Found } from "./searcher.ts";
import type { Snapshot } from "./snapshot.ts";

/** By hit, in the order given; a word counts once, in whichever form. Rows of a segment without words have none. */
export const massOfRows = (
  snapshot: Snapshot,
  words: readonly WordMass[],
  hits: readonly Found[],
): Float64Array => {
  const sums = new Float64Array(hits.length);
  const inOrder = [...hits.keys()].sort(
    (a, b) => (hits[a]?.ordinal ?? 0) - (hits[b]?.ordinal ?? 0),
  );
  for (const { base, entry, words: index } of snapshot.places) {
    const here = inOrder.filter((at) => {
      const row = (hits[at]?.ordinal ?? -1) - base;
      return row >= 0 && row < entry.rows;
    });
    if (index === undefined || here.length === 0) continue;
    const rows = Uint32Array.from(here, (at) => (hits[at]?.ordinal ?? 0) - base);
    const marks = new Uint8Array(rows.length);
    for (const { terms, mass } of words) {
      marks.fill(0);
      for (const term of terms) index.markRows(term, rows, marks);
      for (let at = 0; at < marks.length; at++) {
        const hit = here[at];
        if (marks[at] === 1 && hit !== undefined) sums[hit] = (sums[hit] ?? 0) + mass;
      }
    }
  }
  return sums;
};
