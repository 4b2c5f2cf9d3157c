// The alerts page: new messages of all collections that match a watched concept.
import { Badge, Button, Group, Skeleton } from "@mantine/core";
import { IconBell } from "@tabler/icons-react";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { z } from "zod";
import type { alert } from "#services/contract/concepts.ts";
import { collectionsQuery } from "../api/collections.ts";
import { alertsQuery, markSeen } from "../api/concepts.ts";
import { percent } from "../shape/figures/effects.ts";
import { counted } from "../shape/words/numbers.ts";
import { ago, fullTime } from "../shape/words/times.ts";
import { useListKeys } from "../ui/parts/list-keys.ts";
import "../ui/messages/message-list.css";
import { ActionError } from "../ui/parts/action-error.tsx";
import { EmptyState } from "../ui/parts/empty-state.tsx";
import { ErrorMessage } from "../ui/parts/error-message.tsx";
import { BelowHeading } from "../ui/parts/heading-level.tsx";
import { useNow } from "../ui/parts/now.ts";
import { PageHead } from "../ui/parts/page-head.tsx";
import { useTitle } from "../ui/parts/page-title.ts";
import { OwnNotices } from "../ui/people/own-notices.tsx";
import "./alerts.css";

type Alert = z.infer<typeof alert>;

interface RowProps {
  readonly of: Alert;
  readonly collectionName: string | undefined;
  readonly now: number;
  readonly onSeen: () => void;
}

function AlertRow({ of, collectionName, now, onSeen }: RowProps) {
  return (
    <li className={of.seen ? "alert-row" : "alert-row unseen"}>
      <div className="message-row-head">
        {!of.seen && (
          <Badge size="xs" tt="none">
            New
          </Badge>
        )}
        <Link
          to="/conversation/$conversation"
          params={{ conversation: of.conversation }}
          search={{ at: of.message }}
          className="message-row-link clip"
          data-hit
          onClick={onSeen}
        >
          {of.author}
        </Link>
        <span className="message-row-time tabular">
          <time dateTime={new Date(of.raisedAt).toISOString()} title={fullTime(of.raisedAt)}>
            {ago(of.raisedAt, now)}
          </time>
        </span>
      </div>
      <p className="message-row-text">{of.text}</p>
      <div className="message-row-foot">
        <Link
          to="/c/$collection/concepts/$concept"
          params={{ collection: of.collection, concept: of.concept }}
          className="topic-tag"
        >
          <span className="clip">{of.conceptName}</span>
        </Link>
        <span className="tabular">{percent(of.probability)}</span>
        {collectionName !== undefined && <span className="clip">{collectionName}</span>}
        {!of.seen && (
          <Button
            size="compact-xs"
            variant="subtle"
            color="gray"
            ml="auto"
            aria-label={`Mark as seen: message of ${of.author}`}
            onClick={onSeen}
          >
            Mark as seen
          </Button>
        )}
      </div>
    </li>
  );
}

export function AlertsPage() {
  const client = useQueryClient();
  const now = useNow();
  const { data, error, isPending, hasNextPage, fetchNextPage, isFetchingNextPage, refetch } =
    useInfiniteQuery(alertsQuery);
  const { data: collections } = useQuery(collectionsQuery);
  const seen = useMutation({
    mutationFn: (alerts: readonly string[] | undefined) => markSeen(alerts),
    onSuccess: () => client.invalidateQueries({ queryKey: ["alerts"] }),
  });
  useTitle("Alerts");
  useListKeys();
  if (error && !data) return <ErrorMessage error={error} retry={() => void refetch()} />;
  const alerts = data?.pages.flatMap((page) => page.alerts) ?? [];
  const unseen = data?.pages[0]?.unseen ?? 0;
  const names = new Map((collections ?? []).map((one) => [one.id, one.name]));
  return (
    <div className="page" style={{ maxWidth: 820 }}>
      <Group justify="space-between" align="flex-start">
        <PageHead title="Alerts">
          <span role="status">
            {alerts.length > 0 &&
              (unseen === 0 ? "No unseen alerts" : counted(unseen, "unseen alert"))}
          </span>
        </PageHead>
        {unseen > 0 && (
          <Button
            variant="default"
            size="xs"
            loading={seen.isPending}
            onClick={() => seen.mutate(undefined)}
          >
            Mark all as seen
          </Button>
        )}
      </Group>
      <ActionError error={seen.error} />
      <OwnNotices />
      {isPending && <Skeleton h={280} radius="lg" />}
      {!isPending && alerts.length === 0 && (
        <BelowHeading>
          <EmptyState icon={<IconBell size={36} stroke={1.3} aria-hidden />} title="No alerts">
            Turn on alerts for a concept. New messages that match it are then listed here.
          </EmptyState>
        </BelowHeading>
      )}
      {alerts.length > 0 && (
        <ol className="card alert-list" aria-label="Alerts, newest first">
          {alerts.map((one) => (
            <AlertRow
              key={one.id}
              of={one}
              now={now}
              collectionName={names.get(one.collection)}
              onSeen={() => {
                if (!one.seen) seen.mutate([one.id]);
              }}
            />
          ))}
        </ol>
      )}
      {hasNextPage && (
        <Group justify="center" mt="md">
          <Button
            variant="default"
            loading={isFetchingNextPage}
            onClick={() => void fetchNextPage()}
          >
            Show older alerts
          </Button>
        </Group>
      )}
    </div>
  );
}
