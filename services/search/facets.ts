// Facets: counts of authors, roles, kinds, sources, channels, languages and times among the rows that match.
import type { RowSet, Searcher } from "#index-store/index-store.ts";
import type { Facets } from "#services/contract/search.ts";
import { columns } from "./columns.ts";

export interface FacetSource {
  readonly collection: { readonly id: string; readonly name: string };
  readonly searcher: Searcher;
  readonly rows: RowSet | undefined;
}

type FacetValue = Facets["authors"][number];

const VALUES = 20;
const BINS = 48;
const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
/** Widths that people read: minutes to years. */
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

const countValues = (sources: readonly FacetSource[], column: string): FacetValue[] => {
  const counts = new Map<string | null, number>();
  // Each asked for more than is shown, so that a value spread over collections is not lost at the edge.
  const limit = sources.length === 1 ? VALUES : VALUES * 5;
  for (const { searcher, rows } of sources)
    for (const { value, count } of searcher.facet(column, rows, limit))
      if (count > 0) counts.set(value, (counts.get(value) ?? 0) + count);
  return top(counts);
};

const countTimes = (sources: readonly FacetSource[]): Facets["time"] => {
  const extents = sources
    .map(({ searcher, rows }) => searcher.extent(columns.at, rows))
    .filter((extent) => extent !== null);
  if (extents.length === 0) return null;
  const from = Math.min(...extents.map(({ min }) => min));
  const to = Math.max(...extents.map(({ max }) => max));
  const width = widthFor(from, to);
  const counts = new Map<number, number>();
  for (const { searcher, rows } of sources)
    for (const bin of searcher.histogram(columns.at, rows, width))
      counts.set(bin.from, (counts.get(bin.from) ?? 0) + bin.count);
  const bins = [...counts]
    .map(([start, count]) => ({ from: start, count }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => a.from - b.from);
  return { width, bins };
};

export const countFacets = (sources: readonly FacetSource[]): Facets => ({
  authors: countValues(sources, columns.author),
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
  time: countTimes(sources),
});
