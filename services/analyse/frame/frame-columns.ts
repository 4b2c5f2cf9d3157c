// The frame: a version of a collection as columns, from which every figure, comparison, list and the map is computed.

/** Many texts; each is decoded only when it is read. */
export interface Texts {
  readonly length: number;
  /** "" where there is no such row. */
  at(row: number): string;
}

/** What was detected in a message; bits of `flags`. */
export const flagBits = { refusal: 1, frustration: 2, question: 4 } as const;

/** Value of a message whose sentiment could not be determined. */
export const NO_SENTIMENT = -128;

export const roles = ["user", "assistant", "system", "tool", "person"] as const;

/** One row per visible message (main path; texts and attachments), conversation by conversation, in order. */
export interface FrameMessages {
  readonly count: number;
  readonly ids: Texts;
  /** Row of `conversations`. */
  readonly conversation: Uint32Array;
  /** Place in `authors`. */
  readonly author: Uint32Array;
  /** Place in `roles`. */
  readonly role: Uint8Array;
  /** Milliseconds since 1970; NaN where it is not known. */
  readonly at: Float64Array;
  /** Place in `languages`; −1 where the text is too short to tell. */
  readonly language: Int16Array;
  /** Place in `models`; −1 where the log names none. */
  readonly model: Int16Array;
  /** Characters of the text. */
  readonly length: Uint32Array;
  /** −100 … 100; NO_SENTIMENT where it could not be determined. */
  readonly sentiment: Int8Array;
  /** `flagBits`. */
  readonly flags: Uint8Array;
  /** Row of `points`; −1 where the message has no point. */
  readonly point: Int32Array;
}

/** One row per point, the unit that is clustered and drawn: a chunk, or a conversation by its most typical chunk. */
export interface FramePoints {
  readonly count: number;
  /** Ids of chunks. */
  readonly ids: Texts;
  /** The first of its messages: a row of `messages`. */
  readonly message: Uint32Array;
  /** Place in the analysis' list of leaf topics; −1 for an outlier. */
  readonly topic: Int32Array;
  /** Cosine to the nearest centre of its topic; for an outlier, to the nearest centre of any topic. */
  readonly similarity: Float32Array;
  /** Place on the map; NaN before the map is drawn. */
  readonly x: Float32Array;
  readonly y: Float32Array;
}

export interface FrameConversations {
  readonly count: number;
  readonly ids: Texts;
  /** "" where it has none. */
  readonly titles: Texts;
  /** Place in `sources`. */
  readonly source: Uint8Array;
  /** Place in `channels`; −1 where it has none. */
  readonly channel: Int32Array;
}

export interface Frame {
  readonly unit: "chunk" | "conversation";
  readonly messages: FrameMessages;
  readonly points: FramePoints;
  readonly conversations: FrameConversations;
  readonly authors: readonly string[];
  /** By place in `authors`, where people are known: 1 = a bot, 2 = none, 0 = as the role says. See people-frame.ts. */
  readonly bots?: Uint8Array;
  readonly channels: readonly string[];
  readonly sources: readonly string[];
  /** ISO 639-1. */
  readonly languages: readonly string[];
  readonly models: readonly string[];
}

/** A topic as the figures need it: with the leaf topics below it. */
export interface FrameTopic {
  readonly id: string;
  readonly title: string;
  /** 0 = the most general. */
  readonly level: number;
  readonly hidden: boolean;
  readonly colour: number;
  /** Places in the list of leaf topics; for a leaf, its own place. */
  readonly leaves: readonly number[];
}

/** Which rows of `messages` are selected: one byte each, 1 = selected. */
export type MessageMask = Uint8Array;

/** The leaf topic of each message; −1 where it has none. */
export const topicOfMessages = ({ messages, points }: Frame): Int32Array =>
  Int32Array.from(messages.point, (point) => (point < 0 ? -1 : (points.topic[point] ?? -1)));
