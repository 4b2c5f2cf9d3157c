// Records of one file, messages of many rooms among them, a record a line or the elements of a list → the rooms: reading first, then giving out, with what is damaged told.
import { badBytes, decoded } from "./encoding.ts";
import type { ParseEvent } from "./events.ts";
import { unfitFor } from "./json-bounds.ts";
import { readElements } from "./json-records.ts";
import { jsonOf } from "./json-text.ts";
import { type Line, lineBatches } from "./lines.ts";
import { isObject, type Json } from "./message.ts";
import type { Found, Reading } from "./reading.ts";
import type { TextFile } from "./text-file.ts";
import { openTimes, type Times } from "./times.ts";
import { openZone } from "./zone.ts";

/** A format of such files, opened for one of them. */
export interface MixedRecords {
  /** @returns false where the record is of no kind that the format has */
  take(record: Json): boolean;
  /** After the last line. */
  rooms(): Iterable<string>;
  /** @param partial whether something of the file could not be read */
  room(
    name: string,
    of: { readonly times: Times; readonly partial: boolean },
  ): Iterable<ParseEvent>;
  /** What is to be told of the whole file, known after the last room. */
  told?(): Iterable<Omit<Found, "place">>;
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
  lines: MixedRecords,
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
  { file, lines }: { readonly file: TextFile; readonly lines: MixedRecords },
  reading: Reading,
): Generator<ParseEvent> {
  if (line.bytes.length === 0) return;
  const place = `${file.place}, line ${line.number}`;
  const { replaced } = decoded(line.bytes);
  if (replaced > 0) yield* reading.problem(badBytes(place, replaced));
  const code = takeLine(line, lines, reading);
  if (code !== undefined) yield* reading.problem({ code, place, reason: reasons[code] });
}

async function* linesOf(
  file: TextFile,
  lines: MixedRecords,
  reading: Reading,
): AsyncGenerator<ParseEvent> {
  for await (const batch of lineBatches(file.bytes, reading.limits.elementBytes)) {
    for (const line of batch) yield* lineEvents(line, { file, lines }, reading);
    yield* reading.tick();
  }
}

async function* elementsOf(
  file: TextFile,
  { from, records }: { readonly from: number; readonly records: MixedRecords },
  reading: Reading,
): AsyncGenerator<ParseEvent> {
  for await (const element of readElements(file, reading, from)) {
    if (element.kind !== "value") yield element.event;
    else if (!isObject(element.value) || !records.take(element.value)) {
      const { place } = element;
      const reason = "This record is no message of this format.";
      yield* reading.problem({ code: "unknown-message", place, reason });
    }
  }
}

/** @param taking takes every record of the file; its events tell what is wrong with them */
export async function* readMixed(
  { place }: Pick<TextFile, "place">,
  {
    records,
    taking,
  }: { readonly records: MixedRecords; readonly taking: AsyncIterable<ParseEvent> },
  reading: Reading,
): AsyncGenerator<ParseEvent> {
  const { lost } = reading;
  let failure: unknown;
  try {
    try {
      yield* taking;
    } catch (error) {
      // What was read before a damaged place or a limit is kept.
      failure = error;
    }
    const partial = failure !== undefined || reading.lost > lost;
    const times = openTimes(openZone(reading.zone));
    for (const name of records.rooms()) {
      yield* records.room(name, { times, partial });
      yield* reading.tick();
    }
    for (const found of records.told?.() ?? []) yield* reading.problem({ ...found, place });
    if (times.refused > 0) {
      const reason = "A time that is not one between 1980 and 2100: kept without a time.";
      yield* reading.problem({ code: "unknown-time", place, reason, count: times.refused });
    }
    if (failure !== undefined) throw failure;
  } finally {
    records.close();
  }
}

/** A record a line. */
export const readMixedLines = (
  file: TextFile,
  records: MixedRecords,
  reading: Reading,
): AsyncGenerator<ParseEvent> =>
  readMixed(file, { records, taking: linesOf(file, records, reading) }, reading);

/**
 * The elements of a list.
 * @param from bytes before the list, where it stands inside an object
 */
export const readMixedElements = (
  file: TextFile,
  { from, records }: { readonly from: number; readonly records: MixedRecords },
  reading: Reading,
): AsyncGenerator<ParseEvent> =>
  readMixed(file, { records, taking: elementsOf(file, { from, records }, reading) }, reading);
