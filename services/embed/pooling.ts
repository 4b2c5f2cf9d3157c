// From a model's output tensor to unit rows: pooling over tokens, half floats, shortening, normalising.
import type { Tensor } from "onnxruntime-node";
import { rejected } from "#services/domain/errors.ts";

export type Pooling = "model" | "mean" | "cls" | "last";

/** IEEE 754 half → single precision. */
const half = (bits: number): number => {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
};

/**
 * The numbers of an output tensor. Half floats come as Uint16Array, or as Float16Array where the runtime has it.
 * @throws ParlanceError rejected `unsupported-output`, also for int8 and uint8 outputs, whose scale is not known.
 */
export const floatsOf = (tensor: Pick<Tensor, "type" | "data">, name: string): Float32Array => {
  if (tensor.type === "float32" && tensor.data instanceof Float32Array) return tensor.data;
  if (tensor.type === "float64" && tensor.data instanceof Float64Array)
    return Float32Array.from(tensor.data);
  if (tensor.type === "float16") {
    if (tensor.data instanceof Uint16Array) return Float32Array.from(tensor.data, half);
    return Float32Array.from(tensor.data as ArrayLike<number>);
  }
  throw rejected(`The model's output ${name} is ${tensor.type}, which cannot be compared.`, {
    code: "unsupported-output",
    hint: "Choose a model file whose output is float32 or float16 (its weights may be int8).",
  });
};

export interface TokenRows {
  /** rows × width × dim. */
  readonly data: Float32Array;
  readonly width: number;
  readonly dim: number;
  /** Number of tokens of each row; the rest is padding on the right. */
  readonly lengths: ArrayLike<number>;
}

/** Combines the token rows of each text into one row. */
export const pool = (tokens: TokenRows, pooling: Exclude<Pooling, "model">): Float32Array => {
  const { data, width, dim, lengths } = tokens;
  const out = new Float32Array(lengths.length * dim);
  for (let row = 0; row < lengths.length; row++) {
    const base = row * width * dim;
    const length = Math.max(1, lengths[row] ?? 1);
    const target = out.subarray(row * dim, (row + 1) * dim);
    if (pooling !== "mean") {
      const at = base + (pooling === "cls" ? 0 : (length - 1) * dim);
      target.set(data.subarray(at, at + dim));
      continue;
    }
    for (let token = 0; token < length; token++) {
      const at = base + token * dim;
      for (let d = 0; d < dim; d++) target[d] = (target[d] ?? 0) + (data[at + d] ?? 0);
    }
    for (let d = 0; d < dim; d++) target[d] = (target[d] ?? 0) / length;
  }
  return out;
};

/** Scales the row to length 1 in place. Returns `zero` where its length is 0, `bad` where a number is not finite. */
export const normaliseRow = (row: Float32Array): "unit" | "zero" | "bad" => {
  let sum = 0;
  for (const value of row) sum += value * value;
  if (!Number.isFinite(sum)) return "bad";
  if (sum < 1e-24) return "zero";
  const scale = 1 / Math.sqrt(sum);
  for (let d = 0; d < row.length; d++) row[d] = (row[d] ?? 0) * scale;
  return "unit";
};
