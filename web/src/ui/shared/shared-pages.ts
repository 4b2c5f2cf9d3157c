// The pages of a shared conversation or search: the first is there, further ones are fetched.
import { useInfiniteQuery } from "@tanstack/react-query";
import type { OpenedShare } from "#services/contract/shares.ts";

type Kind = "conversation" | "search";
export type OpenedPage<K extends Kind> = OpenedShare & { readonly kind: K };

export interface PagesProps<K extends Kind> {
  readonly first: OpenedPage<K>;
  readonly token: string;
  /** A further page of the same. */
  readonly more: (cursor: string) => Promise<OpenedShare>;
}

const isLike = <K extends Kind>(page: OpenedShare, first: OpenedPage<K>): page is OpenedPage<K> =>
  page.kind === first.kind;

export const useSharedPages = <K extends Kind>(
  { first, token, more }: PagesProps<K>,
  cursorOf: (page: OpenedPage<K>) => string | null,
) =>
  useInfiniteQuery({
    queryKey: ["shared", token, "pages"],
    queryFn: async ({ pageParam }) => {
      if (pageParam === undefined) return first;
      const page = await more(pageParam);
      // The link opens what it opened before: the server does not change its mind.
      if (!isLike(page, first)) throw new TypeError(`The link opened a ${page.kind}.`);
      return page;
    },
    initialPageParam: undefined as string | undefined,
    initialData: { pages: [first], pageParams: [undefined] },
    getNextPageParam: (page) => cursorOf(page) ?? undefined,
    staleTime: "static",
    gcTime: Number.POSITIVE_INFINITY,
  });
