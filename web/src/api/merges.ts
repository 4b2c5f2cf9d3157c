// Requests for merged conversations: what is merged, suggestions, a preview, merging and its undoing, each until it is done.
import { queryOptions } from "@tanstack/react-query";
import {
  mergeAccepted,
  mergeList,
  mergePreview,
  mergeSuggestions,
} from "#services/contract/merges.ts";
import { collectionAt } from "./analysis.ts";
import { ask } from "./request.ts";

const at = (collection: string) => `${collectionAt(collection)}/merges`;

/** How often it is asked whether a merge is done. */
const AGAIN_MS = 700;

const mergesOf = (collection: string, signal?: AbortSignal) =>
  ask(mergeList, at(collection), signal === undefined ? {} : { signal });

export const mergesQuery = (collection: string) =>
  queryOptions({
    queryKey: ["merges", collection],
    queryFn: ({ signal }) => mergesOf(collection, signal),
    refetchInterval: ({ state: { data } }) =>
      data?.merges.some(({ state }) => state !== "merged") ? AGAIN_MS : false,
  });

export const mergeSuggestionsQuery = (collection: string, conversation: string) =>
  queryOptions({
    queryKey: ["merge-suggestions", collection, conversation],
    queryFn: ({ signal }) =>
      ask(
        mergeSuggestions,
        `${collectionAt(collection)}/merge-suggestions?conversation=${encodeURIComponent(conversation)}`,
        { signal },
      ),
  });

export const mergePreviewQuery = (collection: string, conversations: readonly string[]) =>
  queryOptions({
    queryKey: ["merge-preview", collection, conversations],
    queryFn: ({ signal }) =>
      ask(mergePreview, `${at(collection)}/preview`, {
        method: "POST",
        body: { conversations },
        signal,
      }),
    staleTime: 0,
  });

const later = () => new Promise((resolve) => setTimeout(resolve, AGAIN_MS));

/** @returns the id of the merged conversation, once it is there */
export const mergeNow = async (
  collection: string,
  conversations: readonly string[],
): Promise<string> => {
  const { id } = await ask(mergeAccepted, at(collection), {
    method: "POST",
    body: { conversations },
  });
  for (;;) {
    const { merges } = await mergesOf(collection);
    if (merges.find((one) => one.id === id)?.state !== "asked") return id;
    await later();
  }
};

/** Done when its conversations are shown by themselves again. */
export const unmergeNow = async (collection: string, id: string): Promise<void> => {
  await ask(mergeAccepted, `${at(collection)}/${encodeURIComponent(id)}`, { method: "DELETE" });
  while ((await mergesOf(collection)).merges.some((one) => one.id === id)) await later();
};
