// A model as Model2Vec exports it: vectors of tokens, the mean of each text's, all texts in one row with the places where they begin.
import { type OnnxNode, type OnnxTensor, onnxModel } from "./onnx-writer.builders.ts";

/**
 * @param vectors vocabulary × dim
 * @returns the bytes of a model with the inputs input_ids and offsets, and the output embeddings
 */
export const bagModel = (vectors: Float32Array, dim: number): Buffer => {
  const whole = (name: string, ...numbers: bigint[]): OnnxTensor => ({
    name,
    dims: numbers.length === 1 && name.startsWith("scalar") ? [] : [numbers.length],
    data: BigInt64Array.from(numbers),
  });
  const op = (name: string, inputs: string[], output: string, attributes = {}): OnnxNode => ({
    op: name,
    inputs,
    outputs: [output],
    attributes,
  });
  return onnxModel({
    tensors: [
      { name: "vectors", dims: [vectors.length / dim, dim], data: vectors },
      whole("scalar0", 0n),
      whole("scalar1", 1n),
      whole("one", 1n),
      whole("zero", 0n),
      whole("far", 1_000_000n),
    ],
    nodes: [
      op("Gather", ["vectors", "input_ids"], "tokens"),
      op("Shape", ["input_ids"], "shape"),
      op("Squeeze", ["shape"], "count"),
      op("Range", ["scalar0", "count", "scalar1"], "places"),
      op("Unsqueeze", ["places", "zero"], "row"),
      op("Unsqueeze", ["offsets", "one"], "begins"),
      op("Slice", ["offsets", "one", "far"], "later"),
      op("Concat", ["later", "shape"], "next", { axis: 0 }),
      op("Unsqueeze", ["next", "one"], "ends"),
      op("GreaterOrEqual", ["row", "begins"], "after"),
      op("Less", ["row", "ends"], "before"),
      op("And", ["after", "before"], "inside"),
      op("Cast", ["inside"], "mask", { to: 1 }),
      op("MatMul", ["mask", "tokens"], "sums"),
      op("ReduceSum", ["mask", "one"], "counts", { keepdims: 1 }),
      op("Div", ["sums", "counts"], "embeddings"),
    ],
    inputs: [
      { name: "input_ids", type: "int64", shape: ["tokens"] },
      { name: "offsets", type: "int64", shape: ["texts"] },
    ],
    outputs: [{ name: "embeddings", type: "float32", shape: ["texts", dim] }],
  });
};
