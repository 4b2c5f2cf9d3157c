// The ONNX driver: from a model folder in hub layout to unit vectors, tokenised and computed in worker threads.
import { availableParallelism } from "node:os";
import { ParlanceError, rejected, unavailable } from "#services/domain/errors.ts";
import type { Vectors } from "#services/domain/vectors.ts";
import type { BatchBudget } from "./batches.ts";
import { isDevice } from "./device.ts";
import type {
  Embedded,
  Embedder,
  EmbeddingModel,
  EmbedOptions,
  OpenEmbedderOptions,
} from "./embedder.ts";
import { readModelFiles } from "./model-files.ts";
import { openTokenizer, type TextTokenizer } from "./tokenizer.ts";
import { WorkerPool } from "./worker-pool.ts";

// Sorted IRC messages on one core, MiniLM shape: 275 / 327 / 286 / 264 / 227 messages/s at 128 / 256 / 384 / 512 / 1,024 tokens.
const transformerBudget: BatchBudget = { tokens: 256, squares: Number.POSITIVE_INFINITY };
// The shipped model, whose steps grow with rows × width²: 103,000 / 126,000 / 109,000 / 103,000 / 79,000 messages/s at
// 512 / 1,024 / 2,048 / 4,096 / 8,192 tokens with 16 squares a token.
export const staticBudget: BatchBudget = { tokens: 1024, squares: 16_384 };

/** Characters of a slice of work, at least and at most: small enough to share between threads, large enough to sort by length. */
const SLICE_CHARS = { least: 2_000, most: 32_000 };
/** A call with so few texts is not an import, so it is done first. */
const FEW_TEXTS = 4;

/** Slices of indexes, longest texts first, so that the texts of a slice have similar lengths and the last slices are quick. */
const slices = (
  texts: readonly string[],
  { threads, most }: { readonly threads: number; readonly most: number },
): number[][] => {
  const order = texts.map((_, index) => index);
  const lengthOf = (index: number) => texts[index]?.length ?? 0;
  order.sort((a, b) => lengthOf(b) - lengthOf(a) || a - b);
  let total = 0;
  for (const text of texts) total += text.length + 8;
  const size = Math.min(most, Math.max(SLICE_CHARS.least, total / (threads * 4)));
  const out: number[][] = [];
  let chars = Number.POSITIVE_INFINITY;
  for (const index of order) {
    if (chars >= size) {
      out.push([]);
      chars = 0;
    }
    out.at(-1)?.push(index);
    chars += lengthOf(index) + 8;
  }
  return out;
};

/** The same error, with its index in the caller's list instead of the slice. */
const placed = (error: unknown, indexes: readonly number[]): unknown => {
  if (!(error instanceof ParlanceError)) return error;
  const { index } = error.data;
  if (typeof index !== "number") return error;
  const json = error.toJSON();
  return ParlanceError.fromJSON({ ...json, data: { ...json.data, index: indexes[index] } });
};

/** @throws ParlanceError rejected `empty-text` | `bad-dimensions`. */
export const checkRequest = (
  model: EmbeddingModel,
  texts: readonly string[],
  dimensions: number | undefined,
): void => {
  const empty = texts.indexOf("");
  if (empty >= 0)
    throw rejected(`Text ${empty} is empty.`, {
      code: "empty-text",
      hint: "Leave empty texts out.",
      data: { index: empty },
    });
  if (
    dimensions !== undefined &&
    dimensions !== model.dim &&
    !model.matryoshka.includes(dimensions)
  )
    throw rejected(`${model.id} cannot give ${dimensions} dimensions.`, {
      code: "bad-dimensions",
      hint: `Ask for ${[...new Set([model.dim, ...model.matryoshka])].join(" or ")}, or leave dimensions out.`,
      data: { allowed: [...new Set([model.dim, ...model.matryoshka])] },
    });
};

/**
 * Opens a model folder. The first worker is started and tried with one text, so that a model that does not work fails here.
 * @throws ParlanceError see `readModelFiles` and `openSession`.
 */
export const openOnnxEmbedder = async (options: OpenEmbedderOptions): Promise<Embedder> => {
  const files = await readModelFiles(options.path);
  const asked = options.providers ?? ["cpu"];
  const threads = Math.max(1, options.threads ?? availableParallelism() - 1);
  const pool = new WorkerPool(
    {
      modelFile: files.modelFile,
      providers: asked,
      pooling: files.pooling,
      tokenizer: files.tokenizer,
      tokenizerConfig: files.tokenizerConfig,
      isBag: files.isBag,
      maxTokens: files.maxTokens,
      budget: files.isStatic ? staticBudget : transformerBudget,
    },
    threads,
  );
  const facts = await pool.open();
  // On a device, a slice fills a batch: about four characters are a token.
  const sharing = isDevice(facts.active)
    ? { threads: 1, most: Math.max(SLICE_CHARS.most, facts.batchTokens * 4) }
    : { threads, most: SLICE_CHARS.most };
  const model: EmbeddingModel = {
    id: options.id,
    fingerprint: files.fingerprint,
    dim: facts.dim,
    maxTokens: files.maxTokens,
    languages: files.languages,
    matryoshka: files.matryoshka.filter((dim) => dim <= facts.dim),
    pooling: facts.pooling,
    prefixes: files.prefixes,
    licence: files.licence,
    bytes: files.bytes,
  };

  const embed = async (texts: readonly string[], request: EmbedOptions = {}): Promise<Embedded> => {
    checkRequest(model, texts, request.dimensions);
    const dim = request.dimensions ?? model.dim;
    const data = new Float32Array(texts.length * dim);
    const tokens = new Uint32Array(texts.length);
    const unembeddable: number[] = [];
    // A failed slice cancels those that still wait.
    const failed = new AbortController();
    const signal =
      request.signal === undefined
        ? failed.signal
        : AbortSignal.any([failed.signal, request.signal]);
    const urgency = request.urgency ?? (texts.length <= FEW_TEXTS ? "few" : "bulk");
    const runSlice = async (indexes: readonly number[]) => {
      const result = await pool
        .run(
          {
            texts: indexes.map((index) => texts[index] ?? ""),
            prefix: model.prefixes[request.inputType ?? "document"],
            truncate: request.truncate ?? false,
            dimensions: dim,
          },
          { urgency, owner: request.owner ?? "", signal },
        )
        .catch((error: unknown) => {
          throw placed(error, indexes);
        });
      for (const [row, index] of indexes.entries()) {
        data.set(result.data.subarray(row * dim, (row + 1) * dim), index * dim);
        tokens[index] = result.tokens[row] ?? 0;
      }
      for (const row of result.unembeddable) unembeddable.push(indexes[row] ?? 0);
    };
    try {
      await Promise.all(slices(texts, sharing).map(runSlice));
    } catch (error) {
      failed.abort();
      throw error;
    }
    const rows: Vectors = { dim, rows: texts.length, data };
    return { vectors: rows, tokens, unembeddable: unembeddable.sort((a, b) => a - b) };
  };

  // The threads have tokenizers of their own: this one is opened where somebody counts here.
  let counter: TextTokenizer | undefined;
  const countTokens = (text: string): number => {
    counter ??= openTokenizer({
      tokenizer: files.tokenizer,
      config: files.tokenizerConfig,
      isBag: files.isBag,
    });
    return counter.count(text);
  };

  let closed = false;
  return {
    model,
    providers: { asked, active: facts.active, fallback: facts.fallback },
    embed: async (texts, request) => {
      if (closed)
        throw unavailable("The embedder has been closed.", {
          code: "embedder-closed",
          hint: "Open it again.",
        });
      return await embed(texts, request);
    },
    countTokens,
    close: async () => {
      closed = true;
      await pool.close();
    },
  };
};
