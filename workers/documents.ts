// Chunks with their vectors → documents of the index: its columns, by the names that services/indexes gives them.
import type { Documents } from "#index-store/index-store.ts";
import type { Vectors } from "#services/domain/vectors.ts";
import type { ChunkToIndex } from "#services/store/store.ts";

/** @param vectors row i belongs to chunk i */
export const documentsOf = (chunks: readonly ChunkToIndex[], vectors: Vectors): Documents => {
  const words = (pick: (chunk: ChunkToIndex) => string | null) => chunks.map(pick);
  return {
    ids: chunks.map((chunk) => chunk.id),
    vectors,
    texts: chunks.map((chunk) => chunk.text),
    columns: {
      conversation: words((chunk) => chunk.conversation_id),
      message: words((chunk) => chunk.message_id),
      author: words((chunk) => chunk.author),
      role: words((chunk) => chunk.role),
      kind: words((chunk) => chunk.kind),
      source: words((chunk) => chunk.source),
      channel: words((chunk) => chunk.channel),
      language: words((chunk) => chunk.language),
      upload: words((chunk) => chunk.origin_id),
      at: Float64Array.from(chunks, (chunk) => chunk.at ?? Number.NaN),
      unit: words((chunk) => chunk.unit),
      answers: Float64Array.from(chunks, (chunk) => chunk.answers ?? Number.NaN),
    },
  };
};
