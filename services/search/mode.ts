// Which way a question is searched: by meaning, by words or by both; and why, where it was asked for another way.
import type { SearchMode, SearchRequest } from "#services/contract/search.ts";
import type { Asking, TargetCollection } from "./ask-one.ts";
import type { Asked } from "./asked.ts";

/** By words only where no collection is in a language of the model. */
export const modeOf = (
  { mode }: SearchRequest,
  collections: readonly TargetCollection[],
): SearchMode =>
  mode ??
  (collections.length > 0 && collections.every(({ defaultMode }) => defaultMode === "lexical")
    ? "lexical"
    : "hybrid");

/** The way to search, and sentences about why it is another one than was asked for. */
export const wishedMode = (
  { request, mode, embedder, wordsOnly }: Asking,
  asked: readonly Asked[],
): { mode: SearchMode; notices: string[] } => {
  if (request.like !== undefined) return { mode: "semantic", notices: [] };
  const notices: string[] = [];
  if (request.mode === undefined && mode === "lexical")
    notices.push(
      "Searched by words: the embedding model was not made for the language of most of these messages.",
    );
  if (mode !== "lexical" && embedder === undefined)
    return { mode: "lexical", notices: [wordsOnly] };
  const foreign = mode === "lexical" ? [] : asked.filter(({ semantic }) => !semantic);
  for (const { collection } of foreign)
    notices.push(
      `“${collection.name}” was embedded with another model than the current one: searched by words only.`,
    );
  // No collection has vectors of the current model: search by words instead of finding nothing.
  return {
    mode: foreign.length > 0 && foreign.length === asked.length ? "lexical" : mode,
    notices,
  };
};
