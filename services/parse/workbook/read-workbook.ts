// A workbook → the messages of its sheets; of each sheet that is not read it is told why.
import { isDamagedEntry } from "../damaged-entry.ts";
import type { ParseEvent } from "../events.ts";
import type { Reading } from "../reading.ts";
import { type Seen, tableEvents } from "../table/seen-tables.ts";
import type { ZipEntry } from "../zip.ts";
import { type FoundWorkbook, sheetsOf } from "./workbook.ts";

const binary = "It is a workbook in Excel's binary format (XLSB): save it as XLSX.";

export async function* readWorkbookFiles(
  entries: readonly ZipEntry[],
  { found, seen, formatEvent }: { found: FoundWorkbook; seen: Seen; formatEvent: ParseEvent },
  reading: Reading,
): AsyncGenerator<ParseEvent> {
  const place = found.prefix === "" ? reading.upload : found.prefix.slice(0, -1);
  if (found.kind === "bin") {
    seen.closest ??= { why: binary, todo: undefined };
    yield* reading.problem({ code: "not-read", place, reason: binary });
    return;
  }
  try {
    for await (const event of sheetsOf(entries, { prefix: found.prefix, place }, reading)) {
      if (event.kind === "table")
        yield* tableEvents(event.table, { among: true, seen, formatEvent }, reading);
      else {
        seen.closest ??= { why: "Its sheets are empty.", todo: undefined };
        yield* reading.problem({
          code: "left-out",
          place: `${place}, ${event.sheet}`,
          reason: "This sheet is empty.",
        });
      }
    }
  } catch (error) {
    if (!isDamagedEntry(error)) throw error;
    yield* reading.problem({ code: error.code, place, reason: error.message });
  }
}
