// The conversations of a collection: filters by title and source, order, pages.
import { Button, Group, Select, Skeleton, Stack, Text, TextInput } from "@mantine/core";
import { IconFilter } from "@tabler/icons-react";
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import type { ConversationSummary } from "#services/contract/conversations.ts";
import { sourceLabel } from "#services/domain/labels.ts";
import { collectionQuery, conversationsQuery } from "../api/collections.ts";
import { count, counted } from "../shape/words/numbers.ts";
import { ago } from "../shape/words/times.ts";
import "../ui/parts/listing.css";
import { NoMessages } from "../ui/analysis/no-messages.tsx";
import { EmptyState } from "../ui/parts/empty-state.tsx";
import { ErrorMessage } from "../ui/parts/error-message.tsx";
import { useNow } from "../ui/parts/now.ts";
import { useTitle } from "../ui/parts/page-title.ts";
import { SourceBadge } from "../ui/parts/source-badge.tsx";
import { useTyped } from "../ui/parts/typed.ts";

const people = (of: ConversationSummary): string => {
  const names = of.participants.slice(0, 4).map((one) => one.name);
  const more = of.participants.length - names.length;
  const least = of.moreParticipants ? "at least " : "";
  return more > 0 ? `${names.join(", ")} and ${least}${count(more)} more` : names.join(", ");
};

function ConversationRow({ of, now }: { readonly of: ConversationSummary; readonly now: number }) {
  return (
    <Link
      to="/conversation/$conversation"
      params={{ conversation: of.id }}
      className="listing-row plain-link"
    >
      <span className="listing-main">
        <span className="listing-title clip">{of.title ?? of.channel ?? "Untitled"}</span>
        <span className="listing-sub clip">{people(of)}</span>
      </span>
      <SourceBadge source={of.source} />
      <span
        className="listing-number tabular"
        title={
          of.others > 0 ? `and ${counted(of.others, "other entry", "other entries")}` : undefined
        }
      >
        {counted(of.messages, "message")}
      </span>
      <span className="listing-number tabular">
        {of.lastAt === null ? "undated" : ago(of.lastAt, now)}
      </span>
    </Link>
  );
}

const sorts = [
  { value: "newest", label: "Newest first" },
  { value: "oldest", label: "Oldest first" },
  { value: "longest", label: "Longest first" },
] as const;

function Filters({ collection }: { readonly collection: string }) {
  const address = useSearch({ from: "/c/$collection/conversations" });
  const navigate = useNavigate({ from: "/c/$collection/conversations" });
  const { data } = useQuery(collectionQuery(collection));
  const [title, setTitle] = useTyped(
    address.title ?? "",
    (next) =>
      void navigate({
        search: (now) => ({ ...now, title: next === "" ? undefined : next }),
        replace: true,
      }),
  );
  return (
    <Group gap="xs" mb={16}>
      <TextInput
        flex="1 1 220px"
        aria-label="Filter by title or channel"
        placeholder="Filter by title or channel"
        data-search-field
        leftSection={<IconFilter size={16} stroke={1.6} aria-hidden />}
        value={title}
        onChange={(event) => setTitle(event.currentTarget.value)}
      />
      <Select
        w={170}
        aria-label="Source"
        placeholder="All sources"
        clearable
        value={address.source ?? null}
        data={(data?.sources ?? []).map((one) => ({
          value: one.source,
          label: sourceLabel(one.source),
        }))}
        onChange={(source) =>
          void navigate({
            // The route's schema checks the value when it reads the URL.
            search: (now) => ({ ...now, source: (source ?? undefined) as typeof now.source }),
            replace: true,
          })
        }
      />
      <Select
        w={150}
        aria-label="Order"
        allowDeselect={false}
        value={address.sort ?? "newest"}
        data={sorts}
        onChange={(sort) =>
          void navigate({ search: (now) => ({ ...now, sort: sort ?? undefined }) })
        }
      />
    </Group>
  );
}

export function ConversationsPage() {
  const { collection } = useParams({ from: "/c/$collection/conversations" });
  const address = useSearch({ from: "/c/$collection/conversations" });
  const now = useNow();
  useTitle("Conversations");
  const { data, error, isPending, hasNextPage, fetchNextPage, isFetchingNextPage, refetch } =
    useInfiniteQuery({
      ...conversationsQuery(collection, { limit: 50, ...address }),
      placeholderData: keepPreviousData,
    });
  const rows = data?.pages.flatMap((page) => page.conversations) ?? [];
  const { total = 0, empty = 0 } = data?.pages[0] ?? {};
  const filtered = address.title !== undefined || address.source !== undefined;
  if (error && !data) return <ErrorMessage error={error} retry={() => void refetch()} />;
  if (!isPending && rows.length === 0 && !filtered) return <NoMessages />;
  return (
    <div className="page">
      <Filters collection={collection} />
      {isPending ? (
        <Stack gap={10} aria-busy="true">
          {[0, 1, 2, 3, 4, 5].map((key) => (
            <Skeleton key={key} h={56} />
          ))}
        </Stack>
      ) : (
        <>
          <Text size="xs" c="dimmed" mb={8} role="status">
            {counted(total, "conversation")}
            {empty > 0 && `, and ${count(empty)} without a message`}
          </Text>
          {rows.length === 0 ? (
            <EmptyState
              icon={<IconFilter size={32} stroke={1.3} aria-hidden />}
              title="No conversation matches the filters"
            >
              Try a shorter text, or another source.
            </EmptyState>
          ) : (
            <div className="card listing">
              {rows.map((row) => (
                <ConversationRow key={row.id} of={row} now={now} />
              ))}
            </div>
          )}
          {hasNextPage && (
            <Group justify="center" mt="md">
              <Button
                variant="default"
                loading={isFetchingNextPage}
                onClick={() => void fetchNextPage()}
              >
                Show more
              </Button>
            </Group>
          )}
        </>
      )}
    </div>
  );
}
