// Embeds a few short texts in the calling thread, where the model only looks its words up: to ask another thread takes longer.
import { unavailable } from "#services/domain/errors.ts";
import type { Embedded, Embedder, EmbedOptions } from "./embedder.ts";
import { readModelFiles } from "./model-files.ts";
import { checkRequest, staticBudget } from "./onnx.ts";
import { openSession } from "./session.ts";
import { embedSlice, unknownRow } from "./slice.ts";
import { openTokenizer } from "./tokenizer.ts";

/** Embedded here in well under a millisecond: a question, or the sentences of a page of hits. */
const FEW = { texts: 64, characters: 8000 };

const areFew = (texts: readonly string[]): boolean =>
  texts.length <= FEW.texts && texts.reduce((sum, text) => sum + text.length, 0) <= FEW.characters;

const isAborted = ({ signal }: EmbedOptions): boolean => signal?.aborted === true;

/**
 * The same embedder; what is short it embeds in this thread, with the same vectors. The way over two other threads and back takes
 * about a millisecond, and longer while the processor is busy. An embedder of another kind of model, or on a device, is given back as
 * it is.
 * @param folder of its model
 */
export const embeddingHere = async (embedder: Embedder, folder: string): Promise<Embedder> => {
  const files = await readModelFiles(folder);
  const { model, providers } = embedder;
  const isSame = files.fingerprint === model.fingerprint && providers.active === "cpu";
  if (!files.isStatic || !isSame) return embedder;
  const session = await openSession({
    modelFile: files.modelFile,
    providers: ["cpu"],
    pooling: files.pooling,
  });
  const own = {
    session,
    tokenizer: openTokenizer({
      tokenizer: files.tokenizer,
      config: files.tokenizerConfig,
      isBag: files.isBag,
    }),
    maxTokens: files.maxTokens,
    budget: staticBudget,
    buckets: false,
  };
  const unknown = await unknownRow(own);
  let closed = false;
  return {
    ...embedder,
    async embed(texts, options = {}): Promise<Embedded> {
      if (closed || isAborted(options) || !areFew(texts)) return embedder.embed(texts, options);
      checkRequest(model, texts, options.dimensions);
      const dim = options.dimensions ?? model.dim;
      const { data, tokens, unembeddable } = await embedSlice(
        own,
        {
          texts,
          prefix: model.prefixes[options.inputType ?? "document"],
          truncate: options.truncate ?? false,
          dimensions: dim,
        },
        unknown,
      );
      // While it was embedded, others had their turns of the event loop.
      if (isAborted(options)) throw unavailable("Embedding was cancelled.", { code: "aborted" });
      return { vectors: { dim, rows: texts.length, data }, tokens, unembeddable };
    },
    async close() {
      closed = true;
      await embedder.close();
    },
  };
};
