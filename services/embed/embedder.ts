// The interface of an embedder: the model's facts, requests and results. Other rooms import it from the door, embed.ts.
import type { Vectors } from "#services/domain/vectors.ts";
import type { Urgency } from "./fair-queue.ts";

export interface EmbeddingModel {
  /** The name people use: `parlance-static-en-v1`, `sentence-transformers/all-MiniLM-L6-v2`. */
  readonly id: string;
  /** sha256 over the files and settings that determine a vector; stored with every index, so that vectors of two models never mix. */
  readonly fingerprint: string;
  readonly dim: number;
  /** Tokens that a text may have; longer ones are refused or truncated, as the caller asks. */
  readonly maxTokens: number;
  /** ISO 639-1 codes of the languages that the model was made for; null = multilingual or unknown. */
  readonly languages: readonly string[] | null;
  /** Numbers of dimensions that vectors may be shortened to (Matryoshka), largest first; empty where they may not. */
  readonly matryoshka: readonly number[];
  readonly pooling: "model" | "mean" | "cls" | "last";
  /** Instructions put before a text, by kind; empty where the model needs none. */
  readonly prefixes: { readonly query: string; readonly document: string };
  /** As the model's card names it: `apache-2.0`; null where it does not. */
  readonly licence: string | null;
  /** Of the files in its folder; null for a model without files. */
  readonly bytes: number | null;
}

export interface EmbedOptions {
  /** Some models need different prefixes for queries and documents. `document` by default. */
  readonly inputType?: "query" | "document";
  /** Truncate texts that are too long instead of refusing them. */
  readonly truncate?: boolean;
  /** Shorten vectors to so many dimensions and normalise them again (only one of `matryoshka`). */
  readonly dimensions?: number;
  /** `question`: before everything else. By default a small request goes before a large one. */
  readonly urgency?: Urgency;
  /** Who asks: callers are served in turn, so that a large request of one does not keep another's waiting. */
  readonly owner?: string;
  readonly signal?: AbortSignal;
}

export interface Embedded {
  /** One unit row per text, in input order. */
  readonly vectors: Vectors;
  /** Tokens of each text, special tokens and prefix included. */
  readonly tokens: Uint32Array;
  /**
   * Texts without any token that the model knows (blank ones, only control characters). Their row is the model's vector of an
   * unknown word: a unit vector, so that it can be stored, but without a meaning. They can be found by their words only.
   */
  readonly unembeddable: readonly number[];
}

export interface Embedder {
  readonly model: EmbeddingModel;
  /** The execution provider in use, and why a requested one is not. */
  readonly providers: {
    readonly asked: readonly string[];
    readonly active: string;
    readonly fallback: string | null;
  };
  /**
   * A text's vector does not depend on its batch. Runs outside the calling thread, unless that would take longer (here.ts). An empty list
   * gives no rows.
   * @throws ParlanceError rejected `text-too-long` | `empty-text` | `bad-dimensions` with data.index; corrupt `bad-vector`;
   *   unavailable `embedder-closed` | `aborted`.
   */
  embed(texts: readonly string[], options?: EmbedOptions): Promise<Embedded>;
  /** Tokens of a text, with special tokens, without prefix. Synchronous, and fast enough for chunking. */
  countTokens(text: string): number;
  close(): Promise<void>;
}

export interface OpenEmbedderOptions {
  /** A model folder (hub layout). */
  readonly path: string;
  readonly id: string;
  /** Threads for tokenising and inference; by default the number of cores minus one. */
  readonly threads?: number;
  /** ONNX Runtime execution providers in order of preference: ["cuda", "cpu"]. */
  readonly providers?: readonly string[];
}
