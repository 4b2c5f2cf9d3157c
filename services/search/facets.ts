// Facets: counts of authors, roles, kinds, sources, channels, languages, topics and times among the rows that match.
import type { RowSet, Searcher } from "#index-store/index-store.ts";
import type { Facets } from "#services/contract/search.ts";
import { columns } from "./columns.ts";
import { countTopics, type Groups } from "./groups.ts";
import { countBots, countPeople } from "./people-facets.ts";
import type { PeopleHere } from "./people-filter.ts";

export interface FacetSource {
  readonly collection: { readonly id: string; readonly name: string };
  readonly searcher: Searcher;
  readonly rows: RowSet | undefined;
  /** Rows that pass the filters, whether they match the words or not; undefined = all. They determine the width of the time bins. */
  readonly within: RowSet | undefined;
  readonly here: PeopleHere;
  /** Topics of the collection; null where it has no analysis. */
  readonly groups: Groups | null;
}

type FacetValue = Facets["authors"][number];

const VALUES = 20;
const BINS = 48;
const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
/** Readable widths, from minutes to years. */
const widths = [
  ...[1, 5, 15, 60, 180, 360, 720].map((minutes) => minutes * MINUTE),
  ...[1, 2, 7, 14, 30, 91, 182, 365, 730, 1826, 3652].map((days) => days * DAY),
];

/** The smallest readable width that needs at most `BINS` bins. */
export const widthFor = (from: number, to: number): number =>
  widths.find((width) => (to - from) / width < BINS) ?? Math.ceil((to - from) / BINS / DAY) * DAY;

const top = (counts: ReadonlyMap<string | null, number>): FacetValue[] =>
  [...counts]
    .map(([value, count]) => ({ value, label: value ?? "unknown", count }))
    .sort((a, b) => b.count - a.count || (a.label < b.label ? -1 : 1))
    .slice(0, VALUES);

/** The value of a column that is the same in every row: a searcher never changes, so it is not counted again. */
const constants = new WeakMap<Searcher, Map<string, { readonly value: string | null } | null>>();
const constantOf = (searcher: Searcher, column: string) => {
  const ofSearcher = constants.get(searcher) ?? new Map();
  constants.set(searcher, ofSearcher);
  const known = ofSearcher.get(column);
  if (known !== undefined) return known;
  const [first, second] = searcher.facet(column, undefined, 2).filter(({ count }) => count > 0);
  const constant = first !== undefined && second === undefined ? { value: first.value } : null;
  ofSearcher.set(column, constant);
  return constant;
};

const countIn = (source: FacetSource, column: string, limit: number) => {
  const { searcher, rows, here } = source;
  if (column === columns.author && !here.people.isPlain)
    return [...countPeople(source)].map(([value, count]) => ({ value, count }));
  const constant = constantOf(searcher, column);
  return constant === null
    ? searcher.facet(column, rows, limit)
    : [{ value: constant.value, count: rows === undefined ? searcher.rows : rows.count }];
};

const countValues = (sources: readonly FacetSource[], column: string): FacetValue[] => {
  const counts = new Map<string | null, number>();
  // With several collections more values are taken of each, because the largest sum need not be among the largest of each.
  const limit = sources.length === 1 ? VALUES : VALUES * 5;
  for (const source of sources)
    for (const { value, count } of countIn(source, column, limit))
      if (count > 0) counts.set(value, (counts.get(value) ?? 0) + count);
  return top(counts);
};

// A searcher never changes, so its extent is computed once and dropped together with it.
const extents = new WeakMap<Searcher, { readonly min: number; readonly max: number } | "none">();
/** First and last time of the rows that pass the filters. It ignores the words, so that bins do not change while somebody types. */
const extentOf = ({ searcher, within }: FacetSource) => {
  if (within !== undefined) return searcher.extent(columns.at, within);
  const known = extents.get(searcher) ?? searcher.extent(columns.at) ?? "none";
  extents.set(searcher, known);
  return known === "none" ? null : known;
};

const countTimes = (sources: readonly FacetSource[]): Facets["time"] => {
  const spans = sources.map(extentOf).filter((extent) => extent !== null);
  if (spans.length === 0) return null;
  const from = Math.min(...spans.map(({ min }) => min));
  const to = Math.max(...spans.map(({ max }) => max));
  const width = widthFor(from, to);
  const counts = new Map<number, number>();
  for (const { searcher, rows } of sources)
    for (const bin of searcher.histogram(columns.at, rows, width))
      counts.set(bin.from, (counts.get(bin.from) ?? 0) + bin.count);
  const bins = [...counts]
    .map(([start, count]) => ({ from: start, count }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => a.from - b.from);
  return { width, first: from, last: to, bins };
};

export const countFacets = (sources: readonly FacetSource[]): Facets => ({
  authors: countValues(sources, columns.author),
  bots: top(countBots(sources)).map((one) => ({
    ...one,
    label: one.value === "yes" ? "Bots" : "Others",
  })),
  roles: countValues(sources, columns.role),
  kinds: countValues(sources, columns.kind),
  sources: countValues(sources, columns.source),
  channels: countValues(sources, columns.channel),
  languages: countValues(sources, columns.language),
  collections: sources
    .map(({ collection, searcher, rows }) => ({
      value: collection.id,
      label: collection.name,
      count: rows === undefined ? searcher.rows : rows.count,
    }))
    .sort((a, b) => b.count - a.count),
  topics: countTopics(sources),
  time: countTimes(sources),
});
