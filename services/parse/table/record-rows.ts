// JSON records of no known shape as a table: one on each line, or the elements of a list.
import type { ParseEvent } from "../events.ts";
import { unfitFor } from "../json-bounds.ts";
import { readElements } from "../json-records.ts";
import { type Line, lineBatches } from "../lines.ts";
import { isObject, type Json } from "../message.ts";
import type { Reading } from "../reading.ts";
import { parseBytes, reasons } from "../record-bytes.ts";
import type { TextFile } from "../text-file.ts";
import { cellsOfRecord, fieldNames } from "./record-cells.ts";
import { type Row, type RowBatch, SAMPLE_ROWS, type TableFile } from "./table-file.ts";

/** Records of a list that are given on together. */
const AT_ONCE = 200;

export const rowOfRecord = (record: Json, line: number, names: readonly string[]): Row => {
  const raw = JSON.stringify(record);
  return { line, text: raw, cells: cellsOfRecord(record, names), isWhole: true, raw };
};

const notARecord = (place: string) => ({
  code: "unknown-record",
  place,
  reason: "This is no record with fields.",
});

const lineRows = (file: TextFile, reading: Reading) =>
  async function* (names: readonly string[]): AsyncGenerator<RowBatch> {
    const rowOf = (line: Line, events: ParseEvent[]): Row | undefined => {
      if (line.bytes.length === 0 || line.bytes.toString("latin1", 0, 100).trim() === "")
        return undefined;
      const place = `${file.place}, line ${line.number}`;
      const unfit = line.tooLong ? "too-large" : unfitFor(line.bytes, reading.limits);
      const parsed = unfit === undefined ? parseBytes(line.bytes) : undefined;
      if (parsed && isObject(parsed.value)) return rowOfRecord(parsed.value, line.number, names);
      const code = unfit ?? (line.open ? "truncated" : "bad-json");
      const found = parsed ? notARecord(place) : { code, place, reason: reasons[code] };
      events.push(...reading.problem(found));
      return undefined;
    };
    for await (const batch of lineBatches(file.bytes, reading.limits.elementBytes)) {
      const events: ParseEvent[] = [];
      const rows = batch.flatMap((line) => rowOf(line, events) ?? []);
      yield { rows, events };
    }
  };

const elementRows = (file: TextFile, from: number, reading: Reading) =>
  async function* (names: readonly string[]): AsyncGenerator<RowBatch> {
    let rows: Row[] = [];
    let events: ParseEvent[] = [];
    let line = 0;
    for await (const element of readElements(file, reading, from)) {
      if (element.kind === "event") events.push(element.event);
      else {
        line += 1;
        if (isObject(element.value)) rows.push(rowOfRecord(element.value, line, names));
        else events.push(...reading.problem(notARecord(element.place)));
      }
      if (rows.length + events.length < AT_ONCE) continue;
      yield { rows, events };
      rows = [];
      events = [];
    }
    yield { rows, events };
  };

/** @param from where the list begins, in bytes; undefined where each line is a record */
export const recordTable = (
  file: TextFile,
  { records, from }: { readonly records: readonly Json[]; readonly from: number | undefined },
  reading: Reading,
): TableFile => {
  const some = records.slice(0, SAMPLE_ROWS);
  const names = fieldNames(some);
  return {
    place: file.place,
    sheet: null,
    names,
    first: some.map((record) => cellsOfRecord(record, names)),
    counts: from === undefined ? "line" : "item",
    rows: from === undefined ? lineRows(file, reading) : elementRows(file, from, reading),
  };
};
