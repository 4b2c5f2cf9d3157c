// A topic's title.
import type { Keyword } from "./keywords.ts";
export const titleOf = (topic: {
  keywords: readonly Keyword[];
  texts: readonly string[];
  taken: readonly string[];
  language: string | null;
}): string =>
  topic.keywords
    .slice(0, 2)
    .map((k) => k.term)
    .join(" & ");
