// Requests about a selection of messages: the messages, figures, comparisons, labels, the report.
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import {
  comparison,
  figureList,
  type figuresRequest,
  type messagesRequest,
  selectedMessages,
} from "#services/contract/figures.ts";
import { label, labelList, type newLabel } from "#services/contract/map.ts";
import type { Selection } from "#services/contract/selection.ts";
import { isEverything } from "../shape/address/selection-address.ts";
import { writtenIn } from "../shape/words/english.ts";
import { collectionAt, ofAnalysis } from "./analysis.ts";
import { ask, tell } from "./request.ts";

export type MessagesAsked = Omit<z.input<typeof messagesRequest>, "cursor">;
export type MessagesSort = NonNullable<MessagesAsked["sort"]>;

/** The selected messages by pages; the first page carries the facets. */
export const messagesQuery = (collection: string, question: MessagesAsked) =>
  infiniteQueryOptions({
    queryKey: ofAnalysis(collection, "messages", question),
    queryFn: ({ signal, pageParam }) =>
      ask(selectedMessages, `${collectionAt(collection)}/messages`, {
        method: "POST",
        body:
          pageParam === undefined ? question : { ...question, facets: false, cursor: pageParam },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });

/** The facets of a selection. The request is for one message, since the facets come with messages only. */
export const facetsQuery = (collection: string, selection: Selection) =>
  queryOptions({
    queryKey: ofAnalysis(collection, "facets", selection),
    queryFn: ({ signal }) =>
      ask(selectedMessages, `${collectionAt(collection)}/messages`, {
        method: "POST",
        body: { ...(isEverything(selection) ? {} : { selection }), limit: 1, facets: true },
        signal,
      }),
    placeholderData: keepPreviousData,
  });

export type FiguresAsked = z.input<typeof figuresRequest>;

/** The previous figures stay visible while those of the next selection load. */
export const figuresQuery = (collection: string, asked: FiguresAsked) => {
  const question = { ...asked, language: writtenIn() };
  return queryOptions({
    queryKey: ofAnalysis(collection, "figures", question),
    queryFn: ({ signal }) =>
      ask(figureList, `${collectionAt(collection)}/figures`, {
        method: "POST",
        body: question,
        signal,
      }),
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });
};

export const comparisonQuery = (collection: string, a: Selection, b: Selection) =>
  queryOptions({
    queryKey: ofAnalysis(collection, "compare", a, b),
    queryFn: ({ signal }) =>
      ask(comparison, `${collectionAt(collection)}/compare`, {
        method: "POST",
        body: { a, b },
        signal,
      }),
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });

export const labelsQuery = (collection: string) =>
  queryOptions({
    queryKey: ["labels", collection],
    queryFn: async ({ signal }) =>
      (await ask(labelList, `${collectionAt(collection)}/labels`, { signal })).labels,
    staleTime: 30_000,
  });

export const saveLabel = (collection: string, body: z.infer<typeof newLabel>) =>
  ask(label, `${collectionAt(collection)}/labels`, { method: "POST", body });

export const deleteLabel = (collection: string, id: string) =>
  tell(`${collectionAt(collection)}/labels/${encodeURIComponent(id)}`, { method: "DELETE" });

export const reportUrl = (collection: string, format: "html" | "md"): string =>
  `${collectionAt(collection)}/report?format=${format}&language=${writtenIn()}`;
