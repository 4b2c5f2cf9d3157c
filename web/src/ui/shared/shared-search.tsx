// A shared search: its hits, to read.
import { Button } from "@mantine/core";
import { IconListSearch } from "@tabler/icons-react";
import { counted } from "../../shape/words/numbers.ts";
import { EmptyState } from "../parts/empty-state.tsx";
import { useNow } from "../parts/now.ts";
import "../search/search.css";
import { MoreFailed } from "./more-failed.tsx";
import { SharedFrame } from "./shared-frame.tsx";
import { SharedHit } from "./shared-hit.tsx";
import { type PagesProps, useSharedPages } from "./shared-pages.ts";

export function SharedSearch(props: PagesProps<"search">) {
  const { first } = props;
  const now = useNow();
  const pages = useSharedPages(props, ({ answer }) => answer.nextCursor);
  const hits = pages.data.pages.flatMap(({ answer }) => answer.hits);
  const found = pages.hasNextPage ? `${hits.length}+ hits` : counted(hits.length, "hit");
  return (
    <SharedFrame of={first} about={`Search in ${first.collection} · ${found}`}>
      <div className="shared-body">
        {hits.length === 0 && (
          <EmptyState
            icon={<IconListSearch size={34} stroke={1.3} aria-hidden />}
            title="Nothing is found now"
          >
            What was found when the link was made may have been deleted since.
          </EmptyState>
        )}
        <ol className="hits">
          {hits.map((hit) => (
            <SharedHit key={hit.chunk} hit={hit} now={now} />
          ))}
        </ol>
        {pages.isFetchNextPageError && !pages.isFetchingNextPage ? (
          <MoreFailed error={pages.error} onRetry={() => void pages.fetchNextPage()} />
        ) : (
          pages.hasNextPage && (
            <div className="shared-more">
              <Button
                variant="default"
                loading={pages.isFetchingNextPage}
                onClick={() => void pages.fetchNextPage()}
              >
                Show more hits
              </Button>
            </div>
          )
        )}
      </div>
    </SharedFrame>
  );
}
