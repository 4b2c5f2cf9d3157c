// A stored chunk → the text that is embedded for it.
import type { SourceKind } from "#services/domain/conversation.ts";
import type { ChunkToIndex } from "#services/store/store.ts";
import { embeddingText } from "#services/text/text.ts";

export const embeddingTextOf = (chunk: ChunkToIndex): string =>
  embeddingText({ text: chunk.text, source: chunk.source as SourceKind }, { title: chunk.title });
