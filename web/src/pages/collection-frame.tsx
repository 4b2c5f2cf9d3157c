// A collection's frame: its name, its figures in a line, and the tabs to its pages.
import { Group, Skeleton, Text } from "@mantine/core";
import {
  IconHistory,
  IconInfoCircle,
  IconMessages,
  IconSearch,
  IconSettings,
  IconUpload,
} from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, Outlet, useParams } from "@tanstack/react-router";
import type { Collection } from "#services/contract/collections.ts";
import { collectionQuery } from "../api/collections.ts";
import { isFinal, uploadsQuery } from "../api/uploads.ts";
import { counted, shortCount } from "../shape/numbers.ts";
import { spanOfTime } from "../shape/times.ts";
import { Refusal } from "../ui/refusal.tsx";

const tabs = [
  { to: "/c/$collection/search", label: "Search", Icon: IconSearch },
  { to: "/c/$collection", label: "Conversations", Icon: IconMessages },
  { to: "/c/$collection/uploads", label: "Uploads", Icon: IconUpload },
  { to: "/c/$collection/versions", label: "Versions", Icon: IconHistory },
  { to: "/c/$collection/settings", label: "Settings", Icon: IconSettings },
] as const;

const figures = (collection: Collection): string =>
  [
    counted(collection.conversations, "conversation"),
    counted(collection.messages, "message"),
    ...(collection.firstAt !== null && collection.lastAt !== null
      ? [spanOfTime(collection.firstAt, collection.lastAt)]
      : []),
  ].join(" · ");

export function CollectionFrame() {
  const { collection: id } = useParams({ from: "/c/$collection" });
  const client = useQueryClient();
  const { data, error, refetch } = useQuery({
    ...collectionQuery(id),
    // While something is being read, or waits for a version, the figures move.
    refetchInterval: (query) =>
      (query.state.data?.pending ?? 0) > 0 ||
      client.getQueryData(uploadsQuery(id).queryKey)?.some((one) => !isFinal(one.state))
        ? 3_000
        : false,
  });
  if (error && !data) return <Refusal error={error} retry={() => void refetch()} />;
  return (
    <>
      <div className="collection-head">
        <div>
          <Group gap={14} align="baseline" wrap="wrap" style={{ rowGap: 2 }} mih={30}>
            {data ? (
              <>
                <Text component="h1" fz="1.25rem" fw={650} m={0} className="clip" maw="100%">
                  {data.name}
                </Text>
                <Text size="xs" c="dimmed" className="tabular">
                  {figures(data)}
                </Text>
                {data.pending > 0 && (
                  <Link
                    to="/c/$collection/uploads"
                    params={{ collection: id }}
                    className="text-link"
                    style={{ fontSize: "0.75rem" }}
                  >
                    {shortCount(data.pending)} more being indexed
                  </Link>
                )}
              </>
            ) : (
              <Skeleton h={22} w={260} />
            )}
          </Group>
          <nav className="tabs" aria-label="Collection">
            {tabs.map(({ to, label, Icon }) => (
              <Link
                key={label}
                to={to}
                params={{ collection: id }}
                className="tab"
                activeOptions={{ exact: true, includeSearch: false }}
                activeProps={{ className: "active" }}
              >
                <Icon size={15} stroke={1.7} aria-hidden />
                {label}
              </Link>
            ))}
          </nav>
        </div>
      </div>
      {data && data.notices.length > 0 && (
        <div className="collection-notices">
          {data.notices.map((notice) => (
            <p key={notice}>
              <IconInfoCircle size={17} stroke={1.7} aria-hidden />
              {notice}
            </p>
          ))}
        </div>
      )}
      <Outlet />
    </>
  );
}
