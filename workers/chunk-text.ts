// What of a chunk is embedded.
import type { ChunkToIndex } from "#services/store/batches.ts";

export const embeddingTextOf = (chunk: ChunkToIndex): string => chunk.text;
