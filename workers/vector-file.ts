// A batch's vectors on their way into a version: which chunk each row belongs to, then the rows, little-endian.
import { corrupt } from "#services/domain/errors.ts";
import { type Vectors, vectors } from "#services/domain/vectors.ts";

const MAGIC = 0x31565250; // "PRV1"
const HEADER = 16;

/** magic, dimension, rows, bytes of ids (all uint32) · ids joined by line feeds, padded to 4 · float32 rows. */
export const encodeVectors = (ids: readonly string[], of: Vectors): Uint8Array => {
  const names = Buffer.from(ids.join("\n"), "utf8");
  const start = HEADER + Math.ceil(names.byteLength / 4) * 4;
  const bytes = new Uint8Array(start + of.data.byteLength);
  new Uint32Array(bytes.buffer, 0, 4).set([MAGIC, of.dim, of.rows, names.byteLength]);
  bytes.set(names, HEADER);
  new Float32Array(bytes.buffer, start).set(of.data);
  return bytes;
};

/** @throws ParlanceError corrupt `bad-vector-file` */
export const decodeVectors = (bytes: Uint8Array): { ids: string[]; vectors: Vectors } => {
  // A copy of its own: a file read into a shared buffer need not begin at a multiple of four.
  const own = bytes.slice().buffer;
  const [magic, dim = 0, rows = 0, length = 0] =
    own.byteLength >= HEADER ? new Uint32Array(own, 0, 4) : [];
  const start = HEADER + Math.ceil(length / 4) * 4;
  if (magic !== MAGIC || own.byteLength !== start + rows * dim * 4)
    throw corrupt("A file of vectors is damaged.", { code: "bad-vector-file" });
  const names = Buffer.from(own, HEADER, length).toString("utf8");
  const ids = names === "" ? [] : names.split("\n");
  if (ids.length !== rows)
    throw corrupt("A file of vectors is damaged.", { code: "bad-vector-file" });
  return { ids, vectors: vectors(Math.max(dim, 1), new Float32Array(own, start)) };
};
