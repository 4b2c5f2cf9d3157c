// The door of text: normalise, chunk, detect the language, mask, make snippets.
// biome-ignore-all lint/performance/noBarrelFile: a door names in one place what the room offers.
export {
  beginsChunk,
  type ChunkOptions,
  chunkConversation,
  chunkDefaults,
  isIndexable,
} from "./chunk.ts";
export { cleaner } from "./clean.ts";
export { embeddingText } from "./embedding-text.ts";
export type { ExchangeableMessage } from "./exchange.ts";
export { exchangeChunks, exchangesBegin } from "./exchanges.ts";
export { type FoundSpan, findPrivate } from "./find-private.ts";
export { openLanguageDetector } from "./language.ts";
export { indexedOf } from "./left-out.ts";
export { maskText } from "./mask.ts";
export { normaliseText } from "./normalise.ts";
export { shownText } from "./plain-markdown.ts";
export { type PlacedMessage, SEGMENT_WINDOW, segmentEnd, segmentsOf } from "./segments.ts";
export { sentences } from "./sentences.ts";
export { snippet } from "./snippet.ts";
export { asksBack, type Substance, substanceOf } from "./substance.ts";
