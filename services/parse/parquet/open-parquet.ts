// A Parquet file on the disk → its records, a row group at a time, within limits: what it says of its own sizes is not believed.
import { type FileHandle, open } from "node:fs/promises";
import {
  type AsyncBuffer,
  type ColumnMetaData,
  type Compressors,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
} from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { ParlanceError, rejected } from "#services/domain/errors.ts";
import { size as sizeText } from "#services/domain/size.ts";
import { checkedEntry } from "../archive.ts";
import type { Json } from "../message.ts";
import type { Reading } from "../reading.ts";
import { checkPages } from "./pages.ts";
import { plainValue } from "./values.ts";

const MB = 1024 * 1024;
/** What describes the file, at its end. */
const MOST_METADATA = 64 * MB;
/** A row group is held in memory, unpacked and as records, which take some four times as much. */
const MOST_GROUP = 256 * MB;
/** Values of a row group, in all its columns: an empty one takes no byte in the file, and eight in memory. */
const MOST_VALUES = 20_000_000;
const MAGIC = "PAR1";

export const isParquet = (head: Buffer): boolean =>
  head.toString("latin1", 0, 4) === MAGIC && head.length > 8;

const damaged = (why: string, cause?: unknown) =>
  rejected(`The Parquet file is damaged: ${why}.`, {
    code: "damaged-parquet",
    hint: "Download or write it again.",
    cause,
  });

/** The library's own errors are about bytes that do not fit together. */
const asRejected = (error: unknown): unknown => {
  if (error instanceof ParlanceError || !(error instanceof Error)) return error;
  // Of the disk.
  if ("syscall" in error) return error;
  return damaged(error.message.slice(0, 120).replace(/\.$/u, ""), error);
};

const bufferOf = (file: FileHandle, size: number): AsyncBuffer => ({
  byteLength: size,
  async slice(start, end = size) {
    const from = Math.max(0, start);
    const length = Math.max(0, Math.min(end, size) - from);
    if (length > MOST_GROUP) throw damaged(`it has a part of ${sizeText(length)}`);
    const bytes = new Uint8Array(new ArrayBuffer(length));
    const { bytesRead } = await file.read(bytes, 0, length, from);
    if (bytesRead < length) throw damaged("it ends too early");
    return bytes.buffer;
  },
});

/** Each codec, with what it unpacks to counted before it is unpacked. */
const countedCodecs = (reading: Reading): Compressors =>
  Object.fromEntries(
    Object.entries(compressors).map(([name, unpack]) => [
      name,
      (input: Uint8Array, length: number): Uint8Array => {
        if (length > MOST_GROUP) throw damaged(`it has a page of ${sizeText(length)}`);
        checkedEntry(length, input.length, reading.limits);
        reading.unpacked(length);
        return unpack(input, length);
      },
    ]),
  );

const metadataOf = async (buffer: AsyncBuffer): Promise<FileMetaData> => {
  const tail = Buffer.from(await buffer.slice(Math.max(0, buffer.byteLength - 8)));
  if (tail.toString("latin1", 4) !== MAGIC) throw damaged("its end is missing");
  const length = tail.readUInt32LE(0);
  if (length > MOST_METADATA || length > buffer.byteLength)
    throw damaged("what describes it is too large");
  return parquetMetadataAsync(buffer);
};

/** Rows of one group, and why they are not read. */
export interface RowGroup {
  readonly start: number;
  readonly rows: number;
  readonly tooLarge: string | undefined;
  /** Packed, in bytes. */
  readonly bytes: number;
  readonly columns: readonly ColumnMetaData[];
}

const groupsOf = ({ row_groups: groups }: FileMetaData): RowGroup[] => {
  let start = 0;
  return groups.map((group) => {
    const chunks = group.columns.flatMap(({ meta_data: meta }) => (meta ? [meta] : []));
    const unpacked = chunks.reduce((sum, one) => sum + Number(one.total_uncompressed_size), 0);
    const bytes = chunks.reduce((sum, one) => sum + Number(one.total_compressed_size), 0);
    const values = chunks.reduce((sum, one) => sum + Number(one.num_values), 0);
    const rows = Number(group.num_rows);
    const isTooLarge = unpacked > MOST_GROUP || values > MOST_VALUES || rows > MOST_VALUES;
    const found = {
      start,
      rows,
      bytes,
      columns: chunks,
      tooLarge: isTooLarge
        ? `A row group of ${sizeText(unpacked)} and ${rows.toLocaleString("en")} rows does not fit into memory: write the file again with smaller row groups (20,000 rows each, for instance).`
        : undefined,
    };
    start += rows;
    return found;
  });
};

export interface OpenParquet extends AsyncDisposable {
  readonly groups: readonly RowGroup[];
  /** The records of a group, or its first ones. @throws ParlanceError rejected `damaged-parquet` | `archive-ratio` */
  read(group: RowGroup, most?: number): Promise<readonly Json[]>;
}

/** @throws ParlanceError rejected `damaged-parquet` */
export const openParquet = async (path: string, reading: Reading): Promise<OpenParquet> => {
  const file = await open(path, "r");
  try {
    const { size } = await file.stat();
    const buffer = bufferOf(file, size);
    const metadata = await metadataOf(buffer);
    const codecs = countedCodecs(reading);
    const schema = parquetSchema(metadata);
    return {
      groups: groupsOf(metadata),
      async read({ start, rows, columns }, most = rows) {
        try {
          await checkPages(buffer, columns, { bytes: MOST_GROUP, values: MOST_VALUES });
          const found = await parquetReadObjects({
            file: buffer,
            metadata,
            rowStart: start,
            rowEnd: start + Math.min(rows, most),
            compressors: codecs,
            rowFormat: "object",
          });
          // Made of fields by name: each is an object.
          return found.map((record) => plainValue(record, schema) as Json);
        } catch (error) {
          throw asRejected(error);
        }
      },
      [Symbol.asyncDispose]: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw asRejected(error);
  }
};
