// From a slice of texts to unit rows: tokens, batches, inference, checks. A worker thread does this for each piece of work.
import { corrupt, rejected } from "#services/domain/errors.ts";
import { type BatchBudget, tokenBatches } from "./batches.ts";
import { bucketOf } from "./device.ts";
import { normaliseRow } from "./pooling.ts";
import type { OpenSession } from "./session.ts";
import type { TextTokenizer } from "./tokenizer.ts";
import { IdBuffer } from "./wordpiece.ts";

export interface SliceWork {
  readonly texts: readonly string[];
  readonly prefix: string;
  readonly truncate: boolean;
  /** 0: as many as the model gives. */
  readonly dimensions: number;
}

export interface SliceResult {
  /** texts × dimensions, unit rows. */
  readonly data: Float32Array;
  readonly tokens: Uint32Array;
  readonly unembeddable: readonly number[];
}

export interface SliceModel {
  readonly tokenizer: TextTokenizer;
  readonly session: OpenSession;
  readonly maxTokens: number;
  readonly budget: BatchBudget;
  /** In few shapes, for a device. */
  readonly buckets: boolean;
}

interface Tokens {
  readonly ids: Int32Array;
  /** Where each text's ids start; one entry more than there are texts. */
  readonly offsets: Uint32Array;
  readonly unembeddable: Set<number>;
}

const tokenise = (model: SliceModel, work: SliceWork): Tokens => {
  const { tokenizer, maxTokens } = model;
  const into = new IdBuffer();
  const offsets = new Uint32Array(work.texts.length + 1);
  const unembeddable = new Set<number>();
  const put = (ids: readonly number[]) => {
    for (const id of ids) into.push(id);
  };
  const special = tokenizer.before.length + tokenizer.after.length;
  // Without the prefix, because a text without tokens of its own must be noticed.
  const prefix = new IdBuffer();
  if (work.prefix !== "") tokenizer.encode(work.prefix, prefix);
  for (const [index, text] of work.texts.entries()) {
    const start = into.length;
    put(tokenizer.before);
    const from = into.length;
    tokenizer.encode(work.prefix + text, into);
    if (into.length - from <= prefix.length && tokenizer.count(text) === special) {
      into.push(tokenizer.unknown);
      unembeddable.add(index);
    }
    const count = into.length - start + tokenizer.after.length;
    if (count > maxTokens) {
      if (!work.truncate)
        throw rejected(`A text has ${count} tokens; the model reads ${maxTokens}.`, {
          code: "text-too-long",
          hint: "Split the text, or ask for it to be truncated.",
          data: { index, tokens: count, maxTokens },
        });
      into.length = start + maxTokens - tokenizer.after.length;
    }
    put(tokenizer.after);
    offsets[index + 1] = into.length;
  }
  return { ids: into.ids, offsets, unembeddable };
};

/** The rows `indexes` of the tokens as one padded batch; with buckets, followed by rows that nobody asked for. */
const batchOf = (
  tokens: Tokens,
  indexes: readonly number[],
  { tokenizer: { padding }, buckets, maxTokens }: SliceModel,
) => {
  const { ids, offsets } = tokens;
  const lengths = indexes.map((index) => (offsets[index + 1] ?? 0) - (offsets[index] ?? 0));
  const exact = { rows: indexes.length, width: Math.max(...lengths) };
  const { rows, width } = buckets ? bucketOf(exact, maxTokens) : exact;
  // One token that counts, because a row in which none does has no mean.
  while (lengths.length < rows) lengths.push(1);
  const padded = new Int32Array(rows * width);
  if (padding !== 0) padded.fill(padding);
  for (const [row, index] of indexes.entries())
    padded.set(ids.subarray(offsets[index], offsets[index + 1]), row * width);
  return { ids: padded, width, lengths };
};

/** The unit vector of a model's unknown token [UNK], given to texts without tokens, so that no zero vector is stored. */
export const unknownRow = async (model: SliceModel): Promise<Float32Array> => {
  const { before, after, unknown } = model.tokenizer;
  const ids = Int32Array.from([...before, unknown, ...after]);
  const { data } = await model.session.run({ ids, width: ids.length, lengths: [ids.length] });
  if (normaliseRow(data) !== "unit")
    throw corrupt("The model gives no usable vector for its unknown token.", {
      code: "bad-vector",
      hint: "Choose another model file.",
    });
  return data;
};

/**
 * @param unknown the model's `unknownRow`.
 * @throws ParlanceError rejected `text-too-long`, corrupt `bad-vector`, both with data.index in the slice.
 */
export const embedSlice = async (
  model: SliceModel,
  work: SliceWork,
  unknown: Float32Array,
): Promise<SliceResult> => {
  const tokens = tokenise(model, work);
  const counts = new Uint32Array(work.texts.length);
  for (let i = 0; i < counts.length; i++)
    counts[i] = (tokens.offsets[i + 1] ?? 0) - (tokens.offsets[i] ?? 0);
  const dim = work.dimensions || unknown.length;
  const out = new Float32Array(work.texts.length * dim);
  for (const indexes of tokenBatches(counts, model.budget)) {
    const result = await model.session.run(batchOf(tokens, indexes, model));
    for (const [row, index] of indexes.entries()) {
      const target = out.subarray(index * dim, (index + 1) * dim);
      target.set(result.data.subarray(row * result.dim, row * result.dim + dim));
      const state = normaliseRow(target);
      if (state === "bad")
        throw corrupt("The model gave a vector with a number that is not finite.", {
          code: "bad-vector",
          hint: "The model file or the execution provider is faulty: try another one.",
          data: { index },
        });
      if (state === "zero") {
        target.set(unknown.subarray(0, dim));
        normaliseRow(target);
        tokens.unembeddable.add(index);
      }
    }
  }
  return {
    data: out,
    tokens: counts,
    unembeddable: [...tokens.unembeddable].sort((a, b) => a - b),
  };
};
