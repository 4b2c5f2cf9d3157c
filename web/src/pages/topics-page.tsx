// The topics page: the tree of topics with filters, their history, and their quality.
import {
  Button,
  Checkbox,
  Group,
  SegmentedControl,
  Select,
  Skeleton,
  Text,
  TextInput,
} from "@mantine/core";
import { IconFilter, IconHierarchy2 } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import type { TopicList } from "#services/contract/analysis.ts";
import { topicsQuery } from "../api/analysis.ts";
import type { TopicsAddress, TopicsSort } from "../shape/address/page-addresses.ts";
import { percent } from "../shape/figures/effects.ts";
import { levelName, levelsOf, topicRows } from "../shape/topics/topic-tree.ts";
import { count, counted } from "../shape/words/numbers.ts";
import { AnalysisGate, UnreadableAnalysis } from "../ui/analysis/analysis-gate.tsx";
import { QualityPanel } from "../ui/analysis/quality-panel.tsx";
import { EmptyState } from "../ui/parts/empty-state.tsx";
import { ErrorMessage } from "../ui/parts/error-message.tsx";
import { useListKeys } from "../ui/parts/list-keys.ts";
import { useTitle } from "../ui/parts/page-title.ts";
import { useTyped } from "../ui/parts/typed.ts";
import { EditLog } from "../ui/topics/edit-log.tsx";
import { Outliers } from "../ui/topics/outliers.tsx";
import { TopicHistory } from "../ui/topics/topic-history.tsx";
import { TopicRows } from "../ui/topics/topic-rows.tsx";
import "./topics.css";

const sorts: readonly { readonly value: TopicsSort; readonly label: string }[] = [
  { value: "size", label: "Largest first" },
  { value: "rising", label: "Rising first" },
  { value: "fading", label: "Fading first" },
  { value: "newest", label: "Newest first" },
  { value: "fit", label: "Best separated first" },
  { value: "name", label: "By name" },
];

const views = [
  { value: "topics", label: "Topics" },
  { value: "history", label: "History" },
  { value: "quality", label: "Quality" },
] as const;

const useAddress = () => {
  const address = useSearch({ from: "/c/$collection/topics" });
  const navigate = useNavigate({ from: "/c/$collection/topics" });
  const change = (to: Partial<TopicsAddress>, replace = false) =>
    void navigate({ search: (now) => ({ ...now, ...to }), replace, resetScroll: false });
  return [address, change] as const;
};

function Filters({ list }: { readonly list: TopicList }) {
  const [address, change] = useAddress();
  const [typed, type] = useTyped(address.q ?? "", (q) =>
    change({ q: q.trim() === "" ? undefined : q }, true),
  );
  const levels = levelsOf(list.topics);
  const hidden = list.topics.filter((one) => one.hidden).length;
  return (
    <Group gap="xs" mb={14}>
      <TextInput
        flex="1 1 220px"
        aria-label="Filter by title or keyword"
        placeholder="Filter by title or keyword"
        data-search-field
        leftSection={<IconFilter size={16} stroke={1.6} aria-hidden />}
        value={typed}
        onChange={(event) => type(event.currentTarget.value)}
      />
      <Select
        w={176}
        aria-label="Order"
        allowDeselect={false}
        value={address.sort ?? "size"}
        data={sorts.map((one) => ({ ...one }))}
        onChange={(sort) =>
          change({ sort: sort === "size" ? undefined : ((sort as TopicsSort | null) ?? undefined) })
        }
      />
      {levels.length > 1 && (
        <Select
          w={150}
          aria-label="Level"
          allowDeselect={false}
          value={address.level === undefined ? "tree" : String(address.level)}
          data={[
            { value: "tree", label: "Tree" },
            ...levels.map((level) => ({
              value: String(level),
              label: `${levelName(level, levels.length)} only`,
            })),
          ]}
          onChange={(level) =>
            change({ level: level === "tree" || level === null ? undefined : Number(level) })
          }
        />
      )}
      {hidden > 0 && (
        <Checkbox
          label={`Hidden topics (${hidden})`}
          checked={address.hidden ?? false}
          onChange={(event) => change({ hidden: event.currentTarget.checked || undefined })}
        />
      )}
    </Group>
  );
}

function TopicsBody({ collection }: { readonly collection: string }) {
  const [address, change] = useAddress();
  const { data, error, isPending, isFetching, refetch } = useQuery(topicsQuery(collection));
  useListKeys();
  if (error && !data) return <ErrorMessage error={error} retry={() => void refetch()} />;
  if (isPending || (data.analysis === null && isFetching)) return <Skeleton h={420} radius="lg" />;
  if (data.analysis === null) return <UnreadableAnalysis collection={collection} />;
  const filtered = address.q !== undefined || address.level !== undefined;
  const rows = topicRows(data.topics, address);
  const leaves = data.topics.filter((one) => one.leaf && !one.hidden);
  return (
    <>
      <Filters list={data} />
      <Text size="xs" c="dimmed" mb={8} role="status" className="tabular">
        {counted(leaves.length, "topic")} in version {data.version}
        {data.outliers > 0 &&
          `; ${count(data.outliers)} of ${counted(data.messages, "message")} (${percent(data.outliers / Math.max(1, data.messages))}) are in no topic`}
      </Text>
      {rows.length === 0 ? (
        <EmptyState
          icon={<IconHierarchy2 size={32} stroke={1.3} aria-hidden />}
          title={filtered ? "No topic matches" : "All topics are hidden"}
        >
          {filtered && (
            <Button
              variant="default"
              mt={8}
              onClick={() => change({ q: undefined, level: undefined })}
            >
              Clear the filter
            </Button>
          )}
        </EmptyState>
      ) : (
        <div className="card topics-card">
          <TopicRows collection={collection} label="Topics" rows={rows} withKeywords />
        </div>
      )}
      <Outliers collection={collection} outliers={data.outliers} />
      <EditLog collection={collection} />
    </>
  );
}

export function TopicsPage() {
  const { collection } = useParams({ from: "/c/$collection/topics" });
  const [address, change] = useAddress();
  const view = address.view ?? "topics";
  useTitle("Topics");
  return (
    <AnalysisGate collection={collection}>
      <div className="page">
        <SegmentedControl
          mb={18}
          aria-label="View"
          value={view}
          data={views.map((one) => ({ ...one }))}
          onChange={(next) => {
            const chosen = views.find((one) => one.value === next)?.value;
            change({ view: chosen === "topics" ? undefined : chosen });
          }}
        />
        {view === "topics" && <TopicsBody collection={collection} />}
        {view === "history" && <TopicHistory collection={collection} />}
        {view === "quality" && <QualityPanel collection={collection} />}
      </div>
    </AnalysisGate>
  );
}
