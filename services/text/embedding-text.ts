// What is embedded of a chunk: its text, under the conversation's title where one says something.
import type { Chunk } from "#services/domain/chunk.ts";

export interface ChunkContext {
  readonly title: string | null;
}

const MOST_TITLE_CHARS = 120;
/** Titles that programs give to conversations without one. */
const empty =
  /^(?:new (?:chat|conversation)|untitled(?: (?:chat|conversation))?|no title|conversation|chat)?$/i;
/** Here a title is the channel and the day: the same for thousands of messages, a constant that tells none from another. */
const untitled = new Set<string>(["irc", "slack"]);

/**
 * The title raised nDCG@10 by .08 to .12 on question-answer pages, an author's name lowered recall of IRC replies:
 * infra/decisions/0006-chunking-and-header.md. The index keeps `chunk.text` without it.
 */
export const embeddingText = (
  chunk: Pick<Chunk, "text" | "source">,
  context: ChunkContext,
): string => {
  const title = context.title?.replace(/\s+/g, " ").trim().slice(0, MOST_TITLE_CHARS) ?? "";
  if (empty.test(title) || untitled.has(chunk.source)) return chunk.text;
  return `${title.toWellFormed()}\n${chunk.text}`;
};
