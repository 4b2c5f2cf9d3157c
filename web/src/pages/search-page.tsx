// The search page, of one collection or of all: its state is the address, its answer the newest question's.
import { useNavigate, useSearch } from "@tanstack/react-router";
import type { SearchAddress } from "../shape/search-address.ts";
import { useCollectionId } from "../ui/collection-id.ts";
import { useTitle } from "../ui/page-title.ts";
import { SearchView } from "../ui/search-view.tsx";

const changed = (change: Partial<SearchAddress>) => (now: SearchAddress) => ({
  ...now,
  // A chosen hit belongs to the answer that is left.
  at: undefined,
  ...change,
});

/** Typing and brushing do not fill the history; choosing does. */
const isTyping = (change: Partial<SearchAddress>) => "q" in change || "at" in change;

export function SearchPage() {
  const collection = useCollectionId();
  const address = useSearch({ from: "/c/$collection/search" });
  const navigate = useNavigate({ from: "/c/$collection/search" });
  useTitle(address.q ?? "Search");
  return (
    <SearchView
      key={collection}
      collection={collection}
      address={address}
      onAddress={(change) =>
        void navigate({ search: changed(change), replace: isTyping(change), resetScroll: false })
      }
      onReplace={(next) => void navigate({ search: next })}
    />
  );
}

export function SearchAllPage() {
  const address = useSearch({ from: "/search" });
  const navigate = useNavigate({ from: "/search" });
  useTitle(address.q ?? "Search");
  return (
    <SearchView
      collection={undefined}
      address={address}
      onAddress={(change) =>
        void navigate({ search: changed(change), replace: isTyping(change), resetScroll: false })
      }
      onReplace={(next) => void navigate({ search: next })}
    />
  );
}
