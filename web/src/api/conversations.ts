// Requests for a conversation: a page of messages around one message, and further pages in both directions.
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { conversationPage, rawRecord } from "#services/contract/conversations.ts";
import { asked } from "./collections.ts";
import { base } from "./plain-request.ts";
import { ask } from "./request.ts";

export interface ConversationAsked {
  readonly around?: string | undefined;
  readonly leaf?: string | undefined;
  readonly kinds?: "visible" | "all" | undefined;
  readonly gone?: "show" | undefined;
}

const pageSize = 80;

export const conversationQuery = (id: string, question: ConversationAsked) =>
  infiniteQueryOptions({
    queryKey: ["conversation", id, question],
    queryFn: ({ signal, pageParam }) => {
      const { around, ...path } = question;
      const place = pageParam === undefined ? { around } : { cursor: pageParam };
      return ask(
        conversationPage,
        `${base}/conversations/${encodeURIComponent(id)}?${asked({ ...path, ...place, limit: pageSize })}`,
        { signal },
      );
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    getPreviousPageParam: (page) => page.previousCursor ?? undefined,
    // Somebody may delete it meanwhile: it is asked for again when one comes back to it.
    staleTime: 5_000,
  });

export const rawQuery = (message: string) =>
  queryOptions({
    queryKey: ["raw", message],
    queryFn: ({ signal }) =>
      ask(rawRecord, `${base}/messages/${encodeURIComponent(message)}/raw`, { signal }),
    staleTime: 600_000,
  });
