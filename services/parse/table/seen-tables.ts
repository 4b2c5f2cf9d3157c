// Tables met in an upload: one that is read gives its messages; one whose columns are not known is told, and how to say them.
import type { SeenTable } from "#services/domain/columns.ts";
import type { SourceKind } from "#services/domain/conversation.ts";
import type { Closest } from "../closest.ts";
import type { ParseEvent } from "../events.ts";
import type { Reading } from "../reading.ts";
import { columnsUnknown } from "./choose.ts";
import { type JudgedTable, judgeRows } from "./judge-table.ts";
import type { TableFile } from "./table-file.ts";

/** What the files of an upload turned out to be. */
export interface Seen {
  readonly sources: Set<SourceKind>;
  /** What the first file that is not read is nearest to. */
  closest: Closest | undefined;
  /** The first tables that were not read, because it is not known what their columns hold. */
  readonly unread: SeenTable[];
}

/** So many tables that are not read are kept, of an archive of any number. */
const MOST_UNREAD = 20;

/** @param among whether the upload has other files or sheets: it is a problem among theirs then, and no reason to refuse them */
export async function* tellUnread(
  { seen: table, read }: Pick<JudgedTable, "seen" | "read">,
  { among, seen }: { readonly among: boolean; readonly seen: Seen },
  reading: Reading,
): AsyncGenerator<ParseEvent> {
  if (seen.unread.length < MOST_UNREAD) seen.unread.push(table);
  yield* read();
  if (!among) return;
  const place = table.sheet === null ? table.place : `${table.place}, ${table.sheet}`;
  yield* reading.problem({
    code: "columns-unknown",
    place,
    reason: `Not read as messages. ${columnsUnknown(table)}`,
  });
}

/** @param formatEvent tells that messages of tables are among those of the upload */
export async function* tableEvents(
  table: TableFile,
  { among, seen, formatEvent }: { among: boolean; seen: Seen; formatEvent: ParseEvent },
  reading: Reading,
): AsyncGenerator<ParseEvent> {
  const judged = judgeRows(table, reading);
  if (judged === undefined) {
    const place = table.sheet === null ? table.place : `${table.place}, ${table.sheet}`;
    const reason = "This table has a single column: no messages were read from it.";
    seen.closest ??= { why: reason, todo: undefined };
    yield* reading.problem({ code: "left-out", place, reason });
    return;
  }
  if (!judged.seen.isRead) {
    yield* tellUnread(judged, { among, seen }, reading);
    return;
  }
  if (!seen.sources.has("table")) yield formatEvent;
  seen.sources.add("table");
  yield* judged.read();
}
