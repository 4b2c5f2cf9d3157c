// The messages of a concept, highest probability first. The order does not change while examples are given.
import { Button, Group, Loader, Skeleton, Text } from "@mantine/core";
import { IconBulb } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import type { z } from "zod";
import type { ConceptHit, concept } from "#services/contract/concepts.ts";
import { conceptHitsQuery } from "../../api/concepts.ts";
import { counted } from "../../shape/words/numbers.ts";
import { EmptyState } from "../parts/empty-state.tsx";
import { ErrorMessage } from "../parts/error-message.tsx";
import { ConceptHitList } from "./concept-hit-list.tsx";

export interface ConceptRankingProps {
  readonly collection: string;
  readonly of: z.infer<typeof concept>;
  /** Examples were given since the ranking was computed. */
  readonly isBehind: boolean;
  readonly onRank: () => void;
  /** Undefined for those who may only read. */
  readonly onJudge: ((hit: ConceptHit, verdict: ConceptHit["verdict"]) => void) | undefined;
}

export function ConceptRanking({ collection, of, isBehind, onRank, onJudge }: ConceptRankingProps) {
  const found = useInfiniteQuery(conceptHitsQuery(collection, of.id));
  const { data, error, isPending, hasNextPage, isFetchingNextPage } = found;
  if (error && !data) return <ErrorMessage error={error} retry={() => void found.refetch()} />;
  if (isPending) return <Skeleton h={420} radius="lg" />;
  // A further page has the newer order and may contain a message of an earlier page.
  const hits = [
    ...new Map(data.pages.flatMap((page) => page.hits.map((hit) => [hit.chunk, hit]))).values(),
  ];
  if (hits.length === 0)
    return (
      <EmptyState icon={<IconBulb size={32} stroke={1.3} aria-hidden />} title="No messages yet">
        Messages appear here once they are indexed.
      </EmptyState>
    );
  return (
    <>
      <Group justify="space-between" mb={8} mih={26}>
        <Text size="xs" c="dimmed" className="tabular">
          {of.matches === null
            ? "Counting matches."
            : `${counted(of.matches, "match", "matches")}.`}{" "}
          <span className="wide-only-inline">
            Keys: J and K next and previous
            {onJudge ? ", U example, D counterexample." : "."}
          </span>
        </Text>
        {found.isFetching && !isFetchingNextPage ? (
          <Loader size={14} aria-label="Training" />
        ) : (
          isBehind && (
            <Button
              size="compact-xs"
              variant="default"
              title="Compute the ranking with the new examples"
              onClick={onRank}
            >
              Rank again
            </Button>
          )
        )}
      </Group>
      <div className="card" style={{ overflow: "hidden" }}>
        <ConceptHitList
          hits={hits}
          threshold={of.threshold}
          busy={found.isFetching}
          onJudge={onJudge}
        />
      </div>
      {hasNextPage && (
        <Group justify="center" mt="md">
          <Button
            variant="default"
            loading={isFetchingNextPage}
            onClick={() => void found.fetchNextPage()}
          >
            Show more
          </Button>
        </Group>
      )}
    </>
  );
}
