// The overview's sentences and lists: what is in a collection, what its newest data brought, which conversations are notable.

import {
  flagBits,
  leafOfMessages,
  type MessageMask,
  type MessageSelection,
  sizeOf,
} from "#services/analyse/frame/frame.ts";
import { isNoSubject } from "#services/analyse/names/names.ts";
import { percent } from "#services/domain/percent.ts";
import { type Talk, talksOf } from "./conversations-figures.ts";
import { trendsOf } from "./trend-test.ts";
import { bySubjectAndSize, shownTopics, titlesOf, type View } from "./view.ts";
import { count, countOf, day, list } from "./wording.ts";

interface SizedTopic {
  readonly topic: string;
  readonly title: string;
  readonly messages: number;
}

/** Topics of the view's level with messages in the mask, as they are listed; and the number of messages without a topic. */
const sizesIn = (view: View, mask: MessageMask) => {
  const { shown, placeOfLeaf } = shownTopics(view);
  const titles = titlesOf(shown);
  const leaf = leafOfMessages(view.frame);
  const counts = new Uint32Array(shown.length);
  let outside = 0;
  for (const row of view.rows) {
    if (mask[row] !== 1) continue;
    const own = leaf[row] ?? -1;
    if (own < 0) outside++;
    const place = placeOfLeaf[own] ?? -1;
    if (place >= 0) counts[place] = (counts[place] ?? 0) + 1;
  }
  const topics: SizedTopic[] = shown
    .map(({ id }, place) => ({
      topic: id,
      title: titles[place] ?? "",
      messages: counts[place] ?? 0,
    }))
    .filter(({ messages }) => messages > 0)
    .sort(bySubjectAndSize);
  return { topics, outside };
};

const some = (names: readonly string[]): string =>
  names.length > 3 ? `${names.slice(0, 3).join(", ")} and ${names.length - 3} more` : list(names);

/** The topics with a subject, where there are any: "Other subjects" and "Small talk" say nothing about the content. */
const telling = <T extends { readonly title: string }>(topics: readonly T[]): readonly T[] => {
  const some = topics.filter(({ title }) => !isNoSubject(title));
  return some.length > 0 ? some : topics;
};

/** Two or three sentences: how much there is and from when, what it is about, what is changing. */
export const sayWhatIsIn = (view: View): string[] => {
  const { rows, dated, first, last } = view;
  if (rows.length === 0) return ["There are no messages here."];
  const { messages, conversations, people } = sizeOf(view.frame, view.mask);
  const [from, to] = dated === 0 ? ["", ""] : [day(first, view), day(last, view)];
  const when = from === to ? (from === "" ? "" : `, on ${from}`) : `, from ${from} to ${to}`;
  const much = `${countOf(messages, "message")} in ${countOf(conversations, "conversation")} by ${countOf(people, "person", "people")}${when}.`;
  return [much, ...sayAbout(view, messages), ...sayChange(view)];
};

/** Names the topics that head the list of topics: the most general ones. */
const sayAbout = (view: View, messages: number): string[] => {
  const { topics, outside } = sizesIn({ ...view, level: 0 }, view.mask);
  if (topics.length === 0) return [];
  const leaves = sizesIn(view, view.mask).topics;
  const shares = (some: readonly SizedTopic[]) =>
    some.map(({ title, messages: own }) => `${title} (${percent(own / messages)})`);
  const about = telling(topics);
  const others = about.length < topics.length ? topics.filter((one) => !about.includes(one)) : [];
  const vague =
    others.length > 0
      ? `; ${list(shares(others))} ${others.length === 1 ? "has" : "have"} no subject of ${others.length === 1 ? "its" : "their"} own`
      : "";
  const rest = `${vague}${outside > 0 ? `; ${percent(outside / messages)} belong to no topic` : ""}`;
  const largest = shares(about.slice(0, 3));
  if (topics.length === 1) return [`All that has a topic is about ${largest[0]}${rest}.`];
  const within =
    leaves.length > topics.length
      ? `${countOf(leaves.length, "topic")} in ${count(topics.length)} groups`
      : countOf(topics.length, "topic");
  return [`They are about ${within}, most about ${list(largest)}${rest}.`];
};

const sayChange = (view: View): string[] => {
  const { topics, since } = trendsOf(view);
  const named = (direction: "rising" | "fading") =>
    telling(
      topics
        .filter((one) => one.direction === direction)
        .sort((a, b) => Math.abs(Math.log(b.ratio ?? 1)) - Math.abs(Math.log(a.ratio ?? 1)))
        .map(({ topic }) => topic),
    ).map(({ title }) => title);
  const [rising, fading] = [named("rising"), named("fading")];
  const parts = [
    ...(rising.length > 0
      ? [`${some(rising)} ${rising.length === 1 ? "takes" : "take"} a larger share`]
      : []),
    ...(fading.length > 0 ? [`${some(fading)} a smaller one`] : []),
  ];
  if (rising.length === 0 && fading.length > 0)
    return [
      `Since ${day(since, view)} ${some(fading)} ${fading.length === 1 ? "takes" : "take"} a smaller share.`,
    ];
  return parts.length > 0 ? [`Since ${day(since, view)} ${list(parts)}.`] : [];
};

/** The newest data: given by the caller (what a version added), or the last tenth of the time. */
export interface FreshPart {
  readonly mask: MessageMask;
  /** "in version 7" */
  readonly since: string;
  readonly selection: MessageSelection;
}

export interface Fresh {
  since: string;
  messages: number;
  conversations: number;
  selection: MessageSelection;
  /** Largest first, at most five. */
  topics: { topic: string; title: string; messages: number }[];
}

const MOST_FRESH_TOPICS = 5;

/** The last tenth of the time; undefined where all messages have one time. */
const lastTenth = (view: View): FreshPart | undefined => {
  const { frame, mask, first, last, dated, time } = view;
  if (dated === 0 || last <= first) return undefined;
  // Starts at the beginning of a local day where there are enough days, because a date is easier to read than an exact time.
  const exact = Math.floor(first + (last - first) * 0.9);
  const start = time.startOf("day", exact);
  const after = start > first ? start : exact;
  return {
    mask: mask.map((byte, row) => (byte === 1 && (frame.messages.at[row] ?? 0) >= after ? 1 : 0)),
    since: `since ${day(after, view)}`,
    selection: { after },
  };
};

/** What the newest data added; null where nothing is new. */
export const freshOf = (
  view: View,
  part: FreshPart | undefined = lastTenth(view),
): Fresh | null => {
  if (part === undefined) return null;
  const mask = view.mask.map((byte, row) => byte & (part.mask[row] ?? 0));
  const { messages, conversations } = sizeOf(view.frame, mask);
  if (messages === 0) return null;
  return {
    since: part.since,
    messages,
    conversations,
    selection: part.selection,
    topics: sizesIn(view, mask)
      .topics.slice(0, MOST_FRESH_TOPICS)
      .map(({ topic, title, messages: own }) => ({ topic, title, messages: own })),
  };
};

export interface Notable {
  conversation: string;
  title: string | null;
  why: string;
  messages: number;
  at: number | null;
}

/** The most conversations per reason: longer lists are in the figure itself. */
const MOST_OF_A_REASON = 2;
/** Conversations with fewer messages are not called long. */
const LEAST_LONG = 5;

/** Signs of frustration in each conversation, by its row. */
const frustrationIn = ({ frame, rows }: View): ReadonlyMap<number, number> => {
  const found = new Map<number, number>();
  for (const row of rows) {
    if (((frame.messages.flags[row] ?? 0) & flagBits.frustration) === 0) continue;
    const home = frame.messages.conversation[row] ?? 0;
    found.set(home, (found.get(home) ?? 0) + 1);
  }
  return found;
};

/** The longest, the liveliest, those with the most frustrated users, and the newest; each conversation once. */
export const notableConversations = (view: View): Notable[] => {
  const talks = talksOf(view);
  const frustrated = frustrationIn(view);
  const seen = new Set<number>();
  const notable: Notable[] = [];
  const add = (candidates: readonly Talk[], why: (talk: Talk) => string) => {
    let added = 0;
    for (const talk of candidates) {
      if (added === MOST_OF_A_REASON) break;
      if (seen.has(talk.row)) continue;
      seen.add(talk.row);
      added++;
      notable.push({
        conversation: view.frame.conversations.ids.at(talk.row),
        title: view.frame.conversations.titles.at(talk.row) || null,
        why: why(talk),
        messages: talk.messages,
        at: Number.isNaN(talk.last) ? null : talk.last,
      });
    }
  };
  const by = (key: (talk: Talk) => number, least: number) =>
    talks.filter((talk) => key(talk) >= least).sort((a, b) => key(b) - key(a) || a.row - b.row);
  add(
    by(({ messages }) => messages, LEAST_LONG),
    (talk) => `among the longest: ${countOf(talk.messages, "message")}`,
  );
  add(
    by(({ peak, people }) => (people > 1 ? peak : 0), LEAST_LONG),
    (talk) =>
      `among the liveliest: ${count(talk.peak)} messages within an hour, ${countOf(talk.people, "person", "people")}`,
  );
  add(
    by(({ row }) => frustrated.get(row) ?? 0, 2),
    (talk) => `a frustrated user: ${countOf(frustrated.get(talk.row) ?? 0, "such message")}`,
  );
  add(
    by(({ last }) => last, Number.NEGATIVE_INFINITY),
    () => "the newest",
  );
  return notable;
};
