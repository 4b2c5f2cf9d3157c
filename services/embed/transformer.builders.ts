// An encoder in BERT's shape with random weights, as a graph for the ONNX writer: for tests and benchmarks where no real model is at hand.
import {
  type Attribute,
  type OnnxNode,
  type OnnxTensor,
  onnxModel,
} from "./onnx-writer.builders.ts";

export interface TransformerShape {
  readonly layers: number;
  readonly hidden: number;
  readonly heads: number;
  readonly feedForward: number;
  readonly vocabulary: number;
  readonly positions: number;
  /** Weights in int8 with dynamically quantised inputs, as `quantize_dynamic` makes them. */
  readonly int8?: boolean;
  /** The type of the output; for float16 a cast is added before it. */
  readonly output?: "float32" | "float16";
}

/** The shape of all-MiniLM-L6-v2. */
export const miniLm: TransformerShape = {
  layers: 6,
  hidden: 384,
  heads: 12,
  feedForward: 1536,
  vocabulary: 30_522,
  positions: 512,
};

/** Seeded pseudo-random numbers: mulberry32. */
const dice = (seed: number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

class Graph {
  readonly nodes: OnnxNode[] = [];
  readonly tensors: OnnxTensor[] = [];
  readonly #random = dice(7);
  #names = 0;

  op(name: string, inputs: readonly string[], attributes: Record<string, Attribute> = {}): string {
    const output = `v${this.#names++}`;
    this.nodes.push({ op: name, inputs, outputs: [output], attributes });
    return output;
  }

  constant(dims: readonly number[], data: OnnxTensor["data"]): string {
    const name = `w${this.#names++}`;
    this.tensors.push({ name, dims, data });
    return name;
  }

  integers(...values: readonly number[]): string {
    return this.constant([values.length], BigInt64Array.from(values, BigInt));
  }

  scalar(value: number): string {
    return this.constant([], Float32Array.of(value));
  }

  random(dims: readonly number[], spread: number): string {
    return this.constant(dims, this.numbers(dims, spread));
  }

  numbers(dims: readonly number[], spread: number): Float32Array {
    const data = new Float32Array(dims.reduce((a, b) => a * b, 1));
    for (let i = 0; i < data.length; i++) data[i] = (this.#random() * 2 - 1) * spread;
    return data;
  }

  norm(input: string, size: number): string {
    const one = this.constant([size], new Float32Array(size).fill(1));
    const zero = this.constant([size], new Float32Array(size));
    return this.op("LayerNormalization", [input, one, zero], {
      axis: -1,
      epsilon: { float: 1e-12 },
    });
  }

  /** x · W + b; the spread of W keeps the variance of the values the same from layer to layer. */
  linear(input: string, from: number, to: number, int8: boolean): string {
    const spread = Math.sqrt(3 / from);
    const bias = this.random([to], 0.02);
    if (!int8)
      return this.op("Add", [this.op("MatMul", [input, this.random([from, to], spread)]), bias]);
    const weights = Int8Array.from(this.numbers([from, to], 127), Math.round);
    const [quantised, scale, zero] = ["q", "s", "z"].map((kind) => `${kind}${this.#names}`);
    if (quantised === undefined || scale === undefined || zero === undefined)
      throw new Error("three names are made above");
    this.nodes.push({
      op: "DynamicQuantizeLinear",
      inputs: [input],
      outputs: [quantised, scale, zero],
    });
    const product = this.op("MatMulInteger", [quantised, this.constant([from, to], weights), zero]);
    const scaled = this.op("Mul", [scale, this.scalar(spread / 127)]);
    return this.op("Add", [this.op("Mul", [this.op("Cast", [product], { to: 1 }), scaled]), bias]);
  }
}

const attention = (graph: Graph, input: string, mask: string, shape: TransformerShape): string => {
  const { hidden, heads, int8 = false } = shape;
  const split = graph.integers(0, 0, heads, hidden / heads);
  const head = (perm: readonly number[]) =>
    graph.op(
      "Transpose",
      [graph.op("Reshape", [graph.linear(input, hidden, hidden, int8), split])],
      { perm },
    );
  const query = head([0, 2, 1, 3]);
  const key = head([0, 2, 3, 1]);
  const value = head([0, 2, 1, 3]);
  const scores = graph.op("Div", [
    graph.op("MatMul", [query, key]),
    graph.scalar(Math.sqrt(hidden / heads)),
  ]);
  const weights = graph.op("Softmax", [graph.op("Add", [scores, mask])], { axis: -1 });
  const mixed = graph.op("Transpose", [graph.op("MatMul", [weights, value])], {
    perm: [0, 2, 1, 3],
  });
  const joined = graph.op("Reshape", [mixed, graph.integers(0, 0, hidden)]);
  return graph.linear(joined, hidden, hidden, int8);
};

const feedForward = (graph: Graph, input: string, shape: TransformerShape): string => {
  const { hidden, feedForward: inner, int8 = false } = shape;
  const wide = graph.linear(input, hidden, inner, int8);
  const erf = graph.op("Erf", [graph.op("Div", [wide, graph.scalar(Math.SQRT2)])]);
  const half = graph.op("Mul", [wide, graph.op("Add", [erf, graph.scalar(1)])]);
  return graph.linear(graph.op("Mul", [half, graph.scalar(0.5)]), inner, hidden, int8);
};

/** The bytes of a model with inputs input_ids, attention_mask, token_type_ids and the output last_hidden_state. */
export const transformerModel = (shape: TransformerShape): Buffer => {
  const graph = new Graph();
  const { hidden, output = "float32" } = shape;
  const words = graph.op("Gather", [graph.random([shape.vocabulary, hidden], 1), "input_ids"]);
  const types = graph.op("Gather", [graph.random([2, hidden], 0.1), "token_type_ids"]);
  const width = graph.op("Slice", [
    graph.op("Shape", ["input_ids"]),
    graph.integers(1),
    graph.integers(2),
  ]);
  const places = graph.op("Slice", [
    graph.random([shape.positions, hidden], 0.1),
    graph.integers(0),
    width,
    graph.integers(0),
  ]);
  let state = graph.norm(graph.op("Add", [graph.op("Add", [words, types]), places]), hidden);
  const seen = graph.op("Cast", [graph.op("Unsqueeze", ["attention_mask", graph.integers(1, 2)])], {
    to: 1,
  });
  const mask = graph.op("Mul", [graph.op("Sub", [graph.scalar(1), seen]), graph.scalar(-10_000)]);
  for (let layer = 0; layer < shape.layers; layer++) {
    const attended = graph.op("Add", [state, attention(graph, state, mask, shape)]);
    const middle = graph.norm(attended, hidden);
    state = graph.norm(graph.op("Add", [middle, feedForward(graph, middle, shape)]), hidden);
  }
  const last = "last_hidden_state";
  graph.nodes.push({
    op: "Cast",
    inputs: [state],
    outputs: [last],
    attributes: { to: output === "float16" ? 10 : 1 },
  });
  const tokens = ["batch", "sequence"];
  return onnxModel({
    nodes: graph.nodes,
    tensors: graph.tensors,
    inputs: ["input_ids", "attention_mask", "token_type_ids"].map((name) => ({
      name,
      type: "int64",
      shape: tokens,
    })),
    outputs: [{ name: last, type: output, shape: [...tokens, hidden] }],
  });
};
