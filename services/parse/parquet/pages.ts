// What the pages of a Parquet file say of themselves, looked at before the library believes it and makes room for their values.
import type { AsyncBuffer, ColumnMetaData, PageHeader } from "hyparquet";
import { parquetHeader } from "hyparquet/src/column.js";

export interface PageBounds {
  /** Of one page, unpacked. */
  readonly bytes: number;
  /** Of one page, and of a row group in all its columns. */
  readonly values: number;
}

const valuesOf = (header: PageHeader): number =>
  header.data_page_header?.num_values ??
  header.data_page_header_v2?.num_values ??
  header.dictionary_page_header?.num_values ??
  0;

const isSize = (size: number | undefined, most: number): boolean =>
  size !== undefined && Number.isInteger(size) && size >= 0 && size <= most;

/**
 * The values of a column in a row group, as its pages count them.
 * @throws Error where a page is larger than the bounds or than what is left of its column
 */
const valuesIn = (chunk: ArrayBuffer, bounds: PageBounds): number => {
  const reader = { view: new DataView(chunk), offset: 0 };
  let values = 0;
  // As the library reads: the last byte alone is no page.
  while (reader.offset < chunk.byteLength - 1) {
    const header = parquetHeader(reader);
    const left = chunk.byteLength - reader.offset;
    const isPage =
      isSize(header.compressed_page_size, left) &&
      isSize(header.uncompressed_page_size, bounds.bytes) &&
      isSize(valuesOf(header), bounds.values);
    if (!isPage) throw new Error("a page has impossible sizes");
    values += valuesOf(header);
    reader.offset += header.compressed_page_size;
  }
  return values;
};

/** @throws Error where the pages of a row group hold more than the bounds, whatever the file says of it at its end */
export const checkPages = async (
  file: AsyncBuffer,
  columns: readonly ColumnMetaData[],
  bounds: PageBounds,
): Promise<void> => {
  let values = 0;
  for (const column of columns) {
    const start = Number(column.dictionary_page_offset || column.data_page_offset);
    const chunk = await file.slice(start, start + Number(column.total_compressed_size));
    values += valuesIn(chunk, bounds);
    if (values > bounds.values) throw new Error("its pages hold too many values");
  }
};
