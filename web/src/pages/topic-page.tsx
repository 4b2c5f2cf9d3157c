// The page of one topic: title, summary, messages, figures, history, keywords and similar topics, manual changes.
import { Button, Group, Menu, SegmentedControl, Skeleton, Text, Title } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import type { SavedEdit, Topic, TopicDetail } from "#services/contract/analysis.ts";
import { topicQuery, topicsQuery } from "../api/analysis.ts";
import type { TopicAddress } from "../shape/address/page-addresses.ts";
import { addressOf } from "../shape/address/selection-address.ts";
import { topicFacts } from "../shape/topics/topic-facts.ts";
import { pathOf, topicRows } from "../shape/topics/topic-tree.ts";
import { counted } from "../shape/words/numbers.ts";
import { useMayEdit } from "../ui/account/may.ts";
import { AnalysisGate } from "../ui/analysis/analysis-gate.tsx";
import { SelectedMessages } from "../ui/messages/selected-messages.tsx";
import { ErrorMessage } from "../ui/parts/error-message.tsx";
import { useListKeys } from "../ui/parts/list-keys.ts";
import { useTitle } from "../ui/parts/page-title.ts";
import { FiguresView } from "../ui/selection/figures-view.tsx";
import { ShareButton } from "../ui/share/share-button.tsx";
import { EditResult } from "../ui/topics/edit-result.tsx";
import { EventList } from "../ui/topics/event-list.tsx";
import { TopicAbout } from "../ui/topics/topic-about.tsx";
import { HideForm, MergeForm, MoveForm, SplitForm } from "../ui/topics/topic-edit-forms.tsx";
import { TopicRows } from "../ui/topics/topic-rows.tsx";
import { TopicTitle } from "../ui/topics/topic-title.tsx";
import "./topic.css";

const views = [
  { value: "messages", label: "Messages" },
  { value: "figures", label: "Figures" },
  { value: "history", label: "History" },
] as const;

type Change = "merge" | "split" | "hide";

const useAddress = () => {
  const address = useSearch({ from: "/c/$collection/topics/$topic" });
  const navigate = useNavigate({ from: "/c/$collection/topics/$topic" });
  const change = (to: Partial<TopicAddress>) =>
    void navigate({ search: (now) => ({ ...now, ...to }), resetScroll: false });
  return [address, change] as const;
};

function Path({ collection, topic }: { readonly collection: string; readonly topic: Topic }) {
  const { data } = useQuery(topicsQuery(collection));
  const above = pathOf(data?.topics ?? [], topic.id).slice(0, -1);
  return (
    <nav className="topic-path" aria-label="Parent topics">
      <Link to="/c/$collection/topics" params={{ collection }} className="text-link">
        Topics
      </Link>
      {above.map((one) => (
        <span key={one.id}>
          <IconChevronRight size={13} stroke={1.8} aria-hidden />
          <Link
            to="/c/$collection/topics/$topic"
            params={{ collection, topic: one.id }}
            className="text-link"
          >
            {one.title}
          </Link>
        </span>
      ))}
    </nav>
  );
}

interface ActsProps {
  readonly collection: string;
  readonly detail: TopicDetail;
  readonly onChange: (change: Change) => void;
}

function ChangeMenu({ topic, onChange }: Pick<ActsProps, "onChange"> & { readonly topic: Topic }) {
  return (
    <Menu position="bottom-end" shadow="md" width={230}>
      <Menu.Target>
        <Button
          size="xs"
          variant="default"
          rightSection={<IconChevronDown size={14} stroke={1.8} aria-hidden />}
        >
          Change
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {topic.leaf && (
          <>
            <Menu.Item onClick={() => onChange("merge")}>Merge into another…</Menu.Item>
            <Menu.Item onClick={() => onChange("split")}>Split…</Menu.Item>
          </>
        )}
        <Menu.Item onClick={() => onChange("hide")}>{topic.hidden ? "Show…" : "Hide…"}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function Acts({ collection, detail, onChange }: ActsProps) {
  const { topic, selection } = detail;
  const mayEdit = useMayEdit(collection);
  return (
    <Group gap="xs">
      <Button
        size="xs"
        variant="default"
        renderRoot={(props) => (
          <Link
            {...props}
            to="/c/$collection/map"
            params={{ collection }}
            search={addressOf(selection)}
          />
        )}
      >
        Show on the map
      </Button>
      <Button
        size="xs"
        variant="default"
        renderRoot={(props) => (
          <Link
            {...props}
            to="/c/$collection/compare"
            params={{ collection }}
            search={{ a: addressOf(selection), b: addressOf({ ...selection, not: true }) }}
          />
        )}
      >
        Compare with all others
      </Button>
      <ShareButton collection={collection} target={{ kind: "topic", topic: topic.id }} />
      {mayEdit && <ChangeMenu topic={topic} onChange={onChange} />}
    </Group>
  );
}

function Children({ collection, topic }: { readonly collection: string; readonly topic: Topic }) {
  const { data } = useQuery(topicsQuery(collection));
  const below = (data?.topics ?? []).filter((one) =>
    pathOf(data?.topics ?? [], one.id)
      .slice(0, -1)
      .some((up) => up.id === topic.id),
  );
  const rows = topicRows(below, {});
  if (rows.length === 0) return null;
  return (
    <section style={{ marginBottom: 26 }} aria-label="Child topics">
      <Title order={3} mb={8}>
        Child topics
      </Title>
      <div className="card" style={{ overflow: "hidden", padding: "4px 0" }}>
        <TopicRows collection={collection} label="Child topics" rows={rows} />
      </div>
    </section>
  );
}

function Messages({
  collection,
  detail,
  onSaved,
}: {
  readonly collection: string;
  readonly detail: TopicDetail;
  readonly onSaved: (saved: SavedEdit) => void;
}) {
  const [address, change] = useAddress();
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const [moving, setMoving] = useState(false);
  const mayEdit = useMayEdit(collection);
  const { topic, selection } = detail;
  const tick = (chunk: string, on: boolean) =>
    setTicked((now) => new Set(on ? [...now, chunk] : [...now].filter((one) => one !== chunk)));
  return (
    <>
      {ticked.size > 0 && (
        <div className="topic-ticked" role="status">
          <span>{counted(ticked.size, "message")} selected</span>
          <Group gap="xs">
            <Button size="xs" onClick={() => setMoving(true)}>
              Move to…
            </Button>
            <Button size="xs" variant="default" onClick={() => setTicked(new Set())}>
              Clear
            </Button>
          </Group>
        </div>
      )}
      <div className="card" style={{ overflow: "hidden" }}>
        <SelectedMessages
          collection={collection}
          label={`Messages of ${topic.title}`}
          selection={selection}
          sort={address.sort ?? "typical"}
          onSort={(sort) => change({ sort: sort === "typical" ? undefined : sort })}
          withTopics={!topic.leaf}
          ticked={ticked}
          onTick={topic.leaf && mayEdit ? tick : undefined}
        />
      </div>
      {moving && (
        <MoveForm
          collection={collection}
          topic={topic}
          chunks={[...ticked]}
          onClose={() => setMoving(false)}
          onSaved={(saved) => {
            setMoving(false);
            setTicked(new Set());
            onSaved(saved);
          }}
        />
      )}
    </>
  );
}

const forms = { merge: MergeForm, split: SplitForm, hide: HideForm } as const satisfies Record<
  Change,
  typeof MergeForm
>;

interface BodyProps {
  readonly collection: string;
  readonly detail: TopicDetail;
  readonly saved: SavedEdit | undefined;
  readonly onSaved: (saved: SavedEdit) => void;
}

function Body({ collection, detail, saved, onSaved }: BodyProps) {
  const [address, change] = useAddress();
  const [form, setForm] = useState<Change | undefined>();
  const [tables, setTables] = useState<readonly string[]>([]);
  const { topic } = detail;
  const view = address.view ?? "messages";
  const Form = form && forms[form];
  useTitle(topic.title);
  useListKeys();
  useHotkeys([["r", () => document.querySelector<HTMLElement>("[data-rename]")?.click()]]);
  return (
    <div className="page arrive">
      <Path collection={collection} topic={topic} />
      <div className="topic-top">
        <div style={{ minWidth: 0, flex: "1 1 420px" }}>
          <TopicTitle key={topic.id} collection={collection} topic={topic} onSaved={onSaved} />
          {topic.summary !== null && (
            <Text maw={680} mt={4}>
              {topic.summary}
            </Text>
          )}
          <Text size="sm" c="dimmed" className="tabular">
            {[
              ...topicFacts(topic),
              ...(topic.silhouette === null ? [] : [`silhouette ${topic.silhouette.toFixed(2)}`]),
              ...(topic.hidden ? ["hidden"] : []),
            ].join(" · ")}
          </Text>
        </div>
        <Acts collection={collection} detail={detail} onChange={setForm} />
      </div>
      <EditResult collection={collection} saved={saved} />
      <div className="topic-columns">
        <div style={{ minWidth: 0 }}>
          {!topic.leaf && <Children collection={collection} topic={topic} />}
          <SegmentedControl
            mb={12}
            aria-label="View"
            value={view}
            data={views.map((one) => ({ ...one }))}
            onChange={(next) => {
              const chosen = views.find((one) => one.value === next)?.value;
              change({ view: chosen === "messages" ? undefined : chosen, open: undefined });
            }}
          />
          {view === "messages" && (
            <Messages key={topic.id} collection={collection} detail={detail} onSaved={onSaved} />
          )}
          {view === "figures" && (
            <div className="one-column">
              <FiguresView
                collection={collection}
                selection={detail.selection}
                asked={{ figures: ["volume", "people", "hours", "sentiment", "response-times"] }}
                open={address.open}
                onOpen={(open) => change({ open })}
                tables={tables}
                onTable={(name, on) =>
                  setTables(on ? [...tables, name] : tables.filter((one) => one !== name))
                }
              />
            </div>
          )}
          {view === "history" &&
            (detail.events.length === 0 ? (
              <Text c="dimmed">There are no changes of this topic yet.</Text>
            ) : (
              <EventList collection={collection} events={detail.events} />
            ))}
        </div>
        <TopicAbout collection={collection} detail={detail} />
      </div>
      {Form && (
        <Form
          collection={collection}
          topic={topic}
          onClose={() => setForm(undefined)}
          onSaved={(now) => {
            setForm(undefined);
            onSaved(now);
          }}
        />
      )}
    </div>
  );
}

function TopicBody() {
  const { collection, topic } = useParams({ from: "/c/$collection/topics/$topic" });
  const { data, error, isPending, refetch } = useQuery(topicQuery(collection, topic));
  // A merge opens the page of the other topic, so its result is kept outside of one topic's page.
  const [result, setResult] = useState<
    { readonly on: string; readonly saved: SavedEdit } | undefined
  >();
  if (error && !data)
    return (
      <ErrorMessage
        error={error}
        retry={() => void refetch()}
        back={
          <Button
            variant="default"
            renderRoot={(props) => (
              <Link {...props} to="/c/$collection/topics" params={{ collection }} />
            )}
          >
            Go to the topics
          </Button>
        }
      />
    );
  if (isPending)
    return (
      <div className="page" aria-busy="true">
        <Skeleton h={28} w={340} mb={12} />
        <Skeleton h={420} radius="lg" />
      </div>
    );
  return (
    <Body
      collection={collection}
      detail={data}
      saved={result?.on === topic ? result.saved : undefined}
      onSaved={(saved) =>
        setResult({ on: saved.edit.kind === "merge" ? saved.edit.into : topic, saved })
      }
    />
  );
}

export function TopicPage() {
  const { collection } = useParams({ from: "/c/$collection/topics/$topic" });
  return (
    <AnalysisGate collection={collection}>
      <TopicBody />
    </AnalysisGate>
  );
}
