// The parts of a workbook beside its sheets: their names and files, the strings that cells share, the formats of numbers.
import type { Reading } from "../reading.ts";
import { openSpool, type Spool } from "../spool.ts";
import type { ZipEntry } from "../zip.ts";
import { MOST_CELL } from "./cell-size.ts";
import type { NumberFormats } from "./date-cells.ts";
import { readWholeXml, readXml } from "./xml.ts";

/** Shared strings are asked for in nearly the order in which they were written. */
const READ_BYTES = 64 * 1024;
/** More styles than Excel itself keeps. */
const MOST_STYLES = 65_536;

export interface Sheet {
  readonly name: string;
  readonly entry: ZipEntry;
}

export interface Workbook {
  readonly sheets: readonly Sheet[];
  readonly from1904: boolean;
}

export type Parts = ReadonlyMap<string, ZipEntry>;

const attribute = (attributes: Readonly<Record<string, string>>, name: string): string =>
  Object.hasOwn(attributes, name) ? (attributes[name] ?? "") : "";

/** A target of a relationship: from the root, or from the folder of the workbook. */
const partOf = (target: string): string =>
  target.startsWith("/") ? target.slice(1) : `xl/${target.replace(/^\.\//u, "")}`;

const targetsIn = async (entry: ZipEntry | undefined): Promise<ReadonlyMap<string, string>> => {
  const targets = new Map<string, string>();
  if (entry)
    await readWholeXml(entry.bytes(), {
      open(name, attributes) {
        if (name === "Relationship")
          targets.set(attribute(attributes, "Id"), partOf(attribute(attributes, "Target")));
      },
    });
  return targets;
};

const idOf = (attributes: Readonly<Record<string, string>>): string =>
  Object.entries(attributes).find(([name]) => /^\w+:id$/u.test(name))?.[1] ?? "";

export const readWorkbook = async (parts: Parts): Promise<Workbook> => {
  const targets = await targetsIn(parts.get("xl/_rels/workbook.xml.rels"));
  const sheets: Sheet[] = [];
  let from1904 = false;
  const own = parts.get("xl/workbook.xml");
  if (own)
    await readWholeXml(own.bytes(), {
      open(name, attributes) {
        if (name === "workbookPr")
          from1904 = ["1", "true"].includes(attribute(attributes, "date1904"));
        if (name !== "sheet") return;
        const entry = parts.get(targets.get(idOf(attributes)) ?? "");
        // Sheets of charts have no rows.
        if (entry && /worksheets\//u.test(entry.path))
          sheets.push({ name: attribute(attributes, "name"), entry });
      },
    });
  return { sheets, from1904 };
};

export const readFormats = async (parts: Parts): Promise<NumberFormats> => {
  const codes = new Map<number, string>();
  const ofStyle: number[] = [];
  let inStyles = false;
  const entry = parts.get("xl/styles.xml");
  if (entry)
    await readWholeXml(entry.bytes(), {
      open(name, attributes) {
        if (name === "numFmt" && codes.size < MOST_STYLES)
          codes.set(Number(attribute(attributes, "numFmtId")), attribute(attributes, "formatCode"));
        if (name === "cellXfs") inStyles = true;
        if (name === "xf" && inStyles && ofStyle.length < MOST_STYLES)
          ofStyle.push(Number(attribute(attributes, "numFmtId")));
      },
      close(name) {
        if (name === "cellXfs") inStyles = false;
      },
    });
  return { codes, ofStyle };
};

export interface SharedStrings {
  /** "" where there is none of the number. */
  at(index: number): string;
  close(): void;
}

/** Bytes of one of them: enough to see that it is longer than a cell may be. */
const MOST_BYTES = 4 * (MOST_CELL + 1);

/** The strings wait in a file without a name: there may be more of them than memory holds. */
export const readStrings = async (parts: Parts, reading: Reading): Promise<SharedStrings> => {
  const spool: Spool = openSpool(reading.folder, READ_BYTES);
  const entry = parts.get("xl/sharedStrings.xml");
  let isText = false;
  /** Inside of what tells how a word is pronounced. */
  let isPhonetic = false;
  let size = 0;
  const handler = {
    open(name: string) {
      if (name === "rPh") isPhonetic = true;
      isText = name === "t" && !isPhonetic;
    },
    close(name: string) {
      isText = false;
      if (name === "rPh") isPhonetic = false;
      if (name !== "si") return;
      spool.endPiece();
      size = 0;
    },
    text(text: string) {
      if (!isText || size > MOST_BYTES) return;
      const bytes = Buffer.from(text);
      size += bytes.length;
      spool.write(bytes);
    },
  };
  try {
    if (entry)
      for await (const _ of readXml(entry.bytes(), handler)) for await (const __ of reading.tick());
  } catch (error) {
    spool.close();
    throw error;
  }
  return {
    at: (index) =>
      Number.isInteger(index) && index >= 0 && index < spool.pieces
        ? spool.read(index).toString("utf8")
        : "",
    close: spool.close,
  };
};
