// The collection that the open page belongs to: from its address, or that of the open conversation.
import { useInfiniteQuery } from "@tanstack/react-query";
import { useParams, useSearch } from "@tanstack/react-router";
import { conversationQuery } from "../../api/conversations.ts";

/** Undefined on pages of no collection, and while a conversation loads. */
export const useOpenCollection = (): string | undefined => {
  const { collection, conversation } = useParams({ strict: false });
  const address = useSearch({ from: "/conversation/$conversation", shouldThrow: false });
  // The same query as the page's own, so that it is asked once.
  const { data } = useInfiniteQuery({
    ...conversationQuery(conversation ?? "", {
      around: address?.at,
      leaf: address?.leaf,
      kinds: address?.kinds,
      gone: address?.gone,
    }),
    enabled: conversation !== undefined,
  });
  return collection ?? data?.pages[0]?.conversation.collection;
};
