// A minimal writer of ONNX protobuf files for tests and benchmarks: from nodes, weights, inputs and outputs to the bytes of a model file.

/** Field numbers are those of onnx.proto (ONNX 1.x). Numbers ≥ 2^31 do not occur in these files. */
const varint = (value: number): number[] => {
  const out: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest > 127n) {
    out.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  out.push(Number(rest));
  return out;
};

const integer = (field: number, value: number): Buffer =>
  Buffer.from([...varint(field << 3), ...varint(value)]);
const bytes = (field: number, value: Uint8Array | string): Buffer => {
  const body = typeof value === "string" ? Buffer.from(value) : value;
  return Buffer.concat([Buffer.from([...varint((field << 3) | 2), ...varint(body.length)]), body]);
};
const float = (field: number, value: number): Buffer => {
  const out = Buffer.alloc(4);
  out.writeFloatLE(value);
  return Buffer.concat([Buffer.from(varint((field << 3) | 5)), out]);
};

const elementTypes = { float32: 1, int8: 3, int32: 6, int64: 7, float16: 10 } as const;
type ElementType = keyof typeof elementTypes;

export type Attribute = number | readonly number[] | { readonly float: number };

export interface OnnxNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, Attribute>>;
}

export interface OnnxTensor {
  readonly name: string;
  readonly dims: readonly number[];
  readonly data: Float32Array | Int8Array | BigInt64Array;
}

interface OnnxValue {
  readonly name: string;
  readonly type: ElementType;
  /** A string names a dimension that varies. */
  readonly shape: readonly (number | string)[];
}

export interface OnnxGraph {
  readonly nodes: readonly OnnxNode[];
  readonly tensors: readonly OnnxTensor[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
}

const attribute = (name: string, value: Attribute): Buffer => {
  const named = bytes(1, name);
  if (typeof value === "number") return Buffer.concat([named, integer(3, value), integer(20, 2)]);
  if ("float" in value) return Buffer.concat([named, float(2, value.float), integer(20, 1)]);
  return Buffer.concat([named, ...value.map((one) => integer(8, one)), integer(20, 7)]);
};

const node = ({ op, inputs, outputs, attributes = {} }: OnnxNode): Buffer =>
  Buffer.concat([
    ...inputs.map((name) => bytes(1, name)),
    ...outputs.map((name) => bytes(2, name)),
    bytes(4, op),
    ...Object.entries(attributes).map(([name, value]) => bytes(5, attribute(name, value))),
  ]);

const tensor = ({ name, dims, data }: OnnxTensor): Buffer => {
  const type =
    data instanceof Float32Array ? "float32" : data instanceof Int8Array ? "int8" : "int64";
  return Buffer.concat([
    ...dims.map((dim) => integer(1, dim)),
    integer(2, elementTypes[type]),
    bytes(8, name),
    bytes(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
  ]);
};

const value = ({ name, type, shape }: OnnxValue): Buffer => {
  const dims = shape.map((dim) =>
    bytes(1, typeof dim === "number" ? integer(1, dim) : bytes(2, dim)),
  );
  const tensorType = Buffer.concat([integer(1, elementTypes[type]), bytes(2, Buffer.concat(dims))]);
  return Buffer.concat([bytes(1, name), bytes(2, bytes(1, tensorType))]);
};

/** IR version 8, opset 17: the first opset with LayerNormalization. */
export const onnxModel = (graph: OnnxGraph): Buffer =>
  Buffer.concat([
    integer(1, 8),
    bytes(2, "parlance-tests"),
    bytes(
      7,
      Buffer.concat([
        ...graph.nodes.map((one) => bytes(1, node(one))),
        bytes(2, "graph"),
        ...graph.tensors.map((one) => bytes(5, tensor(one))),
        ...graph.inputs.map((one) => bytes(11, value(one))),
        ...graph.outputs.map((one) => bytes(12, value(one))),
      ]),
    ),
    bytes(8, Buffer.concat([bytes(1, ""), integer(2, 17)])),
  ]);
