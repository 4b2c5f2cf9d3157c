// A selection as codes of the map's columns: which columns it needs, which codes are chosen, what only the server knows.
import type { MapColumn, MapLegend } from "#services/contract/map.ts";
import type { Selection } from "#services/contract/selection.ts";
import type { ChosenCodes } from "./highlight.ts";

/** Fields of a selection, and the map's column with the same values. */
const columnFields = {
  authors: "author",
  roles: "role",
  sources: "source",
  channels: "channel",
  languages: "language",
} as const satisfies Partial<Record<keyof Selection, MapColumn>>;
type ColumnField = keyof typeof columnFields;
const fields = Object.keys(columnFields) as ColumnField[];

const drawable = new Set<string>([...fields, "topics", "area", "after", "before"]);

/** The columns that must be loaded to draw a selection; topics come with the points. */
export const columnsNeeded = (selection: Selection): readonly MapColumn[] =>
  fields.filter((field) => (selection[field]?.length ?? 0) > 0).map((field) => columnFields[field]);

/** Whether a selection has fields that no column of the map has: labels, concepts, hours, "not" … */
export const isBeyondMap = (selection: Selection): boolean =>
  Object.entries(selection).some(([field, value]) => value !== undefined && !drawable.has(field));

/** The selection's field for a column; undefined where a column's values cannot be selected. */
export const fieldOf = (column: MapColumn): ColumnField | "topics" | undefined =>
  column === "topic" ? "topics" : fields.find((field) => columnFields[field] === column);

export interface TopicTree {
  /** Leaf topics by number. */
  readonly leaves: readonly string[];
  readonly childrenOf: ReadonlyMap<string, readonly string[]>;
}

/** The leaf topics below a topic of any level; the topic itself where it is a leaf. */
export const leavesBelow = ({ childrenOf }: TopicTree, topic: string): readonly string[] => {
  const found: string[] = [];
  const todo = [topic];
  const seen = new Set<string>();
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    const below = childrenOf.get(next) ?? [];
    if (below.length === 0) found.push(next);
    else todo.push(...below);
  }
  return found;
};

/** By leaf number 1 where it is chosen; the last entry is for "no topic". */
export const chosenLeaves = (tree: TopicTree, topics: readonly string[]): Uint8Array => {
  const wanted = new Set(topics.flatMap((topic) => leavesBelow(tree, topic)));
  const chosen = new Uint8Array(tree.leaves.length + 1);
  tree.leaves.forEach((leaf, at) => {
    if (wanted.has(leaf)) chosen[at] = 1;
  });
  if (wanted.has("none")) chosen[tree.leaves.length] = 1;
  return chosen;
};

/** By code 1 where its value is chosen; the last entry is for points without a value, which null selects. */
const chosenValues = (
  values: readonly { readonly value: string | null }[],
  wanted: readonly (string | null)[],
): Uint8Array => {
  const chosen = new Uint8Array(values.length + 1);
  values.forEach(({ value }, at) => {
    // A null in the legend is "all others", which is not a value.
    if (value !== null && wanted.includes(value)) chosen[at] = 1;
  });
  if (wanted.includes(null)) chosen[values.length] = 1;
  return chosen;
};

export interface LoadedColumn {
  readonly legend: MapLegend;
  readonly values: Uint16Array | Float32Array;
}

/** The parts of a selection for which the column is loaded, with the column's values and codes. */
const loadedParts = (selection: Selection, columns: ReadonlyMap<MapColumn, LoadedColumn>) =>
  fields.flatMap((field) => {
    const wanted: readonly (string | null)[] = selection[field] ?? [];
    const column = columns.get(columnFields[field]);
    if (wanted.length === 0 || column?.legend.kind !== "categories") return [];
    if (!(column.values instanceof Uint16Array)) return [];
    return [{ wanted, values: column.legend.values, codes: column.values }];
  });

/** Whether a selected value is too rare to have a code of its own, so that only the server knows its points. */
export const hasRareValue = (
  selection: Selection,
  columns: ReadonlyMap<MapColumn, LoadedColumn>,
): boolean =>
  loadedParts(selection, columns).some(({ wanted, values }) =>
    wanted.some((one) => one !== null && !values.some(({ value }) => value === one)),
  );

/** The codes that a selection chooses, by column. */
export const chosenColumns = (
  selection: Selection,
  columns: ReadonlyMap<MapColumn, LoadedColumn>,
): readonly ChosenCodes[] =>
  loadedParts(selection, columns).map(({ wanted, values, codes }) => ({
    codes,
    chosen: chosenValues(values, wanted),
  }));

/** A list of points as a column with two codes: the listed points are chosen. */
export const chosenPoints = (all: number, points: readonly number[]): ChosenCodes => {
  const codes = new Uint16Array(all);
  for (const point of points) if (point >= 0 && point < all) codes[point] = 1;
  return { codes, chosen: new Uint8Array([0, 1, 0]) };
};
