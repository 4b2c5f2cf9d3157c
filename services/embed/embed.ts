// The door of embedding: from texts to unit vectors, and the facts about the model that made them.
export type {
  Embedded,
  Embedder,
  EmbeddingModel,
  EmbedOptions,
  OpenEmbedderOptions,
} from "./embedder.ts";
// biome-ignore lint/performance/noBarrelFile: this is the room's door; others come in by it and not by the drivers' files
export { openHashEmbedder } from "./hash.ts";
export { embeddingHere } from "./here.ts";
export { openOnnxEmbedder } from "./onnx.ts";
export { embedderOverPort, serveEmbedder } from "./port.ts";
export { resolveModel } from "./registry.ts";
export { openTokenCounter, type TokenCounter } from "./token-counter.ts";
