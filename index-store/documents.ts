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
    const kind = Object.hasOwn(schema, name) ? schema[name] : undefined;
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

/** A column that the documents came without: absent in every row. */
const absent = (kind: ColumnKind, rows: number): ColumnValues =>
  kind === "number" ? new Float64Array(rows).fill(Number.NaN) : Array<null>(rows).fill(null);

const completed = (documents: Documents, schema: Schema): Documents => {
  const columns: Record<string, ColumnValues> = {};
  for (const [name, kind] of Object.entries(schema))
    columns[name] = documents.columns[name] ?? absent(kind, documents.ids.length);
  return { ...documents, columns };
};

/** Rows of a column in another order. */
const picked = (values: ColumnValues, rows: readonly number[]): ColumnValues =>
  values instanceof Float64Array
    ? Float64Array.from(rows, (row) => values[row] ?? Number.NaN)
    : rows.map((row) => values[row] ?? null);

/** One after another; a column is of one kind in all of them. */
const concatenated = (kind: ColumnKind, columns: readonly ColumnValues[]): ColumnValues => {
  if (kind === "keyword")
    return columns.flatMap((values) => (values instanceof Float64Array ? [] : values));
  const rows = columns.reduce((sum, values) => sum + values.length, 0);
  const all = new Float64Array(rows);
  let at = 0;
  for (const values of columns) {
    if (values instanceof Float64Array) all.set(values, at);
    at += values.length;
  }
  return all;
};

/** The documents without the rows whose id comes again later; themselves where there are none. */
const withoutEarlier = (documents: Documents, last: (id: string) => boolean): Documents => {
  const { ids, texts, vectors, columns } = documents;
  const place = new Map(ids.map((id, row) => [id, row]));
  const rows = [...place].filter(([id]) => last(id)).map(([, row]) => row);
  if (rows.length === ids.length) return documents;
  rows.sort((a, b) => a - b);
  const { dim, data } = vectors;
  const kept = new Float32Array(rows.length * dim);
  for (const [at, row] of rows.entries())
    kept.set(data.subarray(row * dim, (row + 1) * dim), at * dim);
  const values = Object.entries(columns).map(([name, all]) => [name, picked(all, rows)] as const);
  return {
    ids: rows.map((row) => ids[row] ?? ""),
    texts: rows.map((row) => texts[row] ?? ""),
    vectors: { dim, rows: rows.length, data: kept },
    columns: Object.fromEntries(values),
  };
};

/** Several documents as one, with every column of the schema; of rows with the same id the last. */
export const joinDocuments = (
  parts: readonly Documents[],
  dim: number,
  schema: Schema,
): Documents => {
  const owner = new Map<string, number>();
  for (const [place, { ids }] of parts.entries()) for (const id of ids) owner.set(id, place);
  const kept = parts.map((part, place) =>
    withoutEarlier(completed(part, schema), (id) => owner.get(id) === place),
  );
  const [first, second] = kept;
  if (first !== undefined && second === undefined) return first;
  const rows = kept.reduce((sum, { ids }) => sum + ids.length, 0);
  const data = new Float32Array(rows * dim);
  let at = 0;
  for (const { vectors } of kept) {
    data.set(vectors.data, at);
    at += vectors.data.length;
  }
  const columns: Record<string, ColumnValues> = {};
  for (const [name, kind] of Object.entries(schema))
    columns[name] = concatenated(
      kind,
      kept.map((part) => part.columns[name] ?? absent(kind, part.ids.length)),
    );
  return {
    ids: kept.flatMap(({ ids }) => ids),
    texts: kept.flatMap(({ texts }) => texts),
    vectors: { dim, rows, data },
    columns,
  };
};
