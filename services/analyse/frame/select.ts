// Which messages a selection selects: each field of the contract's selection is one pass over one column.
import {
  type Frame,
  type FrameTopic,
  flagBits,
  type MessageMask,
  NO_SENTIMENT,
  roles,
} from "./frame-columns.ts";
import { botOfMessages } from "./people-frame.ts";
import { openArea } from "./select-area.ts";
import { leafOfMessages, localColumns, rowOfConversation, rowOfPoint } from "./select-columns.ts";

export type RoleName = (typeof roles)[number];
export type SentimentName = "negative" | "neutral" | "positive";
export type FlagName = keyof typeof flagBits;

/** The contract's selection, without its checks. Its arrays are plain, so that a selection can be sent as JSON. */
export interface MessageSelection {
  after?: number | undefined;
  before?: number | undefined;
  topics?: string[] | undefined;
  authors?: string[] | undefined;
  bots?: ("yes" | "no")[] | undefined;
  roles?: RoleName[] | undefined;
  sources?: string[] | undefined;
  channels?: string[] | undefined;
  languages?: (string | null)[] | undefined;
  conversations?: string[] | undefined;
  models?: string[] | undefined;
  hours?: number[] | undefined;
  weekdays?: number[] | undefined;
  sentiment?: SentimentName[] | undefined;
  flags?: FlagName[] | undefined;
  area?: [number, number][] | undefined;
  labels?: string[] | undefined;
  concepts?: string[] | undefined;
  version?: number | undefined;
  not?: true | undefined;
}

/** Points by a mask (one byte a point) or by the ids of their chunks. */
export type PointSet = Uint8Array | ReadonlySet<string>;

/** What a selection may name that is not part of the frame. */
export interface SelectExtra {
  /** IANA zone of the collection, for hours and weekdays. */
  readonly zone: string;
  /** By id; a label or concept that is missing here selects nothing. */
  readonly labels?: ReadonlyMap<string, PointSet>;
  readonly concepts?: ReadonlyMap<string, PointSet>;
  /** The chunks of each version, by version number. */
  readonly versions?: ReadonlyMap<number, PointSet>;
}

/** "none" among a selection's topics stands for outliers. */
export const NO_TOPIC = "none";

/** A sentiment (of −100 … 100) counts as positive from this value up, as negative from minus this value down. */
export const SENTIMENT_EDGE = 15;

type Column = ArrayLike<number>;

/** Clears the rows whose value is not in the table. `table[value + 1]`, so that −1 has a place. */
const keepListed = (mask: MessageMask, column: Column, table: Uint8Array): void => {
  for (let row = 0; row < mask.length; row++)
    if ((table[(column[row] ?? -1) + 1] ?? 0) === 0) mask[row] = 0;
};

/** One byte for each place in `names` (after the one for −1), 1 where it is wanted. */
const tableOf = (names: readonly string[], wanted: Iterable<string | null>): Uint8Array => {
  const table = new Uint8Array(names.length + 1);
  const set = new Set(wanted);
  for (const [place, name] of names.entries()) if (set.has(name)) table[place + 1] = 1;
  if (set.has(null)) table[0] = 1;
  return table;
};

const tableOfLeaves = (topics: readonly FrameTopic[], wanted: readonly string[]): Uint8Array => {
  const set = new Set(wanted);
  const leaves = topics.filter((topic) => set.has(topic.id)).flatMap((topic) => topic.leaves);
  const most = Math.max(-1, ...leaves);
  const table = new Uint8Array(most + 2);
  for (const leaf of leaves) table[leaf + 1] = 1;
  if (set.has(NO_TOPIC)) table[0] = 1;
  return table;
};

const numbersTable = (wanted: readonly number[]): Uint8Array => {
  const table = new Uint8Array(26);
  for (const value of wanted) table[value + 1] = 1;
  return table;
};

const keepTimes = (mask: MessageMask, at: Column, from: number, before: number): void => {
  for (let row = 0; row < mask.length; row++) {
    const instant = at[row] ?? Number.NaN;
    // Not the same as `instant < from || instant >= before`: a message without a time (NaN) is in no range.
    if (!(instant >= from && instant < before)) mask[row] = 0;
  }
};

const keepFlags = (mask: MessageMask, flags: Column, wanted: readonly FlagName[]): void => {
  let bits = 0;
  for (const name of wanted) bits |= flagBits[name];
  for (let row = 0; row < mask.length; row++) if (((flags[row] ?? 0) & bits) === 0) mask[row] = 0;
};

/** The name of a sentiment value; undefined where there is none. */
export const sentimentName = (value: number): SentimentName | undefined => {
  if (value === NO_SENTIMENT) return undefined;
  if (value >= SENTIMENT_EDGE) return "positive";
  return value <= -SENTIMENT_EDGE ? "negative" : "neutral";
};

const keepSentiments = (
  mask: MessageMask,
  sentiment: Column,
  wanted: readonly SentimentName[],
): void => {
  const set = new Set<SentimentName | undefined>(wanted);
  const table = Uint8Array.from({ length: 256 }, (_, byte) =>
    set.has(sentimentName(byte - 128)) ? 1 : 0,
  );
  for (let row = 0; row < mask.length; row++)
    if (table[(sentiment[row] ?? NO_SENTIMENT) + 128] === 0) mask[row] = 0;
};

/** A long message has a point for each of its parts but names only the first: where any part is inside, mark the first. */
const withFirstParts = ({ points, messages }: Frame, inside: Uint8Array): Uint8Array => {
  for (let point = 0; point < inside.length; point++) {
    if (inside[point] !== 1) continue;
    const first = messages.point[points.message[point] ?? 0] ?? -1;
    if (first >= 0) inside[first] = 1;
  }
  return inside;
};

const maskOfPoints = (frame: Frame, sets: readonly (PointSet | undefined)[]): Uint8Array => {
  const inside = new Uint8Array(frame.points.count);
  for (const set of sets) {
    if (set instanceof Uint8Array)
      for (let row = 0; row < inside.length; row++)
        inside[row] = (inside[row] ?? 0) | (set[row] ?? 0);
    else if (set !== undefined) {
      const rows = rowOfPoint(frame);
      for (const id of set) {
        const row = rows.get(id);
        if (row !== undefined) inside[row] = 1;
      }
    }
  }
  return withFirstParts(frame, inside);
};

const maskOfArea = (frame: Frame, area: readonly (readonly [number, number])[]) => {
  const { points } = frame;
  const isIn = openArea(area);
  const inside = new Uint8Array(points.count);
  for (let row = 0; row < points.count; row++)
    if (isIn(points.x[row] ?? Number.NaN, points.y[row] ?? Number.NaN)) inside[row] = 1;
  return withFirstParts(frame, inside);
};

const keepPoints = (mask: MessageMask, point: Column, inside: Uint8Array): void => {
  for (let row = 0; row < mask.length; row++) {
    const at = point[row] ?? -1;
    if (at < 0 || inside[at] === 0) mask[row] = 0;
  }
};

/** Messages without a point stay: it is not known whether the version had them, so they do not count as new since then. */
const dropPoints = (mask: MessageMask, point: Column, inside: Uint8Array): void => {
  for (let row = 0; row < mask.length; row++) {
    const at = point[row] ?? -1;
    if (at >= 0 && inside[at] === 0) mask[row] = 0;
  }
};

/** Conversations by id, source and channel, as one byte each. */
const keepConversations = (mask: MessageMask, frame: Frame, selection: MessageSelection): void => {
  const { conversations, sources, channels } = frame;
  const inside = new Uint8Array(conversations.count).fill(1);
  if (selection.sources !== undefined)
    keepListed(inside, conversations.source, tableOf(sources, selection.sources));
  if (selection.channels !== undefined)
    keepListed(inside, conversations.channel, tableOf(channels, selection.channels));
  if (selection.conversations !== undefined) {
    const named = new Uint8Array(conversations.count);
    const rows = rowOfConversation(frame);
    for (const id of selection.conversations) {
      const row = rows.get(id);
      if (row !== undefined) named[row] = 1;
    }
    for (let row = 0; row < inside.length; row++)
      inside[row] = (inside[row] ?? 0) & (named[row] ?? 0);
  }
  keepPoints(mask, frame.messages.conversation, inside);
};

const keepSpeakers = (mask: MessageMask, frame: Frame, selection: MessageSelection): void => {
  const { messages, authors, languages, models } = frame;
  if (selection.authors !== undefined)
    keepListed(mask, messages.author, tableOf(authors, selection.authors));
  if (selection.bots !== undefined) {
    const wanted = new Set(selection.bots);
    const table = Uint8Array.of(0, wanted.has("no") ? 1 : 0, wanted.has("yes") ? 1 : 0);
    keepListed(mask, botOfMessages(frame), table);
  }
  if (selection.roles !== undefined)
    keepListed(mask, messages.role, tableOf(roles, selection.roles));
  if (selection.languages !== undefined)
    keepListed(mask, messages.language, tableOf(languages, selection.languages));
  if (selection.models !== undefined)
    keepListed(mask, messages.model, tableOf(models, selection.models));
};

const keepOnMap = (
  mask: MessageMask,
  { frame, topics, extra }: { frame: Frame; topics: readonly FrameTopic[]; extra: SelectExtra },
  selection: MessageSelection,
): void => {
  const { point } = frame.messages;
  if (selection.topics !== undefined)
    keepListed(mask, leafOfMessages(frame), tableOfLeaves(topics, selection.topics));
  if (selection.area !== undefined) keepPoints(mask, point, maskOfArea(frame, selection.area));
  const { labels, concepts, version } = selection;
  if (labels !== undefined)
    keepPoints(
      mask,
      point,
      maskOfPoints(
        frame,
        labels.map((id) => extra.labels?.get(id)),
      ),
    );
  if (concepts !== undefined)
    keepPoints(
      mask,
      point,
      maskOfPoints(
        frame,
        concepts.map((id) => extra.concepts?.get(id)),
      ),
    );
  if (version !== undefined) {
    const held = extra.versions?.get(version);
    if (held === undefined) mask.fill(0);
    else dropPoints(mask, point, maskOfPoints(frame, [held]));
  }
};

/**
 * The messages that a selection selects, one byte each. Fields narrow each other; the values within one field add up. A message
 * without the field (no time, no point on the map) is not selected. `not` inverts the result.
 * Names that the frame does not have select nothing and are no error, because a selection may be older than the frame.
 */
export const selectMessages = (
  frame: Frame,
  topics: readonly FrameTopic[],
  selection: MessageSelection,
  extra: SelectExtra,
): MessageMask => {
  const { messages } = frame;
  const mask = new Uint8Array(messages.count).fill(1);
  const { after, before, hours, weekdays } = selection;
  if (after !== undefined || before !== undefined)
    keepTimes(mask, messages.at, after ?? -Infinity, before ?? Infinity);
  if (
    selection.sources !== undefined ||
    selection.channels !== undefined ||
    selection.conversations !== undefined
  )
    keepConversations(mask, frame, selection);
  keepSpeakers(mask, frame, selection);
  if (hours !== undefined)
    keepListed(mask, localColumns(frame, extra.zone).hours, numbersTable(hours));
  if (weekdays !== undefined)
    keepListed(mask, localColumns(frame, extra.zone).weekdays, numbersTable(weekdays));
  if (selection.sentiment !== undefined)
    keepSentiments(mask, messages.sentiment, selection.sentiment);
  if (selection.flags !== undefined) keepFlags(mask, messages.flags, selection.flags);
  keepOnMap(mask, { frame, topics, extra }, selection);
  if (selection.not === true)
    for (let row = 0; row < mask.length; row++) mask[row] = 1 - (mask[row] ?? 0);
  return mask;
};

/** The selected rows of a mask, ascending. */
export const rowsOf = (mask: MessageMask): Uint32Array => {
  let count = 0;
  for (const byte of mask) count += byte;
  const rows = new Uint32Array(count);
  let place = 0;
  for (let row = 0; row < mask.length; row++) if (mask[row] === 1) rows[place++] = row;
  return rows;
};
