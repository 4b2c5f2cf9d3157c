// The overview page of a collection: topics, volume, new messages, trends, changes, notable conversations.
import { Button, Menu, Skeleton, Text, Title } from "@mantine/core";
import { IconBell, IconDownload } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useState } from "react";
import type { Overview } from "#services/contract/figures.ts";
import { overviewQuery } from "../api/analysis.ts";
import { reportUrl } from "../api/selected.ts";
import { FigureCard } from "../charts/figure-card.tsx";
import { addressOf } from "../shape/address/selection-address.ts";
import { rowTitle } from "../shape/figures/figure-chart.ts";
import { topicRows } from "../shape/topics/topic-tree.ts";
import { count, counted } from "../shape/words/numbers.ts";
import { ago } from "../shape/words/times.ts";
import { unbroken } from "../shape/words/unbroken.ts";
import { AnalysisGate } from "../ui/analysis/analysis-gate.tsx";
import { EmptyCollection } from "../ui/analysis/empty-collection.tsx";
import { MessagesDrawer, type OpenedMessages } from "../ui/messages/messages-drawer.tsx";
import { ActionError } from "../ui/parts/action-error.tsx";
import { useDownload } from "../ui/parts/download.ts";
import { ErrorMessage } from "../ui/parts/error-message.tsx";
import { useListKeys } from "../ui/parts/list-keys.ts";
import { useNow } from "../ui/parts/now.ts";
import { useTitle } from "../ui/parts/page-title.ts";
import { ShareDialog, useMayShare } from "../ui/share/share-button.tsx";
import { EventList } from "../ui/topics/event-list.tsx";
import { useTopicMarks } from "../ui/topics/topic-marks.ts";
import { TopicRows } from "../ui/topics/topic-rows.tsx";
import { TopicDot } from "../ui/topics/topic-tag.tsx";
import { TrendMark } from "../ui/topics/trend-mark.tsx";
import { FailedImports } from "../ui/uploads/failed-imports.tsx";
import { WaitingImports } from "../ui/uploads/waiting-imports.tsx";
import "./overview.css";

interface PartProps {
  readonly collection: string;
  readonly overview: Overview;
}

function Report({ collection }: { readonly collection: string }) {
  const page = useDownload(reportUrl(collection, "html"));
  const markdown = useDownload(reportUrl(collection, "md"));
  const mayShare = useMayShare();
  const [isSharing, setIsSharing] = useState(false);
  return (
    <>
      <Menu position="bottom-end" shadow="md" width={230}>
        <Menu.Target>
          <Button
            variant="default"
            size="xs"
            leftSection={<IconDownload size={15} stroke={1.6} aria-hidden />}
          >
            Report
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item component="a" {...page.props}>
            HTML page
          </Menu.Item>
          <Menu.Item component="a" {...markdown.props}>
            Markdown
          </Menu.Item>
          {mayShare && <Menu.Item onClick={() => setIsSharing(true)}>Share by a link…</Menu.Item>}
        </Menu.Dropdown>
      </Menu>
      <ActionError error={page.error ?? markdown.error} />
      {isSharing && (
        <ShareDialog
          collection={collection}
          target={{ kind: "report" }}
          onClose={() => setIsSharing(false)}
        />
      )}
    </>
  );
}

function Lead({ collection, overview }: PartProps) {
  const [first, ...more] = overview.says.map(unbroken);
  return (
    <div className="overview-lead">
      <div>
        <p className="overview-first">{first}</p>
        <p className="overview-more">
          {more.join(" ")}{" "}
          <Link to="/words" hash="what-is-kept" className="text-link">
            What is counted?
          </Link>{" "}
          <Link to="/c/$collection/people" params={{ collection }} className="text-link">
            Who wrote it?
          </Link>
        </p>
      </div>
      <div className="overview-acts">
        {overview.unseenAlerts > 0 && (
          <Button
            size="xs"
            variant="light"
            leftSection={<IconBell size={15} stroke={1.7} aria-hidden />}
            renderRoot={(props) => <Link {...props} to="/alerts" />}
          >
            {counted(overview.unseenAlerts, "new alert")}
          </Button>
        )}
        <Report collection={collection} />
      </div>
    </div>
  );
}

function Fresh({ collection, overview }: PartProps) {
  const marks = useTopicMarks(collection);
  const { fresh } = overview;
  if (!fresh || fresh.messages === 0) return null;
  const most = Math.max(1, ...fresh.topics.map((one) => one.messages));
  const rest = fresh.messages - fresh.topics.reduce((sum, one) => sum + one.messages, 0);
  return (
    <section className="card overview-card" aria-label="New messages">
      <Title order={3}>New {fresh.since}</Title>
      <Text size="sm" c="dimmed" mb={10}>
        {counted(fresh.messages, "message")} in {counted(fresh.conversations, "conversation")}
        {fresh.topics.length > 0 && ". Largest topics:"}
      </Text>
      <ol className="overview-list">
        {fresh.topics.map((one) => (
          <li key={one.topic}>
            <Link
              to="/c/$collection/topics/$topic"
              params={{ collection, topic: one.topic }}
              className="topic-line plain-link"
            >
              <TopicDot colour={marks.get(one.topic)?.colour ?? -1} />
              <span className="clip">{one.title}</span>
              <span className="overview-bar" aria-hidden="true">
                <span style={{ width: `${(one.messages / most) * 100}%` }} />
              </span>
              <span className="tabular dim">{count(one.messages)}</span>
            </Link>
          </li>
        ))}
        {fresh.topics.length > 0 && rest > 0 && (
          <li className="topic-line dim">
            <TopicDot colour={-1} />
            <span className="clip">Other topics, or no topic</span>
            <span className="tabular">{count(rest)}</span>
          </li>
        )}
      </ol>
      <Link
        to="/c/$collection/trends"
        params={{ collection }}
        search={addressOf(fresh.selection)}
        className="text-link overview-on"
      >
        Trends of the new messages
      </Link>
    </section>
  );
}

function Movers({ collection, overview }: PartProps) {
  const marks = useTopicMarks(collection);
  // Without dated messages there are no trends.
  if (overview.topics.every((one) => one.firstAt === null)) return null;
  const movers = [...overview.rising.slice(0, 4), ...overview.fading.slice(0, 4)];
  return (
    <section className="card overview-card" aria-label="Rising and fading">
      <Title order={3}>Rising and fading</Title>
      {movers.length === 0 ? (
        <Text size="sm" c="dimmed">
          No topic has a significant trend.
        </Text>
      ) : (
        <ol className="overview-list">
          {movers.map((one) => (
            <li key={one.topic}>
              <Link
                to="/c/$collection/topics/$topic"
                params={{ collection, topic: one.topic }}
                className="topic-line plain-link"
              >
                <TopicDot colour={marks.get(one.topic)?.colour ?? -1} />
                <span className="clip">{one.title}</span>
                <TrendMark trend={one.trend} />
              </Link>
            </li>
          ))}
        </ol>
      )}
      <Link
        to="/c/$collection/trends"
        params={{ collection }}
        hash="figure-rising-fading"
        className="text-link overview-on"
      >
        All trends
      </Link>
    </section>
  );
}

function Notable({ overview }: { readonly overview: Overview }) {
  const now = useNow();
  if (overview.notable.length === 0) return null;
  return (
    <section aria-label="Notable conversations">
      <Title order={2} mb={10}>
        Notable conversations
      </Title>
      <div className="card overview-notable">
        {overview.notable.map((one) => (
          <Link
            key={`${one.conversation} ${one.why}`}
            to="/conversation/$conversation"
            params={{ conversation: one.conversation }}
            className="overview-talk plain-link"
          >
            <span className="clip overview-talk-title">{one.title ?? "Untitled conversation"}</span>
            <span className="dim">{one.why}</span>
            <span className="tabular dim">{counted(one.messages, "message")}</span>
            <span className="tabular dim">{one.at === null ? "" : ago(one.at, now)}</span>
          </Link>
        ))}
      </div>
    </section>
  );
}

function Volume({ collection, overview }: PartProps) {
  const marks = useTopicMarks(collection);
  const [table, setTable] = useState(false);
  const [opened, setOpened] = useState<OpenedMessages | undefined>();
  const { volume } = overview;
  if (!volume || volume.empty !== null) return null;
  return (
    <>
      <FigureCard
        figure={volume}
        topics={marks}
        asTable={table}
        onTable={setTable}
        height={200}
        onOpen={(row) => {
          const selection = volume.selections[row];
          if (selection) setOpened({ title: rowTitle(volume, row), selection });
        }}
      />
      <MessagesDrawer
        collection={collection}
        opened={opened}
        onClose={() => setOpened(undefined)}
      />
    </>
  );
}

const rowsAtFirst = 24;

function Topics({ collection, overview }: PartProps) {
  const rows = topicRows(overview.topics, {});
  const more = rows.slice(rowsAtFirst).filter(({ topic }) => topic.leaf).length;
  if (rows.length === 0)
    return (
      <Text c="dimmed">
        There are too few messages for topics.{" "}
        <Link to="/c/$collection/conversations" params={{ collection }} className="text-link">
          Read the conversations
        </Link>
      </Text>
    );
  return (
    <section aria-label="Topics" style={{ minWidth: 0 }}>
      <div className="overview-head">
        <Title order={2}>Topics</Title>
        <Link to="/c/$collection/topics" params={{ collection }} className="text-link">
          All topics
        </Link>
      </div>
      <div className="card overview-topics">
        <TopicRows collection={collection} label="Topics" rows={rows.slice(0, rowsAtFirst)} />
        {more > 0 && (
          <Link
            to="/c/$collection/topics"
            params={{ collection }}
            className="text-link overview-rest"
          >
            {counted(more, "more topic")}
          </Link>
        )}
      </div>
    </section>
  );
}

function Changes({ collection, overview }: PartProps) {
  if (overview.changes.length === 0) return null;
  return (
    <section className="card overview-card" aria-label="What changed">
      <Title order={3}>What changed</Title>
      <EventList collection={collection} events={overview.changes.slice(0, 6)} />
      <Link
        to="/c/$collection/topics"
        params={{ collection }}
        search={{ view: "history" }}
        className="text-link overview-on"
      >
        History of topics
      </Link>
    </section>
  );
}

function OverviewBody({ collection }: { readonly collection: string }) {
  const { data, error, isPending, refetch } = useQuery(overviewQuery(collection));
  useListKeys();
  if (error && !data) return <ErrorMessage error={error} retry={() => void refetch()} />;
  if (isPending)
    return (
      <div className="page" aria-busy="true">
        <Skeleton h={22} w="70%" mb={10} />
        <Skeleton h={16} w="50%" mb={26} />
        <Skeleton h={360} radius="lg" />
      </div>
    );
  const part = { collection, overview: data };
  return (
    <div className="page overview arrive">
      <Lead {...part} />
      <div className="overview-columns">
        <div className="overview-main">
          <Topics {...part} />
          <Volume {...part} />
        </div>
        <div className="overview-side">
          <Fresh {...part} />
          <Movers {...part} />
          <Changes {...part} />
        </div>
      </div>
      <Notable overview={data} />
    </div>
  );
}

export function OverviewPage() {
  const { collection } = useParams({ from: "/c/$collection/" });
  useTitle("Overview");
  return (
    <>
      <FailedImports collection={collection} />
      <WaitingImports collection={collection} />
      <AnalysisGate
        collection={collection}
        withoutTopics
        whenEmpty={<EmptyCollection collection={collection} />}
      >
        <OverviewBody collection={collection} />
      </AnalysisGate>
    </>
  );
}
