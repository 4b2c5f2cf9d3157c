// Topics → rows of a tree: filtered, sorted, children below their parents.
import type { Topic } from "#services/contract/analysis.ts";
import type { TopicsAddress, TopicsSort } from "../address/page-addresses.ts";

export interface TopicRow {
  readonly topic: Topic;
  /** Indentation: 0 where no parent is shown above it. */
  readonly depth: number;
}

const rank = { rising: 0, steady: 1, unknown: 2, fading: 3 } as const;
const ratioOf = ({ trend }: Topic, otherwise: number) => trend.ratio ?? otherwise;

const orders = {
  size: (a, b) => b.messages - a.messages,
  rising: (a, b) =>
    rank[a.trend.direction] - rank[b.trend.direction] || ratioOf(b, 1) - ratioOf(a, 1),
  fading: (a, b) =>
    rank[b.trend.direction] - rank[a.trend.direction] || ratioOf(a, 1) - ratioOf(b, 1),
  fit: (a, b) => (b.silhouette ?? -2) - (a.silhouette ?? -2),
  newest: (a, b) => b.bornVersion - a.bornVersion || b.messages - a.messages,
  name: (a, b) => a.title.localeCompare(b.title),
} as const satisfies Record<TopicsSort, (a: Topic, b: Topic) => number>;

const holds = (topic: Topic, words: readonly string[]): boolean => {
  const text = [topic.title, ...topic.keywords.map((one) => one.term)].join(" ").toLowerCase();
  return words.every((word) => text.includes(word));
};

/**
 * The rows for the URL parameters. A parent is shown where it or a child matches the filter; all children of a matching
 * parent are shown. With a level: only the topics of that level, not indented.
 */
export const topicRows = (
  topics: readonly Topic[],
  address: Pick<TopicsAddress, "q" | "sort" | "level" | "hidden">,
): readonly TopicRow[] => {
  const words = (address.q ?? "").toLowerCase().split(/\s+/u).filter(Boolean);
  const order = orders[address.sort ?? "size"];
  const shown = topics.filter((one) => address.hidden || !one.hidden);
  if (address.level !== undefined)
    return atLevel(shown, address.level)
      .filter((one) => holds(one, words))
      .sort(order)
      .map((topic) => ({ topic, depth: 0 }));

  const known = new Set(shown.map((one) => one.id));
  const below = new Map<string | null, Topic[]>();
  for (const one of shown) {
    const parent = one.parent !== null && known.has(one.parent) ? one.parent : null;
    below.set(parent, [...(below.get(parent) ?? []), one]);
  }
  // Without a sort, the server's order: larger topics first.
  const ordered = (list: readonly Topic[]) =>
    address.sort === undefined ? list : list.toSorted(order);
  const walk = (parent: string | null, depth: number, all: boolean): readonly TopicRow[] =>
    ordered(below.get(parent) ?? []).flatMap((topic) => {
      // A parent with a single child is left out: both would show the same messages.
      if (below.get(topic.id)?.length === 1) return walk(topic.id, depth, all);
      const matches = all || holds(topic, words);
      const inside = walk(topic.id, depth + 1, matches);
      return matches || inside.length > 0 ? [{ topic, depth }, ...inside] : [];
    });
  return walk(null, 0, words.length === 0);
};

/** The topics of a level, and those below it that have no parent on it: notices, small talk, and single topics. */
const atLevel = (topics: readonly Topic[], level: number): readonly Topic[] => {
  const byId = new Map(topics.map((one) => [one.id, one]));
  return topics.filter((one) => {
    if (one.level === level) return true;
    const above = one.parent === null ? undefined : byId.get(one.parent);
    return one.level > level && (above === undefined || above.level < level);
  });
};

/** The levels of the topics, 0 (parents of all) first. */
export const levelsOf = (topics: readonly Topic[]): readonly number[] =>
  [...new Set(topics.map((one) => one.level))].sort((a, b) => a - b);

const levelNames: Readonly<Record<number, readonly string[]>> = {
  1: ["Topics"],
  2: ["Parent topics", "Topics"],
  3: ["Top-level topics", "Parent topics", "Topics"],
};

/** The name of a level, by how many levels there are: "Parent topics", "Topics". */
export const levelName = (level: number, levels: number): string =>
  levelNames[levels]?.[level] ?? `Level ${level + 1}`;

/** The topic's parents from the top level down, then the topic itself. */
export const pathOf = (topics: readonly Topic[], id: string): readonly Topic[] => {
  const byId = new Map(topics.map((one) => [one.id, one]));
  const path: Topic[] = [];
  for (let at = byId.get(id); at && !path.includes(at); at = byId.get(at.parent ?? ""))
    path.unshift(at);
  return path;
};
