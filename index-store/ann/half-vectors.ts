// Rows as PostgreSQL's binary form of an array of pgvector's halfvec: half the bytes of text, and nothing to be parsed.
import { AnnError } from "./ann.ts";

const arrayHeader = 20;
/** Length, dimensions and an unused number before the numbers of each row. */
const rowHeader = 8;

/**
 * The rows as a value for a parameter of type `halfvec[]`, big-endian as PostgreSQL sends and receives all numbers.
 * @param data whole rows, row-major
 * @param oid the number of the type `halfvec` in that database
 * @throws AnnError "bad-rows" where a number is too large for float16
 */
export function halfVectors(data: Float32Array, dim: number, oid: number): Buffer {
  const rows = data.length / dim;
  const halves = new Float16Array(data);
  if (!halves.every(Number.isFinite))
    throw new AnnError("bad-rows", "A number is too large: vectors are to have a length near 1.");
  const numbers = Buffer.from(halves.buffer).swap16();
  const rowBytes = dim * 2;
  const bytes = Buffer.alloc(arrayHeader + rows * (rowHeader + rowBytes));
  bytes.writeInt32BE(1, 0); // one axis
  bytes.writeInt32BE(0, 4); // no nulls
  bytes.writeInt32BE(oid, 8);
  bytes.writeInt32BE(rows, 12);
  bytes.writeInt32BE(1, 16); // numbered from 1
  for (let row = 0; row < rows; row++) {
    const at = arrayHeader + row * (rowHeader + rowBytes);
    bytes.writeInt32BE(4 + rowBytes, at);
    bytes.writeInt16BE(dim, at + 4);
    numbers.copy(bytes, at + rowHeader, row * rowBytes, (row + 1) * rowBytes);
  }
  return bytes;
}
