// Requests for collections, their versions and their conversations.
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import {
  collection,
  collectionList,
  type collectionPatch,
  type newCollection,
  versionList,
} from "#services/contract/collections.ts";
import { conversationList, type conversationListQuery } from "#services/contract/conversations.ts";
import { base } from "./plain-request.ts";
import { ask, tell } from "./request.ts";

const at = (id: string) => `${base}/collections/${encodeURIComponent(id)}`;

export const collectionsQuery = queryOptions({
  queryKey: ["collections"],
  queryFn: async ({ signal }) =>
    (await ask(collectionList, `${base}/collections`, { signal })).collections,
});

export const collectionQuery = (id: string) =>
  queryOptions({
    queryKey: ["collections", id],
    queryFn: ({ signal }) => ask(collection, at(id), { signal }),
  });

export const createCollection = (body: z.infer<typeof newCollection>) =>
  ask(collection, `${base}/collections`, { method: "POST", body });

export const patchCollection = (id: string, body: z.infer<typeof collectionPatch>) =>
  ask(collection, at(id), { method: "PATCH", body });

export const deleteCollection = (id: string) => tell(at(id), { method: "DELETE" });

export const versionsQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ["versions", id],
    queryFn: ({ signal, pageParam }) =>
      ask(versionList, `${at(id)}/versions?${asked({ limit: 50, cursor: pageParam })}`, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });

export const removeTag = (id: string, version: number, tag: string) =>
  tell(`${at(id)}/versions/${version}/tags/${encodeURIComponent(tag)}`, { method: "DELETE" });

type Asked = Omit<z.infer<typeof conversationListQuery>, "cursor">;
export type ConversationListAsked = { readonly [N in keyof Asked]?: Asked[N] | undefined };

export const conversationsQuery = (id: string, question: ConversationListAsked) =>
  infiniteQueryOptions({
    queryKey: ["conversations", id, question],
    queryFn: ({ signal, pageParam }) =>
      ask(
        conversationList,
        `${at(id)}/conversations?${asked({ ...question, cursor: pageParam })}`,
        { signal },
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });

/** A URL query string of the values; undefined and empty ones are left out. */
export const asked = (values: Readonly<Record<string, string | number | undefined>>): string => {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values))
    if (value !== undefined && value !== "") query.set(name, String(value));
  return query.toString();
};
