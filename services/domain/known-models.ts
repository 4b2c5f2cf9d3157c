// Embedding models of the hub that are worth a try: from their cards and the lists of other programs. None of them was tried here, since
// no hub could be reached.

export interface KnownModel {
  /** On the hub. */
  readonly id: string;
  /** What it is for, in a few words. */
  readonly good: string;
  readonly dim: number;
  readonly maxTokens: number;
  /** Megabytes of its ONNX file in full precision, roughly; also what it takes of memory. */
  readonly megabytes: number;
  readonly licence: string;
  /** What its card says has to stand before texts, where its files do not say it. */
  readonly prefixes?: { readonly query: string; readonly document: string };
}

export const knownModels: readonly KnownModel[] = [
  {
    id: "sentence-transformers/all-MiniLM-L6-v2",
    good: "English, small",
    dim: 384,
    maxTokens: 256,
    megabytes: 90,
    licence: "apache-2.0",
  },
  {
    id: "BAAI/bge-small-en-v1.5",
    good: "English, small, for questions",
    dim: 384,
    maxTokens: 512,
    megabytes: 130,
    licence: "mit",
    prefixes: {
      query: "Represent this sentence for searching relevant passages: ",
      document: "",
    },
  },
  {
    id: "minishlab/potion-multilingual-128M",
    good: "101 languages, very fast, large in memory",
    dim: 256,
    maxTokens: 512,
    megabytes: 512,
    licence: "mit",
  },
  {
    id: "sentence-transformers/paraphrase-multilingual-MiniLM-L12-v2",
    good: "50 languages, short texts",
    dim: 384,
    maxTokens: 128,
    megabytes: 470,
    licence: "apache-2.0",
  },
  {
    id: "intfloat/multilingual-e5-small",
    good: "94 languages, for questions",
    dim: 384,
    maxTokens: 512,
    megabytes: 470,
    licence: "mit",
    prefixes: { query: "query: ", document: "passage: " },
  },
  {
    id: "nomic-ai/nomic-embed-text-v1.5",
    good: "English, long texts, vectors that can be shortened",
    dim: 768,
    maxTokens: 8192,
    megabytes: 548,
    licence: "apache-2.0",
    prefixes: { query: "search_query: ", document: "search_document: " },
  },
  {
    id: "jinaai/jina-embeddings-v2-base-code",
    good: "English and code, long texts",
    dim: 768,
    maxTokens: 8192,
    megabytes: 640,
    licence: "apache-2.0",
  },
];
