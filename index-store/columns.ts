// The columns of a segment as an Arrow file: the ids, dictionary-coded keywords, float64 numbers.

import { setImmediate } from "node:timers/promises";
import {
  Schema as ArrowSchema,
  type Data,
  Dictionary,
  Field,
  Float64,
  Int32,
  makeData,
  RecordBatch,
  Struct,
  Table,
  tableFromIPC,
  tableToIPC,
  Utf8,
  vectorFromArray,
} from "apache-arrow";
import type { ColumnValues, Schema } from "./documents.ts";
import { IdColumn } from "./id-column.ts";
import { IndexError } from "./index-error.ts";

/** The id column's name in the file; columns of the schema are prefixed so that none can clash with it. */
const ID = "id";
const fieldName = (column: string) => `c:${column}`;
const ABSENT = -1;
/** Strings made between two turns of the event loop: a few milliseconds. */
const WORDS_PER_TURN = 8192;

export interface KeywordColumn {
  readonly kind: "keyword";
  readonly dictionary: readonly string[];
  /** Place in the dictionary per row; -1 where the row has none. */
  readonly codes: Int32Array;
}

interface NumberColumn {
  readonly kind: "number";
  /** NaN where the row has none. */
  readonly values: Float64Array;
}

export type Column = KeywordColumn | NumberColumn;

export interface Columns {
  readonly rows: number;
  readonly ids: IdColumn;
  /** undefined for a column that the schema got after this segment was written: absent in every row. */
  get(name: string): Column | undefined;
}

const utf8Data = (texts: readonly string[]) => {
  const offsets = new Int32Array(texts.length + 1);
  let total = 0;
  for (const [row, text] of texts.entries()) {
    total += Buffer.byteLength(text);
    offsets[row + 1] = total;
  }
  const bytes = Buffer.alloc(total);
  for (const [row, text] of texts.entries()) bytes.write(text, offsets[row] ?? 0);
  return makeData({
    type: new Utf8(),
    length: texts.length,
    nullCount: 0,
    valueOffsets: offsets,
    data: new Uint8Array(bytes.buffer, bytes.byteOffset, total),
  });
};

const keywordData = (values: readonly (string | null)[], id: number) => {
  const places = new Map<string, number>();
  const codes = new Int32Array(values.length);
  const present = new Uint8Array((values.length + 7) >>> 3);
  let absent = 0;
  for (const [row, value] of values.entries()) {
    if (value === null) {
      absent++;
      continue;
    }
    let place = places.get(value);
    if (place === undefined) {
      place = places.size;
      places.set(value, place);
    }
    codes[row] = place;
    present[row >>> 3] = (present[row >>> 3] ?? 0) | (1 << (row & 7));
  }
  const type = new Dictionary(new Utf8(), new Int32(), id);
  return makeData({
    type,
    length: values.length,
    nullCount: absent,
    nullBitmap: absent === 0 ? null : present,
    data: codes,
    dictionary: vectorFromArray([...places.keys()], new Utf8()),
  });
};

const numberData = (values: Float64Array) =>
  makeData({ type: new Float64(), length: values.length, nullCount: 0, data: values });

/** The bytes of `columns.arrow`, before they are compressed: readable by any Arrow library. */
export const encodeColumns = (
  ids: readonly string[],
  columns: Readonly<Record<string, ColumnValues>>,
  schema: Schema,
): Uint8Array => {
  const fields: Field[] = [new Field(ID, new Utf8(), false)];
  const children: Data[] = [utf8Data(ids)];
  for (const [place, [name, kind]] of Object.entries(schema).entries()) {
    const values = columns[name];
    const data =
      kind === "number"
        ? numberData(values instanceof Float64Array ? values : absentNumbers(ids.length))
        : keywordData(
            values === undefined || values instanceof Float64Array ? ids.map(() => null) : values,
            place,
          );
    fields.push(new Field(fieldName(name), data.type, kind === "keyword"));
    children.push(data);
  }
  const arrow = new ArrowSchema(fields);
  const struct = makeData({
    type: new Struct(fields),
    length: ids.length,
    nullCount: 0,
    children,
  });
  return tableToIPC(new Table([new RecordBatch(arrow, struct)]), "file");
};

const absentNumbers = (rows: number) => new Float64Array(rows).fill(Number.NaN);

const damaged = (what: string, cause?: unknown) =>
  new IndexError("damaged", `columns.arrow is not what it should be: ${what}`, { cause });

const readKeyword = async (data: Data, rows: number): Promise<KeywordColumn> => {
  const dictionary: string[] = [];
  for (const value of data.dictionary ?? []) {
    if (dictionary.length % WORDS_PER_TURN === WORDS_PER_TURN - 1) await setImmediate();
    dictionary.push(String(value));
  }
  const stored: unknown = data.values;
  if (!(stored instanceof Int32Array) || stored.length < rows) throw damaged("codes are missing");
  const codes = stored.slice(0, rows);
  const present = data.nullCount > 0 ? data.nullBitmap : null;
  for (let row = 0; row < rows; row++) {
    const code = codes[row] ?? ABSENT;
    const bit = present ? ((present[row >>> 3] ?? 0) >>> (row & 7)) & 1 : 1;
    if (bit === 0) codes[row] = ABSENT;
    else if (code < 0 || code >= dictionary.length) throw damaged("a code names no keyword");
  }
  return { kind: "keyword", dictionary, codes };
};

const readNumber = (data: Data, rows: number): NumberColumn => {
  const stored: unknown = data.values;
  if (!(stored instanceof Float64Array) || stored.length < rows)
    throw damaged("numbers are missing");
  return { kind: "number", values: stored.subarray(0, rows) };
};

/**
 * Reads what `encodeColumns` wrote; arrays are views of `bytes` where they can be.
 * @param only the columns that are read; all by default. With some only, the table to look ids up is made at the first look-up.
 * @throws IndexError "damaged"
 */
export const decodeColumns = async (
  bytes: Uint8Array,
  rows: number,
  only?: readonly string[],
): Promise<Columns> => {
  const wanted = only && new Set(only.map(fieldName));
  try {
    const batch = tableFromIPC(bytes).batches[0];
    if (!batch || batch.numRows !== rows) throw damaged(`it does not hold ${rows} rows`);
    const columns = new Map<string, Column>();
    let ids: IdColumn | undefined;
    for (const [place, field] of batch.schema.fields.entries()) {
      const data = batch.data.children[place];
      if (!data) throw damaged(`"${field.name}" has no data`);
      if (field.name === ID) ids = readIds(data, rows);
      else if (wanted !== undefined && !wanted.has(field.name)) continue;
      else if (field.type instanceof Dictionary)
        columns.set(field.name, await readKeyword(data, rows));
      else columns.set(field.name, readNumber(data, rows));
    }
    if (!ids) throw damaged("it has no ids");
    if (only === undefined) await ids.prepare();
    return { rows, ids, get: (name) => columns.get(fieldName(name)) };
  } catch (error) {
    throw error instanceof IndexError ? error : damaged("it cannot be read", error);
  }
};

const readIds = (data: Data, rows: number): IdColumn => {
  const offsets: unknown = data.valueOffsets;
  const bytes: unknown = data.values;
  if (!(offsets instanceof Int32Array) || !(bytes instanceof Uint8Array))
    throw damaged("ids are missing");
  if (offsets.length <= rows || (offsets[rows] ?? 0) > bytes.length)
    throw damaged("ids are cut short");
  return new IdColumn(rows, offsets, bytes);
};
