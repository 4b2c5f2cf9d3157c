// Leaves out the rows that contain an excluded word or phrase, in every mode of search.
import type { LexicalQuery, RowSet, Searcher } from "#index-store/index-store.ts";

/** Those of the rows (undefined: of all) that contain none of these phrases; undefined where none is left out. */
export const withoutWords = (
  searcher: Pick<Searcher, "select" | "matching" | "union" | "without">,
  rows: RowSet | undefined,
  excluded: LexicalQuery["not"],
): RowSet | undefined => {
  if (excluded.length === 0) return rows;
  const all = rows ?? searcher.select(undefined);
  const said = excluded.map((phrase) =>
    searcher.matching({ should: [], must: [], phrases: [phrase], prefixes: [], not: [] }, all),
  );
  return searcher.without(all, searcher.union(said));
};
