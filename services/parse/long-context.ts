// What the readers of long records have in common: what they are given, what they give, and how a record without an id is known.
import { createHash } from "node:crypto";
import type { ParsedConversation, ParsedMessage } from "#services/domain/conversation.ts";
import type { Millis } from "#services/domain/units.ts";
import type { Companions } from "./companions-of.ts";
import { asOf } from "./identity.ts";
import type { LongList, LongRecord } from "./long-record.ts";
import type { Json } from "./message.ts";
import type { Times } from "./times.ts";
import type { UnreadableCounts } from "./unreadable.ts";

/** What was met besides messages. */
export interface Counts {
  strange: number;
  unknown: number;
}

export interface LongChat {
  readonly conversation: Omit<ParsedConversation, "messages" | "continues" | "partial">;
  /** Messages that are not valid JSON. */
  readonly damaged: number;
  /** Messages that nobody can read. */
  readonly unreadable?: UnreadableCounts;
  /** Whether the record itself holds only some of the conversation. */
  readonly isPart?: boolean;
  /** In order, each once. `counts` are known when the last one was taken. */
  readonly messages: Iterable<ParsedMessage>;
}

export interface Context {
  readonly companions: Companions;
  readonly times: Times;
  /** For what is read a second time, so that refused times count once. */
  readonly timesAgain: Times;
  readonly counts: Counts;
}

const placeholder = "\u0000list";

/** What `fingerprint` is of the whole record. */
export const fingerprintOf = (record: LongRecord): string => {
  const { envelope = {}, lists } = record;
  const marked: Record<string, unknown> = { ...envelope };
  for (const { name } of lists) marked[name] = placeholder;
  const hash = createHash("sha256");
  const texts = JSON.stringify(marked).split(JSON.stringify(placeholder));
  for (const [at, text] of texts.entries()) {
    hash.update(text);
    if (at === texts.length - 1) break;
    const name = Object.keys(marked).filter((key) => marked[key] === placeholder)[at];
    const list = lists.findLast((one) => one.name === name);
    if (!list) continue;
    hash.update(list.kind === "array" ? "[" : "{");
    for (let nth = 0; nth < list.length; nth += 1) {
      const written = JSON.stringify(list.read(nth)) ?? "";
      hash.update(nth === 0 ? "" : ",");
      hash.update(list.kind === "array" ? written : written.slice(1, -1));
    }
    hash.update(list.kind === "array" ? "]" : "}");
  }
  return hash.digest("hex").slice(0, 32);
};

/**
 * Members that are objects, and messages by what `isMessage` says.
 * @param survey where damaged members have not been counted yet
 */
export function* membersOf<T extends Json>(
  list: LongList,
  isMessage: (item: unknown) => item is T,
  counts: Counts,
  survey?: Survey,
): Generator<readonly [item: T, nth: number]> {
  for (let nth = 0; nth < list.length; nth += 1) {
    const item = list.read(nth);
    if (isMessage(item)) yield [item, nth];
    else if (item !== undefined) counts.strange += 1;
    else if (survey) survey.damaged += 1;
  }
}

type Timed = Partial<Pick<ParsedMessage, "at" | "editedAt">>;

/** What is to be known of all messages before the first of them is given out. */
export interface Survey {
  /** The latest time of a message; null where none has one. */
  latest: Millis | null;
  /** Members that are not valid JSON. */
  damaged: number;
}

export const openSurvey = (): Survey => ({ latest: null, damaged: 0 });

/** Takes in the times of a message. */
export const lookAt = (survey: Survey, { at, editedAt }: Timed): void => {
  for (const time of [at, editedAt])
    if (time != null && (survey.latest === null || time > survey.latest)) survey.latest = time;
};

/**
 * Reads a list once before its messages are read.
 * @param timesOf the times of a member that is a message
 */
export const surveyOf = <T extends Json>(
  list: LongList,
  isMessage: (item: unknown) => item is T,
  timesOf: (item: T) => Timed,
): Survey => {
  const survey = openSurvey();
  for (let nth = 0; nth < list.length; nth += 1) {
    const item = list.read(nth);
    if (isMessage(item)) lookAt(survey, timesOf(item));
    else if (item === undefined) survey.damaged += 1;
  }
  return survey;
};

/** As `asOf` of a record that is read at once. */
export const longAsOf = ({ envelope = {} }: LongRecord, { latest }: Survey, times?: Times) =>
  asOf(envelope, [{ at: latest, editedAt: null }], times);
