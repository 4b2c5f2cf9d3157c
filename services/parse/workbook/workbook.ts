// Workbooks of Excel and other programs (XLSX): a zip with a sheet in each of some XML files, read row by row.
import type { Reading } from "../reading.ts";
import type { TableFile } from "../table/table-file.ts";
import type { ZipEntry } from "../zip.ts";
import { readFormats, readStrings, readWorkbook } from "./parts.ts";
import { type SheetContext, sheetTable } from "./sheet.ts";

const own = /^(?<prefix>.*\/)?xl\/workbook\.(?<kind>xml|bin)$/u;

export interface FoundWorkbook {
  /** Before the paths of its parts: "" where the upload is the workbook. */
  readonly prefix: string;
  /** "bin" is Excel's binary workbook, which is not read. */
  readonly kind: string;
}

/** Whether an archive is a workbook. */
export const workbookIn = (entries: readonly ZipEntry[]): FoundWorkbook | undefined => {
  for (const { path } of entries) {
    const { prefix = "", kind = "" } = own.exec(path)?.groups ?? {};
    const types = `${prefix}[Content_Types].xml`;
    if (kind !== "" && entries.some((entry) => entry.path === types)) return { prefix, kind };
  }
  return undefined;
};

const part = /^(?:xl|_rels|docProps|customXml)\/|^\[Content_Types\]\.xml$/u;

/** Whether a file of the archive belongs to the workbook; others may lie beside it. */
export const isPartOf = ({ prefix }: FoundWorkbook, { path }: ZipEntry): boolean =>
  path.startsWith(prefix) && part.test(path.slice(prefix.length));

export type SheetEvent =
  | { readonly kind: "table"; readonly table: TableFile }
  | { readonly kind: "empty"; readonly sheet: string };

/**
 * All sheets, in their order; one is read before the next is asked for.
 * @throws ParlanceError rejected as reading an archive does
 */
export async function* sheetsOf(
  entries: readonly ZipEntry[],
  { prefix, place }: { readonly prefix: string; readonly place: string },
  reading: Reading,
): AsyncGenerator<SheetEvent> {
  const parts = new Map(
    entries.flatMap((entry) =>
      entry.path.startsWith(prefix) ? [[entry.path.slice(prefix.length), entry] as const] : [],
    ),
  );
  const { sheets, from1904 } = await readWorkbook(parts);
  reading.several ||= sheets.length > 1;
  const formats = await readFormats(parts);
  const strings = await readStrings(parts, reading);
  try {
    const context: SheetContext = { place, strings, formats, from1904, reading };
    for (const sheet of sheets) {
      const table = await sheetTable(sheet, context);
      yield table ? { kind: "table", table } : { kind: "empty", sheet: sheet.name };
    }
  } finally {
    strings.close();
  }
}
