// Columns derived from a frame that several figures need: topics of messages, local hours, rows by name. Each is made once per frame.
import { type Frame, topicOfMessages } from "./frame-columns.ts";
import { localTimeOf } from "./local-time.ts";

/** A frame never changes, so what is derived from it is kept as long as the frame itself. */
export const keptPerFrame = <Made>(make: (frame: Frame) => Made): ((frame: Frame) => Made) => {
  const made = new WeakMap<Frame, Made>();
  return (frame) => {
    let one = made.get(frame);
    if (one === undefined) {
      one = make(frame);
      made.set(frame, one);
    }
    return one;
  };
};

/** The leaf topic of each message; −1 where it has none. */
export const leafOfMessages = keptPerFrame(topicOfMessages);

/** Row of `points` by chunk id. */
export const rowOfPoint = keptPerFrame(({ points }): ReadonlyMap<string, number> => {
  const rows = new Map<string, number>();
  for (let row = 0; row < points.count; row++) rows.set(points.ids.at(row), row);
  return rows;
});

/** Row of `conversations` by id. */
export const rowOfConversation = keptPerFrame(({ conversations }): ReadonlyMap<string, number> => {
  const rows = new Map<string, number>();
  for (let row = 0; row < conversations.count; row++) rows.set(conversations.ids.at(row), row);
  return rows;
});

export interface LocalColumns {
  /** 0 … 23; 255 where the time is not known. */
  readonly hours: Uint8Array;
  /** 1 (Monday) … 7; 255 where the time is not known. */
  readonly weekdays: Uint8Array;
}

const hoursByZone = keptPerFrame(() => new Map<string, LocalColumns>());

/** Hour and weekday of each message in the zone. */
export const localColumns = (frame: Frame, zone: string): LocalColumns => {
  const kept = hoursByZone(frame);
  const known = kept.get(zone);
  if (known !== undefined) return known;
  const { at, count } = frame.messages;
  const time = localTimeOf(zone);
  const hours = new Uint8Array(count).fill(255);
  const weekdays = new Uint8Array(count).fill(255);
  for (let row = 0; row < count; row++) {
    const instant = at[row] ?? Number.NaN;
    if (Number.isNaN(instant)) continue;
    hours[row] = time.hourOf(instant);
    weekdays[row] = time.weekdayOf(instant);
  }
  const made = { hours, weekdays };
  kept.set(zone, made);
  return made;
};

/** A message after a silence longer than this starts a new exchange and does not count as an answer. */
export const NEW_TALK_SECONDS = 12 * 3600;

/**
 * Seconds from the last message of another author to the message that answers it, for the first message after each change of
 * author; NaN for the others, where a time is missing or goes backwards, and after a silence of more than 12 hours.
 */
export const secondsToAnswer = keptPerFrame(({ messages }): Float64Array => {
  const { conversation, author, at, count } = messages;
  const seconds = new Float64Array(count).fill(Number.NaN);
  for (let row = 1; row < count; row++) {
    if (conversation[row] !== conversation[row - 1] || author[row] === author[row - 1]) continue;
    const gap = ((at[row] ?? Number.NaN) - (at[row - 1] ?? Number.NaN)) / 1000;
    if (gap >= 0 && gap <= NEW_TALK_SECONDS) seconds[row] = gap;
  }
  return seconds;
});
