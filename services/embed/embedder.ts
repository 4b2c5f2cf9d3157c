// What every embedder is: the model's facts, the request, the answer, the promise. Others import it by the door, embed.ts.
import type { Vectors } from "#services/domain/vectors.ts";

export interface EmbeddingModel {
  /** The name people use: `parlance-static-en-v1`, `sentence-transformers/all-MiniLM-L6-v2`. */
  readonly id: string;
  /** sha256 over the files and settings that decide a vector; stored with every index, never mixed. */
  readonly fingerprint: string;
  readonly dim: number;
  /** Tokens a text may have; longer ones are refused or truncated as asked. */
  readonly maxTokens: number;
  /** ISO 639-1 codes it was made for; null = multilingual or unknown. */
  readonly languages: readonly string[] | null;
  /** Dimensions it may be cut to (Matryoshka), largest first; empty where it may not. */
  readonly matryoshka: readonly number[];
  readonly pooling: "model" | "mean" | "cls" | "last";
  /** Instruction texts put before the input, by kind; empty where the model wants none. */
  readonly prefixes: { readonly query: string; readonly document: string };
}

export interface EmbedOptions {
  /** Queries and documents may want different prefixes. `document` by default. */
  readonly inputType?: "query" | "document";
  /** Cut texts that are too long instead of refusing them. */
  readonly truncate?: boolean;
  /** Cut vectors to this many dimensions and normalise again (only one of `matryoshka`). */
  readonly dimensions?: number;
  readonly signal?: AbortSignal;
}

export interface Embedded {
  /** One unit row per text, in input order. */
  readonly vectors: Vectors;
  /** Tokens of each text, special tokens and prefix included. */
  readonly tokens: Uint32Array;
  /**
   * Texts that have no token the model knows (blank ones, only control characters). Their row is the model's vector of an
   * unknown word: a unit row, so that it may be stored, but one without a meaning. Search them by their words.
   */
  readonly unembeddable: readonly number[];
}

export interface Embedder {
  readonly model: EmbeddingModel;
  /** What runs the model, and why not what was asked for. */
  readonly providers: {
    readonly asked: readonly string[];
    readonly active: string;
    readonly fallback: string | null;
  };
  /**
   * A text's vector does not depend on its batch. Runs off the calling thread. An empty list gives no rows.
   * @throws ParlanceError rejected `text-too-long` | `empty-text` | `bad-dimensions` with data.index; corrupt `bad-vector`;
   *   unavailable `embedder-closed` | `aborted`.
   */
  embed(texts: readonly string[], options?: EmbedOptions): Promise<Embedded>;
  /** Tokens of each text, special tokens included, without prefix. Synchronous and cheap enough for chunking. */
  countTokens(text: string): number;
  close(): Promise<void>;
}

export interface OpenEmbedderOptions {
  /** A model folder (hub layout). */
  readonly path: string;
  readonly id: string;
  /** Threads for tokenising and inference; the cores less one by default. */
  readonly threads?: number;
  /** ONNX Runtime execution providers in order of wish: ["cuda", "cpu"]. */
  readonly providers?: readonly string[];
}
