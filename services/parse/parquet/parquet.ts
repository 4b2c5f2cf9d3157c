// Parquet: records of known shapes become conversations one by one, as in JSONL; others are the rows of a table.
import { size as sizeText } from "#services/domain/size.ts";
import type { ParseEvent } from "../events.ts";
import type { Json } from "../message.ts";
import type { Reading } from "../reading.ts";
import { cellsOfRecord, fieldNames } from "../table/record-cells.ts";
import { rowOfRecord } from "../table/record-rows.ts";
import { type RowBatch, SAMPLE_ROWS, type TableFile } from "../table/table-file.ts";
import type { OpenParquet, RowGroup } from "./open-parquet.ts";

/** Records that are given on together. */
const AT_ONCE = 200;

/** A record, or what was met on the way to it. */
type Step =
  | { readonly kind: "record"; readonly record: Json; readonly row: number }
  | { readonly kind: "event"; readonly event: ParseEvent };

async function* recordsOf(
  file: OpenParquet,
  place: string,
  reading: Reading,
): AsyncGenerator<Step> {
  for (const group of file.groups) {
    if (group.tooLarge !== undefined) {
      const found = {
        code: "too-large",
        place: `${place}, row ${group.start + 1}`,
        reason: group.tooLarge,
        count: group.rows,
      };
      for (const event of reading.problem(found)) yield { kind: "event", event };
      continue;
    }
    const records = await file.read(group);
    reading.took(group.bytes);
    for (const [nth, record] of records.entries()) {
      yield { kind: "record", record, row: group.start + nth + 1 };
      if (nth % AT_ONCE === 0)
        for await (const event of reading.tick()) yield { kind: "event", event };
    }
  }
}

/** The first records of the first group that can be read. */
export const firstRecords = async (file: OpenParquet): Promise<readonly Json[]> => {
  const group = file.groups.find((one: RowGroup) => one.tooLarge === undefined && one.rows > 0);
  return group === undefined ? [] : file.read(group, SAMPLE_ROWS);
};

export const parquetTable = (
  file: OpenParquet,
  { place, first }: { readonly place: string; readonly first: readonly Json[] },
  reading: Reading,
): TableFile => {
  const names = fieldNames(first);
  return {
    place,
    sheet: null,
    names,
    first: first.map((record) => cellsOfRecord(record, names)),
    counts: "row",
    async *rows(wanted): AsyncGenerator<RowBatch> {
      for await (const step of recordsOf(file, place, reading))
        yield step.kind === "event"
          ? { rows: [], events: [step.event] }
          : { rows: [rowOfRecord(step.record, step.row, wanted)], events: [] };
    },
  };
};

/** Records that are conversations, each by itself. @param eventsOf what one of them gives */
export async function* parquetConversations(
  file: OpenParquet,
  place: string,
  {
    reading,
    eventsOf,
  }: {
    readonly reading: Reading;
    readonly eventsOf: (record: Json, place: string) => Iterable<ParseEvent>;
  },
): AsyncGenerator<ParseEvent> {
  for await (const step of recordsOf(file, place, reading)) {
    if (step.kind === "event") {
      yield step.event;
      continue;
    }
    const at = `${place}, row ${step.row}`;
    const { elementBytes } = reading.limits;
    const length = JSON.stringify(step.record).length;
    reading.gave(length);
    if (length > elementBytes)
      yield* reading.problem({
        code: "too-large",
        place: at,
        reason: `This record is longer than ${sizeText(elementBytes)}.`,
      });
    else yield* eventsOf(step.record, at);
  }
}
