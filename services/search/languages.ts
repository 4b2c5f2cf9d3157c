// The languages of an index's texts, whose stop words and stems apply to a question.
import type { Searcher } from "#index-store/index-store.ts";
import { columns } from "./columns.ts";

/** The languages looked at, and the share of the texts of known language that one must have. */
const MOST = 4;
const LEAST_SHARE = 0.1;
/** Where no text is long enough to tell. */
const ASSUMED = ["en"];

const remembered = new WeakMap<Searcher, readonly string[]>();

/** ISO 639-1, the most frequent first; English where none is known. Counted once per searcher, which never changes. */
export const languagesOf = (searcher: Searcher): readonly string[] => {
  const known = remembered.get(searcher);
  if (known !== undefined) return known;
  const counts = searcher
    .facet(columns.language, undefined, MOST + 1)
    .flatMap(({ value, count }) => (value === null ? [] : [{ value, count }]));
  const all = counts.reduce((sum, { count }) => sum + count, 0);
  const found = counts
    .filter(({ count }) => count >= all * LEAST_SHARE)
    .slice(0, MOST)
    .map(({ value }) => value);
  const languages = found.length > 0 ? found : ASSUMED;
  remembered.set(searcher, languages);
  return languages;
};
