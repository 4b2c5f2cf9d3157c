// What the analysis pages show while there is no analysis, while one runs, after it failed, and when it is out of date.
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
import { analysisQuery, startAnalysis, topicsQuery } from "../../api/analysis.ts";
import { collectionQuery, versionsQuery } from "../../api/collections.ts";
import { counted, share } from "../../shape/words/numbers.ts";
import { retryText } from "../../shape/words/upload-progress.ts";
import "./analysis-gate.css";
import { useMayEdit } from "../account/may.ts";
import { ActionError } from "../parts/action-error.tsx";
import { EmptyState } from "../parts/empty-state.tsx";
import { ErrorMessage } from "../parts/error-message.tsx";
import { NoMessages } from "./no-messages.tsx";

const icon = { size: 36, stroke: 1.3, "aria-hidden": true } as const;

/** Starts an analysis; its state is put in the cache at once. */
export const useStartAnalysis = (collection: string) => {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (mode: "update" | "refit") => startAnalysis(collection, { mode }),
    onSuccess: (now) => client.setQueryData(analysisQuery(collection).queryKey, now),
  });
};

const isBusy = ({ state }: Analysis): boolean => state === "running" || state === "waiting";

interface StartProps {
  readonly collection: string;
  readonly children: string;
  readonly size?: "xs" | "sm";
}

/** Nothing for those who may only read. */
export function StartAnalysis({ collection, children, size = "sm" }: StartProps) {
  const start = useStartAnalysis(collection);
  const mayEdit = useMayEdit(collection);
  if (!mayEdit) return null;
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
      <ActionError error={start.error} />
    </>
  );
}

function Running({ analysis }: { readonly analysis: Analysis }) {
  const waiting = analysis.state === "waiting";
  const retry = retryText(analysis);
  return (
    <Stack gap={6} w="min(420px, 100%)" role="status">
      <Group justify="space-between" gap="xs" wrap="nowrap">
        <Text size="sm">{waiting ? "Queued" : (analysis.doing ?? "Starting")}</Text>
        {!waiting && (
          <Text size="sm" c="dimmed" className="tabular">
            {share(analysis.progress, 1)}
          </Text>
        )}
      </Group>
      <Progress
        value={waiting ? 0 : Math.max(1, analysis.progress * 100)}
        aria-label="Progress of the analysis"
        radius="xl"
        size={6}
      />
      {retry !== undefined && (
        <Text size="xs" ta="left">
          {retry}
          {analysis.lastProblem && (
            <span className="dim">. Last error: {analysis.lastProblem}</span>
          )}
        </Text>
      )}
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
    <EmptyState
      icon={<IconSparkles {...icon} />}
      title={
        analysis.renewed ? "The analysis is being brought up to date" : "Analysing this collection"
      }
    >
      <Text size="sm" maw={480} mb={10}>
        {analysis.renewed
          ? "Messages were deleted. The topics and the map are computed again without them."
          : "Messages are clustered into topics, and the map is computed."}{" "}
        Meanwhile you can{" "}
        <Link to="/c/$collection/search" params={{ collection }} className="text-link">
          search
        </Link>{" "}
        and{" "}
        <Link to="/c/$collection/conversations" params={{ collection }} className="text-link">
          read the conversations
        </Link>
        .
      </Text>
      <Running analysis={analysis} />
    </EmptyState>
  );
}

function NoneYet({
  collection,
  analysis,
  whenEmpty,
}: {
  readonly collection: string;
  readonly analysis: Analysis;
  readonly whenEmpty: ReactNode;
}) {
  const { data } = useQuery(collectionQuery(collection));
  if (data && data.messages === 0 && data.pending === 0) return whenEmpty;
  if (data && (data.indexed === 0 || data.pending > 0))
    return (
      <EmptyState icon={<IconHourglass {...icon} />} title="The import is not finished">
        <Text size="sm" maw={480}>
          The analysis starts after the import.{" "}
          <Link to="/c/$collection/uploads" params={{ collection }} className="text-link">
            Show the progress
          </Link>
        </Text>
      </EmptyState>
    );
  return (
    <EmptyState icon={<IconSparkles {...icon} />} title="No analysis yet">
      <Text size="sm" maw={480} mb={10}>
        An analysis finds the topics of the messages, computes the map and the trends.
        {analysis.llm === null && " No data leaves this machine."}
      </Text>
      <StartAnalysis collection={collection}>Analyse now</StartAnalysis>
    </EmptyState>
  );
}

/** In place of a page whose analysis is finished but cannot be read: the server then makes it again by itself. */
export function UnreadableAnalysis({ collection }: { readonly collection: string }) {
  const { data } = useQuery(analysisQuery(collection));
  const again = data !== undefined && isBusy(data);
  return (
    <EmptyState icon={<IconAlertTriangle {...icon} />} title="The analysis cannot be read">
      <Text size="sm" maw={480} mb={10}>
        {again
          ? "Its results are damaged. They are being computed again from the messages."
          : "Its results are damaged. No message is lost: they can be computed again."}
      </Text>
      {again ? (
        <Running analysis={data} />
      ) : (
        <StartAnalysis collection={collection}>Analyse again</StartAnalysis>
      )}
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
    <EmptyState icon={<IconAlertTriangle {...icon} />} title="The analysis failed">
      <Text size="sm" maw={520} mb={10} c="var(--mantine-color-text)">
        {analysis.error ?? "There is no error message. Look in the server's log."}
      </Text>
      <StartAnalysis collection={collection}>Try again</StartAnalysis>
    </EmptyState>
  );
}

/** Chunks added by versions after the analysed one, counted over the newest page of versions. */
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

/** A line above the page where the shown analysis is out of date, is being replaced, or where its update failed. */
export function AnalysisNotice({ collection }: { readonly collection: string }) {
  const { data: analysis } = useQuery(analysisQuery(collection));
  const newer = useNewer(collection, analysis);
  if (!analysis || analysis.id === null) return null;
  if (isBusy(analysis))
    return (
      <div className="analysis-notice">
        <span>
          This page shows the previous analysis. It updates when the new analysis is done.
        </span>
        <Running analysis={analysis} />
      </div>
    );
  if (analysis.state === "failed")
    return (
      <div className="analysis-notice" role="alert">
        <span>
          The last analysis failed. This page shows the one before.{" "}
          <span className="dim">{analysis.error}</span>
        </span>
        <StartAnalysis collection={collection} size="xs">
          Try again
        </StartAnalysis>
      </div>
    );
  if (!analysis.stale && analysis.pendingEdits === 0) return null;
  const edits = counted(analysis.pendingEdits, "manual change");
  return (
    <div className="analysis-notice">
      <span>
        {analysis.stale
          ? newer > 0
            ? `${counted(newer, "newer passage")} ${newer === 1 ? "is" : "are"} not part of this analysis yet.`
            : "The collection has changed since this analysis."
          : `${edits} ${analysis.pendingEdits === 1 ? "takes" : "take"} effect with the next analysis.`}
      </span>
      <StartAnalysis collection={collection} size="xs">
        Update
      </StartAnalysis>
    </div>
  );
}

export interface AnalysisGateProps {
  readonly collection: string;
  /** The page is shown even where there are no topics. */
  readonly withoutTopics?: boolean;
  /** Shown where the collection has no messages; by default a line that says so. */
  readonly whenEmpty?: ReactNode;
  readonly children: ReactNode;
}

/** Shows its children once there is an analysis; until then, the state of the analysis. */
export function AnalysisGate({
  collection,
  withoutTopics = false,
  whenEmpty = <NoMessages />,
  children,
}: AnalysisGateProps) {
  const { data, error, isPending, refetch } = useQuery(analysisQuery(collection));
  // While the analysis is replaced, the one before is shown: only if it can be read, which its list of topics tells.
  const before = useQuery({
    ...topicsQuery(collection),
    enabled: data !== undefined && data.id !== null && isBusy(data),
  });
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
    if (isBusy(data)) return <FirstRun collection={collection} analysis={data} />;
    return <NoneYet collection={collection} analysis={data} whenEmpty={whenEmpty} />;
  }
  if (isBusy(data) && before.data?.analysis === null)
    return <UnreadableAnalysis collection={collection} />;
  if (data.topics === 0 && !withoutTopics)
    return (
      <EmptyState icon={<IconHierarchy2 {...icon} />} title="Too few messages for topics">
        {`This collection has ${counted(data.messages, "message")}. Topics need more.`}
      </EmptyState>
    );
  return (
    <>
      <AnalysisNotice collection={collection} />
      {children}
    </>
  );
}
