// A selection as the map can draw it: which columns it needs, which codes they choose, and what only the server can tell.
import type { MapColumn, MapLegend } from "#services/contract/map.ts";
import type { Selection } from "#services/contract/selection.ts";
import type { ChosenCodes } from "./highlight.ts";

/** Fields of a selection that a column of the map tells. */
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

/** The columns that must be there to draw a selection; topics come with the points. */
export const columnsNeeded = (selection: Selection): readonly MapColumn[] =>
  fields.filter((field) => (selection[field]?.length ?? 0) > 0).map((field) => columnFields[field]);

/** Fields that the map's columns say nothing of: labels, concepts, hours, "everything but" … */
export const isBeyondMap = (selection: Selection): boolean =>
  Object.entries(selection).some(([field, value]) => value !== undefined && !drawable.has(field));

/** Field of a selection by the name of a column, where it can be chosen by its values. */
export const fieldOf = (column: MapColumn): ColumnField | "topics" | undefined =>
  column === "topic" ? "topics" : fields.find((field) => columnFields[field] === column);

export interface TopicTree {
  /** Leaf topics by number. */
  readonly leaves: readonly string[];
  readonly childrenOf: ReadonlyMap<string, readonly string[]>;
}

/** The leaves that a topic of any level holds; itself where it is one. */
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

/** By leaf number 1 where it is chosen; the last place stands for "no topic". */
export const chosenLeaves = (tree: TopicTree, topics: readonly string[]): Uint8Array => {
  const wanted = new Set(topics.flatMap((topic) => leavesBelow(tree, topic)));
  const chosen = new Uint8Array(tree.leaves.length + 1);
  tree.leaves.forEach((leaf, at) => {
    if (wanted.has(leaf)) chosen[at] = 1;
  });
  if (wanted.has("none")) chosen[tree.leaves.length] = 1;
  return chosen;
};

/** By code 1 where its value is chosen; the last place stands for "absent", which null names. */
const chosenValues = (
  values: readonly { readonly value: string | null }[],
  wanted: readonly (string | null)[],
): Uint8Array => {
  const chosen = new Uint8Array(values.length + 1);
  values.forEach(({ value }, at) => {
    // A legend's null is "all others": no value of its own.
    if (value !== null && wanted.includes(value)) chosen[at] = 1;
  });
  if (wanted.includes(null)) chosen[values.length] = 1;
  return chosen;
};

export interface LoadedColumn {
  readonly legend: MapLegend;
  readonly values: Uint16Array | Float32Array;
}

/** The parts of a selection that columns tell, each with its column; a column that has not come yet is left out. */
const told = (selection: Selection, columns: ReadonlyMap<MapColumn, LoadedColumn>) =>
  fields.flatMap((field) => {
    const wanted: readonly (string | null)[] = selection[field] ?? [];
    const column = columns.get(columnFields[field]);
    if (wanted.length === 0 || column?.legend.kind !== "categories") return [];
    if (!(column.values instanceof Uint16Array)) return [];
    return [{ wanted, values: column.legend.values, codes: column.values }];
  });

/** A value that is too rare to have a code of its own: only the server knows its points. */
export const hasRareValue = (
  selection: Selection,
  columns: ReadonlyMap<MapColumn, LoadedColumn>,
): boolean =>
  told(selection, columns).some(({ wanted, values }) =>
    wanted.some((one) => one !== null && !values.some(({ value }) => value === one)),
  );

/** Columns of a selection with what they choose. */
export const chosenColumns = (
  selection: Selection,
  columns: ReadonlyMap<MapColumn, LoadedColumn>,
): readonly ChosenCodes[] =>
  told(selection, columns).map(({ wanted, values, codes }) => ({
    codes,
    chosen: chosenValues(values, wanted),
  }));

/** Points as a column of two codes: those of a list are chosen. */
export const chosenPoints = (all: number, points: readonly number[]): ChosenCodes => {
  const codes = new Uint16Array(all);
  for (const point of points) if (point >= 0 && point < all) codes[point] = 1;
  return { codes, chosen: new Uint8Array([0, 1, 0]) };
};
