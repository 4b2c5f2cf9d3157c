// The search page, for one collection and for all: its state is kept in the URL.
import { useNavigate, useParams, useRouter, useSearch } from "@tanstack/react-router";
import type { SearchAddress } from "../shape/address/search-address.ts";
import { useTitle } from "../ui/parts/page-title.ts";
import { SearchView } from "../ui/search/search-view.tsx";

const changed = (change: Partial<SearchAddress>) => (now: SearchAddress) => ({
  ...now,
  // The focused hit is a number within the old answer.
  at: undefined,
  ...change,
});

/** Typing replaces the history entry; choosing a filter adds one. */
const isTyping = (change: Partial<SearchAddress>) => "q" in change || "at" in change;

/** Changes the URL; a late change after the person has left the page is dropped, or it would bring them back. */
const useAddressChange = (navigate: (options: AddressChange) => Promise<void>, path: string) => {
  const router = useRouter();
  return (search: AddressChange["search"], how: Omit<AddressChange, "search"> = {}) => {
    if (router.latestLocation.pathname === path) void navigate({ search, ...how });
  };
};

interface AddressChange {
  readonly search: SearchAddress | ((now: SearchAddress) => SearchAddress);
  readonly replace?: boolean;
  readonly resetScroll?: boolean;
}

export function SearchPage() {
  const { collection } = useParams({ from: "/c/$collection/search" });
  const address = useSearch({ from: "/c/$collection/search" });
  const navigate = useNavigate({ from: "/c/$collection/search" });
  const change = useAddressChange(navigate, `/c/${collection}/search`);
  useTitle(address.q ?? "Search");
  return (
    <SearchView
      key={collection}
      collection={collection}
      address={address}
      onAddress={(to) => change(changed(to), { replace: isTyping(to), resetScroll: false })}
      onReplace={(next) => change(next)}
    />
  );
}

export function SearchAllPage() {
  const address = useSearch({ from: "/search" });
  const navigate = useNavigate({ from: "/search" });
  const change = useAddressChange(navigate, "/search");
  useTitle(address.q ?? "Search");
  return (
    <SearchView
      collection={undefined}
      address={address}
      onAddress={(to) => change(changed(to), { replace: isTyping(to), resetScroll: false })}
      onReplace={(next) => change(next)}
    />
  );
}
