// A record a line, messages of many rooms among them → the rooms: reading first, then giving out, with what is damaged told.
import { badBytes, decoded } from "./encoding.ts";
import type { ParseEvent } from "./events.ts";
import { unfitFor } from "./json-bounds.ts";
import { jsonOf } from "./json-text.ts";
import { type Line, lineBatches } from "./lines.ts";
import { isObject, type Json } from "./message.ts";
import type { Reading } from "./reading.ts";
import type { TextFile } from "./text-file.ts";
import { openTimes, type Times } from "./times.ts";
import { openZone } from "./zone.ts";

/** A format of such files, opened for one of them. */
export interface MixedLines {
  /** @returns false where the record is of no kind that the format has */
  take(record: Json): boolean;
  /** After the last line. */
  rooms(): Iterable<string>;
  /** @param partial whether something of the file could not be read */
  room(
    name: string,
    of: { readonly times: Times; readonly partial: boolean },
  ): Iterable<ParseEvent>;
  close(): void;
}

const reasons = {
  "bad-json": "This is not valid JSON.",
  "too-large": "This record is too large for a message.",
  "too-deep": "This record is nested too deeply for a message.",
  truncated: "The file ends too early: everything before that was read.",
  "unknown-record": "This record is of no kind that this format is known to have.",
} as const;

/** @returns what is wrong with the line */
const takeLine = (
  line: Line,
  lines: MixedLines,
  reading: Reading,
): keyof typeof reasons | undefined => {
  const unfit = line.tooLong ? "too-large" : unfitFor(line.bytes, reading.limits);
  if (unfit !== undefined) return unfit;
  const value = jsonOf(decoded(line.bytes).text);
  if (!isObject(value)) return line.open ? "truncated" : "bad-json";
  return lines.take(value) ? undefined : "unknown-record";
};

function* lineEvents(
  line: Line,
  { file, lines }: { readonly file: TextFile; readonly lines: MixedLines },
  reading: Reading,
): Generator<ParseEvent> {
  if (line.bytes.length === 0) return;
  const place = `${file.place}, line ${line.number}`;
  const { replaced } = decoded(line.bytes);
  if (replaced > 0) yield* reading.problem(badBytes(place, replaced));
  const code = takeLine(line, lines, reading);
  if (code !== undefined) yield* reading.problem({ code, place, reason: reasons[code] });
}

export async function* readMixedLines(
  file: TextFile,
  lines: MixedLines,
  reading: Reading,
): AsyncGenerator<ParseEvent> {
  const { lost } = reading;
  let failure: unknown;
  try {
    try {
      for await (const batch of lineBatches(file.bytes, reading.limits.elementBytes)) {
        for (const line of batch) yield* lineEvents(line, { file, lines }, reading);
        yield* reading.tick();
      }
    } catch (error) {
      // What was read before a damaged place or a limit is kept.
      failure = error;
    }
    const partial = failure !== undefined || reading.lost > lost;
    const times = openTimes(openZone(reading.zone));
    for (const name of lines.rooms()) {
      yield* lines.room(name, { times, partial });
      yield* reading.tick();
    }
    if (times.refused > 0) {
      const reason = "A time that is not one between 1980 and 2100: kept without a time.";
      const { place } = file;
      yield* reading.problem({ code: "unknown-time", place, reason, count: times.refused });
    }
    if (failure !== undefined) throw failure;
  } finally {
    lines.close();
  }
}
