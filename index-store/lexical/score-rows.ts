// Scores given rows one by one, where they are few.
import type { RowBitmap } from "../ann/ann.ts";
import type { Contribution } from "./bm25.ts";
import { frequencyOf, type PostingList, seek } from "./posting-list.ts";
import type { PostingsData } from "./postings-format.ts";
import type { TopRows } from "./top-rows.ts";

/** A list and what it adds to a score. */
export interface Clause {
  readonly list: PostingList;
  readonly contribution: Contribution;
}

/** Scores given rows (in order) exactly; with `any`, only rows that some clause has count. Returns how many count. */
export const scoreRows = (
  data: PostingsData,
  clauses: readonly Clause[],
  given: { rows: Uint32Array; any: boolean; top: TopRows; matches: RowBitmap | undefined },
): number => {
  const { rows, any, top, matches } = given;
  const scores = new Float64Array(rows.length);
  const met = new Uint8Array(rows.length);
  for (const { list, contribution } of clauses) {
    let posting = list.from;
    for (let at = 0; at < rows.length; at++) {
      const row = rows[at] ?? 0;
      posting = seek(list, posting, row);
      if (posting === list.to) break;
      if (list.rows[posting] !== row) continue;
      met[at] = 1;
      scores[at] =
        (scores[at] ?? 0) +
        contribution.of(frequencyOf(data, list, posting), data.lengths[row] ?? 0);
    }
  }
  let total = 0;
  for (let at = 0; at < rows.length; at++) {
    if (any && met[at] === 0) continue;
    const row = rows[at] ?? 0;
    total += 1;
    if (matches !== undefined) matches[row >>> 5] = (matches[row >>> 5] ?? 0) | (1 << (row & 31));
    top.offer(row, scores[at] ?? 0);
  }
  return total;
};
