// Files of JSON records: a record per line, or the elements of an array; each becomes a conversation by its own shape.
import { decoded } from "./encoding.ts";
import { badBytes } from "./irc.ts";
import { lineBatches } from "./lines.ts";
import { isObject } from "./message.ts";
import { fromOpenai } from "./openai.ts";
import type { ParseEvent } from "./parse.ts";
import type { Reading } from "./reading.ts";
import { shapeOf } from "./shape.ts";
import type { TextFile } from "./text-file.ts";

interface RecordBytes {
  readonly bytes: Buffer;
  readonly place: string;
}

function* recordEvents(record: RecordBytes, reading: Reading): Generator<ParseEvent> {
  const { place } = record;
  const { text, replaced } = decoded(record.bytes);
  if (replaced > 0) yield* reading.problem(badBytes(place, replaced));
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message.slice(0, 120) : "";
    yield* reading.problem({ code: "bad-json", place, reason: `This is not valid JSON: ${why}` });
    return;
  }
  const shape = shapeOf(value);
  if (shape !== "openai" || !isObject(value)) {
    yield* reading.problem({
      code: "unknown-record",
      place,
      reason: "This record is no conversation of a known shape.",
    });
    return;
  }
  const { conversation, strange } = fromOpenai(value);
  if (strange > 0)
    yield* reading.problem({
      code: "unknown-message",
      place,
      reason: "Parts of the list are no messages.",
      count: strange,
    });
  yield { kind: "conversation", conversation };
}

/** One JSON record on each line. */
export async function* readJsonLines(file: TextFile, reading: Reading): AsyncGenerator<ParseEvent> {
  for await (const batch of lineBatches(file.bytes, reading.limits.elementBytes)) {
    for (const line of batch) {
      if (line.bytes.length === 0) continue;
      const place = `${file.place}, line ${line.number}`;
      yield* recordEvents({ bytes: line.bytes, place }, reading);
    }
    yield* reading.tick();
  }
}
