// One ONNX Runtime session: opened with the first provider that works; inputs and outputs are found by the names it declares.
import { env, InferenceSession, Tensor } from "onnxruntime-node";
import { corrupt, rejected } from "#services/domain/errors.ts";
import { floatsOf, type Pooling, pool } from "./pooling.ts";

export interface OpenSession {
  readonly pooling: Pooling;
  readonly active: string;
  readonly fallback: string | null;
  /** Returns rows × dim, not normalised. `ids` is rows × width, padded on the right. */
  run(batch: TokenBatch): Promise<{ readonly dim: number; readonly data: Float32Array }>;
}

interface TokenBatch {
  readonly ids: Int32Array;
  readonly width: number;
  readonly lengths: ArrayLike<number>;
}

export interface SessionSettings {
  readonly modelFile: string;
  readonly providers: readonly string[];
  readonly pooling: Exclude<Pooling, "model"> | null;
}

const firstLine = (error: unknown) =>
  (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";

/** Tries each provider in order, CPU last; returns why the preferred ones did not work. */
const create = async (modelFile: string, asked: readonly string[]) => {
  // A provider that does not work is reported by `fallback`; ONNX Runtime must not print it on stderr as well.
  env.logLevel = "fatal";
  const reasons: string[] = [];
  for (const provider of new Set([...asked, "cpu"])) {
    try {
      const session = await InferenceSession.create(modelFile, {
        executionProviders: [provider],
        intraOpNumThreads: 1,
        interOpNumThreads: 1,
        logSeverityLevel: 4,
      });
      return { session, active: provider, fallback: reasons.join("; ") || null };
    } catch (error) {
      reasons.push(`${provider}: ${firstLine(error)}`);
    }
  }
  throw corrupt(`ONNX Runtime cannot open ${modelFile}: ${reasons.join("; ")}`, {
    code: "bad-model-file",
    hint: "Download the model again, or choose another one.",
  });
};

const known = new Set(["input_ids", "attention_mask", "token_type_ids", "position_ids", "offsets"]);
/** `embeddings` is what Model2Vec calls it. */
const sentenceOutputs = ["sentence_embedding", "sentence_embeddings", "embeddings"];
const tokenOutputs = ["last_hidden_state", "token_embeddings"];

const findOutput = (session: InferenceSession, pooling: SessionSettings["pooling"]) => {
  const whole = sentenceOutputs.find((name) => session.outputNames.includes(name));
  if (whole !== undefined) return { name: whole, pooling: "model" as const };
  const byToken = tokenOutputs.find((name) => session.outputNames.includes(name));
  if (byToken === undefined)
    throw rejected(`The model's outputs (${session.outputNames.join(", ")}) are not supported.`, {
      code: "unsupported-output",
      hint: "Choose a model file that gives sentence_embedding or last_hidden_state.",
    });
  if (pooling === null)
    throw rejected("The model's files do not say how its token vectors are pooled.", {
      code: "unknown-pooling",
      hint: 'Write {"pooling": "mean"} (or cls, last; see the model card) to parlance.json in the model folder.',
    });
  return { name: byToken, pooling };
};

const fill = (name: string, batch: TokenBatch, at: { row: number; column: number }): number => {
  const inside = at.column < (batch.lengths[at.row] ?? 0);
  if (name === "attention_mask") return inside ? 1 : 0;
  if (name === "position_ids") return at.column;
  return 0;
};

/** Numbers in the type that the session expects. Ids are small and positive, so the low word of a 64-bit number is enough. */
const tensorOf = (name: string, type: "int64" | "int32", batch: TokenBatch): Tensor => {
  const rows = batch.lengths.length;
  const { width } = batch;
  const words = type === "int64" ? 2 : 1;
  const out = new Int32Array(rows * width * words);
  if (name === "input_ids")
    for (let i = 0; i < batch.ids.length; i++) out[i * words] = batch.ids[i] ?? 0;
  else if (name !== "token_type_ids")
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < width; column++)
        out[(row * width + column) * words] = fill(name, batch, { row, column });
  return type === "int64"
    ? new Tensor("int64", new BigInt64Array(out.buffer), [rows, width])
    : new Tensor("int32", out, [rows, width]);
};

/** The tokens of all texts in one row, and where each text begins: an embedding bag. */
const flatTensorOf = (name: string, type: "int64" | "int32", batch: TokenBatch): Tensor => {
  const { ids, width, lengths } = batch;
  const numbers: number[] = [];
  const offsets: number[] = [];
  for (let row = 0; row < lengths.length; row++) {
    offsets.push(numbers.length);
    for (let column = 0; column < (lengths[row] ?? 0); column++)
      numbers.push(ids[row * width + column] ?? 0);
  }
  const wanted = name === "offsets" ? offsets : numbers;
  return type === "int64"
    ? new Tensor("int64", BigInt64Array.from(wanted, BigInt), [wanted.length])
    : new Tensor("int32", Int32Array.from(wanted), [wanted.length]);
};

const inputTypes = (session: InferenceSession) =>
  session.inputMetadata.map((input) => {
    const type = input.isTensor ? input.type : undefined;
    if (!known.has(input.name) || (type !== "int64" && type !== "int32"))
      throw rejected(`The model needs an input ${input.name}, which is not supported.`, {
        code: "unsupported-input",
        hint: "Choose a text embedding model that takes input_ids and attention_mask.",
      });
    return { name: input.name, type } as const;
  });

/** @throws ParlanceError rejected `unsupported-input` | `unsupported-output` | `unknown-pooling`; corrupt `bad-model-file`. */
export const openSession = async (settings: SessionSettings): Promise<OpenSession> => {
  const { session, active, fallback } = await create(settings.modelFile, settings.providers);
  const inputs = inputTypes(session);
  const toTensor = inputs.some(({ name }) => name === "offsets") ? flatTensorOf : tensorOf;
  const output = findOutput(session, settings.pooling);
  return {
    pooling: output.pooling,
    active,
    fallback,
    run: async (batch) => {
      const feeds: Record<string, Tensor> = {};
      for (const { name, type } of inputs) feeds[name] = toTensor(name, type, batch);
      const tensor = (await session.run(feeds, [output.name]))[output.name];
      if (tensor === undefined)
        throw corrupt(`The model gave no ${output.name}.`, { code: "bad-vector" });
      const rows = batch.lengths.length;
      const data = floatsOf(tensor, output.name);
      const dim = tensor.dims.at(-1) ?? 0;
      const expected = output.pooling === "model" ? rows * dim : rows * batch.width * dim;
      if (dim < 1 || data.length !== expected)
        throw corrupt(`The model's ${output.name} has the shape ${tensor.dims.join(" × ")}.`, {
          code: "bad-vector",
          hint: "Choose another model file.",
        });
      if (output.pooling === "model") return { dim, data };
      return {
        dim,
        data: pool({ data, width: batch.width, dim, lengths: batch.lengths }, output.pooling),
      };
    },
  };
};
