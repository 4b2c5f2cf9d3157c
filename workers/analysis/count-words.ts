// Counts the words of each topic, and judges by them what is no subject: small talk, and what has nothing in common.
import { tokenize } from "#index-store/index-store.ts";
import { type Frame, roles } from "#services/analyse/frame/frame.ts";
import {
  keywordsOf,
  openTermCounter,
  smallTalkWords,
  type TermCounts,
  tellsSubject,
} from "#services/analyse/names/names.ts";
import { digestOf } from "#services/analyse/repeats/repeats.ts";
import { dot, row, type Vectors } from "#services/domain/vectors.ts";
import type { SpecialKind } from "./grouped.ts";
import { eachText, type ReadCollection, type Reading } from "./read-collection.ts";

export interface Words {
  readonly counts: TermCounts;
  /** By point: number of content words of the message that it begins with. */
  readonly ofPoint: Uint16Array;
  /** The language of most texts of each counted topic, and of all together at the end; ISO 639-1. */
  readonly languages: readonly (string | null)[];
  /** Whether most messages are of people among themselves, and not to an assistant. */
  readonly isChat: boolean;
  /** Whether so many people write that few of them get many of the texts of a topic. */
  readonly isCrowded: boolean;
  /** The topic of each point when the words were counted, −1 for none. */
  readonly topicOf: Int32Array;
}

export interface Counting extends Pick<Reading, "rows" | "collection" | "signal"> {
  readonly read: ReadCollection;
  /** Its points need no topics. */
  readonly frame: Frame;
}

const mostOf = (counts: Uint32Array): number => {
  let best = -1;
  for (const [at, count] of counts.entries())
    if (count > 0 && count > (counts[best] ?? 0)) best = at;
  return best;
};

const CROWD = 50;

/** The point of a message, −1 for none. */
const pointOfMessage = ({ read, frame }: Counting, message: number): number => {
  const shown = frame.messages.point[message] ?? -1;
  return shown < 0 ? -1 : (read.shown.pointOf[shown] ?? -1);
};

const languagesOf = (counting: Counting, topicOf: Int32Array, topics: number) => {
  const { messages, languages } = counting.frame;
  const counts = Array.from({ length: topics + 1 }, () => new Uint32Array(languages.length));
  const all = counts.at(-1);
  for (let at = 0; at < messages.count; at++) {
    const language = messages.language[at] ?? -1;
    if (language < 0) continue;
    const own = counts[topicOf[pointOfMessage(counting, at)] ?? -1];
    if (own) own[language] = (own[language] ?? 0) + 1;
    if (all) all[language] = (all[language] ?? 0) + 1;
  }
  return counts.map((count) => languages[mostOf(count)] ?? null);
};

/** Counts the words of the messages that tell what their point is about; those of answers do not describe a topic. */
export const countWords = async (
  counting: Counting,
  topicOf: Int32Array,
  topics: number,
): Promise<Words> => {
  const { read, frame } = counting;
  const { messages, conversations } = frame;
  const languages = languagesOf(counting, topicOf, topics);
  const language = languages.at(-1) ?? null;
  const counter = openTermCounter({
    topics,
    tokenize,
    authors: frame.authors,
    ...(language === null ? {} : { language }),
  });
  const ofPoint = new Uint16Array(read.points.ids.length);
  const titled = new Uint8Array(conversations.count);
  // Hashes in place of numbers, which are given in the order of ids: the same texts give the same counts in every home.
  const authors = frame.authors.map((name) => digestOf(name) % 2 ** 32);
  await eachText(counting, messages.ids, (message, at) => {
    const point = pointOfMessage(counting, at);
    if (point < 0 || read.tells[at] !== 1) return;
    const conversation = messages.conversation[at] ?? 0;
    // The title of a thread or chat says what it is about, once; that of a channel does not.
    const title =
      (frame.unit === "conversation" || message.role === "user") && titled[conversation] === 0;
    if (title) titled[conversation] = 1;
    const own = title ? conversations.titles.at(conversation) : "";
    const telling = counter.add({
      text: own === "" ? message.text : `${own}\n${message.text}`,
      topic: topicOf[point] ?? -1,
      language: frame.languages[messages.language[at] ?? -1] ?? null,
      conversation: conversationNumber(counting, conversation),
      author: messages.author[at] ?? 0,
      authorNumber: authors[messages.author[at] ?? 0] ?? 0,
    });
    ofPoint[point] = Math.max(ofPoint[point] ?? 0, Math.min(telling, 65_535));
  });
  const people = messages.role.reduce((sum, role) => sum + (roles[role] === "person" ? 1 : 0), 0);
  return {
    counts: counter.counts(),
    ofPoint,
    languages,
    isChat: 2 * people > messages.count,
    isCrowded: frame.authors.length >= CROWD,
    topicOf,
  };
};

/** The same in every home: made of the first message's time and length, since ids differ. */
const conversationNumber = ({ frame }: Counting, conversation: number): number => {
  const { messages } = frame;
  const first = firstOf(frame)[conversation] ?? 0;
  return (
    digestOf(
      `${messages.at[first]} ${messages.length[first]} ${frame.conversations.titles.at(conversation)}`,
    ) %
    2 ** 32
  );
};

const firsts = new WeakMap<Frame, Uint32Array>();

/** The first message of each conversation. */
const firstOf = (frame: Frame): Uint32Array => {
  const known = firsts.get(frame);
  if (known) return known;
  const { messages, conversations } = frame;
  const first = new Uint32Array(conversations.count);
  for (let at = messages.count - 1; at >= 0; at--) first[messages.conversation[at] ?? 0] = at;
  firsts.set(frame, first);
  return first;
};

/** Number of topics that a topic's words are compared with. */
const NEAREST = 8;

/** The topics nearest to some of them, without these. */
export const nearestOutside = (centroids: Vectors, own: readonly number[]): number[] => {
  const inside = new Set(own);
  const nearness = (other: number) =>
    Math.max(...own.map((mine) => dot(row(centroids, mine), row(centroids, other))));
  return Array.from({ length: centroids.rows }, (_, other) => other)
    .filter((other) => !inside.has(other))
    .map((other) => ({ other, near: nearness(other) }))
    .sort((a, b) => b.near - a.near || a.other - b.other)
    .slice(0, Math.max(NEAREST, own.length))
    .map(({ other }) => other);
};

/** Words of small talk among so many of the best keywords make a topic small talk. */
const BEST = 4;
const SMALL_TALK = 3;

/** Of a large topic's texts, the few people that are addressed most get a few per cent. */
const ADDRESSED = 0.25;
/** If more than this share of the points would have no common subject, only topics without any name are folded. */
const MOST_MIXED = 0.5;

/** What each counted topic is instead of a subject, by its keywords. */
export const judgeTopics = (
  { counts, isChat, isCrowded, topicOf }: Words,
  centroids: Vectors,
): readonly (SpecialKind | undefined)[] => {
  const keywords = Array.from({ length: centroids.rows }, (_, topic) =>
    keywordsOf(counts, [topic], { outside: nearestOutside(centroids, [topic]) }),
  );
  // Where many texts are addressed to the same few people, their names are what the texts have in common.
  const vague = keywords.map(
    (own, topic) =>
      !tellsSubject(own) || (isCrowded && (counts.topics[topic]?.addressed ?? 0) >= ADDRESSED),
  );
  const inVague = topicOf.reduce((sum, topic) => sum + (vague[topic] ? 1 : 0), 0);
  const strict = inVague <= MOST_MIXED * topicOf.length;
  return keywords.map((own, topic) => {
    const small = own
      .slice(0, BEST)
      .filter(({ words }) => words.every((word) => smallTalkWords.has(word)));
    // To an assistant people say "day" and "time" because they want to know it.
    if (isChat && small.length >= SMALL_TALK) return "smallTalk";
    const nameless = own.every(({ noun }) => !noun);
    return nameless || (strict && vague[topic]) ? "mixed" : undefined;
  });
};
