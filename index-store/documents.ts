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

/** Several documents as one, the last of each id; `leaveOut` names ids that are not wanted at all. */
export const joinDocuments = (
  parts: readonly Documents[],
  dim: number,
  schema: Schema,
): Documents => {
  const last = new Map<string, number>();
  const all: { part: Documents; row: number }[] = [];
  for (const part of parts)
    for (const [row, id] of part.ids.entries()) {
      last.set(id, all.length);
      all.push({ part, row });
    }
  const kept = all.filter(({ part, row }, place) => last.get(part.ids[row] ?? "") === place);
  const data = new Float32Array(kept.length * dim);
  for (const [place, { part, row }] of kept.entries())
    data.set(part.vectors.data.subarray(row * dim, (row + 1) * dim), place * dim);
  const columns: Record<string, ColumnValues> = {};
  for (const [name, kind] of Object.entries(schema)) {
    const value = ({ part, row }: { part: Documents; row: number }) => part.columns[name]?.[row];
    columns[name] =
      kind === "number"
        ? Float64Array.from(kept, (one) => Number(value(one) ?? Number.NaN))
        : kept.map((one) => {
            const found = value(one);
            return found === undefined || found === null ? null : String(found);
          });
  }
  return {
    ids: kept.map(({ part, row }) => part.ids[row] ?? ""),
    texts: kept.map(({ part, row }) => part.texts[row] ?? ""),
    vectors: { dim, rows: kept.length, data },
    columns,
  };
};
