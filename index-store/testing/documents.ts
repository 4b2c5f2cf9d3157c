// Small invented documents: everything about a row follows from its id, so that any answer can be checked against it.
import { createHash } from "node:crypto";
import type { Documents, Schema } from "../documents.ts";

export const DIM = 8;
export const schema: Schema = { author: "keyword", channel: "keyword", at: "number" };

export const authors = ["ada", "grace", "linus"] as const;
const words = ["apple", "bread", "cedar", "delta", "ember", "frost", "grain", "heron"] as const;

export interface Row {
  readonly id: string;
  readonly vector: Float32Array;
  readonly text: string;
  readonly author: string;
  readonly channel: string | null;
  readonly at: number;
}

/** The row with this id; `edition` makes another content for the same id. */
export const rowOf = (id: string, edition = 0): Row => {
  const bytes = createHash("sha256").update(`${id}/${edition}`).digest();
  const vector = Float32Array.from({ length: DIM }, (_, at) => bytes.readInt16LE(at * 2) + 0.5);
  const length = Math.hypot(...vector);
  const pick = (place: number, count: number) => (bytes[place] ?? 0) % count;
  const said = [20, 21, 22].map((place) => words[pick(place, words.length)]);
  return {
    id,
    vector: vector.map((value) => value / length),
    text: said.join(" "),
    author: authors[pick(23, authors.length)] ?? "",
    channel: pick(24, 3) === 0 ? null : `#c${pick(24, 3)}`,
    at: pick(25, 4) === 0 ? Number.NaN : pick(26, 100),
  };
};

export const documentsOf = (rows: readonly Row[]): Documents => {
  const data = new Float32Array(rows.length * DIM);
  for (const [place, { vector }] of rows.entries()) data.set(vector, place * DIM);
  return {
    ids: rows.map(({ id }) => id),
    texts: rows.map(({ text }) => text),
    vectors: { dim: DIM, rows: rows.length, data },
    columns: {
      author: rows.map(({ author }) => author),
      channel: rows.map(({ channel }) => channel),
      at: Float64Array.from(rows, ({ at }) => at),
    },
  };
};

/** Documents with these ids. */
export const documents = (ids: readonly string[], edition = 0): Documents =>
  documentsOf(ids.map((id) => rowOf(id, edition)));

export const ids = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, place) => `chunk-${from + place}`);
