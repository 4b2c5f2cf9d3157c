// The names in a column of a searcher (authors, channels), and which of them a typed one means.
import type { Searcher } from "#index-store/index-store.ts";

export const folded = (text: string): string => text.normalize("NFKC").toLocaleLowerCase("en");
const withoutMark = (name: string): string => name.replace(/^[#@]/u, "");

export interface ColumnNames {
  /** Values by their folded names. */
  readonly exact: ReadonlyMap<string, readonly string[]>;
  /** The same, with the words of each name separated by single spaces. */
  readonly spaced: readonly (readonly [words: string, values: readonly string[]])[];
}

// A searcher never changes, and an archive has tens of thousands of names: they are folded once per searcher and dropped with it.
const known = new WeakMap<Searcher, Map<string, ColumnNames>>();
const MOST_NAMES = 200_000;

export const columnNames = (searcher: Searcher, column: string): ColumnNames => {
  const ofSearcher = known.get(searcher) ?? new Map<string, ColumnNames>();
  known.set(searcher, ofSearcher);
  const cached = ofSearcher.get(column);
  if (cached !== undefined) return cached;
  const exact = new Map<string, string[]>();
  for (const { value } of searcher.facet(column, undefined, MOST_NAMES)) {
    if (value === null) continue;
    const key = folded(withoutMark(value));
    const same = exact.get(key);
    if (same === undefined) exact.set(key, [value]);
    else same.push(value);
  }
  const spaced = [...exact].map(
    ([name, values]) => [` ${name.replaceAll(/[^\p{L}\p{N}]+/gu, " ")} `, values] as const,
  );
  const names = { exact, spaced };
  ofSearcher.set(column, names);
  return names;
};

/** Values that equal the name, ignoring case; if none, those that contain it as a whole word (“anna” finds “Anna Berg”). */
export const matchingNames = (
  searcher: Searcher,
  column: string,
  wanted: string,
): readonly string[] => {
  const names = columnNames(searcher, column);
  const key = folded(withoutMark(wanted));
  return (
    names.exact.get(key) ??
    names.spaced.filter(([words]) => words.includes(` ${key} `)).flatMap(([, values]) => values)
  );
};
