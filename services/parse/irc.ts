// IRC logs: a file of one day or of many; one channel's day is one conversation.

import { badBytes, decoded } from "./encoding.ts";
import type { ParseEvent } from "./events.ts";
import { type NumberedLine, openDay, type Utterance } from "./irc-day.ts";
import { ircLine, validDate } from "./irc-line.ts";
import { ircPath } from "./irc-path.ts";
import { partMessages } from "./limits.ts";
import { type Line, lineBatches } from "./lines.ts";
import { fingerprint } from "./message.ts";
import type { Reading } from "./reading.ts";
import type { TextFile } from "./text-file.ts";
import { openZone } from "./zone.ts";

/** Lines of a day that are remembered, so that a bouncer's playback of them is noticed. */
const MOST_SEEN = 200_000;

const joined = /(?:has (?:joined|left)|Joins|joined|Now talking (?:on|in)) +([#&][^\s,\]]+)/;
/** What somebody says: a name in angle brackets, or in WeeChat's second column, which has an arrow for joins and leaves. */
const spoken = /^.{0,40}?<[^>\s]{1,64}>\s|^[^\t]{0,40}\t(?!-->|<--|--)[^\t]{1,64}\t/;

/** The channel that joins and leaves at the beginning name; what people write of other channels does not count. */
const channelIn = (head: string): string | null => {
  for (const line of head.split(/\r\n?|\n/u)) {
    const found = spoken.test(line) ? undefined : joined.exec(line)?.[1];
    if (found !== undefined) return found;
  }
  return null;
};

/** The same day of the same channel has the same id, whichever file it came in. */
const dayId = (channel: string | null, date: string | null, start: string) =>
  `${channel ?? fingerprint(start)}/${date ?? (channel === null ? "undated" : fingerprint(start))}`;

const lineReasons = {
  "bad-line": "The line has no known IRC layout.",
  "long-line": "The line is too long and was cut.",
  "duplicate-line": "A bouncer played this line again; it is read once.",
} as const;

export async function* readIrc(file: TextFile, reading: Reading): AsyncGenerator<ParseEvent> {
  const zone = openZone(reading.zone);
  const named = ircPath(file.path);
  const channel = named.channel ?? channelIn(file.head);
  const start = file.head.split("\n", 20).join("\n").slice(0, 4096);
  let { date } = named;
  let lines: NumberedLine[] = [];
  let day = openDay({ sourceId: dayId(channel, date, start), channel, date, zone });
  let playback: Set<string> | undefined;
  const seen = new Set<string>();

  /** What is to be passed on, in order: filled while a batch of lines is gone through. */
  let events: ParseEvent[] = [];

  const pass = (messages: readonly NumberedLine[], continues: boolean) => {
    events.push({ kind: "conversation", conversation: day.part(messages, continues) });
  };

  const moveTo = (next: string | null): void => {
    if (next === date) return;
    if (lines.length > 0) pass(lines, false);
    lines = [];
    seen.clear();
    date = next;
    day = openDay({ sourceId: dayId(channel, date, start), channel, date, zone });
  };

  /** Whether a bouncer plays an old line again. */
  const playedAgain = (raw: string, text: string): boolean => {
    if (text.startsWith("Buffer Playback...")) playback = new Set(seen);
    if (text.startsWith("Playback Complete.")) playback = undefined;
    return playback?.has(raw) === true;
  };

  const lineProblem = (code: keyof typeof lineReasons, number: number) => {
    const place = `${file.place}, line ${number}`;
    events.push(...reading.problem({ code, place, reason: lineReasons[code] }));
  };

  const say = (number: number, raw: string, line: Utterance): void => {
    const own = line.clock?.date ?? dateOf(line.clock?.day, date);
    if (own) moveTo(own);
    else if (date !== null && named.date === null && fellBack(lines.at(-1), line.clock?.hour))
      moveTo(following(date));
    if (playedAgain(raw, line.text)) {
      lineProblem("duplicate-line", number);
      return;
    }
    if (seen.size < MOST_SEEN) seen.add(raw);
    lines.push({ number, raw, line });
    if (lines.length > partMessages) pass(lines.splice(0, partMessages), true);
  };

  const take = (line: Line): void => {
    const { text: raw, replaced } = decoded(line.bytes);
    if (replaced > 0)
      events.push(...reading.problem(badBytes(`${file.place}, line ${line.number}`, replaced)));
    if (line.tooLong) lineProblem("long-line", line.number);
    if (raw.trim() === "") return;
    const read = ircLine(raw);
    if (!read) lineProblem("bad-line", line.number);
    else if (read.kind === "day") moveTo(read.date ?? (read.next ? following(date) : date));
    else if (read.kind !== "mark") say(line.number, raw, read);
  };

  try {
    for await (const batch of lineBatches(file.bytes, reading.limits.lineBytes)) {
      for (const line of batch) take(line);
      yield* events;
      events = [];
      yield* reading.tick();
    }
  } catch (error) {
    // What was read before a damaged place or a limit is kept.
    if (lines.length > 0) pass(lines, false);
    yield* events;
    throw error;
  }
  if (date === null && lines.length > 0)
    yield* reading.problem({
      code: "unknown-time",
      place: file.place,
      reason: "Neither the log nor its name says which day it is: its messages have no date.",
      count: lines.length,
    });
  if (lines.length > 0) yield { kind: "conversation", conversation: day.part(lines, false) };
}

const following = (date: string | null): string | null =>
  date === null
    ? null
    : new Date(Date.parse(`${date}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);

/** A month and a day in the year of the line before: of the next one, where they are long before it. */
const dateOf = (day: string | null | undefined, before: string | null): string | null => {
  if (day == null || before === null) return null;
  const [year, month, dayOfMonth] = [before.slice(0, 4), day.slice(0, 2), day.slice(3)].map(Number);
  const isNext = Number(before.slice(5, 7)) - (month ?? 0) > 6;
  return validDate((year ?? 0) + (isNext ? 1 : 0), month ?? 0, dayOfMonth ?? 0);
};

/** A log without marks for new days: late evening is followed by early morning. */
const fellBack = (last: NumberedLine | undefined, hour: number | undefined): boolean =>
  hour !== undefined && last?.line.clock != null && last.line.clock.hour - hour > 12;
