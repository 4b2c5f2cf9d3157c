// The search page's content: search field, filters, hits, and the states without hits.
import { Drawer, Skeleton, Stack, VisuallyHidden } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconListSearch } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { collectionQuery, collectionsQuery } from "../../api/collections.ts";
import { isBusy, retryDelayMs } from "../../api/retry.ts";
import { searchQuery } from "../../api/search.ts";
import {
  answerableOf,
  questionOf,
  type SearchAddress,
} from "../../shape/address/search-address.ts";
import { searchChips } from "../../shape/address/selection-chips.ts";
import { useAccount } from "../account/use-session.ts";
import { NoMessages } from "../analysis/no-messages.tsx";
import { EmptyState } from "../parts/empty-state.tsx";
import { ErrorMessage } from "../parts/error-message.tsx";
import { BelowHeading } from "../parts/heading-level.tsx";
import { HealthAlert } from "../parts/health-alert.tsx";
import { ActiveFilters } from "./active-filters.tsx";
import { AnswerBox } from "./answer-box.tsx";
import { AnswerLine } from "./answer-line.tsx";
import { BusyNotice } from "./busy-notice.tsx";
import { FilterPanel } from "./filter-panel.tsx";
import { HitList } from "./hit-list.tsx";
import { NoHits } from "./no-hits.tsx";
import { Operators } from "./operators.tsx";
import { SearchActs } from "./search-acts.tsx";
import { SearchField } from "./search-field.tsx";
import { useSearchTopics } from "./search-topics.ts";
import "./answer-box.css";
import "./search.css";

export interface SearchViewProps {
  /** All collections where undefined. */
  readonly collection: string | undefined;
  readonly address: SearchAddress;
  readonly onAddress: (change: Partial<SearchAddress>) => void;
  readonly onReplace: (address: SearchAddress) => void;
}

function HitSkeletons() {
  return (
    <Stack gap={30} pt={18} role="status" aria-label="Searching">
      {[0, 1, 2, 3].map((key) => (
        <Stack key={key} gap={9}>
          <Skeleton h={13} w="38%" />
          <Skeleton h={12} w="92%" />
          <Skeleton h={12} w="70%" />
        </Stack>
      ))}
    </Stack>
  );
}

function Start({ collection }: Pick<SearchViewProps, "collection">) {
  const { data } = useQuery({
    ...collectionQuery(collection ?? ""),
    enabled: collection !== undefined,
  });
  if (data && data.indexed === 0 && data.pending === 0) return <NoMessages />;
  if (data && data.indexed === 0)
    return (
      <EmptyState
        icon={<IconListSearch size={36} stroke={1.3} aria-hidden />}
        title="The first passages are being indexed"
      >
        <Link to="/c/$collection/uploads" params={{ collection: data.id }} className="text-link">
          Show the progress
        </Link>
      </EmptyState>
    );
  return (
    <div style={{ padding: "28px 0", maxWidth: 560 }} className="arrive">
      <h2 style={{ margin: "0 0 6px" }}>Search by meaning or by words</h2>
      <p className="dim" style={{ margin: "0 0 20px" }}>
        A question such as “Why did the update break my screen?” finds messages with a similar
        meaning. Exact names and error codes find messages with those words.
      </p>
      <Operators />
    </div>
  );
}

/** The kind of search that the address says, else what the account prefers; undefined: as the server does it. */
const useMode = (address: SearchAddress): SearchAddress["mode"] => {
  const account = useAccount();
  return address.mode ?? account?.user?.preferences.searchMode ?? undefined;
};

export function SearchView({ collection, address, onAddress, onReplace }: SearchViewProps) {
  const mode = useMode(address);
  const question = questionOf({ ...address, mode });
  const [filtersOpen, filters] = useDisclosure(false);
  const { data: collections } = useQuery(collectionsQuery);
  const found = useInfiniteQuery({
    ...searchQuery(collection, question ?? {}),
    enabled: question !== undefined,
  });
  // Where only a further page failed, the hits before it stay.
  const failed =
    question !== undefined && found.isError && !found.isFetching && !found.isFetchNextPageError;
  const here = collections?.find((one) => one.id === collection);
  const answer = question === undefined ? undefined : found.data?.pages[0];
  const hits = question === undefined ? [] : (found.data?.pages.flatMap((page) => page.hits) ?? []);
  const topics = useSearchTopics(collection, address, answer);
  const chips = searchChips(address, topics.nameOf).length;
  const names = new Map((collections ?? []).map((one) => [one.id, one.name]));
  const panel = (
    <FilterPanel
      address={address}
      facets={answer?.facets}
      onAddress={onAddress}
      acrossCollections={collection === undefined}
      topicName={topics.nameOf}
    />
  );
  return (
    <div className="search">
      {collection === undefined && <VisuallyHidden component="h1">Search</VisuallyHidden>}
      <div className="search-top">
        <SearchField
          address={address}
          mode={mode ?? answer?.mode ?? here?.defaultMode ?? "hybrid"}
          where={collection === undefined ? "all collections" : (here?.name ?? "this collection")}
          filters={chips}
          onAddress={onAddress}
          onFilters={filters.open}
        />
        {found.isFetching && !found.isFetchingNextPage && <div className="search-busy" />}
      </div>
      <div className={question === undefined ? "search-body bare" : "search-body"}>
        {question !== undefined && (
          <aside className="search-filters" aria-label="Filters">
            {panel}
          </aside>
        )}
        <section aria-label="Results" style={{ minWidth: 0 }}>
          <BelowHeading>
            <ActiveFilters
              address={address}
              onAddress={onAddress}
              onReplace={onReplace}
              topicName={topics.nameOf}
            />
            {question === undefined && <Start collection={collection} />}
            {collection === undefined &&
              answer &&
              (collections ?? []).map((one) => (
                <HealthAlert key={one.id} health={one.health} collection={one.name} />
              ))}
            {found.isFetching && isBusy(found.failureReason) && (
              <BusyNotice
                key={found.failureCount}
                retry={found.failureCount}
                waitMs={retryDelayMs(found.failureCount - 1, found.failureReason)}
              />
            )}
            {question !== undefined && found.isPending && <HitSkeletons />}
            {failed && <ErrorMessage error={found.error} retry={() => void found.refetch()} />}
            {answer && !failed && (
              <AnswerLine
                answer={answer}
                address={address}
                collection={collection}
                onAddress={onAddress}
              />
            )}
            {answer && !failed && here && (
              <SearchActs collection={here} address={{ ...address, mode }} />
            )}
            {answer && !failed && hits.length === 0 && (
              <NoHits
                noMatch={answer.noMatch}
                unknown={answer.understood.unknown}
                address={address}
                onAddress={onAddress}
                onReplace={onReplace}
                filtered={chips > 0}
              />
            )}
            {!failed && hits.length > 0 && (
              <>
                <AnswerBox collection={collection} question={answerableOf(address)} />
                <HitList
                  hits={hits}
                  question={address.q}
                  busy={found.isPlaceholderData}
                  chosen={address.at}
                  collectionName={(id) => (collection === undefined ? names.get(id) : undefined)}
                  onChosen={(at) => onAddress({ at })}
                  onLike={(hit) => onReplace({ like: hit.chunk })}
                  more={found.hasNextPage && !found.isPlaceholderData}
                  loadingMore={found.isFetchingNextPage}
                  moreFailed={found.isFetchNextPageError}
                  onMore={() => void found.fetchNextPage()}
                />
              </>
            )}
          </BelowHeading>
        </section>
      </div>
      <Drawer
        opened={filtersOpen}
        onClose={filters.close}
        title="Filters"
        position="right"
        size="min(340px, 88vw)"
        closeButtonProps={{ "aria-label": "Close" }}
      >
        {panel}
      </Drawer>
    </div>
  );
}
