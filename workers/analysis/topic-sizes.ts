// The sizes of each topic: points, messages, conversations, people, and its first and last time.
import { type Frame, personOfMessages, topicOfMessages } from "#services/analyse/frame/frame.ts";
import type { TreeTopic } from "./topic-tree.ts";

export interface TopicSizes {
  points: number;
  messages: number;
  conversations: number;
  people: number;
  firstAt: number | null;
  lastAt: number | null;
}

const empty = (): TopicSizes => ({
  points: 0,
  messages: 0,
  conversations: 0,
  people: 0,
  firstAt: null,
  lastAt: null,
});

const widen = (sizes: TopicSizes, at: number): void => {
  if (Number.isNaN(at)) return;
  sizes.firstAt = Math.min(sizes.firstAt ?? at, at);
  sizes.lastAt = Math.max(sizes.lastAt ?? at, at);
};

interface Counting {
  readonly sizes: readonly TopicSizes[];
  readonly topicsOfLeaf: readonly (readonly number[])[];
}

const countMessages = (frame: Frame, { sizes, topicsOfLeaf }: Counting): void => {
  const { messages } = frame;
  const leafOf = topicOfMessages(frame);
  const isPerson = personOfMessages(frame);
  // A conversation or person is counted where it first occurs in a topic.
  const seen = { conversations: new Set<number>(), people: new Set<number>() };
  const isNew = (met: Set<number>, key: number): number => {
    if (met.has(key)) return 0;
    met.add(key);
    return 1;
  };
  for (let row = 0; row < messages.count; row++)
    for (const at of topicsOfLeaf[leafOf[row] ?? -1] ?? []) {
      const own = sizes[at];
      if (!own) continue;
      own.messages++;
      const conversation = messages.conversation[row] ?? 0;
      own.conversations += isNew(seen.conversations, conversation * sizes.length + at);
      if (isPerson[row] === 1)
        own.people += isNew(seen.people, (messages.author[row] ?? 0) * sizes.length + at);
      widen(own, messages.at[row] ?? Number.NaN);
    }
};

/** One for each topic of the tree; a parent counts everything below it once. */
export const sizesOf = (frame: Frame, tree: readonly TreeTopic[]): TopicSizes[] => {
  const sizes = tree.map(empty);
  const topicsOfLeaf: number[][] = [];
  for (const [at, { leaves }] of tree.entries())
    for (const leaf of leaves) {
      const above = topicsOfLeaf[leaf];
      if (above) above.push(at);
      else topicsOfLeaf[leaf] = [at];
    }
  for (const leaf of frame.points.topic)
    for (const at of topicsOfLeaf[leaf] ?? []) {
      const own = sizes[at];
      if (own) own.points++;
    }
  countMessages(frame, { sizes, topicsOfLeaf });
  return sizes;
};
