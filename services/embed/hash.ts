// The driver for tests: hashes words to random signs and adds them, so that texts with common words are near; no model, no thread.
import { createHash } from "node:crypto";
import { rejected, unavailable } from "#services/domain/errors.ts";
import type { Embedded, Embedder, EmbeddingModel } from "./embedder.ts";
import { checkRequest } from "./onnx.ts";
import { normaliseRow } from "./pooling.ts";

export interface OpenHashOptions {
  readonly id?: string;
  readonly dim?: number;
  readonly maxTokens?: number;
}

const words = /\p{L}+|\p{N}+|[\p{P}\p{S}]/gu;

const wordsOf = (text: string): readonly string[] => text.toLowerCase().match(words) ?? [];

/** Adds a word's signs, one bit of its hash per dimension. */
const add = (row: Float32Array, word: string): void => {
  let bits = Buffer.alloc(0);
  for (let d = 0; d < row.length; d++) {
    if (d % 256 === 0) bits = createHash("sha256").update(`${d}:${word}`).digest();
    const bit = ((bits[(d % 256) >> 3] ?? 0) >> (d & 7)) & 1;
    row[d] = (row[d] ?? 0) + (bit === 1 ? 1 : -1);
  }
};

const rowOf = (tokens: readonly string[], dim: number): Float32Array => {
  const row = new Float32Array(dim);
  for (const token of tokens) add(row, token);
  // Signs can cancel out; then the text as a whole is hashed.
  if (normaliseRow(row) !== "unit") {
    add(row, `\n${tokens.join(" ")}`);
    normaliseRow(row);
  }
  return row;
};

/** Fulfils the whole contract of embedders: the same texts give the same vectors on every machine. */
export const openHashEmbedder = (options: OpenHashOptions = {}): Embedder => {
  const dim = options.dim ?? 64;
  const maxTokens = options.maxTokens ?? 256;
  const id = options.id ?? `hash-${dim}`;
  const model: EmbeddingModel = {
    id,
    fingerprint: createHash("sha256").update(`hash 1 ${dim} ${maxTokens}`).digest("hex"),
    dim,
    maxTokens,
    languages: null,
    matryoshka: dim % 2 === 0 ? [dim, dim / 2] : [],
    pooling: "model",
    prefixes: { query: "", document: "" },
    licence: null,
    bytes: null,
  };
  let closed = false;
  return {
    model,
    providers: { asked: ["cpu"], active: "cpu", fallback: null },
    countTokens: (text) => wordsOf(text).length,
    embed: async (texts, request = {}): Promise<Embedded> => {
      if (closed)
        throw unavailable("The embedder has been closed.", {
          code: "embedder-closed",
          hint: "Open it again.",
        });
      if (request.signal?.aborted === true)
        throw unavailable("Embedding was cancelled.", { code: "aborted" });
      checkRequest(model, texts, request.dimensions);
      const width = request.dimensions ?? dim;
      const data = new Float32Array(texts.length * width);
      const tokens = new Uint32Array(texts.length);
      const unembeddable: number[] = [];
      for (const [index, text] of texts.entries()) {
        const found = wordsOf(text);
        if (found.length > maxTokens && request.truncate !== true)
          throw rejected(`A text has ${found.length} tokens; the model reads ${maxTokens}.`, {
            code: "text-too-long",
            hint: "Split the text, or ask for it to be truncated.",
            data: { index, tokens: found.length, maxTokens },
          });
        if (found.length === 0) unembeddable.push(index);
        const kept = found.slice(0, maxTokens);
        tokens[index] = Math.max(1, kept.length);
        const row = rowOf(kept.length === 0 ? ["\n"] : kept, dim).subarray(0, width);
        normaliseRow(row);
        data.set(row, index * width);
      }
      return { vectors: { dim: width, rows: texts.length, data }, tokens, unembeddable };
    },
    close: async () => {
      closed = true;
    },
  };
};
