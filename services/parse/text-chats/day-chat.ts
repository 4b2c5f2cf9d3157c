// Chats exported as text, in which a line says which day begins and each entry begins with its time → one conversation.

import type { ParsedMessage, SourceKind } from "#services/domain/conversation.ts";
import { millis } from "#services/domain/units.ts";
import type { ParseEvent } from "../events.ts";
import { lineText } from "../line-text.ts";
import { lineBatches } from "../lines.ts";
import { fingerprint, message } from "../message.ts";
import { openParts } from "../parts.ts";
import type { Reading } from "../reading.ts";
import type { TextFile } from "../text-file.ts";
import { openTimes } from "../times.ts";
import { openZone } from "../zone.ts";

/** The beginning of an entry. */
interface Entry {
  /** `2026-01-31`, where the entry says it itself. */
  readonly day: string | undefined;
  /** `21:30`; undefined for that of the entry before it. */
  readonly clock: string | undefined;
  /** null for a notice. */
  readonly author: string | null;
  readonly text: string;
}

export type DayLine =
  /** `isSure` where nobody writes such a line in a message. */
  | { readonly kind: "day"; readonly day: string; readonly isSure: boolean }
  | ({ readonly kind: "entry" } & Entry);

/** A program's way of writing such chats. */
export interface DayChat {
  readonly source: SourceKind;
  /** @param head the file's beginning */
  titleIn(head: string): string | null;
  /** undefined for a line that goes on with the entry before it. */
  lineOf(line: string): DayLine | undefined;
  /** Whether a text stands for a file, a sticker or the like. */
  isFile(text: string): boolean;
  /** Takes away what the program puts around a text. */
  wordsOf(text: string): string;
}

/** A longer entry is divided, so that a file without a second time does not have to be held. */
const LONGEST_ENTRY = 4 * 1024 * 1024;
/** Lines above the first day or entry that the program writes itself: the title, and when it was saved. */
const HEADING_LINES = 2;
/** Entries of one minute follow each other by fractions of a millisecond. */
const STEP = 1 / 1024;

export const dayChatReader = (chat: DayChat) =>
  async function* readDayChat(file: TextFile, reading: Reading): AsyncGenerator<ParseEvent> {
    const title = chat.titleIn(file.head);
    const times = openTimes(openZone(reading.zone));
    const parts = openParts({
      source: chat.source,
      sourceId: fingerprint(title ?? file.head.slice(0, 2000)),
      hasId: false,
      asOf: null,
      title,
      tree: false,
      channel: title,
      raw: null,
    });
    let day: string | undefined;
    let open: { readonly entry: Entry; readonly lines: string[] } | undefined;
    /** A line that looks like a day, and the blank ones below it: it is one if an entry follows. */
    let maybe: { readonly day: string; readonly lines: string[] } | undefined;
    let above = 0;
    let begun = false;
    let size = 0;
    let nth = 0;
    let last = { day: undefined as string | undefined, clock: "", at: millis(0), within: 0 };

    /** When an entry was written; one without a time stands at that of the entry before it, or at the beginning of its day. */
    const timeOf = (entry: Entry) => {
      const on = entry.day ?? day;
      const clock = entry.clock ?? (on === last.day ? last.clock : "00:00");
      const time = times.read(on === undefined ? null : `${on} ${clock}`, last.at);
      const at = time.at ?? last.at;
      last = { day: on, clock, at, within: at === last.at ? last.within + 1 : 0 };
      return { time, position: at + last.within * STEP };
    };
    const made = (): ParsedMessage | undefined => {
      if (!open) return undefined;
      const { entry, lines } = open;
      const text = chat.wordsOf([entry.text, ...lines.slice(1)].join("\n").trimEnd());
      const { time, position } = timeOf(entry);
      const raw = lines.join("\n").trimEnd();
      const shared = { key: String(nth), position, ...time, text, raw };
      nth += 1;
      if (entry.author === null)
        return message({ ...shared, author: "System", role: "system", kind: "system" });
      const isFile = chat.isFile(text);
      return message({
        ...shared,
        author: entry.author,
        role: "person",
        kind: isFile ? "attachment" : "text",
        attachments: isFile ? [{ name: text, mediaType: null, size: null }] : [],
      });
    };
    function* finish(): Generator<ParseEvent> {
      const before = made();
      open = undefined;
      if (before) yield* parts.add(before);
    }
    function* begin(entry: Entry, line: string): Generator<ParseEvent> {
      yield* finish();
      begun = true;
      day = entry.day ?? day;
      open = { entry, lines: [line] };
      size = line.length;
    }
    /** A line that goes on with the open entry. */
    function* goOn(line: string, place: string): Generator<ParseEvent> {
      if (!open) return;
      size += line.length + 1;
      if (size <= LONGEST_ENTRY) {
        open.lines.push(line);
        return;
      }
      const { entry } = open;
      yield* finish();
      open = { entry: { ...entry, text: line }, lines: [line] };
      size = line.length;
      const reason = "A message of more than 4 MB was divided.";
      yield* reading.problem({ code: "long-entry", place, reason });
    }
    /** A line that belongs to no entry. */
    function* loose(line: string, place: string): Generator<ParseEvent> {
      if (line.trim() === "") return;
      above += 1;
      if (!begun && above <= HEADING_LINES) return;
      const reason = "This line belongs to no message.";
      yield* reading.problem({ code: "bad-line", place, reason });
    }
    function* turn(to: string): Generator<ParseEvent> {
      yield* finish();
      day = to;
      begun = true;
    }
    /** What looked like a day was one of the words of the open entry. */
    function* wasNoDay(place: string): Generator<ParseEvent> {
      const lines = maybe?.lines ?? [];
      maybe = undefined;
      for (const line of lines) yield* goOn(line, place);
    }
    function* take(line: string, place: string): Generator<ParseEvent> {
      const found = chat.lineOf(line);
      if (maybe !== undefined && line.trim() === "") {
        maybe.lines.push(line);
        return;
      }
      if (maybe !== undefined && found?.kind === "entry") {
        yield* turn(maybe.day);
        maybe = undefined;
      }
      yield* wasNoDay(place);
      if (found?.kind === "day" && open && !found.isSure) maybe = { day: found.day, lines: [line] };
      else if (found?.kind === "day") yield* turn(found.day);
      else if (found) yield* begin(found, line);
      else if (open) yield* goOn(line, place);
      else yield* loose(line, place);
    }
    try {
      for await (const batch of lineBatches(file.bytes, reading.limits.lineBytes)) {
        for (const line of batch) {
          const place = `${file.place}, line ${line.number}`;
          yield* take(yield* lineText(line, place, reading), place);
        }
        yield* reading.tick();
      }
    } catch (error) {
      // What was read before a damaged place or a limit is kept.
      yield* wasNoDay(file.place);
      yield* finish();
      yield* parts.end(true);
      throw error;
    }
    yield* wasNoDay(file.place);
    yield* finish();
    if (times.refused > 0) {
      const reason = "A time that is not one between 1980 and 2100: kept without a time.";
      const { place } = file;
      yield* reading.problem({ code: "unknown-time", place, reason, count: times.refused });
    }
    yield* parts.end();
  };
