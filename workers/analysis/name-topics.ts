// Names of topics: words that distinguish each from its neighbours, typical messages, and a title made of both.
import { tokenize } from "#index-store/index-store.ts";
import type { Frame } from "#services/analyse/frame/frame.ts";
import {
  keywordsOf,
  openTermCounter,
  type TermCounts,
  titleOf,
} from "#services/analyse/names/names.ts";
import { typicalRows } from "#services/analyse/topics/topics.ts";
import {
  type ChunkId,
  type CollectionId,
  readChunkId,
  type TopicId,
} from "#services/domain/ids.ts";
import { dot, row } from "#services/domain/vectors.ts";
import { hydrateHits, type Rows } from "#services/store/store.ts";
import type { Grouped } from "./grouped.ts";
import { eachText } from "./read-collection.ts";
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
  readonly collection: CollectionId;
  readonly frame: Frame;
  readonly grouped: Grouped;
  readonly tree: readonly TreeTopic[];
  /** Titles that do not change, of topics that have hardly changed. */
  readonly kept: ReadonlyMap<TopicId, string>;
  readonly signal: AbortSignal;
}

/** Number of leaf topics that a topic is compared with. */
const NEAREST = 8;
/** Number of typical messages that a title is made from, and number of those that are shown. */
const READ = 30;
const SHOWN = 8;

interface Texts {
  readonly counts: TermCounts;
  /** By point: number of content words of its first message, and a hash of the text. */
  readonly words: Uint16Array;
  readonly sameAs: Int32Array;
}

/** FNV-1a: equal texts have equal numbers, and different ones hardly ever do. */
const hashOf = (text: string): number => {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash;
};

const mostOf = (counts: Uint32Array): number => {
  let best = -1;
  for (const [at, count] of counts.entries())
    if (count > 0 && count > (counts[best] ?? 0)) best = at;
  return best;
};

/** The language of most messages of each leaf, and of all together at the end. */
const languagesOf = ({ frame, grouped }: Naming): (string | null)[] => {
  const { messages, languages } = frame;
  const counts = Array.from(
    { length: grouped.topics.length + 1 },
    () => new Uint32Array(languages.length),
  );
  const all = counts.at(-1);
  for (let at = 0; at < messages.count; at++) {
    const language = messages.language[at] ?? -1;
    if (language < 0) continue;
    const own = counts[grouped.topicOf[messages.point[at] ?? -1] ?? -1];
    if (own) own[language] = (own[language] ?? 0) + 1;
    if (all) all[language] = (all[language] ?? 0) + 1;
  }
  return counts.map((count) => languages[mostOf(count)] ?? null);
};

const readTexts = async (naming: Naming, language: string | null): Promise<Texts> => {
  const { frame, grouped } = naming;
  const { messages, points } = frame;
  const counter = openTermCounter({
    topics: grouped.topics.length,
    tokenize,
    authors: frame.authors,
    ...(language === null ? {} : { language }),
  });
  const words = new Uint16Array(points.count);
  const sameAs = new Int32Array(points.count);
  await eachText(naming, messages.ids, (message, at) => {
    const point = messages.point[at] ?? -1;
    const telling = counter.add({
      text: message.text,
      topic: grouped.topicOf[point] ?? -1,
      language: frame.languages[messages.language[at] ?? -1] ?? null,
      conversation: messages.conversation[at] ?? 0,
      author: messages.author[at] ?? 0,
    });
    if (points.message[point] !== at) return;
    words[point] = Math.min(telling, 65_535);
    sameAs[point] = hashOf(message.text);
  });
  return { counts: counter.counts(), words, sameAs };
};

/** The leaf topics nearest to a topic's own, without its own: its words are compared with theirs. */
const outsideOf = ({ grouped }: Naming, own: readonly number[]): number[] => {
  const inside = new Set(own);
  const { centroids } = grouped;
  const nearness = (leaf: number) =>
    Math.max(...own.map((mine) => dot(row(centroids, mine), row(centroids, leaf))));
  return [...grouped.topics.keys()]
    .filter((leaf) => !inside.has(leaf))
    .map((leaf) => ({ leaf, near: nearness(leaf) }))
    .sort((a, b) => b.near - a.near)
    .slice(0, Math.max(NEAREST, own.length))
    .map(({ leaf }) => leaf);
};

const centreOf = ({ grouped }: Naming, leaves: readonly number[]): Float32Array => {
  const sum = new Float32Array(grouped.rows.dim);
  for (const leaf of leaves)
    for (const [d, value] of row(grouped.centroids, leaf).entries()) sum[d] = (sum[d] ?? 0) + value;
  return sum;
};

/** Chunks of each topic's typical points: many to make the title from, the first few to show. */
const typicalChunks = (naming: Naming, { words, sameAs }: Texts): ChunkId[][] => {
  const { frame, grouped, tree } = naming;
  const members = grouped.topics.map((): number[] => []);
  // A message belongs to the topic of its first part, so its later parts are no examples of other topics.
  const isFirst = (point: number) =>
    frame.messages.point[frame.points.message[point] ?? 0] === point;
  for (const [point, leaf] of grouped.topicOf.entries())
    if (isFirst(point)) members[leaf]?.push(point);
  return tree.map(({ leaves }) =>
    typicalRows(
      grouped.rows,
      leaves.flatMap((leaf) => members[leaf] ?? []),
      centreOf(naming, leaves),
      { count: READ, words, sameAs },
    )
      .map((point) => readChunkId(frame.points.ids.at(point)))
      .filter((id) => id !== undefined),
  );
};

/** One name for each topic of the tree. Leaves are named first, and parents get other titles. */
export const nameTopics = async (naming: Naming): Promise<TopicName[]> => {
  const { rows, tree } = naming;
  if (tree.length === 0) return [];
  const languages = languagesOf(naming);
  const texts = await readTexts(naming, languages.at(-1) ?? null);
  const typical = typicalChunks(naming, texts);
  const read = new Map(
    (await hydrateHits(rows, [...new Set(typical.flat())], 0)).map((hit) => [hit.chunk, hit.text]),
  );
  const taken = [...naming.kept.values()];
  const names = new Map<number, TopicName>();
  const leafAt = new Map(tree.flatMap(({ leaf }, at) => (leaf === null ? [] : [[leaf, at]])));
  const leavesFirst = [...tree.keys()].sort(
    (a, b) => (tree[b]?.level ?? 0) - (tree[a]?.level ?? 0) || a - b,
  );
  for (const at of leavesFirst) {
    naming.signal.throwIfAborted();
    const topic = tree[at];
    if (!topic) continue;
    const chunks = typical[at] ?? [];
    const [first = -1, another] = topic.leaves;
    const only = another === undefined ? names.get(leafAt.get(first) ?? -1) : undefined;
    if (only) {
      // A parent of a single leaf is the same thing.
      names.set(at, only);
      continue;
    }
    const language = languages[topic.leaf ?? first] ?? null;
    const keywords = keywordsOf(texts.counts, topic.leaves, {
      outside: outsideOf(naming, topic.leaves),
    });
    const kept = naming.kept.get(topic.id);
    const title =
      kept ??
      titleOf({
        keywords,
        texts: chunks.flatMap((chunk) => read.get(chunk) ?? []),
        taken,
        language,
        leaves: topic.leaves.length,
      });
    if (kept === undefined) taken.push(title);
    names.set(at, {
      title,
      keywords: keywords.map(({ term, weight, texts: count }) => ({ term, weight, count })),
      typical: chunks.slice(0, SHOWN),
      members: chunks,
      language,
    });
  }
  return [...tree.keys()].flatMap((at) => names.get(at) ?? []);
};
