// The names in a column of a searcher (authors, channels), and which of them a typed one means.
import type { Searcher } from "#index-store/index-store.ts";
import { foldedName, spacedName } from "#services/domain/folded-name.ts";

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
    const key = foldedName(value);
    const same = exact.get(key);
    if (same === undefined) exact.set(key, [value]);
    else same.push(value);
  }
  const spaced = [...exact].map(([name, values]) => [spacedName(name), values] as const);
  const names = { exact, spaced };
  ofSearcher.set(column, names);
  return names;
};

/** What a typed name means: values that equal it, ignoring case, and values that contain it as a whole word. */
export interface Meant {
  readonly exact: readonly string[];
  readonly byWord: readonly string[];
}

export const meantNames = (searcher: Searcher, column: string, wanted: string): Meant => {
  const names = columnNames(searcher, column);
  const key = foldedName(wanted);
  return {
    exact: names.exact.get(key) ?? [],
    byWord: names.spaced
      .filter(([words]) => words.includes(` ${key} `))
      .flatMap(([, values]) => values),
  };
};

/** Of all that a name may mean, values that equal it; if there are none, those that contain it as a word (“anna” finds “Anna Berg”). */
export const chosenNames = (...meant: readonly Meant[]): readonly string[] => {
  const exact = new Set(meant.flatMap((one) => one.exact));
  return [...(exact.size > 0 ? exact : new Set(meant.flatMap((one) => one.byWord)))];
};
