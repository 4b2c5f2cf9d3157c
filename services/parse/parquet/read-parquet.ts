// A Parquet file of an upload, alone or in a zip: opened on the disk, judged by its first records, read.
import type { SourceKind } from "#services/domain/conversation.ts";
import type { UploadFile } from "../archive.ts";
import { alone } from "../companions-of.ts";
import type { ParseEvent } from "../events.ts";
import { recordEvents } from "../json-records.ts";
import type { Json } from "../message.ts";
import { readOnDisk } from "../nested-archive.ts";
import type { Reading } from "../reading.ts";
import { roomFormatOf } from "../room-formats.ts";
import { shapeOf } from "../shape.ts";
import { judgeRows } from "../table/judge-table.ts";
import { type Seen, tableEvents } from "../table/seen-tables.ts";
import { openParquet } from "./open-parquet.ts";
import { firstRecords, parquetConversations, parquetTable } from "./parquet.ts";

interface Context {
  /** Whether it is a file of an archive that can be read from any place. */
  readonly opens: boolean;
  readonly among: boolean;
  readonly seen: Seen;
  readonly formatEventOf: (source: SourceKind) => ParseEvent;
}

const notHere = (place: string) => ({
  code: "nested-archive",
  place,
  reason:
    "A Parquet file is read from its end, which a tar or gz does not allow, and up to 2 GB in a zip: upload it by itself.",
});

/** Records of Slack and Zulip are single messages: the rows of a table. */
const conversationShape = (record: Json): SourceKind | undefined => {
  const shape = shapeOf(record);
  const isSingle = shape === "slack" || shape === "zulip";
  return isSingle && roomFormatOf(shape, record) === undefined ? undefined : shape;
};

async function* readAt(
  path: string,
  place: string,
  { among, seen, formatEventOf }: Context,
  reading: Reading,
): AsyncGenerator<ParseEvent> {
  await using file = await openParquet(path, reading);
  const first = await firstRecords(file);
  const table = parquetTable(file, { place, first }, reading);
  const source = first.map(conversationShape).find((shape) => shape !== undefined);
  const isChosen =
    reading.columns.chosen !== undefined && judgeRows(table, reading)?.seen.origin === "chosen";
  if (source === undefined || isChosen) {
    yield* tableEvents(table, { among, seen, formatEvent: formatEventOf("table") }, reading);
    return;
  }
  if (!seen.sources.has(source)) yield formatEventOf(source);
  seen.sources.add(source);
  yield* parquetConversations(file, place, {
    reading,
    eventsOf: (value, at) =>
      recordEvents({ value, replaced: 0 }, { place: at, companions: alone }, reading),
  });
}

export async function* readParquet(
  file: UploadFile,
  context: Context,
  reading: Reading,
): AsyncGenerator<ParseEvent> {
  const told = { found: notHere(file.path), seen: context.seen };
  yield* readOnDisk(file, context.opens, told, reading, (at) =>
    readAt(at, file.path, context, reading),
  );
}
