// Files of JSON records: a record per line, or the elements of an array; each becomes a conversation by its own shape.
import type { SourceKind } from "#services/domain/conversation.ts";
import { fromGemini } from "./agents/gemini-cli.ts";
import { chatEvents, metProblems } from "./chat-events.ts";
import { type ConvertedRecord, fromChatgpt } from "./chatgpt.ts";
import type { FilePlace } from "./checkpoint.ts";
import { fromClaude } from "./claude.ts";
import { fromProject, isProject } from "./claude-project.ts";
import { type Companions, companionsOf } from "./companions-of.ts";
import { fromCopilot } from "./copilot.ts";
import { fromDeepseek } from "./deepseek.ts";
import { asClaude, isDesignChat } from "./design-chat.ts";
import { badBytes } from "./encoding.ts";
import type { ParseEvent } from "./events.ts";
import { fromGrok } from "./grok.ts";
import { unfitFor } from "./json-bounds.ts";
import { type Element, type ElementBorder, jsonElements } from "./json-elements.ts";
import { headSign, headValue } from "./json-head.ts";
import { fromLibrechat } from "./librechat.ts";
import { type Line, lineBatches } from "./lines.ts";
import { longChat } from "./long-chat.ts";
import { type LongRecord, openLongRecord } from "./long-record.ts";
import { isObject, type Json } from "./message.ts";
import { asRecord, isModelLog } from "./model-logs.ts";
import { fromOpenai } from "./openai.ts";
import { fromOpenwebui } from "./openwebui.ts";
import { exportedFrom, fromParlance } from "./parlance-export.ts";
import { fromPerplexity } from "./perplexity.ts";
import type { Reading } from "./reading.ts";
import { type Parsed, parseBytes, reasons } from "./record-bytes.ts";
import { fromRoom } from "./room.ts";
import { roomFormatOf, roomFormats } from "./room-formats.ts";
import { shapeOf } from "./shape.ts";
import { fromSharegpt } from "./sharegpt.ts";
import { fromIntercom } from "./support/intercom.ts";
import { fromZendesk } from "./support/zendesk.ts";
import type { TextFile } from "./text-file.ts";
import { openTimes, type Times } from "./times.ts";
import { openZone } from "./zone.ts";

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
      if (isProject(value)) return fromProject(value, companions.accounts, times);
      return fromClaude(isDesignChat(value) ? asClaude(value) : value, companions.accounts, times);
    case "openai":
      return fromOpenai(isModelLog(value) ? asRecord(value) : value, times);
    case "deepseek":
      return fromDeepseek(value, times);
    case "gemini-cli":
      return fromGemini(value, times);
    case "openwebui":
      return fromOpenwebui(value, times);
    case "librechat":
      return fromLibrechat(value, times);
    case "grok":
      return fromGrok(value, times);
    case "sharegpt":
      return fromSharegpt(value, times);
    case "copilot":
      return fromCopilot(value, times);
    case "perplexity":
      return fromPerplexity(value, times);
    case "intercom":
      return fromIntercom(value, times);
    case "zendesk":
      return fromZendesk(value, times);
    default: {
      const format = roomFormatOf(shape, value);
      return format && fromRoom(value, format, { times, info: companions.info });
    }
  }
};

interface Place {
  readonly place: string;
  readonly companions: Companions;
}

/** Most projects of an account have neither documents nor instructions, and some rooms no messages: these are passed over. */
const isLeftOutEmpty = (record: Json, source: SourceKind): boolean =>
  isProject(record) || roomFormats.has(source);

/** A record that is held whole → its conversation, or what is wrong with it. */
export function* recordEvents(parsed: Parsed, at: Place, reading: Reading): Generator<ParseEvent> {
  const { place } = at;
  if (parsed.replaced > 0) yield* reading.problem(badBytes(place, parsed.replaced));
  const times = openTimes(openZone(reading.zone));
  const converted = convert(parsed.value, at.companions, times);
  if (!converted) {
    const reason = "This record is not a conversation in a known format.";
    yield* reading.problem({ code: "unknown-record", place, reason });
    return;
  }
  const { strange, unknown = 0, unreadable } = converted;
  const met = { strange, unknown, unreadable, damaged: 0, refused: times.refused };
  yield* metProblems(met, place, reading);
  const { messages, source } = converted.conversation;
  if (messages.length === 0 && isObject(parsed.value) && isLeftOutEmpty(parsed.value, source))
    return;
  yield { kind: "conversation", conversation: converted.conversation };
}

/** A conversation in parts, with what was met on the way told after the last one. */
async function* longEvents(
  record: LongRecord,
  { place, companions }: Place,
  reading: Reading,
): AsyncGenerator<ParseEvent> {
  try {
    if (record.refused !== undefined) {
      const code = record.refused;
      yield* reading.problem({ code, place, reason: reasons[code] });
      return;
    }
    const problems = longProblems(record, place, reading);
    const open = () => openTimes(openZone(reading.zone));
    const times = open();
    const counts = { strange: 0, unknown: 0 };
    const context = { companions, times, timesAgain: open(), counts };
    const chat = record.envelope && longChat(record, context);
    yield* problems;
    if (!chat) {
      const reason = "This record is not a conversation in a known format.";
      yield* reading.problem({ code: "unknown-record", place, reason });
      return;
    }
    const partial = !record.isWhole || record.unfit > 0;
    const mayBeEmpty = !isLeftOutEmpty(record.envelope ?? {}, chat.conversation.source);
    yield* chatEvents(chat, { place, partial, counts, times, mayBeEmpty }, reading);
  } finally {
    record.close();
  }
}

/** What is wrong with a long record itself. */
function* longProblems(
  { isWhole, unfit }: LongRecord,
  place: string,
  reading: Reading,
): Generator<ParseEvent> {
  if (!isWhole) {
    const reason = "The end of this record is missing or damaged: everything before that was read.";
    yield* reading.problem({ code: "truncated", place, reason });
  }
  if (unfit > 0) {
    const reason = "Messages that are too large or nested too deeply were left out.";
    yield* reading.problem({ code: "too-large", place, reason, count: unfit });
  }
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
    const { begin } = file;
    const from = begin && { end: begin.bytes.at, number: begin.records };
    const batches = lineBatches(file.bytes, limits.elementBytes, longIn(reading), from);
    for await (const batch of batches) {
      for (const line of batch)
        if (line.long)
          yield* longEvents(
            line.long,
            { place: `${file.place}, line ${line.number}`, companions },
            reading,
          );
        else yield* eventsOf(line);
      yield* reading.tick();
      const last = batch.at(-1);
      if (last) yield* reading.checkpoint(() => placeIn(file, last.end, { records: last.number }));
    }
  };

const placeIn = (
  file: TextFile,
  at: number,
  known: Omit<FilePlace, "bytes">,
): FilePlace | undefined => {
  const bytes = file.middle?.(at);
  return bytes && { ...known, bytes };
};

const longIn = ({ limits, folder }: Reading) => ({
  bytes: limits.wholeBytes,
  open: () => openLongRecord(folder, limits),
  // A room's id stands before its messages; a record that lacks its id would be another conversation.
  readsCut: (bytes: Buffer) => {
    const { value } = headValue(bytes.toString("utf8"));
    return isObject(value) && roomFormatOf(shapeOf(value), value) !== undefined;
  },
});

export type ElementEvent =
  | { readonly kind: "value"; readonly value: unknown; readonly place: string }
  | { readonly kind: "event"; readonly event: ParseEvent };

type RecordEvent =
  | ElementEvent
  | { readonly kind: "border"; readonly border: ElementBorder }
  | { readonly kind: "long"; readonly record: LongRecord; readonly place: string };

/**
 * The elements of the file's array (which begins `from` bytes in, where it lies inside an object), and what is wrong with others.
 * Long ones are to be closed.
 */
async function* readRecords(
  file: TextFile,
  from: number,
  reading: Reading,
): AsyncGenerator<RecordEvent> {
  yield* elementsOf(file, { from, long: longIn(reading) }, reading);
}

/** As `readRecords`, where no element is a whole conversation: none is long. */
export async function* readElements(
  file: TextFile,
  reading: Reading,
  from = 0,
): AsyncGenerator<ElementEvent> {
  for await (const element of elementsOf(file, { from }, reading))
    if (element.kind !== "long" && element.kind !== "border") yield element;
}

async function* elementsOf(
  file: TextFile,
  { from, long }: { readonly from: number; readonly long?: ReturnType<typeof longIn> },
  reading: Reading,
): AsyncGenerator<RecordEvent> {
  const { elementBytes, jsonDepth, elementNodes } = reading.limits;
  const { begin } = file;
  const options = {
    ...(begin?.elements && {
      begin: { ...begin.elements, at: begin.bytes.at, index: begin.records },
    }),
    elementBytes,
    depth: jsonDepth,
    nodes: elementNodes,
    from,
    sign: headSign(file.head.slice(from)),
    parse: parseBytes,
    ...(long && { long }),
  };
  function* take(element: Element<Parsed>): Generator<RecordEvent> {
    const place = `${file.place}, item ${element.index + 1}`;
    if (element.kind === "bad") {
      const found = { code: element.code, place, reason: reasons[element.code] };
      for (const event of reading.problem(found)) yield { kind: "event", event };
      return;
    }
    if (element.kind === "long") {
      yield { kind: "long", record: element.record, place };
      return;
    }
    const { value, replaced } = element.value;
    if (replaced > 0)
      for (const event of reading.problem(badBytes(place, replaced)))
        yield { kind: "event", event };
    yield { kind: "value", value, place };
  }
  for await (const { elements, border } of jsonElements(file.bytes, options)) {
    for (const element of elements) yield* take(element);
    for await (const event of reading.tick()) yield { kind: "event", event };
    if (border) yield { kind: "border", border };
  }
}

/** An array of records, or one record that is the whole file. */
export const jsonElementsReader = (companions: Companions, from: number) =>
  async function* readJsonElements(file: TextFile, reading: Reading): AsyncGenerator<ParseEvent> {
    const own = companionsOf(file.path, companions);
    for await (const element of readRecords(file, from, reading)) {
      if (element.kind === "event") yield element.event;
      else if (element.kind === "border") {
        const { at, index: records, ...elements } = element.border;
        yield* reading.checkpoint(() => placeIn(file, at, { records, elements }));
      } else if (element.kind === "long")
        yield* longEvents(element.record, { place: element.place, companions: own }, reading);
      else {
        const parsed = { value: element.value, replaced: 0 };
        yield* recordEvents(parsed, { place: element.place, companions: own }, reading);
      }
    }
  };
