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
export { downloadModel, type ModelProgress } from "./hub.ts";
export { readFingerprint } from "./model-files.ts";
export { openOnnxEmbedder } from "./onnx.ts";
export { type ModelPool, openModelPool } from "./pool.ts";
export { embedderOverPort, serveEmbedder } from "./port.ts";
export { isHubName, type ResolvedModel, resolveModel, shippedModel } from "./registry.ts";
export { openTokenCounter, type TokenCounter } from "./token-counter.ts";
