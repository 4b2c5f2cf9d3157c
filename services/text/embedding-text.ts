// The text that is embedded for a chunk: its own text, below the conversation's title where that is meaningful.
import type { Chunk } from "#services/domain/chunk.ts";
import { talkSources } from "#services/domain/conversation.ts";

export interface ChunkContext {
  readonly title: string | null;
}

const MOST_TITLE_CHARS = 120;
/** Titles that programs give to untitled conversations. */
const empty =
  /^(?:new (?:chat|conversation)|untitled(?: (?:chat|conversation))?|no title|conversation|chat)?$/i;

/**
 * The title raised nDCG@10 by .08 to .12 on question-answer pages, an author's name lowered the recall of IRC replies:
 * infra/decisions/0006-chunking-and-header.md. The index stores `chunk.text` without the title.
 */
export const embeddingText = (
  chunk: Pick<Chunk, "text" | "source">,
  context: ChunkContext,
): string => {
  const title = context.title?.replace(/\s+/g, " ").trim().slice(0, MOST_TITLE_CHARS) ?? "";
  // A channel's title is the same for thousands of messages, and would make their vectors alike.
  if (empty.test(title) || talkSources.has(chunk.source)) return chunk.text;
  return `${title.toWellFormed()}\n${chunk.text}`;
};
