// Counts a model's tokens without opening the model: chunking needs its tokenizer and its limit, not a session of 100 MB.
import type { Embedder, EmbeddingModel } from "./embedder.ts";
import { readModelFiles } from "./model-files.ts";
import { openTokenizer } from "./tokenizer.ts";

export type TokenCounter = Pick<Embedder, "countTokens"> & Pick<EmbeddingModel, "maxTokens">;

/**
 * Opens the tokenizer of a model folder; it counts like the embedder of the same folder.
 * @throws ParlanceError see `readModelFiles`
 */
export const openTokenCounter = async (folder: string): Promise<TokenCounter> => {
  const { tokenizer, tokenizerConfig, isBag, maxTokens } = await readModelFiles(folder);
  const { count } = openTokenizer({ tokenizer, config: tokenizerConfig, isBag });
  return { countTokens: count, maxTokens };
};
