// Topics and labels in a question: filters by them, counts per topic, and the topic of each hit.
import type { RowSet, Searcher } from "#index-store/index-store.ts";
import type { Facets, SearchFilters } from "#services/contract/search.ts";
import { folded } from "#services/domain/folded-name.ts";
import type { Operators } from "./query.ts";

export interface GroupTopic {
  readonly id: string;
  readonly title: string;
  readonly leaf: boolean;
  /** 0, 1, 2 …: the number of its colour. */
  readonly colour: number;
}

/** The topics and labels of one collection, for one searcher of its index. */
export interface Groups {
  /** The topics that are shown. */
  readonly topics: readonly GroupTopic[];
  /** Rows of a topic of any level, "none" for outliers; undefined where there is no such topic. */
  topicRows(id: string): RowSet | undefined;
  labelRows(id: string): RowSet | undefined;
  /** The leaf topic of a chunk of a conversation. */
  topicOf(chunk: string, conversation: string): GroupTopic | null;
}

/** The topics that a question needs. Others may be missing while they are still being loaded. */
export interface GroupsWanted {
  readonly topics: boolean;
  readonly labels: readonly string[];
}

/** Ids that a `topic:` value names: an id, a title, or all titles that contain its words. */
const namedTopics = (groups: Groups, wanted: string): readonly string[] => {
  const key = folded(wanted);
  if (key === "none") return ["none"];
  const same = groups.topics.filter(({ id, title }) => id === wanted || folded(title) === key);
  const found =
    same.length > 0
      ? same
      : groups.topics.filter(({ title }) =>
          folded(title)
            .split(/[^\p{L}\p{N}]+/u)
            .includes(key),
        );
  return found.map(({ id }) => id);
};

const union = (searcher: Searcher, sets: readonly (RowSet | undefined)[]): RowSet =>
  searcher.union(sets.filter((set) => set !== undefined));

export const wantedGroups = (filters: SearchFilters, operators: Operators): GroupsWanted => ({
  topics: (filters.topics ?? []).length > 0 || operators.topic.length > 0,
  labels: filters.labels ?? [],
});

export interface Grouping {
  readonly filters: SearchFilters;
  readonly operators: Operators;
  readonly searcher: Searcher;
  /** null where the collection has no analysis. */
  readonly groups: Groups | null;
}

/** The rows of one filter by topics or labels. */
export interface GroupedRows {
  readonly name: "topic" | "label";
  readonly values: readonly string[];
  /** True for an operator in the question, false for a filter of the request. */
  readonly isTyped: boolean;
  readonly rows: RowSet;
}

/** Rows in the topics and labels asked for, by filter; a row passes where it passes all. Topics that do not exist have no rows. */
export const groupedRows = ({ filters, operators, searcher, groups }: Grouping): GroupedRows[] => {
  const by = (
    name: "topic" | "label",
    values: readonly string[] | undefined,
    rowsOf: (value: string) => readonly (RowSet | undefined)[],
    isTyped = false,
  ): GroupedRows[] =>
    values === undefined || values.length === 0
      ? []
      : [{ name, values, isTyped, rows: union(searcher, values.flatMap(rowsOf)) }];
  return [
    ...by("topic", filters.topics, (id) => [groups?.topicRows(id)]),
    ...by("label", filters.labels, (id) => [groups?.labelRows(id)]),
    ...by(
      "topic",
      operators.topic,
      (wanted) =>
        groups === null ? [] : namedTopics(groups, wanted).map((id) => groups.topicRows(id)),
      true,
    ),
  ];
};

interface Counted {
  readonly groups: Groups | null;
  readonly searcher: Searcher;
  /** undefined = all. */
  readonly rows: RowSet | undefined;
}

const MOST = 30;

/** The number of rows in each leaf topic, largest first. */
export const countTopics = (sources: readonly Counted[]): Facets["topics"] =>
  sources
    .flatMap(({ groups, searcher, rows }) => {
      const leaves = (groups?.topics ?? []).filter(({ leaf }) => leaf);
      const members = leaves.map(({ id }) => groups?.topicRows(id) ?? searcher.rowsOf([]));
      const counts =
        rows === undefined ? members.map(({ count }) => count) : searcher.overlaps(members, rows);
      return leaves.map(({ id, title }, at) => ({
        value: id,
        label: title,
        count: counts[at] ?? 0,
      }));
    })
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count || (a.label < b.label ? -1 : 1))
    .slice(0, MOST);
