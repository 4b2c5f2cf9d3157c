// Names of topics: words that distinguish each from its neighbours, typical messages, and a title made of both.
import { type Keyword, keywordsOf, specialTitles, titleOf } from "#services/analyse/names/names.ts";
import { typicalRows } from "#services/analyse/topics/topics.ts";
import { type ChunkId, readChunkId, type TopicId } from "#services/domain/ids.ts";
import { row } from "#services/domain/vectors.ts";
import { hydrateHits, type Rows } from "#services/store/store.ts";
import { nearestOutside, type Words } from "./count-words.ts";
import type { Grouped, SpecialTopic } from "./grouped.ts";
import type { ReadPoints } from "./read-points.ts";
import type { TreeTopic } from "./topic-tree.ts";

export interface TopicName {
  readonly title: string;
  readonly keywords: readonly { term: string; weight: number; count: number }[];
  /** The typical chunks to show, the most typical first. */
  readonly typical: readonly ChunkId[];
  /** These and some more, from which the title was made. */
  readonly members: readonly ChunkId[];
  /** ISO 639-1 of most of its messages. */
  readonly language: string | null;
}

export interface Naming {
  readonly rows: Rows;
  readonly points: ReadPoints;
  readonly words: Words;
  readonly grouped: Grouped;
  readonly tree: readonly TreeTopic[];
  /** Titles that do not change, of topics that have hardly changed. */
  readonly kept: ReadonlyMap<TopicId, string>;
  readonly signal: AbortSignal;
}

/** Number of typical messages that a title is made from, and number of those that are shown. */
const READ = 30;
const SHOWN = 8;

/** The numbers under which the words of each leaf were counted: a topic that is no subject is made of several. */
const countedUnder = ({ grouped, words }: Naming): number[][] => {
  const counted = grouped.topics.map(() => new Set<number>());
  for (const [point, leaf] of grouped.topicOf.entries()) {
    const under = words.topicOf[point] ?? -1;
    if (leaf >= 0 && under >= 0) counted[leaf]?.add(under);
  }
  return counted.map((set) => [...set].sort((a, b) => a - b));
};

const centreOf = ({ grouped }: Naming, leaves: readonly number[]): Float32Array => {
  const sum = new Float32Array(grouped.rows.dim);
  for (const leaf of leaves)
    for (const [d, value] of row(grouped.centroids, leaf).entries()) sum[d] = (sum[d] ?? 0) + value;
  return sum;
};

/** Chunks of each topic's typical points: many to make the title from, the first few to show. */
const typicalChunks = (naming: Naming): ChunkId[][] => {
  const { points, grouped, tree, words } = naming;
  const members = grouped.topics.map((): number[] => []);
  for (const [point, leaf] of grouped.topicOf.entries()) members[leaf]?.push(point);
  const sameAs = Int32Array.from(points.sameAs);
  return tree.map(({ leaves }) =>
    typicalRows(
      grouped.rows,
      leaves.flatMap((leaf) => members[leaf] ?? []),
      centreOf(naming, leaves),
      { count: READ, words: words.ofPoint, sameAs },
    )
      .map((point) => readChunkId(points.ids.at(point) ?? ""))
      .filter((id) => id !== undefined),
  );
};

const nameOf = (
  title: string,
  keywords: readonly Keyword[],
  { chunks, language }: { readonly chunks: readonly ChunkId[]; readonly language: string | null },
): TopicName => ({
  title,
  keywords: keywords.map(({ term, weight, texts: count }) => ({ term, weight, count })),
  typical: chunks.slice(0, SHOWN),
  members: chunks,
  language,
});

/** The titles of the topics that have only leaves of this one. */
const titlesBelow = (
  tree: readonly TreeTopic[],
  names: ReadonlyMap<number, TopicName>,
  { leaves }: TreeTopic,
): string[] => {
  const own = new Set(leaves);
  return [...names].flatMap(([at, { title }]) =>
    (tree[at]?.leaves ?? []).every((leaf) => own.has(leaf)) ? [title] : [],
  );
};

/** One name for each topic of the tree. Leaves are named first, and parents get other titles. */
export const nameTopics = async (naming: Naming): Promise<TopicName[]> => {
  const { rows, tree, words, grouped } = naming;
  if (tree.length === 0) return [];
  const typical = typicalChunks(naming);
  const counted = countedUnder(naming);
  const special = new Map<TopicId, SpecialTopic>(grouped.special.map((one) => [one.id, one]));
  const read = new Map(
    (await hydrateHits(rows, [...new Set(typical.flat())], 0)).map((hit) => [hit.chunk, hit.text]),
  );
  const taken = [...naming.kept.values()];
  const names = new Map<number, TopicName>();
  const leavesFirst = [...tree.keys()].sort(
    (a, b) => (tree[b]?.level ?? 0) - (tree[a]?.level ?? 0) || a - b,
  );
  for (const at of leavesFirst) {
    naming.signal.throwIfAborted();
    const topic = tree[at];
    if (!topic) continue;
    const chunks = typical[at] ?? [];
    const under = [...new Set(topic.leaves.flatMap((leaf) => counted[leaf] ?? []))];
    const language = words.languages[under[0] ?? -1] ?? null;
    const nearest = nearestOutside(grouped.centroids, topic.leaves);
    const keywords = keywordsOf(words.counts, under, {
      outside: nearest.flatMap((leaf) => counted[leaf] ?? []),
    });
    const no = special.get(topic.id);
    if (no !== undefined) {
      const found = no.kind === "mixed" ? keywords : [];
      names.set(at, nameOf(specialTitles[no.kind], found, { chunks, language }));
      continue;
    }
    const kept = naming.kept.get(topic.id);
    const title =
      kept ??
      titleOf({
        keywords,
        texts: chunks.flatMap((chunk) => read.get(chunk) ?? []),
        taken,
        below: titlesBelow(tree, names, topic),
        language,
        leaves: topic.leaves.length,
      });
    if (kept === undefined) taken.push(title);
    names.set(at, nameOf(title, keywords, { chunks, language }));
  }
  return [...tree.keys()].flatMap((at) => names.get(at) ?? []);
};
