// What is handed to a commit, and the check at the door: lengths agree, vectors are finite, columns are those of the schema.
import type { Rows } from "./ann/ann.ts";
import { IndexError } from "./index-error.ts";

/** What a column holds. keyword: one of few strings (dictionary-coded) · number: float64, NaN = absent. */
export type ColumnKind = "keyword" | "number";
export type Schema = Readonly<Record<string, ColumnKind>>;
export type ColumnValues = readonly (string | null)[] | Float64Array;

/** Rows to add: all arrays have the same length. Ids are unique in the index; adding a live id again replaces it. */
export interface Documents {
  readonly ids: readonly string[];
  readonly vectors: Rows;
  /** The text whose words are indexed. */
  readonly texts: readonly string[];
  readonly columns: Readonly<Record<string, ColumnValues>>;
}

const MAX_ID_LENGTH = 512;

const bad = (message: string) => new IndexError("bad-documents", message);

/** @throws IndexError "bad-documents" that names the first thing that is wrong. */
export const checkDocuments = (documents: Documents, dim: number, schema: Schema): void => {
  const { ids, vectors, texts, columns } = documents;
  if (vectors.dim !== dim)
    throw bad(`The vectors have ${vectors.dim} dimensions, this index has ${dim}.`);
  if (vectors.rows !== ids.length || texts.length !== ids.length)
    throw bad(`${ids.length} ids came with ${vectors.rows} vectors and ${texts.length} texts.`);
  if (vectors.data.length !== vectors.rows * dim)
    throw bad(`${vectors.rows} vectors of ${dim} came as ${vectors.data.length} numbers.`);
  for (const id of ids)
    if (id === "" || id.length > MAX_ID_LENGTH || !id.isWellFormed())
      throw bad(`"${id.slice(0, 40)}" is no id: 1 to ${MAX_ID_LENGTH} well-formed characters.`);
  checkVectors(vectors, ids);
  for (const [name, values] of Object.entries(columns)) {
    const kind = schema[name];
    if (kind === undefined) throw bad(`This index has no column "${name}".`);
    if ((kind === "number") !== values instanceof Float64Array)
      throw bad(`Column "${name}" holds ${kind} values.`);
    if (values.length !== ids.length)
      throw bad(`Column "${name}" has ${values.length} values for ${ids.length} rows.`);
  }
};

const checkVectors = ({ dim, rows, data }: Rows, ids: readonly string[]): void => {
  for (let row = 0; row < rows; row++) {
    let square = 0;
    for (let at = row * dim; at < (row + 1) * dim; at++) square += (data[at] ?? 0) ** 2;
    if (!(square > 0 && square < Number.POSITIVE_INFINITY))
      throw bad(`The vector of "${ids[row]}" is zero or not finite.`);
  }
};

/** Which rows of several documents make up the joined one, in its order: element n says where its row n comes from. */
interface Picked {
  readonly ids: readonly string[];
  readonly part: Uint32Array;
  readonly row: Uint32Array;
}

/** Of rows with the same id the last; in ascending order of ids. */
const pickRows = (parts: readonly Documents[]): Picked => {
  const starts: number[] = [];
  const last = new Map<string, number>();
  let total = 0;
  for (const { ids } of parts) {
    starts.push(total);
    for (const id of ids) last.set(id, total++);
  }
  // The default order, by UTF-16 code units, is also that of `<`, which merges and searches use.
  const ids = [...last.keys()].sort();
  const part = new Uint32Array(ids.length);
  const row = new Uint32Array(ids.length);
  for (const [at, id] of ids.entries()) {
    const place = last.get(id) ?? 0;
    const from = starts.findLastIndex((start) => start <= place);
    part[at] = from;
    row[at] = place - (starts[from] ?? 0);
  }
  return { ids, part, row };
};

const pickNumbers = (columns: readonly (ColumnValues | undefined)[], { part, row }: Picked) => {
  const values = new Float64Array(row.length).fill(Number.NaN);
  for (let at = 0; at < row.length; at++) {
    const column = columns[part[at] ?? 0];
    if (column instanceof Float64Array) values[at] = column[row[at] ?? 0] ?? Number.NaN;
  }
  return values;
};

const pickKeywords = (columns: readonly (ColumnValues | undefined)[], { part, row }: Picked) => {
  const values = new Array<string | null>(row.length).fill(null);
  for (let at = 0; at < row.length; at++) {
    const column = columns[part[at] ?? 0];
    if (column !== undefined && !(column instanceof Float64Array))
      values[at] = column[row[at] ?? 0] ?? null;
  }
  return values;
};

const pickVectors = (parts: readonly Documents[], { part, row }: Picked, dim: number): Rows => {
  const data = new Float32Array(row.length * dim);
  for (let at = 0; at < row.length; at++) {
    const from = (row[at] ?? 0) * dim;
    const vectors = parts[part[at] ?? 0]?.vectors.data.subarray(from, from + dim);
    if (vectors !== undefined) data.set(vectors, at * dim);
  }
  return { dim, rows: row.length, data };
};

const isAscending = (ids: readonly string[]): boolean =>
  ids.every((id, at) => at === 0 || (ids[at - 1] ?? "") < id);

/**
 * Several documents as one, with every column of the schema (absent where a part does not have it); of rows with the same id
 * the last. Rows come out in ascending order of ids: every segment is written in that order, so that "ties by smaller row"
 * inside a segment and "ties by smaller id" across segments are one rule, however documents were batched.
 */
export const joinDocuments = (
  parts: readonly Documents[],
  dim: number,
  schema: Schema,
): Documents => {
  const [only] = parts;
  const names = Object.entries(schema);
  const isComplete =
    only !== undefined && names.every(([name]) => Object.hasOwn(only.columns, name));
  if (parts.length === 1 && isComplete && isAscending(only.ids)) return only;
  const picked = pickRows(parts);
  const columns: Record<string, ColumnValues> = {};
  for (const [name, kind] of names) {
    const given = parts.map((part) => part.columns[name]);
    columns[name] = kind === "number" ? pickNumbers(given, picked) : pickKeywords(given, picked);
  }
  const { ids, part, row } = picked;
  const textAt = (at: number) => parts[part[at] ?? 0]?.texts[row[at] ?? 0] ?? "";
  return {
    ids,
    texts: ids.map((_, at) => textAt(at)),
    vectors: pickVectors(parts, picked, dim),
    columns,
  };
};
