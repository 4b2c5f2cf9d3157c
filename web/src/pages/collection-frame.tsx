// The frame around a collection's pages: its name and counts, the tabs, its health and notices.
import { Group, Skeleton, Text, VisuallyHidden } from "@mantine/core";
import {
  IconBulb,
  IconChartAreaLine,
  IconHierarchy2,
  IconHistory,
  IconHome,
  IconInfoCircle,
  IconMap2,
  IconMessages,
  IconScale,
  IconSearch,
  IconSettings,
  IconUpload,
  IconUsers,
} from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, Outlet, useParams } from "@tanstack/react-router";
import type { Collection } from "#services/contract/collections.ts";
import { isAtRest } from "#services/contract/uploads.ts";
import { analysisQuery } from "../api/analysis.ts";
import { collectionQuery } from "../api/collections.ts";
import { whileReachable } from "../api/reachability.ts";
import { uploadsQuery } from "../api/uploads.ts";
import { otherNotices } from "../shape/words/health.ts";
import { counted } from "../shape/words/numbers.ts";
import { spanOfTime } from "../shape/words/times.ts";
import { useMayManage } from "../ui/account/may.ts";
import { AnalysisChip } from "../ui/analysis/analysis-chip.tsx";
import { useAnalysisWatch } from "../ui/analysis/analysis-watch.ts";
import { useActiveTabInView } from "../ui/parts/active-tab.ts";
import { ErrorMessage } from "../ui/parts/error-message.tsx";
import { BelowHeading } from "../ui/parts/heading-level.tsx";
import { HealthAlert } from "../ui/parts/health-alert.tsx";
import { Notice } from "../ui/parts/notice.tsx";

const tabs = [
  { to: "/c/$collection", label: "Overview", Icon: IconHome, quiet: false },
  { to: "/c/$collection/search", label: "Search", Icon: IconSearch, quiet: false },
  { to: "/c/$collection/topics", label: "Topics", Icon: IconHierarchy2, quiet: false },
  { to: "/c/$collection/map", label: "Map", Icon: IconMap2, quiet: false },
  { to: "/c/$collection/trends", label: "Trends", Icon: IconChartAreaLine, quiet: false },
  { to: "/c/$collection/compare", label: "Compare", Icon: IconScale, quiet: false },
  { to: "/c/$collection/concepts", label: "Concepts", Icon: IconBulb, quiet: false },
  { to: "/c/$collection/people", label: "People", Icon: IconUsers, quiet: false },
  { to: "/c/$collection/conversations", label: "Conversations", Icon: IconMessages, quiet: false },
  { to: "/c/$collection/uploads", label: "Uploads", Icon: IconUpload, quiet: true },
  { to: "/c/$collection/versions", label: "Versions", Icon: IconHistory, quiet: true },
  { to: "/c/$collection/settings", label: "Settings", Icon: IconSettings, quiet: true },
] as const;

/** A tab is active on pages below it too (a topic, a concept); the overview tab only on the overview itself. */
const exact = { exact: true, includeSearch: false } as const;
const andBelow = { exact: false, includeSearch: false } as const;

const changingEveryMs = 3_000;
const unhealthyEveryMs = 10_000;

const counts = (collection: Collection): string =>
  [
    counted(collection.conversations, "conversation"),
    counted(collection.messages, "message"),
    ...(collection.firstAt !== null && collection.lastAt !== null
      ? [spanOfTime(collection.firstAt, collection.lastAt)]
      : []),
  ].join(" · ");

interface CollectionHeadProps {
  readonly id: string;
  /** The label of the tab that is active on a page outside /c/. */
  readonly current?: (typeof tabs)[number]["label"];
}

/** The collection's header line and its tabs. */
export function CollectionHead({ id, current }: CollectionHeadProps) {
  const client = useQueryClient();
  const nav = useActiveTabInView();
  useAnalysisWatch(id);
  const mayManage = useMayManage(id);
  const shown = tabs.filter(({ label }) => label !== "Settings" || mayManage);
  const { data } = useQuery({
    ...collectionQuery(id),
    // During an import or a deletion the counts change; a collection that works in part only may recover.
    refetchInterval: ({ state: { data: known } }) => {
      const changing =
        (known?.pending ?? 0) > 0 ||
        client.getQueryData(analysisQuery(id).queryKey)?.renewed ||
        client.getQueryData(uploadsQuery(id).queryKey)?.some((one) => !isAtRest(one.state));
      if (changing) return whileReachable(changingEveryMs);
      return whileReachable((known?.health?.state ?? "ok") !== "ok" && unhealthyEveryMs);
    },
  });
  return (
    <div className="collection-head">
      <div>
        <Group
          gap={14}
          align="baseline"
          wrap="wrap"
          style={{ rowGap: 2 }}
          mih={30}
          aria-busy={data === undefined}
        >
          {data ? (
            <>
              <Text component="h1" fz="1.25rem" fw={650} m={0} className="clip" maw="100%">
                {data.name}
              </Text>
              <Text size="xs" c="dimmed" className="tabular">
                {counts(data)}
              </Text>
              {data.pending > 0 && (
                <Link
                  to="/c/$collection/uploads"
                  params={{ collection: id }}
                  className="text-link"
                  style={{ fontSize: "0.75rem" }}
                >
                  {counted(data.pending, "passage")} being indexed
                </Link>
              )}
              <AnalysisChip collection={id} />
            </>
          ) : (
            <>
              <VisuallyHidden component="h1">Collection</VisuallyHidden>
              <Skeleton h={22} w={260} />
            </>
          )}
        </Group>
        <nav className="tabs" aria-label="Collection" ref={nav}>
          {shown.map(({ to, label, Icon, quiet }) => (
            <Link
              key={label}
              to={to}
              params={{ collection: id }}
              className={`tab${quiet ? " quiet" : ""}${label === current ? " active" : ""}`}
              aria-current={label === current ? "page" : undefined}
              activeOptions={to === "/c/$collection" ? exact : andBelow}
              activeProps={{ className: "active" }}
            >
              <Icon size={15} stroke={1.7} aria-hidden />
              <span>{label}</span>
            </Link>
          ))}
        </nav>
      </div>
    </div>
  );
}

/** The frame of the pages of a collection: its head, what does not work in full, the page. */
export function CollectionFrame() {
  const { collection: id } = useParams({ from: "/c/$collection" });
  const { data, error, refetch } = useQuery(collectionQuery(id));
  if (error && !data) return <ErrorMessage error={error} retry={() => void refetch()} />;
  return (
    <>
      <CollectionHead id={id} />
      {data && (
        <div className="collection-notices">
          <HealthAlert health={data.health} />
          {otherNotices(data.notices, data.health).map((notice) => (
            <Notice key={notice} icon={<IconInfoCircle size={18} stroke={1.7} aria-hidden />}>
              <p>{notice}</p>
            </Notice>
          ))}
        </div>
      )}
      <BelowHeading>
        <Outlet />
      </BelowHeading>
    </>
  );
}
