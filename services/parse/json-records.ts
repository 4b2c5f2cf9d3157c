// Files of JSON records: a record per line, or the elements of an array; each becomes a conversation by its own shape.

import { type ConvertedRecord, fromChatgpt } from "./chatgpt.ts";
import type { AssetNames } from "./chatgpt-content.ts";
import { type AccountNames, fromClaude } from "./claude.ts";
import { fromDeepseek } from "./deepseek.ts";
import { asClaude, isDesignChat } from "./design-chat.ts";
import { badBytes, decoded } from "./encoding.ts";
import type { ParseEvent } from "./events.ts";
import { unfitFor } from "./json-bounds.ts";
import { type Element, jsonElements } from "./json-elements.ts";
import { type Line, lineBatches } from "./lines.ts";
import { isObject } from "./message.ts";
import { fromOpenai } from "./openai.ts";
import { exportedFrom, fromParlance } from "./parlance-export.ts";
import type { Reading } from "./reading.ts";
import { shapeOf } from "./shape.ts";
import { fromSharegpt } from "./sharegpt.ts";
import type { TextFile } from "./text-file.ts";
import { openTimes, type Times } from "./times.ts";
import { openZone } from "./zone.ts";

/** What other files of the same export say about the names in this one. */
export interface Companions {
  readonly accounts: AccountNames;
  readonly assets: AssetNames;
}

export const alone: Companions = { accounts: new Map(), assets: new Map() };

interface Parsed {
  readonly value: unknown;
  readonly replaced: number;
}

const parseBytes = (bytes: Buffer): Parsed | undefined => {
  const { text, replaced } = decoded(bytes);
  try {
    return { value: JSON.parse(text), replaced };
  } catch {
    // The caller reports it, with its place.
    return undefined;
  }
};

const reasons = {
  "bad-json": "This is not valid JSON.",
  "too-large": "This record is too large for a conversation.",
  "too-deep": "This record is nested too deeply for a conversation.",
  truncated: "The file ends too early: everything before that was read.",
} as const;

/** @returns undefined where the record is no conversation. */
const convert = (
  value: unknown,
  companions: Companions,
  times: Times,
): ConvertedRecord | undefined => {
  if (!isObject(value)) return undefined;
  const exported = exportedFrom(value);
  if (exported !== undefined) return fromParlance(value, exported);
  const shape = shapeOf(value);
  switch (shape) {
    case "chatgpt":
      return fromChatgpt(value, companions.assets, times);
    case "claude":
      return fromClaude(isDesignChat(value) ? asClaude(value) : value, companions.accounts, times);
    case "openai":
      return fromOpenai(value, times);
    case "deepseek":
      return fromDeepseek(value, times);
    case "sharegpt":
      return fromSharegpt(value);
    default:
      return undefined;
  }
};

interface Place {
  readonly place: string;
  readonly companions: Companions;
}

function* recordEvents(parsed: Parsed, at: Place, reading: Reading): Generator<ParseEvent> {
  const { place } = at;
  if (parsed.replaced > 0) yield* reading.problem(badBytes(place, parsed.replaced));
  const times = openTimes(openZone(reading.zone));
  const converted = convert(parsed.value, at.companions, times);
  if (!converted) {
    const reason = "This record is not a conversation in a known format.";
    yield* reading.problem({ code: "unknown-record", place, reason });
    return;
  }
  if (converted.strange > 0) {
    const reason = "Parts of this conversation are not messages, or form a circle.";
    yield* reading.problem({ code: "unknown-message", place, reason, count: converted.strange });
  }
  if (converted.unknown !== undefined && converted.unknown > 0) {
    const reason = "Content of a kind that is not known: its words were kept as they stand.";
    yield* reading.problem({ code: "unknown-block", place, reason, count: converted.unknown });
  }
  if (times.refused > 0) {
    const reason = "A time that is not one between 1980 and 2100: kept without a time.";
    yield* reading.problem({ code: "unknown-time", place, reason, count: times.refused });
  }
  yield { kind: "conversation", conversation: converted.conversation };
}

/** One JSON record on each line. */
export const jsonLinesReader = (companions: Companions) =>
  async function* readJsonLines(file: TextFile, reading: Reading): AsyncGenerator<ParseEvent> {
    const { limits } = reading;
    const eventsOf = (line: Line): Iterable<ParseEvent> => {
      if (line.bytes.length === 0 || line.bytes.toString("latin1", 0, 100).trim() === "") return [];
      const place = `${file.place}, line ${line.number}`;
      const unfit = line.tooLong ? "too-large" : unfitFor(line.bytes, limits);
      const parsed = unfit === undefined ? parseBytes(line.bytes) : undefined;
      if (parsed) return recordEvents(parsed, { place, companions }, reading);
      const code = unfit ?? (line.open ? "truncated" : "bad-json");
      return reading.problem({ code, place, reason: reasons[code] });
    };
    for await (const batch of lineBatches(file.bytes, limits.elementBytes)) {
      for (const line of batch) yield* eventsOf(line);
      yield* reading.tick();
    }
  };

export type ElementEvent =
  | { readonly kind: "value"; readonly value: unknown; readonly place: string }
  | { readonly kind: "event"; readonly event: ParseEvent };

/** The elements of the file's array (which begins `from` bytes in, where it lies inside an object), and what is wrong with others. */
export async function* readElements(
  file: TextFile,
  from: number,
  reading: Reading,
): AsyncGenerator<ElementEvent> {
  const { elementBytes, jsonDepth, elementNodes } = reading.limits;
  const options = {
    elementBytes,
    depth: jsonDepth,
    nodes: elementNodes,
    from,
    parse: parseBytes,
  };
  function* take(element: Element<Parsed>): Generator<ElementEvent> {
    const place = `${file.place}, item ${element.index + 1}`;
    if (element.kind === "bad") {
      const found = { code: element.code, place, reason: reasons[element.code] };
      for (const event of reading.problem(found)) yield { kind: "event", event };
      return;
    }
    const { value, replaced } = element.value;
    if (replaced > 0)
      for (const event of reading.problem(badBytes(place, replaced)))
        yield { kind: "event", event };
    yield { kind: "value", value, place };
  }
  for await (const batch of jsonElements(file.bytes, options)) {
    for (const element of batch) yield* take(element);
    for await (const event of reading.tick()) yield { kind: "event", event };
  }
}

/** An array of records, or one record that is the whole file. */
export const jsonElementsReader = (companions: Companions, from: number) =>
  async function* readJsonElements(file: TextFile, reading: Reading): AsyncGenerator<ParseEvent> {
    for await (const element of readElements(file, from, reading)) {
      if (element.kind === "event") yield element.event;
      else {
        const parsed = { value: element.value, replaced: 0 };
        yield* recordEvents(parsed, { place: element.place, companions }, reading);
      }
    }
  };
