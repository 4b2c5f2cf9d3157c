// The list of hits: keys move the focus, further hits load when the end comes near.
import { Loader, UnstyledButton } from "@mantine/core";
import { useHotkeys, useIntersection } from "@mantine/hooks";
import { useEffect, useRef } from "react";
import type { Hit } from "#services/contract/search.ts";
import { useNow } from "../parts/now.ts";
import { HitCard } from "./hit-card.tsx";

export interface HitListProps {
  readonly hits: readonly Hit[];
  readonly question: string | undefined;
  readonly busy: boolean;
  /** Number of the hit in the URL: it is focused when the person comes back to the page. */
  readonly chosen: number | undefined;
  readonly collectionName: (id: string) => string | undefined;
  readonly onChosen: (index: number) => void;
  readonly onLike: (hit: Hit) => void;
  readonly more: boolean;
  readonly loadingMore: boolean;
  readonly moreFailed: boolean;
  readonly onMore: () => void;
}

// Browsers limit how often the URL may change, so it is written after the focus has stayed for this time.
const restMs = 350;

const useWalk = (list: React.RefObject<HTMLOListElement | null>) => {
  const links = () => [...(list.current?.querySelectorAll<HTMLElement>("[data-hit]") ?? [])];
  const walk = (by: number) => {
    const all = links();
    const at = all.findIndex((link) => link.matches(":focus"));
    const next = all[at < 0 ? 0 : Math.min(all.length - 1, Math.max(0, at + by))];
    next?.focus({ preventScroll: true });
    next?.closest("li")?.scrollIntoView({ block: "center" });
  };
  const isField = (target: EventTarget | null) =>
    target instanceof HTMLElement && target.matches("[data-search-field]");
  useHotkeys([
    ["j", () => walk(1)],
    ["k", () => walk(-1)],
    ["ArrowDown", () => walk(1)],
    ["ArrowUp", () => walk(-1)],
  ]);
  // Arrow down in the search field moves the focus to the hits.
  useHotkeys(
    [
      [
        "ArrowDown",
        (event) => {
          if (isField(event.target)) {
            event.preventDefault();
            walk(1);
          }
        },
        { preventDefault: false },
      ],
    ],
    ["SELECT", "TEXTAREA"],
  );
  return links;
};

export function HitList(props: HitListProps) {
  const { hits, busy, chosen, onChosen, more, onMore, loadingMore, moreFailed } = props;
  const list = useRef<HTMLOListElement>(null);
  const now = useNow();
  const links = useWalk(list);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const returned = useRef(false);
  const { ref: end, entry } = useIntersection({ rootMargin: "600px" });

  // biome-ignore lint/correctness/useExhaustiveDependencies: only once, when the page opens
  useEffect(() => {
    if (!returned.current && chosen !== undefined) links()[chosen]?.focus({ preventScroll: true });
    returned.current = true;
    return () => clearTimeout(timer.current);
  }, []);

  const near = entry?.isIntersecting ?? false;
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs when the end comes near or a page has loaded, not when the callback changes
  useEffect(() => {
    if (near && more && !loadingMore && !moreFailed) onMore();
  }, [near, more, loadingMore, hits.length]);

  return (
    <>
      <ol className="hits" ref={list} aria-busy={busy}>
        {hits.map((hit, index) => (
          <HitCard
            key={hit.chunk}
            hit={hit}
            question={props.question}
            now={now}
            collection={props.collectionName(hit.collection)}
            onLike={props.onLike}
            onFocus={() => {
              clearTimeout(timer.current);
              if (index !== chosen) timer.current = setTimeout(() => onChosen(index), restMs);
            }}
          />
        ))}
      </ol>
      {moreFailed && !loadingMore && (
        <p style={{ textAlign: "center" }} role="alert">
          More hits could not be loaded.{" "}
          <UnstyledButton className="text-link" onClick={onMore}>
            Try again
          </UnstyledButton>
        </p>
      )}
      <div ref={end} style={{ height: 40, display: "grid", placeItems: "center" }}>
        {loadingMore && <Loader size="sm" role="status" aria-label="Loading more hits" />}
      </div>
      {!more && hits.length > 5 && (
        <p className="dim" style={{ textAlign: "center", fontSize: "0.75rem" }}>
          No more hits.
        </p>
      )}
    </>
  );
}
