// The value of a filter that was probably meant: the nearest author, channel or topic that there is.
import type { RowSet } from "#index-store/index-store.ts";
import { nearest } from "#services/domain/nearest-name.ts";
import { columnNames } from "./column-names.ts";
import { columns } from "./columns.ts";
import type { Base, Excluder } from "./excluder.ts";

export interface NearValue {
  readonly value: string;
  /** In each collection asked. */
  readonly rows: readonly RowSet[];
}

/** Names of a column that a typed one may mean, as they are stored, by what is compared: each name, and each word of it. */
const spellings = (bases: readonly Base[], column: string): Map<string, string> => {
  const found = new Map<string, string>();
  for (const { asked } of bases)
    for (const [key, [value]] of columnNames(asked.searcher, column).exact) {
      if (value === undefined) continue;
      found.set(key, value);
      for (const word of key.split(/[^\p{L}\p{N}]+/u)) if (!found.has(word)) found.set(word, value);
    }
  return found;
};

const nearName = (
  wanted: string,
  bases: readonly Base[],
  column: string,
): NearValue | undefined => {
  const names = spellings(bases, column);
  const near = nearest(wanted.replace(/^[#@]/u, ""), names.keys());
  const value = near === undefined ? undefined : names.get(near);
  if (value === undefined) return undefined;
  const rows = bases.map(({ searcher }) =>
    searcher.select({ kind: "in", column, values: [value] }),
  );
  return { value, rows };
};

const nearTopic = (wanted: string, bases: readonly Base[]): NearValue | undefined => {
  const topics = bases.flatMap(({ asked }) => asked.groups?.topics ?? []);
  const titles = new Map<string, string>();
  for (const { title } of topics)
    for (const word of title.split(/[^\p{L}\p{N}]+/u)) titles.set(word, title);
  for (const { title } of topics) titles.set(title, title);
  const near = nearest(wanted, titles.keys());
  const value = near === undefined ? undefined : titles.get(near);
  if (value === undefined) return undefined;
  const rows = bases.map(({ asked, searcher }) =>
    searcher.union(
      (asked.groups?.topics ?? [])
        .filter(({ title }) => title === value)
        .flatMap(({ id }) => asked.groups?.topicRows(id) ?? []),
    ),
  );
  return { value, rows };
};

/** undefined where nothing is near, or where the filter is not by a name. */
export const nearestValue = (
  { name, values }: Pick<Excluder, "name" | "values">,
  bases: readonly Base[],
): NearValue | undefined => {
  const [wanted] = values;
  if (typeof wanted !== "string") return undefined;
  if (name === "from") return nearName(wanted, bases, columns.author);
  if (name === "in") return nearName(wanted, bases, columns.channel);
  return name === "topic" ? nearTopic(wanted, bases) : undefined;
};
