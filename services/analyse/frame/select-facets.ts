// What a selection consists of: its messages counted by topic, author, source, channel, language and role.
import { type Frame, type FrameTopic, type MessageMask, roles } from "./frame-columns.ts";
import { botOfMessages, personOfMessages } from "./people-frame.ts";
import { NO_TOPIC } from "./select.ts";
import { leafOfMessages } from "./select-columns.ts";

export interface FacetCount {
  /** The value to put into a selection to get these messages. */
  value: string | null;
  label: string;
  count: number;
}

export interface MessageFacets {
  topics: FacetCount[];
  authors: FacetCount[];
  /** "yes" and "no"; empty where there are no bots. */
  bots: FacetCount[];
  sources: FacetCount[];
  channels: FacetCount[];
  languages: FacetCount[];
  roles: FacetCount[];
}

/** Counts the mask's messages by the value of a column; place 0 of the result counts −1. */
export const countBy = (
  mask: MessageMask,
  column: ArrayLike<number>,
  values: number,
): Uint32Array => {
  const counts = new Uint32Array(values + 1);
  for (let row = 0; row < mask.length; row++)
    if (mask[row] === 1) {
      const place = (column[row] ?? -1) + 1;
      counts[place] = (counts[place] ?? 0) + 1;
    }
  return counts;
};

/** Number of leaf topics: one more than the largest place that any topic names. */
export const leafCount = (topics: readonly FrameTopic[]): number => {
  let most = -1;
  for (const { leaves } of topics) for (const leaf of leaves) most = Math.max(most, leaf);
  return most + 1;
};

/** The topics of the deepest level; they are shown unless another level is asked for. */
export const leafTopics = (topics: readonly FrameTopic[]): readonly FrameTopic[] => {
  const deepest = Math.max(-1, ...topics.map(({ level }) => level));
  return topics.filter(({ level }) => level === deepest);
};

const named = (names: readonly string[], counts: Uint32Array, most: number): FacetCount[] =>
  names
    .map((name, place) => ({ value: name, label: name, count: counts[place + 1] ?? 0 }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count || (a.label < b.label ? -1 : 1))
    .slice(0, most);

/** Counts of the mask's messages, largest first, at most `most` values each (50). */
export const facetsOf = (
  frame: Frame,
  topics: readonly FrameTopic[],
  mask: MessageMask,
  most = 50,
): MessageFacets => {
  const { messages, conversations } = frame;
  const leaves = countBy(mask, leafOfMessages(frame), leafCount(topics));
  const byTopic: FacetCount[] = leafTopics(topics)
    .map(({ id, title, leaves: own }) => ({
      value: id,
      label: title,
      count: own.reduce((sum, leaf) => sum + (leaves[leaf + 1] ?? 0), 0),
    }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count || (a.label < b.label ? -1 : 1))
    .slice(0, most);
  const outside = leaves[0] ?? 0;
  if (outside > 0) byTopic.push({ value: NO_TOPIC, label: "No topic", count: outside });
  const perConversation = countBy(mask, messages.conversation, conversations.count);
  const sources = new Uint32Array(frame.sources.length + 1);
  const channels = new Uint32Array(frame.channels.length + 1);
  for (let row = 0; row < conversations.count; row++) {
    const count = perConversation[row + 1] ?? 0;
    const source = (conversations.source[row] ?? 0) + 1;
    const channel = (conversations.channel[row] ?? -1) + 1;
    sources[source] = (sources[source] ?? 0) + count;
    channels[channel] = (channels[channel] ?? 0) + count;
  }
  const [, others = 0, bots = 0] = countBy(mask, botOfMessages(frame), 2);
  const languages = countBy(mask, messages.language, frame.languages.length);
  const byLanguage: FacetCount[] = named(frame.languages, languages, most);
  const unknown = languages[0] ?? 0;
  if (unknown > 0) byLanguage.push({ value: null, label: "Too short to tell", count: unknown });
  return {
    topics: byTopic,
    authors: named(frame.authors, countBy(mask, messages.author, frame.authors.length), most),
    bots:
      bots === 0
        ? []
        : [
            { value: "yes", label: "Bots", count: bots },
            { value: "no", label: "Others", count: others },
          ],
    sources: named(frame.sources, sources, most),
    channels: named(frame.channels, channels, most),
    languages: byLanguage,
    roles: named(roles, countBy(mask, messages.role, roles.length), most),
  };
};

/** How many messages, conversations and points a mask selects, and how many people wrote the messages. */
export const sizeOf = (
  frame: Frame,
  mask: MessageMask,
): { messages: number; conversations: number; points: number; people: number } => {
  const { messages } = frame;
  const conversations = new Uint8Array(frame.conversations.count);
  const points = new Uint8Array(frame.points.count);
  const people = new Uint8Array(frame.authors.length);
  const isPerson = personOfMessages(frame);
  let count = 0;
  for (let row = 0; row < mask.length; row++) {
    if (mask[row] !== 1) continue;
    count++;
    conversations[messages.conversation[row] ?? 0] = 1;
    if (isPerson[row] === 1) people[messages.author[row] ?? 0] = 1;
    const point = messages.point[row] ?? -1;
    if (point >= 0) points[point] = 1;
  }
  const sum = (bytes: Uint8Array) => bytes.reduce((total, byte) => total + byte, 0);
  return {
    messages: count,
    conversations: sum(conversations),
    points: sum(points),
    people: sum(people),
  };
};
