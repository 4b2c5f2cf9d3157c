// What one reading has cost so far, checked against the limits: unpacked bytes, messages, time, and text without a message in it.

import { rejected } from "#services/domain/errors.ts";
import { size as sizeText } from "#services/domain/size.ts";
import { bomb, checkedTotal } from "./archive.ts";
import type { Known } from "./checkpoint.ts";
import type { ParseLimits } from "./events.ts";
import { ratioGrace } from "./limits.ts";

type Used = Pick<Known, "unpacked" | "text" | "messages" | "barren">;

/** Every function throws ParlanceError rejected `archive-ratio`, `archive-too-large`, `reading-too-long` or `no-messages`. */
export interface Budget {
  /** Bytes that were unpacked from an archive. */
  unpacked(bytes: number): void;
  /** Bytes of text that a format's reader was given. */
  text(bytes: number): void;
  /** Text bytes in all. */
  readonly textBytes: number;
  /** Messages of a conversation, or of a part of one. */
  messages(count: number): void;
  /** Records of which no message could be made. */
  unreadable(count: number): void;
  /** What is used up, without the time: each attempt has its own. */
  used(): Used;
  /** Goes on from there. */
  restore(used: Used): void;
  /** Looks at the clock. */
  check(): void;
  /** The time between these two is not the reader's. */
  pause(): void;
  resume(): void;
}

const units = [
  ["hours", 3_600_000],
  ["minutes", 60_000],
  ["seconds", 1000],
] as const;
/** "2 hours", "90 seconds": the largest unit of which there are at least two. */
const spelled = (ms: number): string => {
  const [name, length] = units.find(([, unit]) => ms >= 2 * unit) ?? (["ms", 1] as const);
  return `${Math.round(ms / length)} ${name}`;
};

const barren = (where: string) =>
  rejected(`Reading was stopped: there is no message in ${where}.`, {
    code: "no-messages",
    hint: "Upload the part of the file that holds the conversations. What was read before stays.",
  });

/** @param size of the upload as it came, in bytes. */
export const openBudget = (size: number, limits: ParseLimits, now: () => number): Budget => {
  let unpacked = 0;
  let textBytes = 0;
  let messages = 0;
  /** The reader's own time up to `since`; from there on it runs. */
  let spent = 0;
  let since = now();
  /** Of the last message: the reader's time and the text up to it; and records without one since. */
  const last = { spent: 0, textBytes: 0, unreadable: 0 };

  const time = () => spent + now() - since;
  const unreadable = (count: number) => {
    last.unreadable += count;
    if (last.unreadable > limits.barrenRecords)
      throw barren(`${limits.barrenRecords.toLocaleString("en")} records one after the other`);
  };
  return {
    get textBytes() {
      return textBytes;
    },
    unpacked(bytes) {
      unpacked += bytes;
      checkedTotal(unpacked, size, limits);
    },
    text(bytes) {
      textBytes += bytes;
    },
    messages(count) {
      // A conversation without messages takes a row too.
      messages += Math.max(1, count);
      if (messages > ratioGrace.messages && messages > size * limits.messagesPerByte)
        throw bomb(
          `The upload holds more than one message for every ${1 / limits.messagesPerByte} of its bytes`,
        );
      if (count === 0) {
        unreadable(1);
        return;
      }
      last.spent = time();
      last.textBytes = textBytes;
      last.unreadable = 0;
    },
    unreadable,
    used: () => ({
      unpacked,
      text: textBytes,
      messages,
      barren: { text: textBytes - last.textBytes, records: last.unreadable },
    }),
    restore(used) {
      ({ unpacked, messages, text: textBytes } = used);
      last.textBytes = textBytes - used.barren.text;
      last.unreadable = used.barren.records;
    },
    check() {
      const own = time();
      if (own > limits.readingMs)
        throw rejected(`The upload takes more than ${spelled(limits.readingMs)} to read.`, {
          code: "reading-too-long",
          hint: "Split it into several smaller files. What was read before stays.",
        });
      const text = textBytes - last.textBytes;
      if (own - last.spent > limits.barrenMs && text > limits.barrenBytes)
        throw barren(`the last ${sizeText(text)} of text, which took ${spelled(own - last.spent)}`);
    },
    pause() {
      spent = time();
      since = now();
    },
    resume() {
      since = now();
    },
  };
};
