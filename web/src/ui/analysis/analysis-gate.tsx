// What a page of the analysis says while there is none, while it runs, when it failed, and when it is behind the data.
import { Button, Group, Progress, Skeleton, Stack, Text } from "@mantine/core";
import {
  IconAlertTriangle,
  IconHierarchy2,
  IconHourglass,
  IconRefresh,
  IconSparkles,
} from "@tabler/icons-react";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Analysis } from "#services/contract/analysis.ts";
import { analysisQuery, startAnalysis } from "../../api/analysis.ts";
import { collectionQuery, versionsQuery } from "../../api/collections.ts";
import { counted, share } from "../../shape/words/numbers.ts";
import "./analysis-gate.css";
import { EmptyState } from "../parts/empty-state.tsx";
import { describeError, ErrorMessage } from "../parts/error-message.tsx";
import { EmptyCollection } from "./empty-collection.tsx";

const icon = { size: 36, stroke: 1.3, "aria-hidden": true } as const;

/** Starts an analysis, and shows at once that it waits. */
export const useStartAnalysis = (collection: string) => {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (mode: "update" | "refit") => startAnalysis(collection, { mode }),
    onSuccess: (now) => client.setQueryData(analysisQuery(collection).queryKey, now),
  });
};

interface StartProps {
  readonly collection: string;
  readonly children: string;
  readonly size?: "xs" | "sm";
}

export function StartAnalysis({ collection, children, size = "sm" }: StartProps) {
  const start = useStartAnalysis(collection);
  return (
    <>
      <Button
        size={size}
        variant="default"
        loading={start.isPending}
        leftSection={<IconRefresh size={15} stroke={1.7} aria-hidden />}
        onClick={() => start.mutate("update")}
      >
        {children}
      </Button>
      {start.error && (
        <Text size="xs" role="alert">
          {describeError(start.error).detail}
        </Text>
      )}
    </>
  );
}

function Running({ analysis }: { readonly analysis: Analysis }) {
  const waiting = analysis.state === "waiting";
  return (
    <Stack gap={6} w="min(420px, 100%)" role="status">
      <Group justify="space-between" gap="xs" wrap="nowrap">
        <Text size="sm">{waiting ? "Waiting its turn" : (analysis.doing ?? "Getting ready")}</Text>
        {!waiting && (
          <Text size="sm" c="dimmed" className="tabular">
            {share(analysis.progress, 1)}
          </Text>
        )}
      </Group>
      <Progress
        value={waiting ? 0 : Math.max(1, analysis.progress * 100)}
        aria-label="How far the analysis is"
        radius="xl"
        size={6}
      />
    </Stack>
  );
}

function FirstRun({
  collection,
  analysis,
}: {
  readonly collection: string;
  readonly analysis: Analysis;
}) {
  return (
    <EmptyState icon={<IconSparkles {...icon} />} title="Reading what is in here">
      <Text size="sm" maw={480} mb={10}>
        Messages are grouped into topics, named and laid out on a map.{" "}
        <Link to="/c/$collection/search" params={{ collection }} className="text-link">
          Searching
        </Link>{" "}
        and{" "}
        <Link to="/c/$collection/conversations" params={{ collection }} className="text-link">
          reading
        </Link>{" "}
        work meanwhile.
      </Text>
      <Running analysis={analysis} />
    </EmptyState>
  );
}

function NoneYet({
  collection,
  analysis,
}: {
  readonly collection: string;
  readonly analysis: Analysis;
}) {
  const { data } = useQuery(collectionQuery(collection));
  if (data && data.messages === 0 && data.pending === 0)
    return (
      <EmptyCollection collection={collection}>
        Drop an export. What people talk about, and how that changes, appears here by itself.
      </EmptyCollection>
    );
  if (data && (data.indexed === 0 || data.pending > 0))
    return (
      <EmptyState icon={<IconHourglass {...icon} />} title="Still being read">
        <Text size="sm" maw={480}>
          Topics and figures are made once the import has come to rest.{" "}
          <Link to="/c/$collection/uploads" params={{ collection }} className="text-link">
            See how far it is
          </Link>
        </Text>
      </EmptyState>
    );
  return (
    <EmptyState icon={<IconSparkles {...icon} />} title="Not looked at yet">
      <Text size="sm" maw={480} mb={10}>
        An analysis finds the topics of these messages, draws them as a map and counts what changes.
        {analysis.llm === null && " Nothing leaves this machine."}
      </Text>
      <StartAnalysis collection={collection}>Analyse now</StartAnalysis>
    </EmptyState>
  );
}

function Failed({
  collection,
  analysis,
}: {
  readonly collection: string;
  readonly analysis: Analysis;
}) {
  return (
    <EmptyState icon={<IconAlertTriangle {...icon} />} title="The analysis did not finish">
      <Text size="sm" maw={520} mb={10} c="var(--mantine-color-text)">
        {analysis.error ?? "It stopped without saying why; the server's log says more."}
      </Text>
      <StartAnalysis collection={collection}>Try again</StartAnalysis>
    </EmptyState>
  );
}

/** How much the versions since the analysis have added, as far as the newest page of versions tells. */
const useNewer = (collection: string, analysis: Analysis | undefined): number => {
  const { data } = useInfiniteQuery({
    ...versionsQuery(collection),
    enabled: analysis?.stale ?? false,
  });
  const seen = analysis?.version ?? 0;
  return (data?.pages[0]?.versions ?? [])
    .filter((one) => one.number > seen)
    .reduce((sum, one) => sum + one.added, 0);
};

/** There is an analysis; a line above the page where it is not the last word. */
export function AnalysisNotice({ collection }: { readonly collection: string }) {
  const { data: analysis } = useQuery(analysisQuery(collection));
  const newer = useNewer(collection, analysis);
  if (!analysis || analysis.id === null) return null;
  if (analysis.state === "running" || analysis.state === "waiting")
    return (
      <div className="analysis-notice">
        <span>
          You still see the previous analysis; it changes by itself once the new analysis is done.
        </span>
        <Running analysis={analysis} />
      </div>
    );
  if (analysis.state === "failed")
    return (
      <div className="analysis-notice" role="alert">
        <span>
          The last analysis did not finish, and what you see is the one before.{" "}
          <span className="dim">{analysis.error}</span>
        </span>
        <StartAnalysis collection={collection} size="xs">
          Try again
        </StartAnalysis>
      </div>
    );
  if (!analysis.stale && analysis.pendingEdits === 0) return null;
  const edits = counted(analysis.pendingEdits, "change");
  return (
    <div className="analysis-notice">
      <span>
        {analysis.stale
          ? newer > 0
            ? `About ${counted(newer, "newer message")} ${newer === 1 ? "is" : "are"} not in here yet.`
            : "The collection has changed since this was made."
          : `${edits} of yours ${analysis.pendingEdits === 1 ? "waits" : "wait"} for the next run.`}
      </span>
      <StartAnalysis collection={collection} size="xs">
        Update
      </StartAnalysis>
    </div>
  );
}

export interface AnalysisGateProps {
  readonly collection: string;
  /** Drawn even where there are no topics: pages that count rather than group. */
  readonly withoutTopics?: boolean;
  readonly children: ReactNode;
}

/** Lets a page through once there is an analysis to draw; says what is happening until then. */
export function AnalysisGate({ collection, withoutTopics = false, children }: AnalysisGateProps) {
  const { data, error, isPending, refetch } = useQuery(analysisQuery(collection));
  if (isPending)
    return (
      <div className="page" aria-busy="true">
        <Skeleton h={22} w="60%" mb={14} />
        <Skeleton h={220} radius="lg" />
      </div>
    );
  if (error && !data) return <ErrorMessage error={error} retry={() => void refetch()} />;
  if (data.id === null) {
    if (data.state === "failed") return <Failed collection={collection} analysis={data} />;
    if (data.state === "running" || data.state === "waiting")
      return <FirstRun collection={collection} analysis={data} />;
    return <NoneYet collection={collection} analysis={data} />;
  }
  if (data.topics === 0 && !withoutTopics)
    return (
      <EmptyState icon={<IconHierarchy2 {...icon} />} title="Too little to group">
        {`${counted(data.messages, "message")} are too few for topics that mean something. They come with more data.`}
      </EmptyState>
    );
  return (
    <>
      <AnalysisNotice collection={collection} />
      {children}
    </>
  );
}
