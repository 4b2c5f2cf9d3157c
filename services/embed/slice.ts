// From slices of texts to unit rows: tokens, batches, inference, checks. A worker thread does this for what it has in hand: a large
// slice, or several small ones of different callers, whose texts share batches.
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

/** A slice on its way: its tokens, and what it gets. */
interface Taken {
  readonly work: SliceWork;
  readonly tokens: Tokens;
  readonly counts: Uint32Array;
  readonly dim: number;
  readonly data: Float32Array;
  /** Why it gets nothing; the other slices go on. */
  failure: unknown;
}

const take = (model: SliceModel, work: SliceWork, dim: number): Taken => {
  const tokens = tokenise(model, work);
  const counts = new Uint32Array(work.texts.length);
  for (let i = 0; i < counts.length; i++)
    counts[i] = (tokens.offsets[i + 1] ?? 0) - (tokens.offsets[i] ?? 0);
  const own = work.dimensions || dim;
  const data = new Float32Array(work.texts.length * own);
  return { work, tokens, counts, dim: own, data, failure: undefined };
};

/** One text of one of the slices. */
interface Row {
  readonly taken: Taken;
  readonly index: number;
}

const countOf = ({ taken, index }: Row): number => taken.counts[index] ?? 0;

/** The rows as one padded batch; with buckets, followed by rows that nobody asked for. */
const batchOf = (
  batch: readonly Row[],
  { tokenizer: { padding }, buckets, maxTokens }: SliceModel,
) => {
  const lengths = batch.map(countOf);
  const exact = { rows: batch.length, width: Math.max(...lengths) };
  const { rows, width } = buckets ? bucketOf(exact, maxTokens) : exact;
  // One token that counts, because a row in which none does has no mean.
  while (lengths.length < rows) lengths.push(1);
  const padded = new Int32Array(rows * width);
  if (padding !== 0) padded.fill(padding);
  for (const [row, { taken, index }] of batch.entries()) {
    const { ids, offsets } = taken.tokens;
    padded.set(ids.subarray(offsets[index], offsets[index + 1]), row * width);
  }
  return { ids: padded, width, lengths };
};

const put = ({ taken, index }: Row, vector: Float32Array, unknown: Float32Array): void => {
  const target = taken.data.subarray(index * taken.dim, (index + 1) * taken.dim);
  target.set(vector.subarray(0, taken.dim));
  const state = normaliseRow(target);
  if (state === "bad")
    taken.failure ??= corrupt("The model gave a vector with a number that is not finite.", {
      code: "bad-vector",
      hint: "The model file or the execution provider is faulty: try another one.",
      data: { index },
    });
  if (state === "zero") {
    target.set(unknown.subarray(0, taken.dim));
    normaliseRow(target);
    taken.tokens.unembeddable.add(index);
  }
};

const resultOf = ({ data, counts, tokens }: Taken): SliceResult => ({
  data,
  tokens: counts,
  unembeddable: [...tokens.unembeddable].sort((a, b) => a - b),
});

export type SliceOutcome =
  | { readonly result: SliceResult }
  /** ParlanceError rejected `text-too-long`, corrupt `bad-vector`, both with data.index in the slice. */
  | { readonly failure: unknown };

/**
 * What each of the slices gets, in their order; one that fails does not disturb the others.
 * @param unknown the model's `unknownRow`
 * @throws what the session throws, of all of them
 */
export const embedSlices = async (
  model: SliceModel,
  works: readonly SliceWork[],
  unknown: Float32Array,
): Promise<SliceOutcome[]> => {
  const slices = works.map((work): Taken | { readonly failure: unknown } => {
    try {
      return take(model, work, unknown.length);
    } catch (failure) {
      return { failure };
    }
  });
  const taken = slices.filter((slice) => "work" in slice);
  const rows = taken.flatMap((one) =>
    one.work.texts.map((_, index): Row => ({ taken: one, index })),
  );
  for (const indexes of tokenBatches(rows.map(countOf), model.budget)) {
    const batch = indexes.flatMap((index) => rows[index] ?? []);
    const { data, dim } = await model.session.run(batchOf(batch, model));
    for (const [at, row] of batch.entries())
      put(row, data.subarray(at * dim, (at + 1) * dim), unknown);
  }
  return slices.map((slice) =>
    "work" in slice && slice.failure === undefined
      ? { result: resultOf(slice) }
      : { failure: slice.failure },
  );
};

/**
 * @param unknown the model's `unknownRow`
 * @throws as `SliceOutcome` says
 */
export const embedSlice = async (
  model: SliceModel,
  work: SliceWork,
  unknown: Float32Array,
): Promise<SliceResult> => {
  const [outcome] = await embedSlices(model, [work], unknown);
  if (outcome === undefined) throw new Error("A slice has no outcome.");
  if ("failure" in outcome) throw outcome.failure;
  return outcome.result;
};
